// SPDX-License-Identifier: GPL-2.0-only
/*
 * purgatory_acpi.c - any bytes as the firmware's ACPI tables, before the code
 * that copies them for the next kernel. Includes the file under test.
 *
 * The tables lie in a block of memory at a fixed address below 4 GiB, as the
 * RSDT's pointers are short. Pointers are bent into that block first: to read
 * where the firmware points to is no mistake of the code's. Behind the block
 * is as much memory as the largest table may take, and then none.
 */
#include "../fuzz.h"

/* In place of cpu.h, whose instructions a test program may not run. */
#define CPU_H
static uint64_t rdmsr(uint32_t msr) { return msr; }
static void wrmsr(uint32_t msr, uint64_t value) { (void)msr; (void)value; }
static uint64_t rdtsc(void) { return 1; }
static void pause(void) { }

/* acpi.c has one: it arms the entry, which the warden may take back from then on. */
static void at_arming(uint64_t wakeup_pa);
#define __atomic_store_n(to, value, order) \
	(at_arming(value), (void)(*(to) = (value)))

#include "../../../purgatory/acpi.c"

#include "../arena.h"

#define ROOM_AT		(ARENA + 0x400000)
#define ROOM_SIZE	0x4000
#define COPIES_AT	0x1000

static struct {
	struct kprk_table table;
	struct kprk_record records[2];
} kprk;
static uint8_t boot_params[4096];

static void check_sum(const void *table, size_t length)
{
	must(!acpi_sum(table, length));
}

/*
 * Our MADT, which ends behind that entry, has its sum by now; and the entry can be
 * turned off by one aligned store.
 */
static void at_arming(uint64_t wakeup_pa)
{
	uint64_t end = wakeup_pa + sizeof(struct madt_wakeup);
	struct acpi_header header;

	must(wakeup_pa % 8 == 0);
	for (uint64_t at = wakeup_pa; at > ROOM_AT; at--) {
		memcpy(&header, (void *)at, sizeof(header));
		if (!memcmp(header.signature, "APIC", 4) &&
		    at + header.length == end) {
			check_sum((void *)at, header.length);
			return;
		}
	}
	must(!"an entry that is in no MADT");
}

/* The copy where there is one, else the firmware's. */
static const struct acpi_header *listed_madt(const struct acpi_header *root,
					     const struct acpi_tables *tables)
{
	const struct acpi_header *madt = &tables->madt->header;

	for (uint32_t i = 0; i < root_entries(root); i++)
		if (root_entry(root, i) >= ROOM_AT &&
		    root_entry(root, i) < ROOM_AT + ROOM_SIZE)
			madt = (const void *)root_entry(root, i);
	return madt;
}

/* What the next kernel finds: intact all the way down. */
static void check_copies(const struct acpi_tables *tables,
			 const struct journey *journey)
{
	const struct acpi_rsdp *rsdp;
	const struct acpi_header *root, *madt;
	uint64_t rsdp_pa, armed = journey->park->wakeup_entry_pa;

	must(!armed == (journey->outcome != KPRK_PUBLISHED));
	/* PROTOCOL.md 5: 60 s after the jump, by a TSC of 1 GHz */
	must(!armed || journey->park->disarm_at == rdtsc() + 60000000000);
	memcpy(&rsdp_pa, boot_params + 0x070, sizeof(rsdp_pa));
	must(rsdp_pa);
	if (rsdp_pa < ROOM_AT) {	/* no room: it is the firmware's */
		must(!armed && rsdp_pa == (uint64_t)tables->rsdp);
		return;
	}
	must(rsdp_pa + sizeof(*rsdp) <= ROOM_AT + ROOM_SIZE);
	rsdp = (const void *)rsdp_pa;
	check_sum(rsdp, sizeof(*rsdp));
	check_sum(rsdp, ACPI_RSDP_V1_LENGTH);
	root = (const void *)rsdp->xsdt_pa;
	must(rsdp->xsdt_pa >= ROOM_AT &&
	     rsdp->xsdt_pa + root->length <= ROOM_AT + ROOM_SIZE);
	check_sum(root, root->length);
	madt = listed_madt(root, tables);
	check_sum(madt, madt->length);
	must((uint64_t)madt < ROOM_AT ||
	     (uint64_t)madt + madt->length <= ROOM_AT + ROOM_SIZE);
	must(!armed == ((uint64_t)madt < ROOM_AT));
	must(root_entry(root, root_entries(root) - 1) ==
	     (uint64_t)&kprk.table);
}

static void publish(const struct acpi_tables *tables, uint8_t flags)
{
	static struct purgatory_params params;
	struct park_header *park = (void *)ROOM_AT;
	struct journey journey = {
		.params = &params, .park = park, .kprk = &kprk.table,
		.outcome = flags & 1 ? KPRK_PUBLISHED : KPRK_AP_MISSING,
	};

	params.boot_params_pa = (uint64_t)boot_params;
	memset(boot_params, 0, sizeof(boot_params));
	memset(park, 0, sizeof(*park));
	park->base_pa = ROOM_AT;
	park->acpi_at = COPIES_AT;
	park->acpi_size = ROOM_SIZE - COPIES_AT;
	if (flags & 2)
		park->acpi_at += park->acpi_size - (flags & ~3u);
	park->acpi_size = ROOM_SIZE - park->acpi_at;
	park->tsc_khz = 1000000;
	kprk.table.records_at = sizeof(kprk.table);
	kprk.table.records = 2;
	kprk.table.record_size = sizeof(struct kprk_record);
	acpi_publish(&journey, tables, acpi_offer(&journey, tables));
	check_copies(tables, &journey);
}

/* First byte: how to publish; second: what to make right; then the tables. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct acpi_tables tables = { .map_limit = UINT64_MAX };

	if (size < 2 + sizeof(struct acpi_rsdp) || size - 2 > ARENA_INPUT)
		return 0;
	if (!arena_fill(data + 2, size - 2, data[1] & ~ARENA_WILD))
		return 0;
	arena_map(ROOM_AT, ROOM_SIZE);
	if (acpi_find(ARENA, &tables))
		publish(&tables, data[0]);
	return 0;
}
