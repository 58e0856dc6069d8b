// SPDX-License-Identifier: GPL-2.0-only
/*
 * forge.c - ACPI tables that purgatory is given instead of firmware's: wild
 * ones and odd ones. Boot CPU; forge_* before the jump, forge_find_* behind it.
 *
 * ACPI 6.6, section 5.2 "ACPI System Description Tables".
 */
#include "forge.h"

#include <string.h>

#include "acpi.h"
#include "atomic.h"
#include "console.h"
#include "memory.h"
#include "parkview.h"
#include "tables.h"
#include "x86.h"

#define ODD_ID		200	/* of CPUs that are not enabled */
#define ODD_X2APIC_ID	300
#define MADT_ONLINE_CAPABLE 0x2	/* "Local APIC Flags" */

static void put_entry(uint64_t **entry, uint64_t pa)
{
	memcpy((*entry)++, &pa, sizeof(pa));
}

/* An RSDP and an XSDT of our own, which lead to firmware's tables. */
struct forgery {
	struct acpi_rsdp   *rsdp;
	struct acpi_header *xsdt;
	const struct acpi_header *from;	/* firmware's RSDT */
	uint64_t           *entry;	/* the next of the XSDT */
};

/* Reserved in the next kernel's map, which finds its way by them. */
static uint64_t take_reserved(struct chain *chain, uint64_t size)
{
	uint64_t pa = memory_take(size, PAGE, 1 << 20, 1ULL << 32);

	if (!pa)
		die("no memory for tables");
	memory_reserve_for_next(pa, size);
	memory_write_map((uint8_t *)chain->params->boot_params_pa);
	return pa;
}

static struct forgery begin_forgery(struct chain *chain)
{
	const struct acpi_rsdp *old = (void *)chain->params->rsdp_pa;
	uint64_t page = take_reserved(chain, PAGE);
	struct forgery forgery = {
		.rsdp = (void *)page,
		.xsdt = (void *)(page + sizeof(*old)),
		.from = (void *)(uint64_t)old->rsdt_pa,
		.entry = (void *)(page + sizeof(*old) +
				  sizeof(struct acpi_header)),
	};

	*forgery.rsdp = *old;
	*forgery.xsdt = *forgery.from;
	memcpy(forgery.xsdt->signature, "XSDT", 4);
	return forgery;
}

/* All of firmware's, with `madt` (unless it is NULL) in place of its own. */
static void list_firmwares(struct forgery *forgery, const void *madt)
{
	uint32_t tables = (forgery->from->length -
			   (uint32_t)sizeof(*forgery->from)) / 4;
	const uint8_t *entries = (const uint8_t *)(forgery->from + 1);
	uint32_t entry;

	for (uint32_t i = 0; i < tables; i++) {
		memcpy(&entry, entries + 4 * i, 4);
		put_entry(&forgery->entry, madt &&
			  !memcmp((void *)(uint64_t)entry, "APIC", 4) ?
			  (uint64_t)madt : entry);
	}
}

static void set_sum(struct acpi_header *table)
{
	table->checksum = 0;
	table->checksum = (uint8_t)-acpi_sum(table, table->length);
}

static void end_forgery(struct chain *chain, const struct forgery *forgery)
{
	struct acpi_rsdp *rsdp = forgery->rsdp;

	forgery->xsdt->length = (uint32_t)((uint64_t)forgery->entry -
					   (uint64_t)forgery->xsdt);
	set_sum(forgery->xsdt);
	rsdp->revision = 2;
	rsdp->xsdt_pa = (uint64_t)forgery->xsdt;
	rsdp->checksum = 0;
	rsdp->checksum = (uint8_t)-acpi_sum(rsdp, ACPI_RSDP_V1_LENGTH);
	chain->params->rsdp_pa = (uint64_t)rsdp;
	chain_seal(chain);
}

/*
 * An XSDT that has firmware's tables behind some that nobody can read: far off,
 * just above what purgatory has mapped, and half of it.
 */
void forge_wild_tables(struct chain *chain)
{
	struct forgery forgery = begin_forgery(chain);

	put_entry(&forgery.entry, 1ULL << 60);
	put_entry(&forgery.entry, 0);
	put_entry(&forgery.entry, chain->params->map_limit);
	put_entry(&forgery.entry, chain->params->map_limit - 8);
	put_entry(&forgery.entry, UINT64_MAX);
	list_firmwares(&forgery, NULL);
	end_forgery(chain, &forgery);
}

static void add_lapic(struct acpi_madt *madt, uint32_t apic_id, uint32_t flags)
{
	struct madt_lapic entry = {
		{ MADT_LAPIC, sizeof(entry) }, 0, (uint8_t)apic_id, flags
	};

	memcpy((uint8_t *)madt + madt->header.length, &entry, sizeof(entry));
	madt->header.length += (uint32_t)sizeof(entry);
}

/* The firmware's own: the copy has the park's, and no other. */
static void add_mailbox(struct acpi_madt *madt, uint64_t page_pa)
{
	struct madt_wakeup entry = {
		.entry = { MADT_WAKEUP, sizeof(entry) }, .mailbox_pa = page_pa
	};

	memset((void *)page_pa, 0, PAGE);
	memcpy((uint8_t *)madt + madt->header.length, &entry, sizeof(entry));
	madt->header.length += (uint32_t)sizeof(entry);
}

static void add_x2apic(struct acpi_madt *madt, uint32_t apic_id,
		       uint32_t flags)
{
	struct madt_x2apic entry = {
		{ MADT_X2APIC, sizeof(entry) }, 0, apic_id, flags, 0
	};

	memcpy((uint8_t *)madt + madt->header.length, &entry, sizeof(entry));
	madt->header.length += (uint32_t)sizeof(entry);
}

/*
 * A MADT with the APs from the last to the first, each by an entry of type 0
 * and one of type 9; before and between them CPUs that are not enabled, or may
 * be some day. forge_find_odd_madt() asks, behind
 * the jump, what became of it.
 */
void forge_odd_madt(struct chain *chain)
{
	struct forgery forgery = begin_forgery(chain);
	struct acpi_madt *madt = (void *)take_reserved(chain, 2 * PAGE);

	memcpy(madt->header.signature, "APIC", 4);
	madt->lapic_pa = APIC_DEFAULT_BASE;
	madt->header.length = sizeof(*madt);
	add_lapic(madt, ODD_ID, 0);
	add_lapic(madt, cpus[0].apic_id, MADT_CPU_ENABLED);
	for (uint32_t i = cpu_count; i-- > 1;) {
		add_lapic(madt, cpus[i].apic_id, MADT_CPU_ENABLED);
		add_lapic(madt, ODD_ID + i, MADT_ONLINE_CAPABLE);
		add_x2apic(madt, cpus[i].apic_id, MADT_CPU_ENABLED);
	}
	add_x2apic(madt, ODD_X2APIC_ID, 0);
	add_x2apic(madt, ODD_X2APIC_ID + 1, MADT_ONLINE_CAPABLE);
	add_mailbox(madt, take_reserved(chain, PAGE));
	set_sum(&madt->header);
	list_firmwares(&forgery, madt);
	end_forgery(chain, &forgery);
}

/*
 * Of what forge_odd_madt() made: each AP counted once and in that order, the
 * last of them the warden, and in the copy no CPU that is not enabled.
 */
void forge_find_odd_madt(void)
{
	uint32_t disabled = 0, enabled = 0, apic_id;
	struct madt_entry *entry = NULL;
	bool in_order = true;

	while ((entry = madt_next(machine.madt, entry, NULL))) {
		if (entry->type != MADT_LAPIC && entry->type != MADT_X2APIC)
			continue;
		if (madt_cpu(entry, &apic_id))
			enabled++;
		else
			disabled++;
	}
	FOR_EACH_AP(cpu)
		in_order &= cpu->apic_id == cpu_count - cpu->index;
	check(machine.kprk->aps == cpu_count - 1,
	      "of %u entries purgatory made %u APs, need %u", enabled,
	      machine.kprk->aps, cpu_count - 1);
	check(in_order && enabled == 2 * cpu_count - 1 && !disabled,
	      "the copy has the enabled CPUs in order, and %u others",
	      disabled);
	check(LOAD(park_of_boot()->warden) == 1,
	      "the warden is the last of the MADT, APIC 1 (%u)",
	      park_of_boot()->warden);
}
