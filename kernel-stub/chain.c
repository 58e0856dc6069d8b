// SPDX-License-Identifier: GPL-2.0-only
/*
 * chain.c - loads and starts the next hop.
 *
 * The stub keeps no written data in its image (stub.lds), so the image in
 * memory is as good as the file: boot.S relocates a copy wherever it lies.
 */
#include "chain.h"

#include <string.h>

#include "atomic.h"
#include "bringup.h"
#include "clock.h"
#include "cmdline.h"
#include "console.h"
#include "cpuid.h"
#include "digest.h"
#include "lapic.h"
#include "memory.h"
#include "region.h"
#include "tables.h"
#include "traps.h"
#include "units.h"
#include "x86.h"

#define ENTRY_64	0x200		/* "64-bit Boot Protocol" */
#define ARRIVAL_MS	1000
#define NAP_US		500
#define COM1		0x3f8
#define LVT_SMI		0x200		/* SDM "Local Vector Table" */
#define POISON_PAGES	5	/* purgatory is to clear those in the middle */

/* The copies: MADT with one more entry, XSDT of any length there is, RSDP. */
#define ACPI_EXTRA	(PAGE + 64)

extern const uint8_t kernel_start[], file_end[], kernel_end[];
extern const uint8_t blob_park[], blob_park_end[];
extern const uint8_t blob_purgatory[], blob_purgatory_end[];

uint32_t hop;
static uint8_t header[ZP_HEADER_END - ZP_HEADER];

bool chain_was_cleared(void)
{
	const uint8_t *page = (const void *)cmdline_number("poisoned", 0);
	bool as_told = true;

	for (uint32_t i = 0; page && i < POISON_PAGES * PAGE; i++) {
		bool cleared = i >= PAGE && i < (POISON_PAGES - 1) * PAGE;

		as_told &= page[i] == (cleared ? 0 : POISON);
	}
	return as_told;
}

static bool is_zero(const uint8_t *from, uint64_t size)
{
	uint8_t any = 0;

	while (size--)
		any |= *from++;
	return !any;
}

/* Of the stack all but the word that it went back by when it had wiped it. */
bool chain_was_forgotten(void)
{
	const uint8_t *image = (const void *)cmdline_number("params", 0);
	uint64_t file = (uint64_t)(blob_purgatory_end - blob_purgatory);

	return !image || (is_zero(image, PURGATORY_PARAMS_SIZE) &&
			  is_zero(image + file, PURGATORY_STACK_SIZE - 8));
}

bool chain_kept_map(void)
{
	return cmdline_number("map", 0) == memory_map_sum;
}

void chain_init(const uint8_t *boot_params)
{
	memcpy(header, boot_params + ZP_HEADER, sizeof(header));
	hop = (uint32_t)cmdline_number("hop", 0);
}

static uint64_t take(uint64_t size, uint64_t align, uint64_t min,
		     uint64_t max, const char *what)
{
	uint64_t pa = memory_take(size, align, min, max);

	if (!pa)
		die("no memory for %s (0x%lx bytes)", what, size);
	return pa;
}

/* The firmware's own: ours may be a copy that purgatory made. */
static uint64_t pristine_rsdp(void)
{
	return machine.kprk ? machine.kprk->pristine_rsdp_pa
			    : machine.rsdp_pa;
}

/* The park that this kernel was started from, if it has all our CPUs. */
static bool adopt(struct chain *chain)
{
	const struct kprk_table *kprk = machine.kprk;
	struct park_header *park;

	if (!kprk || kprk->records < machine.cpus)
		return false;
	park = (struct park_header *)kprk->region_pa;
	if (!memory_is_reserved(kprk->region_pa, kprk->region_size))
		return false;
	chain->park = park;
	chain->live = true;
	return true;
}

static void build_park(struct chain *chain, uint32_t flags)
{
	struct region_plan plan = {
		.apic_ids = machine.apic_ids,
		.cpus = machine.cpus,
		.acpi_size = flags & CHAIN_NO_ACPI_ROOM ? 0 :
			     machine.madt_size + ACPI_EXTRA,
		.tsc_khz = tsc_khz,
		.nap_us = NAP_US,
		.idle = flags & CHAIN_SPIN ? PARK_IDLE_SPIN :
			flags & CHAIN_MWAIT ? PARK_IDLE_MWAIT : PARK_IDLE_HLT,
		.nx = cpuid(CPUID_EXTENDED, 0).d & CPUID_EXTENDED_NX,
	};

	if (!plan.cpus)
		return;			/* no MADT: nobody to park */
	plan.low_page_pa = (uint32_t)take(PAGE, PAGE, LOW_MIN, LOW_MAX,
					  "the SIPI page");
	plan.base_pa = take(region_size(&plan), PARK_ALIGN, PARK_ALIGN,
			    FOUR_GIB, "the park");
	if (region_build((void *)plan.base_pa, &plan, blob_park,
			 (size_t)(blob_park_end - blob_park)))
		die("chain: this stub was built with another park");
	memory_reserve_for_next(plan.base_pa, region_size(&plan));
	memory_reserve_for_next(plan.low_page_pa, PAGE);
	chain->park = (struct park_header *)plan.base_pa;
}

static void copy_image(struct chain *chain)
{
	chain->image_pa = take((uint64_t)(kernel_end - kernel_start), PAGE,
			       MIB, FOUR_GIB, "the next stub");
	memcpy((void *)chain->image_pa, kernel_start,
	       (size_t)(file_end - kernel_start));
}

/* boot_params and, in the page behind it, the command line */
static uint8_t *build_boot_params(struct chain *chain)
{
	uint8_t *params = (uint8_t *)take(2 * PAGE, PAGE, MIB, FOUR_GIB,
					  "boot_params");

	memcpy(params + ZP_HEADER, header, sizeof(header));
	chain->cmdline = (char *)(params + PAGE);
	memcpy(chain->cmdline, cmdline_text(), strlen(cmdline_text()) + 1);
	cmdline_set(chain->cmdline, "hop", hop + 1);
	cmdline_set(chain->cmdline, "passed", checks_passed);
	cmdline_set(chain->cmdline, "failed", checks_failed);
	cmdline_set(chain->cmdline, "tsc_khz", tsc_khz);
	cmdline_set(chain->cmdline, "map", memory_map_sum);
	zp_set_u32(params, ZP_CMDLINE, (uint32_t)(uint64_t)chain->cmdline);
	zp_set_u32(params, ZP_EXT_CMDLINE, 0);
	zp_set_u64(params, ZP_SETUP_DATA, 0);
	zp_set_u64(params, ZP_ACPI_RSDP, pristine_rsdp());
	memory_write_map(params);
	return params;
}

/* Did the purgatory that wrote KPRK start this very kernel? */
static bool is_own_boot(void)
{
	return machine.kprk && machine.kprk->hop == hop;
}

/*
 * la57=1: the next hop on 5-level paging, where the CPU has it; la57=2: every
 * other hop, so that each CPU comes home with the depth that is wrong next.
 */
static bool wants_5level(uint32_t from)
{
	uint64_t wish = cmdline_number("la57", 0);

	return (cpuid(CPUID_FEATURES, 0).c & CPUID_FEATURES_LA57) &&
	       (wish == 1 || (wish == 2 && !(from & 1)));
}

bool chain_has_depth(void)
{
	uint64_t cr4;

	__asm__("mov %%cr4, %0" : "=r"(cr4));
	return !(cr4 & CR4_LA57) == !wants_5level(hop - 1);
}

uint32_t chain_verify(void)
{
	char name[8];

	cmdline_value("verify", name, sizeof(name));
	return !strcmp(name, "none") ? KPRK_VERIFY_NONE :
	       !strcmp(name, "sha256") ? KPRK_VERIFY_SHA256 :
	       KPRK_VERIFY_XXH3;
}

/* Pages full of what the next stub must not see, in two ranges. */
static void poison(struct chain *chain)
{
	struct purgatory_params *params = chain->params;
	uint64_t pa = take(POISON_PAGES * PAGE, PAGE, MIB, FOUR_GIB, "poison");

	memset((void *)pa, POISON, POISON_PAGES * PAGE);
	params->clear[0] = (struct purgatory_range){ pa + PAGE, PAGE };
	params->clear[1] = (struct purgatory_range){
		pa + 2 * PAGE, (POISON_PAGES - 3) * PAGE
	};
	params->clears = 2;
	cmdline_set(chain->cmdline, "poisoned", pa);
}

static void build_purgatory(struct chain *chain, const uint8_t *boot_params)
{
	const struct purgatory_params *blob = (const void *)blob_purgatory;
	struct idmap map = memory_idmap();
	uint64_t pa = take(blob->image_size + idmap_size(&map), PAGE, MIB,
			   FOUR_GIB, "purgatory");
	uint64_t tables_pa = pa + blob->image_size;
	struct purgatory_params *params = (void *)pa;

	memcpy(params, blob_purgatory,
	       (size_t)(blob_purgatory_end - blob_purgatory));
	idmap_build(&map, (uint64_t *)tables_pa, tables_pa);
	params->cr3_5level = tables_pa;
	params->cr3_4level = tables_pa + PAGE;
	params->boot_params_pa = (uint64_t)boot_params;
	params->kernel_entry_pa = chain->image_pa + ENTRY_64;
	params->park_pa = (uint64_t)chain->park;
	params->rsdp_pa = pristine_rsdp();
	params->map_limit = idmap_end(&map);
	params->flags = PURGATORY_MAILBOX |
			(chain->live ? PURGATORY_LIVE_REGION : 0) |
			(is_own_boot() ? PURGATORY_OWN_BOOT : 0) |
			(wants_5level(hop) ? PURGATORY_5LEVEL : 0) |
			(cmdline_number("serial", 0) ? PURGATORY_SERIAL : 0);
	params->arrival_ms = ARRIVAL_MS * patience;
	params->tsc_khz = tsc_khz;
	params->serial_port = COM1;
	params->hop = hop + 1;
	params->verify = chain_verify();
	memcpy(params->previous, "kernel-stub", sizeof("kernel-stub"));
	cmdline_set(chain->cmdline, "params", pa);	/* to be wiped */
	chain->params = params;
	chain->tables_pa = tables_pa;
	chain->tables_size = idmap_size(&map);
}

void chain_prepare(struct chain *chain, uint32_t flags)
{
	memset(chain, 0, sizeof(*chain));
	if (!adopt(chain))
		build_park(chain, flags);
	copy_image(chain);
	build_purgatory(chain, build_boot_params(chain));
	poison(chain);
}

static void list(struct purgatory_params *params, uint64_t pa, uint64_t size)
{
	params->segment[params->segments++] = (struct purgatory_range){
		pa, size
	};
}

/* The order is that of purgatory_abi.h. */
static void list_all(struct chain *chain)
{
	struct purgatory_params *params = chain->params;
	uint64_t code = (uint64_t)(blob_purgatory_end - blob_purgatory) -
			PURGATORY_PARAMS_SIZE;

	params->segments = 0;
	list(params, (uint64_t)params,
	     offsetof(struct purgatory_params, digest));
	list(params, (uint64_t)params + PURGATORY_PARAMS_SIZE, code);
	list(params, chain->tables_pa, chain->tables_size);
	if (chain->park && !chain->live)
		list(params, (uint64_t)chain->park, chain->park->size);
	params->early = params->segments;
	list(params, chain->image_pa, (uint64_t)(file_end - kernel_start));
	list(params, params->boot_params_pa, 2 * PAGE);
}

/* The block last: the other digests are not in it, but all else is. */
void chain_seal(struct chain *chain)
{
	struct purgatory_params *params = chain->params;

	list_all(chain);
	for (uint32_t i = params->segments; i-- > 0;)
		digest(params->verify, DIGEST_BY_WORDS,
		       (const void *)params->segment[i].pa,
		       params->segment[i].size, params->digest[i]);
}

/* As Linux does: with no IDT left, a fault restarts the machine. */
static _Noreturn void jump(uint64_t entry, uint64_t boot_params)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) none;

	cli();
	__asm__ volatile("lidt %2; jmp *%0" : : "r"(entry), "S"(boot_params),
			 "m"(none) : "memory");
	__builtin_unreachable();
}

/*
 * Firmware may have its own thermal interrupt as an SMI; Linux masks the entry
 * before a kexec, and the next Linux reads there that it is firmware's. A timer
 * that was left open is to be masked, as is all but the pins.
 */
static void leave_lvt(void)
{
	lapic_write(APIC_LVT_THERMAL, APIC_LVT_MASKED | LVT_SMI);
	lapic_write(APIC_LVT_TIMER, WAKE_VECTOR);
}

bool chain_has_lvt(void)
{
	return lapic_read(APIC_LVT_THERMAL) == (APIC_LVT_MASKED | LVT_SMI) &&
	       lapic_read(APIC_LVT_TIMER) == (APIC_LVT_MASKED | WAKE_VECTOR);
}

_Noreturn void chain_jump(const struct chain *chain)
{
	leave_lvt();
	jump((uint64_t)chain->params + chain->params->entry, 0);
}

_Noreturn void chain_jump_plain(const struct chain *chain)
{
	cmdline_set(chain->cmdline, "poisoned", 0);	/* nobody clears it */
	cmdline_set(chain->cmdline, "params", 0);
	zp_set_u64((uint8_t *)chain->params->boot_params_pa, ZP_ACPI_RSDP,
		   machine.rsdp_pa);
	jump(chain->params->kernel_entry_pa, chain->params->boot_params_pa);
}

/*
 * undefined=1: what the SDM calls undefined behind 32-bit code is made to be so in
 * this hop's purgatory, by QEMU's port for gdb: tests/stub/run reads this line and
 * answers with a word in `done`.
 */
static void ask_for_undefined(const struct chain *chain)
{
	static uint32_t done;

	say("monitor: undefined 0x%lx 0x%lx\n", (uint64_t)chain->params,
	    (uint64_t)&done);
	if (!WAIT_FOR(LOAD(done), MONITOR_MS))
		die("hop %u: nobody made registers undefined", hop);
	done = 0;
}

_Noreturn void chain_go(void)
{
	struct chain chain;

	chain_prepare(&chain, 0);
	chain_seal(&chain);
	bringdown_all();
	if (cmdline_number("undefined", 0))
		ask_for_undefined(&chain);
	chain_jump(&chain);
}
