// SPDX-License-Identifier: GPL-2.0-only
/*
 * status_json.c - `kpark status --json`. Keys stay as they are; new ones may
 * come. What is not known or does not apply is null.
 */
#include "status.h"

#include "jput.h"
#include "kpark.h"

#define VERSION	1

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static void put_verdict(struct jput *jput, const struct parkable *verdict)
{
	jput_bool(jput, "parked", !*verdict->not_parked);
	jput_string(jput, "not_parked", or_null(verdict->not_parked));
	jput_bool(jput, "mailbox", !*verdict->no_mailbox);
	jput_string(jput, "no_mailbox", or_null(verdict->no_mailbox));
}

static void put_next(struct jput *jput, const struct status *status)
{
	const struct record *record = status->record;

	if (!record) {
		jput_null(jput, "next");
		jput_string(jput, "next_unknown",
			    status->loaded == LOADED_NO ? NULL
							: status->no_record);
		return;
	}
	jput_object(jput, "next");
	jput_string(jput, "kernel", record->kernel);
	jput_string(jput, "release", or_null(record->release));
	jput_string(jput, "cmdline", record->cmdline);
	jput_string(jput, "path", record->path);
	jput_number(jput, "hop", record->hop);
	jput_number(jput, "time", record->time);
	put_verdict(jput, &record->verdict);
	jput_close(jput);
	jput_null(jput, "next_unknown");
}

static const char *start_text(enum boot boot)
{
	static const char *const texts[] = {
		[BOOT_OTHER] = "other",
		[BOOT_INHERITED] = "plain kexec",
		[BOOT_PARKED] = "kpark",
		[BOOT_UNPARKED] = "kpark, unparked",
		[BOOT_OTHER_VERSION] = "kpark, another version",
		[BOOT_FILE] = "kpark, kexec_file_load",
	};

	return texts[boot];
}

static void put_boot(struct jput *jput, const struct status *status)
{
	jput_object(jput, "boot");
	jput_string(jput, "by", start_text(status->boot));
	if (status->hop)
		jput_number(jput, "hop", status->hop);
	else
		jput_null(jput, "hop");
	jput_string(jput, "from", or_null(status->from));
	jput_bool(jput, "parked", status->boot == BOOT_PARKED);
	jput_bool(jput, "mailbox",
		  status->boot == BOOT_PARKED && !*status->why);
	jput_string(jput, "why_not", or_null(status->why));
	jput_bool(jput, "degraded", status_code(status) == EXIT_DEGRADED);
	jput_close(jput);
}

static void put_park(struct jput *jput, const struct status *status)
{
	const struct kprk_table *table = status->kprk.table;

	if (status->boot != BOOT_PARKED) {
		jput_null(jput, "park");
		return;
	}
	jput_object(jput, "park");
	jput_number(jput, "aps", table->aps);
	jput_number(jput, "aps_parked", table->aps_parked);
	jput_number(jput, "aps_found", table->aps_found);
	jput_number(jput, "aps_released", status->released);
	jput_number(jput, "aps_lost", status->lost);
	jput_number(jput, "inits_sent", table->inits_sent);
	jput_number(jput, "sipis_sent", table->sipis_sent);
	jput_number(jput, "purgatory_us",
		    status_us(table, table->stamp[KPRK_T_ENTRY],
			      table->stamp[KPRK_T_JUMP]));
	jput_string(jput, "verify", kprk_verify_text(table->verify));
	jput_number(jput, "region_pa", table->region_pa);
	jput_number(jput, "region_size", table->region_size);
	jput_number(jput, "low_page_pa", table->low_page_pa);
	jput_close(jput);
}

static void put_cpu(struct jput *jput, const struct kprk_record *record)
{
	jput_object(jput, NULL);
	jput_number(jput, "apic_id", record->apic_id);
	jput_string(jput, "parked_by",
		    record->via ? kprk_via_text(record->via) : NULL);
	jput_bool(jput, "released", record->woken &&
		  !kprk_is_lost(record));
	jput_bool(jput, "lost", kprk_is_lost(record));
	jput_number(jput, "nmi", record->nmi_count);
	jput_number(jput, "machine_checks", record->mc_count);
	jput_number(jput, "stray", record->stray_count);
	jput_close(jput);
}

static void put_cpus(struct jput *jput, const struct status *status)
{
	jput_array(jput, "cpus");
	if (status->boot == BOOT_PARKED)
		for (uint32_t i = 0; i < status->kprk.table->records; i++)
			put_cpu(jput, &status->kprk.records[i]);
	jput_close(jput);
}

int status_print_json(const struct status *status)
{
	struct jput jput;

	jput_begin(&jput);
	jput_object(&jput, NULL);
	jput_number(&jput, "version", VERSION);
	if (status->loaded == LOADED_UNKNOWN)
		jput_null(&jput, "loaded");
	else
		jput_bool(&jput, "loaded", status->loaded == LOADED_YES);
	put_next(&jput, status);
	jput_number(&jput, "cpus_online", status->online);
	jput_number(&jput, "cpus_present", status->present);
	put_boot(&jput, status);
	jput_bool(&jput, "on_trial", status->trial == TRIAL_ON);
	jput_bool(&jput, "trial_failed", status->trial == TRIAL_FAILED);
	jput_bool(&jput, "watchdog_left", status->trial == TRIAL_ARMED);
	jput_string(&jput, "trial", or_null(status->story));
	put_park(&jput, status);
	put_cpus(&jput, status);
	jput_close(&jput);
	return jput_end(&jput, stdout);
}
