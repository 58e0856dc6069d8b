// SPDX-License-Identifier: GPL-2.0-only
/*
 * kprk.c - the KPRK table that the running kernel was given.
 *
 * The table says what happened at the last jump that kpark made. Whether that
 * was the start of this very kernel, a setup_data node of our own type says
 * (bootparams.c): no other loader passes that on.
 */
#include "kprk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bootparams.h"
#include "bytes.h"
#include "file.h"

#define PATH_SIZE	256

/* A change of a record takes nanoseconds. */
#define TRIES		8

/* These fields stay where they are in every version. */
static void read_region(const struct file *file, struct kprk *kprk)
{
	const struct kprk_table *table = (const struct kprk_table *)file->data;
	struct kprk_region *region = &kprk->region;

	if (file->size < offsetof(struct kprk_table, outcome) ||
	    memcmp(table->header.signature, "KPRK", 4) ||
	    acpi_sum(table, file->size))
		return;
	region->pa = table->region_pa;
	region->size = table->region_size;
	region->low_page_pa = table->low_page_pa;
	region->pristine_rsdp_pa = table->pristine_rsdp_pa;
	region->ours = table->version >= PARK_ABI_OLDEST &&
		       table->version <= PARK_ABI_VERSION &&
		       kprk->boot_hop == table->hop;
}

static bool no_table(struct kprk *kprk, const char *why, uint32_t found,
		     uint32_t need)
{
	snprintf(kprk->why_not, sizeof(kprk->why_not),
		 "%s (found %" PRIu32 ", need %" PRIu32 ")", why, found, need);
	return false;
}

static bool is_sound(const struct file *file, struct kprk *kprk)
{
	const struct kprk_table *table = (const struct kprk_table *)file->data;
	uint64_t end;

	if (file->size < offsetof(struct kprk_table, region_pa))
		return no_table(kprk, "cut off", (uint32_t)file->size,
				sizeof(*table));
	if (memcmp(table->header.signature, "KPRK", 4))
		return no_table(kprk, "another signature",
				get32(table->header.signature), get32("KPRK"));
	if (table->version != PARK_ABI_VERSION)
		return no_table(kprk, "another version", table->version,
				PARK_ABI_VERSION);
	if (file->size < sizeof(*table) || table->header.length != file->size)
		return no_table(kprk, "cut off", (uint32_t)file->size,
				table->header.length);
	if (acpi_sum(table, file->size))
		return no_table(kprk, "wrong checksum",
				acpi_sum(table, file->size), 0);
	end = table->records_at +
	      (uint64_t)table->records * table->record_size;
	if (table->record_size != sizeof(struct kprk_record) ||
	    table->records_at < sizeof(*table) ||
	    table->records_at % sizeof(uint64_t) || end > file->size)
		return no_table(kprk, "records out of place",
				table->records_at, sizeof(*table));
	return true;
}

static void take_node(const struct file *data, struct kprk *kprk)
{
	if (data->size < sizeof(kprk->boot_hop))
		return;
	memcpy(&kprk->boot_hop, data->data, sizeof(kprk->boot_hop));
	/* whole: file_read ends it with a NUL, and text has none */
	kprk->note = strdup((char *)data->data + sizeof(kprk->boot_hop));
}

/* Our setup_data node, which tells that kpark started this very kernel. */
static void read_node(const char *root, struct kprk *kprk)
{
	char path[PATH_SIZE];
	uint64_t type;

	for (unsigned int i = 0;; i++) {
		struct file data;

		snprintf(path, sizeof(path),
			 "%s/sys/kernel/boot_params/setup_data/%u/type",
			 root, i);
		if (file_number(path, 0, &type))
			return;
		if (type != SETUP_KPARK)
			continue;
		snprintf(path, sizeof(path),
			 "%s/sys/kernel/boot_params/setup_data/%u/data",
			 root, i);
		if (file_read(path, &data))
			return;
		take_node(&data, kprk);
		file_free(&data);
		return;
	}
}

/* Read live: a CPU may be about to make its record's sum right again. */
static int read_live(const char *path, struct file *file)
{
	for (unsigned int try = 1;; try++) {
		if (file_read(path, file))
			return -1;
		if (try == TRIES || !acpi_sum(file->data, file->size))
			return 0;
		file_free(file);
	}
}

void kprk_read(const char *root, struct kprk *kprk)
{
	char path[PATH_SIZE];
	struct file file;

	memset(kprk, 0, sizeof(*kprk));
	read_node(root, kprk);
	snprintf(path, sizeof(path), "%s/sys/firmware/acpi/tables/KPRK", root);
	if (read_live(path, &file))
		return;
	read_region(&file, kprk);
	if (!is_sound(&file, kprk)) {
		file_free(&file);
		return;
	}
	kprk->table = (struct kprk_table *)file.data;
	kprk->records = (struct kprk_record *)(file.data +
					       kprk->table->records_at);
	kprk->ours = kprk->region.ours;
}

void kprk_free(struct kprk *kprk)
{
	if (!kprk)
		return;
	free(kprk->table);
	free(kprk->note);
	memset(kprk, 0, sizeof(*kprk));
}

uint32_t kprk_hop(const struct kprk *kprk)
{
	return kprk->table && kprk->table->hop > kprk->boot_hop
	       ? kprk->table->hop : kprk->boot_hop;
}

const char *kprk_outcome_text(const struct kprk_table *table)
{
	static const char *const texts[KPRK_OUTCOMES] = {
		[KPRK_PUBLISHED] = "all APs answered",
		[KPRK_NOT_WANTED] = "the mailbox was not offered (kernel"
				    " before 6.11, --mailbox=never, LASS,"
				    " or a command line that keeps CPUs"
				    " back)",
		[KPRK_NO_APS] = "the machine has one CPU",
		[KPRK_AP_MISSING] = "APIC ID %u never arrived in the park",
		[KPRK_AP_SILENT] = "APIC ID %u arrived, but did not answer",
		[KPRK_NOT_ON_BSP] = "the jump came on APIC ID %u,"
				    " which is not the boot CPU",
		[KPRK_UNKNOWN_CPU] = "APIC ID %u has no slot in the park, or is"
				     " above what xAPIC reaches",
		[KPRK_NO_ROOM] = "no room for the copies of the ACPI tables",
		[KPRK_TSC_APART] = "the TSC of APIC ID %u is more than a second"
				   " from the boot CPU's",
	};
	static char text[128];
	const char *format = table->outcome < KPRK_OUTCOMES
			     ? texts[table->outcome] : NULL;

	if (!format)
		snprintf(text, sizeof(text), "unknown outcome %u",
			 table->outcome);
	else if (strstr(format, "%u"))
		snprintf(text, sizeof(text), format, table->outcome_apic_id);
	else
		snprintf(text, sizeof(text), "%s", format);
	return text;
}

const char *kprk_verify_text(uint32_t verify)
{
	switch (verify) {
	case KPRK_VERIFY_NONE:
		return "none";
	case KPRK_VERIFY_XXH3:
		return "xxh3";
	case KPRK_VERIFY_SHA256:
		return "sha256";
	default:
		return NULL;
	}
}

/* The mailbox was not offered: is that what was to be, or a degradation? */
bool kprk_is_degraded(const struct kprk_table *table)
{
	return table->outcome != KPRK_PUBLISHED &&
	       table->outcome != KPRK_NOT_WANTED &&
	       table->outcome != KPRK_NO_APS;
}

/*
 * Whether it is here still its own two stamps say, for its clock need not be the
 * warden's (KPRK_TSC_APART): a wake-up may seem to be before its command. Whether the
 * command is of this stay is by both clocks, and so may be wrong where one was as
 * short as they are apart.
 */
bool kprk_is_lost(const struct kprk_record *record)
{
	return record->arrived >= record->woken &&
	       record->commanded > record->arrived;
}

const char *kprk_via_text(uint32_t via)
{
	static const char *const texts[] = { "-", "SIPI", "reset vector" };

	return via < 3 ? texts[via] : "?";
}
