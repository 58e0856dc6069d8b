// SPDX-License-Identifier: GPL-2.0-only
/*
 * acpi.c - finds the firmware's ACPI tables, and builds the copies by which
 * the next kernel learns of the park: RSDP and XSDT, with KPRK in them, if they fit;
 * a MADT with the mailbox only if every AP answered.
 *
 * ACPI 6.6, section 5.2 "ACPI System Description Tables". The firmware's own
 * tables are never written to.
 */
#include "purgatory.h"

#include <string.h>

#define RSDP_REVISION		2
#define WAKEUP_VERSION		1
#define DISARMED_TYPE		0x80	/* reserved for OEMs: passed over */
#define DISARM_AFTER_S		60	/* kernels read the MADT early */
#define TABLE_SIZE_MAX		0x100000	/* of those that are read here */

/* The copies' room in the region, handed out front to back. */
struct room {
	uint64_t at;
	uint64_t end;
};

static struct room acpi_room;

static void *take(struct room *room, uint64_t size, uint64_t align)
{
	uint64_t at = (room->at + align - 1) & -align;

	if (at + size > room->end)
		return NULL;
	room->at = at + size;
	return (void *)at;
}

/* A pointer that leads nowhere costs the park, and not the machine. */
static bool is_mapped(uint64_t limit, uint64_t pa, uint64_t size)
{
	return pa && pa < limit && limit - pa >= size;
}

static bool is_intact(const struct acpi_header *table, const char *signature,
		      uint64_t limit)
{
	return is_mapped(limit, (uint64_t)table, sizeof(*table)) &&
	       !memcmp(table->signature, signature, 4) &&
	       table->length >= sizeof(*table) &&
	       table->length <= TABLE_SIZE_MAX &&
	       is_mapped(limit, (uint64_t)table, table->length) &&
	       !acpi_sum(table, table->length);
}

/* How many tables, and the address of the i-th, by XSDT or by RSDT. */
static uint32_t root_entries(const struct acpi_header *root)
{
	uint32_t size = root->signature[0] == 'X' ? 8 : 4;

	return (root->length - (uint32_t)sizeof(*root)) / size;
}

static uint64_t root_entry(const struct acpi_header *root, uint32_t i)
{
	const uint8_t *entries = (const uint8_t *)(root + 1);
	uint32_t entry32;
	uint64_t entry;

	if (root->signature[0] == 'X') {
		memcpy(&entry, entries + 8 * i, sizeof(entry));
		return entry;
	}
	memcpy(&entry32, entries + 4 * i, sizeof(entry32));
	return entry32;
}

/* Of a damaged XSDT a kernel may still make use: the RSDT is no copy of it. */
static const struct acpi_header *root_of(const struct acpi_rsdp *rsdp,
					 uint64_t limit)
{
	const struct acpi_header *root;

	if (rsdp->revision >= 2 && rsdp->xsdt_pa) {
		root = (const void *)rsdp->xsdt_pa;
		return is_intact(root, "XSDT", limit) ? root : NULL;
	}
	root = (const void *)(uint64_t)rsdp->rsdt_pa;
	return is_intact(root, "RSDT", limit) ? root : NULL;
}

static void *find_table(const struct acpi_header *root, const char *signature,
			uint64_t limit)
{
	for (uint32_t i = 0; i < root_entries(root); i++) {
		struct acpi_header *table = (void *)root_entry(root, i);

		if (is_intact(table, signature, limit))
			return table;
	}
	return NULL;
}

static const struct acpi_header *root_at(uint64_t rsdp_pa, uint64_t limit)
{
	const struct acpi_rsdp *rsdp = (const void *)rsdp_pa;

	if (!is_mapped(limit, rsdp_pa, sizeof(*rsdp)) ||
	    memcmp(rsdp->signature, "RSD PTR ", 8) ||
	    acpi_sum(rsdp, ACPI_RSDP_V1_LENGTH))
		return NULL;
	return root_of(rsdp, limit);
}

/* A KPRK of any version; its sum may be in the middle of a change. */
static const struct kprk_table *find_kprk(const struct acpi_header *root,
					  uint64_t limit)
{
	for (uint32_t i = 0; i < root_entries(root); i++) {
		uint64_t pa = root_entry(root, i);
		const struct acpi_header *table = (const void *)pa;

		/* ours is aligned; of the others not all are */
		if (is_mapped(limit, pa, sizeof(struct kprk_table)) &&
		    !memcmp(table->signature, "KPRK", 4) &&
		    pa % _Alignof(struct kprk_table) == 0 &&
		    table->length >= sizeof(struct kprk_table))
			return (const void *)pa;
	}
	return NULL;
}

/*
 * The firmware's own RSDP. The one we were given may be a copy that an earlier
 * purgatory made: that one offers CPUs which nobody has asked since.
 */
static uint64_t pristine_rsdp(uint64_t rsdp_pa, uint64_t limit)
{
	const struct acpi_header *root = root_at(rsdp_pa, limit);
	const struct kprk_table *kprk = root ? find_kprk(root, limit) : NULL;

	return kprk ? kprk->pristine_rsdp_pa : rsdp_pa;
}

/* False if they do not lead to an intact MADT. */
bool acpi_find(uint64_t rsdp_pa, struct acpi_tables *tables)
{
	const struct acpi_header *root;
	uint64_t limit = tables->map_limit;
	int damaged = 0;

	rsdp_pa = pristine_rsdp(rsdp_pa, limit);
	root = root_at(rsdp_pa, limit);
	if (!root)
		return false;
	tables->rsdp = (void *)rsdp_pa;
	tables->fadt = find_table(root, "FACP", limit);
	tables->madt = find_table(root, "APIC", limit);
	if (!tables->madt || tables->madt->header.length < sizeof(struct acpi_madt))
		return false;
	for (struct madt_entry *entry = NULL;
	     (entry = madt_next(tables->madt, entry, &damaged));)
		;
	return !damaged;
}

static void set_checksum(struct acpi_header *table)
{
	table->checksum = 0;
	table->checksum = (uint8_t)-acpi_sum(table, table->length);
}

/*
 * Of the firmware's entries ours has all but CPUs that are not enabled (a
 * kernel may try to wake them, and nobody is parked there) and a mailbox of
 * the firmware's own. Order stays: the BSP must be the first CPU.
 */
static bool is_kept(const struct madt_entry *entry)
{
	uint32_t apic_id;

	if (entry->type == MADT_LAPIC || entry->type == MADT_X2APIC)
		return madt_cpu(entry, &apic_id);
	return entry->type != MADT_WAKEUP;
}

/* Bytes of the kept entries; copied to `to` unless that is NULL. */
static uint32_t copy_entries(struct acpi_madt *from, uint8_t *to)
{
	struct madt_entry *entry = NULL;
	uint32_t size = 0;

	while ((entry = madt_next(from, entry, NULL))) {
		if (!is_kept(entry))
			continue;
		if (to)
			memcpy(to + size, entry, entry->length);
		size += entry->length;
	}
	return size;
}

/*
 * The park turns the entry off by one 8-byte store that leaves the sum of its
 * bytes as it is (warden.c): so the entry is aligned to that.
 */
static void fill_wakeup(struct park_header *park, struct madt_wakeup *wakeup)
{
	struct madt_wakeup off;

	memset(wakeup, 0, sizeof(*wakeup));
	wakeup->entry.type = MADT_WAKEUP;
	wakeup->entry.length = sizeof(*wakeup);
	wakeup->version = WAKEUP_VERSION;
	wakeup->mailbox_pa = park->base_pa + PARK_MAILBOX_AT;
	wakeup->reset_vector_pa = park->reset_vector_pa;

	off = *wakeup;
	off.entry.type = DISARMED_TYPE;
	off.reserved = (uint8_t)(MADT_WAKEUP - DISARMED_TYPE);
	memcpy(&park->disarmed_entry, &off, sizeof(park->disarmed_entry));
	park->disarm_at = rdtsc() + 1000ULL * DISARM_AFTER_S * park->tsc_khz;
}

/* With the mailbox in it, its last entry; not armed yet. */
static struct acpi_madt *build_madt(struct acpi_madt *pristine)
{
	uint32_t kept = copy_entries(pristine, NULL);
	uint32_t size = (uint32_t)sizeof(*pristine) + kept;
	uint32_t filler = -size & 7;	/* before it: the entry is aligned */
	uint8_t *at = take(&acpi_room, filler + size +
			   sizeof(struct madt_wakeup), 8);
	struct acpi_madt *madt;

	if (!at)
		return NULL;
	madt = (void *)(at + filler);
	memcpy(madt, pristine, sizeof(*madt));
	copy_entries(pristine, madt->entries);
	madt->header.length = size + (uint32_t)sizeof(struct madt_wakeup);
	return madt;
}

static void arm_madt(struct park_header *park, struct acpi_madt *madt)
{
	uint8_t *end = (uint8_t *)madt + madt->header.length;
	struct madt_wakeup *wakeup = (void *)(end - sizeof(*wakeup));

	fill_wakeup(park, wakeup);
	set_checksum(&madt->header);
	/* Last: from here on the warden may take it back. */
	__atomic_store_n(&park->wakeup_entry_pa, (uint64_t)wakeup,
			 __ATOMIC_RELEASE);
}

static struct acpi_header *build_xsdt(const struct acpi_header *root,
				      const struct acpi_madt *pristine,
				      uint64_t madt_pa, uint64_t kprk_pa)
{
	uint32_t count = root_entries(root);
	uint64_t size = sizeof(*root) + 8ULL * (count + 1);
	struct acpi_header *xsdt = take(&acpi_room, size, 16);

	if (!xsdt)
		return NULL;
	*xsdt = *root;
	memcpy(xsdt->signature, "XSDT", 4);
	xsdt->revision = 1;
	xsdt->length = (uint32_t)size;
	for (uint32_t i = 0; i <= count; i++) {
		uint64_t entry = i < count ? root_entry(root, i) : kprk_pa;

		if (entry == (uint64_t)pristine)
			entry = madt_pa;
		memcpy((uint8_t *)(xsdt + 1) + 8 * i, &entry, sizeof(entry));
	}
	set_checksum(xsdt);
	return xsdt;
}

static struct acpi_rsdp *build_rsdp(const struct acpi_rsdp *pristine,
				    const struct acpi_header *xsdt)
{
	struct acpi_rsdp *rsdp = take(&acpi_room, sizeof(*rsdp), 16);

	if (!rsdp)
		return NULL;
	memset(rsdp, 0, sizeof(*rsdp));
	memcpy(rsdp, pristine, ACPI_RSDP_V1_LENGTH);
	rsdp->revision = RSDP_REVISION;
	rsdp->length = sizeof(*rsdp);
	rsdp->xsdt_pa = (uint64_t)xsdt;
	rsdp->checksum = 0;
	rsdp->checksum = (uint8_t)-acpi_sum(rsdp, ACPI_RSDP_V1_LENGTH);
	rsdp->extended_checksum = (uint8_t)-acpi_sum(rsdp, sizeof(*rsdp));
	return rsdp;
}

/* RSDP and XSDT with that MADT and KPRK; NULL: they do not fit. */
static struct acpi_rsdp *build_root(const struct journey *journey,
				    const struct acpi_tables *tables,
				    const struct acpi_madt *madt)
{
	const struct acpi_header *root = root_of(tables->rsdp,
						 tables->map_limit);
	struct acpi_header *xsdt = build_xsdt(root, tables->madt,
					      (uint64_t)madt,
					      (uint64_t)journey->kprk);

	return xsdt ? build_rsdp(tables->rsdp, xsdt) : NULL;
}

/*
 * The RSDP the next kernel is to have. What does not fit is not there at all:
 * then it is the firmware's, and nothing is armed.
 */
const struct acpi_rsdp *acpi_offer(struct journey *journey,
				   const struct acpi_tables *tables)
{
	struct park_header *park = journey->park;
	struct acpi_madt *madt = tables->madt;
	struct acpi_rsdp *rsdp;

	acpi_room.at = park->base_pa + park->acpi_at;
	acpi_room.end = acpi_room.at + park->acpi_size;
	if (journey->outcome == KPRK_PUBLISHED)
		madt = build_madt(tables->madt);
	rsdp = madt ? build_root(journey, tables, madt) : NULL;
	if (!rsdp) {
		degrade(journey, KPRK_NO_ROOM, 0);
		return tables->rsdp;
	}
	if (madt != tables->madt)
		arm_madt(park, madt);
	return rsdp;
}

static void finish_kprk(struct kprk_table *kprk,
			const struct acpi_header *like)
{
	struct acpi_header *header = &kprk->header;

	*header = *like;
	memcpy(header->signature, "KPRK", 4);
	memcpy(header->oem_table_id, "KPARK   ", 8);
	header->length = kprk->records_at + kprk->records * kprk->record_size;
	header->revision = PARK_ABI_VERSION;
	set_checksum(header);
}

/* "The Linux/x86 Boot Protocol": acpi_rsdp_addr at 0x070 of the zero page */
static void pass_on(const struct journey *journey, const void *rsdp)
{
	uint64_t rsdp_pa = (uint64_t)rsdp;

	memcpy((uint8_t *)journey->params->boot_params_pa + 0x070, &rsdp_pa,
	       sizeof(rsdp_pa));
}

/* No park: the kernel gets the firmware's tables, whatever we were given. */
void acpi_pass_on_pristine(struct journey *journey,
			   const struct acpi_tables *tables)
{
	if (tables->rsdp)
		pass_on(journey, tables->rsdp);
}

/* Completes KPRK, and points boot_params at what acpi_offer() returned. */
void acpi_publish(struct journey *journey, const struct acpi_tables *tables,
		  const struct acpi_rsdp *rsdp)
{
	finish_kprk(journey->kprk, &tables->madt->header);
	pass_on(journey, rsdp);
}
