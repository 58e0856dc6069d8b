// SPDX-License-Identifier: GPL-2.0-only
/*
 * tables.c - RSDP -> XSDT or RSDT -> MADT and KPRK.
 */
#include "tables.h"

#include <string.h>

#include "acpi.h"
#include "bootparams.h"
#include "console.h"
#include "memory.h"

/* ACPI 6.6 "Finding the RSDP on IA-PC Systems": on 16-byte boundaries */
#define EBDA_SEGMENT_AT		0x40e
#define EBDA_SEARCHED		0x400
#define BIOS_AREA		0xe0000
#define BIOS_AREA_END		0x100000
#define RSDP_STEP		16

#define TABLES_MAX		256	/* more than any firmware lists */
#define TABLE_SIZE_MAX		0x100000
#define WAKEUP_V0_LENGTH	16	/* ACPI 6.4: without a reset vector */

struct machine machine;

#define complain(found, ...) do {		\
	(found)->complaints++;			\
	say("tables: " __VA_ARGS__);		\
} while (0)

static bool is_rsdp(const struct acpi_rsdp *rsdp)
{
	return !memcmp(rsdp->signature, "RSD PTR ", 8) &&
	       !acpi_sum(rsdp, ACPI_RSDP_V1_LENGTH);
}

static uint64_t search(uint64_t pa, uint64_t end)
{
	for (; pa && pa + sizeof(struct acpi_rsdp) <= end; pa += RSDP_STEP)
		if (is_rsdp((const void *)pa))
			return pa;
	return 0;
}

uint64_t tables_find_rsdp(const uint8_t *boot_params)
{
	uint64_t pa = zp_u64(boot_params, ZP_ACPI_RSDP);
	uint64_t ebda;
	uint16_t segment;

	if (pa)
		return pa;
	memcpy(&segment, (const void *)EBDA_SEGMENT_AT, sizeof(segment));
	ebda = (uint64_t)segment << 4;
	pa = search(ebda, ebda + EBDA_SEARCHED);
	return pa ? pa : search(BIOS_AREA, BIOS_AREA_END);
}

static bool is_mapped(uint64_t pa, uint64_t size)
{
	return pa && pa < memory_limit && size <= memory_limit - pa;
}

/* A table at this address, mapped and of a believable length; else NULL. */
static struct acpi_header *table_at(uint64_t pa)
{
	struct acpi_header *table = (void *)pa;

	if (!is_mapped(pa, sizeof(*table)) ||
	    table->length < sizeof(*table) ||
	    table->length > TABLE_SIZE_MAX ||
	    !is_mapped(pa, table->length))
		return NULL;
	return table;
}

static bool is_intact(const struct acpi_header *table)
{
	return !acpi_sum(table, table->length);
}

static const struct acpi_header *root_at(uint64_t pa, const char *signature)
{
	const struct acpi_header *root = table_at(pa);

	return root && !memcmp(root->signature, signature, 4) &&
	       is_intact(root) ? root : NULL;
}

static const struct acpi_header *find_root(struct machine *found,
					   const struct acpi_rsdp *rsdp)
{
	const struct acpi_header *root = NULL;

	if (rsdp->revision >= 2 && rsdp->xsdt_pa) {
		root = root_at(rsdp->xsdt_pa, "XSDT");
		if (!root)
			complain(found, "XSDT at 0x%lx: damaged\n",
				 rsdp->xsdt_pa);
	}
	if (!root)
		root = root_at(rsdp->rsdt_pa, "RSDT");
	if (!root)
		complain(found, "RSDT at 0x%x: damaged or missing\n",
			 rsdp->rsdt_pa);
	return root;
}

static void *find_table(const struct acpi_header *root, const char *signature)
{
	uint32_t size = root->signature[0] == 'X' ? 8 : 4;
	uint32_t count = (root->length - (uint32_t)sizeof(*root)) / size;
	const uint8_t *entries = (const uint8_t *)(root + 1);

	for (uint32_t i = 0; i < count && i < TABLES_MAX; i++) {
		struct acpi_header *table;
		uint64_t pa = 0;

		memcpy(&pa, entries + i * size, size);
		table = table_at(pa);
		if (table && !memcmp(table->signature, signature, 4))
			return table;
	}
	return NULL;
}

static bool is_listed(const struct machine *found, uint32_t apic_id)
{
	for (uint32_t i = 0; i < found->cpus; i++)
		if (found->apic_ids[i] == apic_id)
			return true;
	return false;
}

/* Returns 1 if there was no room left for it. */
static uint32_t add_cpu(struct machine *found, uint32_t apic_id)
{
	if (is_listed(found, apic_id)) {
		complain(found, "MADT: APIC ID %u twice\n", apic_id);
		return 0;
	}
	if (found->cpus == CPUS_MAX)
		return 1;
	found->apic_ids[found->cpus++] = apic_id;
	return 0;
}

/*
 * The mailbox must lie in a page that no kernel takes for RAM, and be idle: a
 * command in it that nobody cleared means that nobody is there.
 */
static const char *why_no_mailbox(const struct madt_wakeup *wakeup)
{
	uint64_t pa = wakeup->mailbox_pa;
	const struct park_mailbox *mailbox = (const void *)pa;

	if (wakeup->entry.length < WAKEUP_V0_LENGTH)
		return "shorter than 16 bytes";
	if (!pa || pa % PAGE)
		return "no page";
	if (!memory_is_reserved(pa, PAGE))
		return "not in reserved memory";
	if (mailbox->command != MAILBOX_NOOP)
		return "a command is waiting in it";
	return NULL;
}

static void take_wakeup(struct machine *found,
			const struct madt_wakeup *wakeup)
{
	const char *why_not = why_no_mailbox(wakeup);

	if (found->mailbox) {
		complain(found, "MADT: a second mailbox, not used\n");
		return;
	}
	if (why_not) {
		complain(found, "MADT: mailbox not used: %s\n", why_not);
		return;
	}
	found->mailbox = (void *)wakeup->mailbox_pa;
	if (wakeup->version < 1 || wakeup->entry.length < sizeof(*wakeup))
		return;			/* version 0: no way back */
	if (!memory_is_reserved(wakeup->reset_vector_pa, 1)) {
		complain(found, "MADT: reset vector 0x%lx not used: not in"
			 " reserved memory\n", wakeup->reset_vector_pa);
		return;
	}
	found->reset_vector_pa = wakeup->reset_vector_pa;
}

static void read_madt(struct machine *found, struct acpi_madt *madt)
{
	bool intact = is_intact(&madt->header);
	struct madt_entry *entry = NULL;
	uint32_t apic_id, left_out = 0;
	int damaged = 0;

	found->madt = madt;
	found->madt_size = madt->header.length;
	if (!intact)
		complain(found, "MADT: wrong checksum: CPUs are taken from it,"
			 " a mailbox is not\n");
	while ((entry = madt_next(madt, entry, &damaged))) {
		if (madt_cpu(entry, &apic_id))
			left_out += add_cpu(found, apic_id);
		else if (entry->type == MADT_WAKEUP && intact)
			take_wakeup(found, (const void *)entry);
	}
	if (damaged)
		complain(found, "MADT: an entry of impossible length ends it"
			 " early\n");
	if (left_out)
		complain(found, "MADT: %u CPUs left out, more than %u\n",
			 left_out, CPUS_MAX);
}

void tables_read(uint64_t rsdp_pa, struct machine *found)
{
	const struct acpi_rsdp *rsdp = (const void *)rsdp_pa;
	const struct acpi_header *root;
	struct acpi_madt *madt;

	memset(found, 0, sizeof(*found));
	if (!is_mapped(rsdp_pa, sizeof(*rsdp)) ||
	    memcmp(rsdp->signature, "RSD PTR ", 8)) {
		complain(found, "no RSDP: the boot CPU only\n");
		return;
	}
	if (!is_rsdp(rsdp))
		complain(found, "RSDP: wrong checksum, used all the same\n");
	found->rsdp_pa = rsdp_pa;
	root = find_root(found, rsdp);
	if (!root)
		return;
	madt = find_table(root, "APIC");
	if (!madt || madt->header.length < sizeof(*madt))
		complain(found, "no MADT: the boot CPU only\n");
	else
		read_madt(found, madt);
	found->kprk = find_table(root, "KPRK");
	if (found->kprk &&
	    ((uint64_t)found->kprk % _Alignof(struct kprk_table) ||
	     found->kprk->header.length < sizeof(*found->kprk) ||
	     found->kprk->version != PARK_ABI_VERSION)) {
		complain(found, "KPRK: not of version %u, not used\n",
			 PARK_ABI_VERSION);
		found->kprk = NULL;
	}
}
