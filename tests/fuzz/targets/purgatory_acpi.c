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

/* What the next kernel finds: intact all the way down. */
static void check_copies(uint64_t madt_pa)
{
	const struct acpi_rsdp *rsdp;
	const struct acpi_header *root, *madt = (const void *)madt_pa;
	uint64_t rsdp_pa;

	memcpy(&rsdp_pa, boot_params + 0x070, sizeof(rsdp_pa));
	must(rsdp_pa);
	if (rsdp_pa < ROOM_AT)
		return;		/* there was no room: it is the firmware's */
	must(rsdp_pa + sizeof(*rsdp) <= ROOM_AT + ROOM_SIZE);
	rsdp = (const void *)rsdp_pa;
	check_sum(rsdp, sizeof(*rsdp));
	check_sum(rsdp, ACPI_RSDP_V1_LENGTH);
	root = (const void *)rsdp->xsdt_pa;
	must(rsdp->xsdt_pa >= ROOM_AT &&
	     rsdp->xsdt_pa + root->length <= ROOM_AT + ROOM_SIZE);
	check_sum(root, root->length);
	check_sum(madt, madt->length);
	must(madt_pa < ROOM_AT ||
	     madt_pa + madt->length <= ROOM_AT + ROOM_SIZE);
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
	uint64_t madt_pa = acpi_offer(&journey, tables);

	acpi_publish(&journey, tables, madt_pa);
	check_copies(madt_pa);
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
