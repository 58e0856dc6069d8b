// SPDX-License-Identifier: GPL-2.0-only
/*
 * spoil.c - what an old kernel can do wrong: all of it happens before the jump,
 * on the boot CPU or, as cpu->before_home, on an AP that is to go home.
 */
#include "spoil.h"

#include <string.h>

#include "apic.h"
#include "atomic.h"
#include "clock.h"
#include "cmdline.h"
#include "console.h"
#include "faults.h"
#include "ipi.h"
#include "lapic.h"
#include "memory.h"
#include "parkview.h"
#include "tables.h"
#include "traps.h"
#include "units.h"

#define FALL_ASLEEP_US	20000	/* from PARKED on */

/* SDM "Interrupt Command Register (ICR)" */
#define ICR_SELF	0x00040000

void spoil_ap_silent(struct chain *chain)
{
	chain->params->fault = PURGATORY_FAULT_SILENT;
	chain->params->fault_arg = fault_victim()->apic_id;
	chain_seal(chain);
}

void spoil_ap_dies(struct chain *chain)
{
	chain->params->fault = PURGATORY_FAULT_DIES;
	chain->params->fault_arg = fault_victim()->apic_id;
	chain_seal(chain);
}

/* A bit of segment=N: of its byte at=first, middle or last, or its digest. */
void spoil_flip(struct chain *chain)
{
	uint32_t which = (uint32_t)cmdline_number("segment", 0);
	const struct purgatory_range *segment = &chain->params->segment[which];
	uint8_t *byte = (uint8_t *)segment->pa;
	char at[8];

	if (which >= chain->params->segments)
		die("segment=%u: need less than %u", which,
		    chain->params->segments);
	cmdline_value("at", at, sizeof(at));
	if (!strcmp(at, "digest"))
		byte = chain->params->digest[which];
	else if (!strcmp(at, "last"))
		byte += segment->size - 1;
	else if (strcmp(at, "first"))
		byte += segment->size / 2;
	*byte ^= 0x10;
}

void spoil_mailbox_unwanted(struct chain *chain)
{
	chain->params->flags &= ~PURGATORY_MAILBOX;
	chain_seal(chain);
}

/*
 * All that went home have arrived, and are asleep a moment later; else there is
 * nothing to spoil yet.
 */
static void wait_until_parked(void)
{
	FOR_EACH_AP(cpu)
		if (!WAIT_FOR(LOAD(park_slot_of(cpu)->state) == PARK_PARKED,
			      COUNT_MS))
			die("CPU %u has not arrived", cpu->index);
	delay_us(FALL_ASLEEP_US);
}

/*
 * Its sleep ends with a return to nowhere. All of its stack but what lies
 * below the #MC stack's end: a fault there would be one more fault.
 */
void spoil_break_stack(struct chain *chain)
{
	struct park_slot *slot = park_slot_of(fault_victim());

	(void)chain;
	wait_until_parked();
	memset((uint8_t *)slot + PARK_SLOT_MC_STACK, POISON,
	       PARK_SLOT_STACK - PARK_SLOT_MC_STACK);
}

/*
 * Its sleep ends with a return to a harmless loop: by turns in its own slot,
 * and in memory that is not the park's. The park's map stops it, so that it
 * says FAULTED. Without NX there is no telling code from data.
 */
void spoil_lead_astray(struct chain *chain)
{
	static const uint8_t loop[] = { 0xf4, 0xeb, 0xfd };	/* HLT; JMP */
	struct park_slot *slot = park_slot_of(fault_victim());
	uint8_t *low = (uint8_t *)slot + PARK_SLOT_MC_STACK;
	bool inside = hop & 1 &&
		      cpuid(CPUID_EXTENDED, 0).d & CPUID_EXTENDED_NX;
	uint64_t target = (uint64_t)(inside ? low : loop);

	(void)chain;
	wait_until_parked();
	memcpy(low, loop, sizeof(loop));
	for (uint8_t *at = low + 16; at < low + PARK_SLOT_STACK -
	     PARK_SLOT_MC_STACK; at += sizeof(target))
		memcpy(at, &target, sizeof(target));
	lapic_send(slot->apic_id, ICR_FIXED | ICR_ASSERT | PARK_KICK_VECTOR);
	if (!WAIT_FOR(LOAD(slot->state) == PARK_FAULTED, COUNT_MS))
		die("astray %s the region: the slot says %u, need %u",
		    inside ? "in" : "outside", LOAD(slot->state), PARK_FAULTED);
}

void spoil_damage_slot(struct chain *chain)
{
	(void)chain;
	wait_until_parked();
	park_slot_of(fault_victim())->apic_id = NOBODY;
}

void spoil_damage_header(struct chain *chain)
{
	wait_until_parked();
	chain->park->nap_us ^= 1;
}

/* One thing wrong at a time: the sum is right again. */
static void set_header_sum(struct park_header *park)
{
	park->checksum -= park_header_sum(park);
}

void spoil_region_signature(struct chain *chain)
{
	wait_until_parked();
	chain->park->signature ^= 1;
	set_header_sum(chain->park);
}

void spoil_region_version(struct chain *chain)
{
	wait_until_parked();
	chain->park->version++;
	set_header_sum(chain->park);
}

/* A copy of the whole, which says that it lies elsewhere. */
void spoil_region_elsewhere(struct chain *chain)
{
	uint64_t pa = memory_take(chain->park->size, PAGE, 1 << 20,
				  1ULL << 32);

	if (!pa)
		die("no memory for a second region");
	memcpy((void *)pa, chain->park, chain->park->size);
	chain->params->park_pa = pa;
	chain_seal(chain);
}

static _Noreturn void spin_deaf(void)
{
	for (;;)
		__asm__ volatile("cli; pause");
}

static void stay(struct cpu *self)
{
	STORE(self->sync, SYNC_DEAD);
	spin_deaf();
}

void spoil_one_stays(struct chain *chain)
{
	(void)chain;
	fault_victim()->before_home = stay;
}

void spoil_all_stay(struct chain *chain)
{
	(void)chain;
	FOR_EACH_AP(cpu)
		cpu->before_home = stay;
}

/* It has nothing better to do than to hit those who have gone home. */
static void sabotage(struct cpu *self)
{
	STORE(self->sync, SYNC_DEAD);
	for (;;) {
		FOR_EACH_AP(cpu) {
			if (cpu == self)
				continue;
			lapic_send(cpu->apic_id, ICR_ASSERT | ICR_NMI);
			lapic_send(cpu->apic_id, ICR_ASSERT | ICR_FIXED |
				   WAKE_VECTOR);
		}
		pause();
	}
}

void spoil_one_sabotages(struct chain *chain)
{
	(void)chain;
	fault_victim()->before_home = sabotage;
}

/* SDM "Control Registers", CR4: what a kernel may leave on */
#define CR0_AM			0x00040000
#define CR0_CD			0x40000000
#define CR4_TSD			0x00000004
#define CR4_DE			0x00000008
#define CR4_PGE			0x00000080
#define CR4_UMIP		0x00000800
#define CR4_FSGSBASE		0x00010000
#define CR4_PCIDE		0x00020000
#define CR4_SMEP		0x00100000
#define CR4_SMAP		0x00200000
#define CR4_PKE			0x00400000
#define CR4_CET			0x00800000
#define CR4_PKS			0x01000000
#define CR3_PCID	0x1d	/* bits 3 and 4 are PWT and PCD without PCIDE */
#define RFLAGS_DIRTY		0x00044402	/* AC, NT, DF */
#define DR7_WATCH_WRITES	0x00dd040a	/* 4 bytes at DR0, 4 at DR1 */
#define LVT_PERIODIC		0x00020000
#define LVT_TSC_DEADLINE	0x00040000
#define LDR_DIRTY		0x01000000
#define STRAY_VECTOR		0x41

/* SDM "Extended Feature Enable Register" */
#define EFER_SCE		0x00000001

/* SDM "Control-Flow Enforcement Technology" */
#define S_CET_SH_STK_EN		0x00000001
#define S_CET_ENDBR_EN		0x00000004

#define MSR_TSC_DEADLINE	0x000006e0
#define DEADLINE_TICKS		100000
#define VERSION_TSC_DEADLINE	(1u << 24)	/* ECX */

enum cpuid_register { EBX, ECX };

static const struct {
	uint32_t leaf, bit;
	enum cpuid_register in;
	uint64_t cr4;
} dirty_bits[] = {
	{ CPUID_VERSION,  1u << 17, ECX, CR4_PCIDE },
	{ CPUID_VERSION,  1u << 26, ECX, CR4_OSXSAVE },
	{ CPUID_FEATURES, 1u << 0,  EBX, CR4_FSGSBASE },
	{ CPUID_FEATURES, 1u << 7,  EBX, CR4_SMEP },
	{ CPUID_FEATURES, 1u << 20, EBX, CR4_SMAP },
	{ CPUID_FEATURES, 1u << 2,  ECX, CR4_UMIP },
	{ CPUID_FEATURES, 1u << 3,  ECX, CR4_PKE },
	{ CPUID_FEATURES, 1u << 31, ECX, CR4_PKS },
};

static uint64_t dirty_cr4(void)
{
	uint64_t cr4 = CR4_TSD | CR4_DE | CR4_PGE | CR4_OSFXSR;

	for (uint32_t i = 0; i < sizeof(dirty_bits) / sizeof(*dirty_bits); i++) {
		struct cpuid r = cpuid(dirty_bits[i].leaf, 0);
		uint32_t word = dirty_bits[i].in == EBX ? r.b : r.c;

		if (word & dirty_bits[i].bit)
			cr4 |= dirty_bits[i].cr4;
	}
	return cr4;
}

/* What supervisor CET there is, so that the reset vector needs its ENDBR64. */
static uint64_t dirty_cet(void)
{
	struct cpuid r = cpuid(CPUID_FEATURES, 0);

	return (r.c & CPUID_FEATURES_SHSTK ? S_CET_SH_STK_EN : 0) |
	       (r.d & CPUID_FEATURES_IBT ? S_CET_ENDBR_EN : 0);
}

/*
 * A timer that goes on: periodic, now and again or for seconds, or with every
 * other CPU a TSC deadline.
 */
static void leave_timer_on(const struct cpu *self)
{
	if (self->index & 1 ||
	    !(cpuid(CPUID_VERSION, 0).c & VERSION_TSC_DEADLINE)) {
		lapic_write(APIC_LVT_TIMER, LVT_PERIODIC | STRAY_VECTOR);
		lapic_write(APIC_TIMER_INITIAL,
			    self->index & 2 ? UINT32_MAX : 1000000);
		return;
	}
	lapic_write(APIC_LVT_TIMER, LVT_TSC_DEADLINE | STRAY_VECTOR);
	__asm__ volatile("mfence" : : : "memory");
	wrmsr(MSR_TSC_DEADLINE, rdtsc() + DEADLINE_TICKS);
}

/* A logical ID, and counters' and thermal interrupts, where there are any. */
static void leave_apic_programmed(void)
{
	uint32_t entries = lapic_read(APIC_VERSION) >> 16 & 0xff;

	if (!lapic_is_x2(rdmsr(MSR_APIC_BASE)))
		lapic_write(APIC_LDR, LDR_DIRTY);
	if (entries > 3)
		lapic_write(APIC_LVT_PERF, STRAY_VECTOR);
	if (entries > 4)
		lapic_write(APIC_LVT_THERMAL, STRAY_VECTOR);
}

#define ADDRESS_BITS	0x000ffffffffff000ULL

static uint64_t read_only_root;

/*
 * As the kernel's map, but the park is read-only, by a table of its own: the
 * kernel may lie in the same 2 MiB.
 */
static void build_read_only_map(void)
{
	struct idmap map = memory_idmap();
	uint64_t size = idmap_size(&map);
	uint64_t pa = memory_take(size + PAGE, PAGE, 1 << 20, UINT64_MAX);
	uint64_t *pml4 = (uint64_t *)(pa + PAGE), *pdpt, *pd;
	uint64_t *table = (uint64_t *)(pa + size);
	const struct park_header *park = park_of_boot();
	uint64_t at = park->base_pa, cr4;

	if (!pa)
		die("no memory for a map");
	idmap_build(&map, (uint64_t *)pa, pa);
	pdpt = (uint64_t *)(pml4[0] & ADDRESS_BITS);
	pd = (uint64_t *)(pdpt[at / GIB] & ADDRESS_BITS);
	for (uint32_t i = 0; i < HUGE_PAGE / PAGE; i++, at += PAGE)
		table[i] = at | PTE_PRESENT |
			   (at < park->base_pa + park->size ? 0 : PTE_WRITE);
	pd[park->base_pa % GIB / HUGE_PAGE] = (uint64_t)table | PTE_PRESENT |
					 PTE_WRITE;
	__asm__("mov %%cr4, %0" : "=r"(cr4));
	read_only_root = cr4 & CR4_LA57 ? pa : (uint64_t)pml4;
}

/*
 * A timer that goes on, interrupts pending, watchpoints on the slot's state and
 * on the first word the park pushes, everything on in CR4, caches off, no NXE,
 * CET, no IDT, no stack, a map to read only. From CET on no call, no return, and one
 * jump.
 */
static void leave_dirty(struct cpu *self)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) none;
	uint64_t vector = machine.reset_vector_pa, cr0, cr3, cr4;
	uint64_t dirty = dirty_cr4(), cet = dirty_cet();

	apic_open(self);
	lapic_write(APIC_TPR, 0xf0);
	leave_apic_programmed();
	leave_timer_on(self);
	lapic_send(self->apic_id, ICR_SELF | ICR_ASSERT |
		   (STRAY_VECTOR + 1));
	wrmsr(MSR_EFER, (rdmsr(MSR_EFER) & ~(uint64_t)EFER_NXE) | EFER_SCE);
	__asm__ volatile("mov %0, %%db0" : :
			 "r"((uint64_t)&park_slot_of(self)->state));
	__asm__ volatile("mov %0, %%db1" : :
			 "r"((uint64_t)park_slot_of(self) +
			     PARK_SLOT_STACK - sizeof(uint64_t)));
	__asm__ volatile("mov %0, %%db7" : : "r"((uint64_t)DR7_WATCH_WRITES));
	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %0, %%cr0" : :
			 "r"(cr0 | CR0_WP | CR0_TS | CR0_AM | CR0_CD));
	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	__asm__ volatile("mov %0, %%cr4" : : "r"(cr4 | dirty));
	cr3 = read_only_root | (dirty & CR4_PCIDE ? CR3_PCID : 0);
	__asm__ volatile("mov %0, %%cr3" : : "r"(cr3) : "memory");
	if (cet) {
		wrmsr(MSR_S_CET, cet);
		__asm__ volatile("mov %0, %%cr4" : :
				 "r"(cr4 | dirty | CR4_CET));
	}
	STORE(self->sync, SYNC_DEAD);
	__asm__ volatile("lidt %0; pushq %2; popfq; xor %%esp, %%esp; jmp *%1"
			 : : "m"(none), "r"(vector), "i"(RFLAGS_DIRTY)
			 : "memory");
	__builtin_unreachable();
}

void spoil_all_leave_dirty(struct chain *chain)
{
	(void)chain;
	build_read_only_map();
	FOR_EACH_AP(cpu)
		cpu->before_home = leave_dirty;
}

static void leave_by_read_only_map(struct cpu *self)
{
	uint64_t cr0;

	(void)self;
	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %0, %%cr0" : : "r"(cr0 | CR0_WP));
	__asm__ volatile("mov %0, %%cr3" : : "r"(read_only_root) : "memory");
}

/* ACPI asks for a map of the reset vector, and not that it can be written to. */
void spoil_all_leave_by_read_only_map(struct chain *chain)
{
	(void)chain;
	build_read_only_map();
	FOR_EACH_AP(cpu)
		cpu->before_home = leave_by_read_only_map;
}

/* In an NMI: all further ones are blocked until somebody does an IRET. */
static void leave_from_nmi(void)
{
	struct cpu *self = this_cpu();
	uint64_t vector = machine.reset_vector_pa;

	apic_close(self);
	STORE(self->sync, SYNC_DEAD);
	__asm__ volatile("jmp *%0" : : "r"(vector) : "memory");
	__builtin_unreachable();
}

void spoil_crash_by_nmi(struct chain *chain)
{
	(void)chain;
	nmi_hook = leave_from_nmi;
	FOR_EACH_AP(cpu)
		lapic_send(cpu->apic_id, ICR_ASSERT | ICR_NMI);
	FOR_EACH_AP(cpu)
		if (!WAIT_FOR(LOAD(cpu->sync) == SYNC_DEAD, DEAD_MS))
			die("CPU %u took no NMI", cpu->index);
}

static const struct chain *chain_of_victim;

static void jump_instead(struct cpu *self)
{
	(void)self;
	chain_jump(chain_of_victim);
}

/*
 * The victim makes the jump: the others go home, it gets the order last, and
 * the boot CPU parks like any other.
 */
void spoil_jump_elsewhere(struct chain *chain)
{
	FOR_EACH_AP(cpu)
		if (cpu != fault_victim() && !bringdown_one(cpu))
			die("CPU %u does not go", cpu->index);
	chain_of_victim = chain;
	fault_victim()->before_home = jump_instead;
	ipi_wake(fault_victim(), WAKE_STOP);
	cli();
	__asm__ volatile("jmp *%0" : : "r"(machine.reset_vector_pa)
			 : "memory");
	__builtin_unreachable();
}
