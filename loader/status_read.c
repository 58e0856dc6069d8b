// SPDX-License-Identifier: GPL-2.0-only
/*
 * status_read.c - how did this kernel get its CPUs, and what is loaded?
 *
 * Of this boot tell, in this order: our setup_data node, which only kpark puts
 * there; our mark on the command line, which plain kexec may have taken over
 * from a kernel that we loaded as a file; nothing.
 */
#include "status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/utsname.h>

#include "cmdline.h"
#include "kpark.h"
#include "topology.h"

#define PATH_SIZE	256

static bool is_of_this_boot(const char *root, const struct record *record)
{
	char boot_id[STATE_BOOT_ID_SIZE];

	return !state_boot_id(root, boot_id) &&
	       !strcmp(boot_id, record->boot_id);
}

/* What is loaded; a record of another boot tells of that one's end. */
static void read_loaded(const char *root, const struct record *record,
			struct status *status)
{
	char path[PATH_SIZE];
	uint64_t loaded;

	snprintf(path, sizeof(path), "%s/sys/kernel/kexec_loaded", root);
	if (file_number(path, 10, &loaded))
		status->loaded = LOADED_UNKNOWN;
	else
		status->loaded = loaded ? LOADED_YES : LOADED_NO;
	if (status->loaded == LOADED_NO || !record ||
	    !is_of_this_boot(root, record))
		return;
	status->record = malloc(sizeof(*record));
	if (status->record)
		*status->record = *record;
}

static void set_why(struct status *status, const char *before,
		    const char *why)
{
	snprintf(status->why, sizeof(status->why), "%s%s", before, why);
}

static void read_parked(const struct note *note, struct status *status)
{
	const struct kprk_table *table = status->kprk.table;

	status->boot = BOOT_PARKED;
	snprintf(status->from, sizeof(status->from), "%.*s",
		 (int)sizeof(table->previous), table->previous);
	if (table->outcome == KPRK_NOT_WANTED && *note->verdict.no_mailbox)
		set_why(status, "the mailbox was not offered: ",
			note->verdict.no_mailbox);
	else if (table->outcome != KPRK_PUBLISHED)
		set_why(status, "", kprk_outcome_text(table));
	for (uint32_t i = 0; i < table->records; i++) {
		const struct kprk_record *record = &status->kprk.records[i];

		/* on the mailbox there is a time of release */
		status->released += record->woken != 0;
		status->lost += kprk_is_lost(record);
	}
}

/* A kernel that was told acpi=off has no table of anybody's. */
static bool shows_tables(const char *root)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/sys/firmware/acpi/tables/APIC", root);
	return !access(path, F_OK);
}

static void read_node(const char *root, struct status *status)
{
	struct note note;

	note_read(status->kprk.note, &note);
	status->hop = status->kprk.boot_hop;
	if (status->kprk.ours) {
		read_parked(&note, status);
		return;
	}
	memcpy(status->from, note.from, sizeof(status->from));
	status->boot = BOOT_UNPARKED;
	if (*note.verdict.not_parked) {
		set_why(status, "", note.verdict.not_parked);
	} else if (*status->kprk.why_not) {
		status->boot = BOOT_OTHER_VERSION;
	} else if (!shows_tables(root)) {
		set_why(status, "", "this kernel shows no ACPI tables");
	} else {	/* purgatory had nowhere to leave a message */
		status->distrusted = true;
		set_why(status, "", "purgatory found no park or no ACPI tables"
			" that it can trust");
	}
}

static bool has_mark(const char *root, char *mark)
{
	char path[PATH_SIZE];
	struct file cmdline;
	bool found;

	snprintf(path, sizeof(path), "%s/proc/cmdline", root);
	if (file_read(path, &cmdline))
		return false;
	found = !cmdline_value((char *)cmdline.data, CMDLINE_MARK, mark,
			       STATE_BOOT_ID_SIZE);
	file_free(&cmdline);
	return found;
}

/* Is it the record of the load that led here? */
static bool led_here(const struct record *record, const char *mark)
{
	struct utsname uts;

	return record && !strcmp(record->boot_id, mark) &&
	       !strcmp(record->path, RECORD_BY_FILE) && !uname(&uts) &&
	       (!*record->release || !strcmp(record->release, uts.release));
}

static void read_mark(const struct record *record, const char *mark,
		      struct status *status)
{
	status->boot = BOOT_FILE;
	if (!led_here(record, mark)) {
		set_why(status, "not parked; there is no record of why: ",
			record ? "it is of another load"
			       : status->no_record);
		return;
	}
	status->hop = record->hop;
	memcpy(status->from, record->from, sizeof(status->from));
	set_why(status, "", record->verdict.not_parked);
}

static void read_boot(const char *root, const struct record *record,
		      struct status *status)
{
	char mark[STATE_BOOT_ID_SIZE];

	kprk_read(root, &status->kprk);
	if (status->kprk.boot_hop)
		read_node(root, status);
	else if (has_mark(root, mark))
		read_mark(record, mark, status);
	else
		status->boot = status->kprk.table ? BOOT_INHERITED
						  : BOOT_OTHER;
}

void status_read(const char *root, struct status *status)
{
	struct record *record = malloc(sizeof(*record));

	memset(status, 0, sizeof(*status));
	if (!record || record_read(root, record)) {
		snprintf(status->no_record, sizeof(status->no_record),
			 STATE_DIR "/loaded: %s", state_error());
		free(record);
		record = NULL;
	} else {
		snprintf(status->no_record, sizeof(status->no_record),
			 STATE_DIR "/loaded: of another boot");
	}
	read_loaded(root, record, status);
	read_boot(root, record, status);
	status->online = topology_count(root,
					"/sys/devices/system/cpu/online");
	status->present = topology_count(root,
					"/sys/devices/system/cpu/present");
	status->trial = trial_story(root, status->story,
				    sizeof(status->story));
	free(record);
}

void status_free(struct status *status)
{
	if (!status)
		return;
	free(status->record);
	kprk_free(&status->kprk);
	memset(status, 0, sizeof(*status));
}

int status_code(const struct status *status)
{
	if (status->trial == TRIAL_FAILED || status->trial == TRIAL_ARMED)
		return EXIT_DEGRADED;
	return status->distrusted ||
	       (status->boot == BOOT_PARKED &&
		(status->lost || kprk_is_degraded(status->kprk.table)))
	       ? EXIT_DEGRADED : EXIT_OK;
}

uint64_t status_us(const struct kprk_table *table, uint64_t from, uint64_t to)
{
	return table->tsc_khz && to > from
	       ? (to - from) * 1000 / table->tsc_khz : 0;
}
