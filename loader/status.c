// SPDX-License-Identifier: GPL-2.0-only
/*
 * status.c - `kpark status`: how this kernel got its CPUs, and what is loaded.
 */
#include <err.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kpark.h"
#include "plain.h"
#include "status.h"

static const char help[] =
"usage: kpark status [--json]\n"
"\n"
"Says how this kernel got its CPUs, what went amiss on the way, and what is\n"
"loaded for the next exec: what kpark loaded, that is. If another program has\n"
"loaded a kernel since, nobody can tell.\n"
"\n"
"  kpark status\n"
"  kpark status >/dev/null || echo \"not all as it should be\"\n"
"  kpark status --json | jq -r .boot.why_not\n"
"\n"
"exit codes: 0 all as it should be, 1 the system failed, 2 usage, 3 not root,\n"
"8 purgatory meant to park and offer all CPUs and did not, or one was lost; or a\n"
"kernel on trial failed before this one; or a watchdog counts that nobody means\n"
"to feed: says why. 0 where nobody meant to park, which is told, too\n";

static void print_next(const struct record *record)
{
	const struct parkable *verdict = &record->verdict;

	printf("loaded:    yes, %s (%s)\n", record->kernel,
	       *record->release ? record->release : "unknown release");
	if (*verdict->not_parked)
		printf("next:      not parked: %s\n", verdict->not_parked);
	else if (*verdict->no_mailbox)
		printf("next:      parked, no mailbox: %s\n",
		       verdict->no_mailbox);
	else
		printf("next:      parked, mailbox offered if all CPUs"
		       " answer\n");
}

static void print_loaded(const struct status *status)
{
	if (status->record)
		print_next(status->record);
	else if (status->loaded == LOADED_NO)
		printf("loaded:    no\n");
	else if (status->loaded == LOADED_YES)
		printf("loaded:    yes, not by kpark or not recorded (%s)\n",
		       status->no_record);
	else
		printf("loaded:    unknown: this kernel has no kexec\n");
}

static void print_region(const struct kprk_table *table)
{
	printf("region:    0x%" PRIx64 ", %" PRIu32 " KiB; SIPI page 0x%"
	       PRIx32 "\n", table->region_pa, table->region_size / 1024,
	       table->low_page_pa);
}

static void print_purgatory(const struct kprk_table *table)
{
	printf("purgatory: %" PRIu32 " of %" PRIu32 " APs parked, %" PRIu32
	       " of them found there; INIT sent to %" PRIu32
	       ", SIPIs %" PRIu32 "; %" PRIu64 " us\n", table->aps_parked,
	       table->aps, table->aps_found, table->inits_sent,
	       table->sipis_sent, status_us(table, table->stamp[KPRK_T_ENTRY],
			 table->stamp[KPRK_T_JUMP]));
}

static void print_checked(const struct kprk_table *table)
{
	const uint64_t *stamp = table->stamp;
	uint64_t from = stamp[KPRK_T_VERIFIED];
	const char *by = kprk_verify_text(table->verify);

	if (table->verify == KPRK_VERIFY_NONE) {
		printf("memory:    not checked (--verify=none)");
		from = stamp[KPRK_T_SENT];
	} else {
		printf("memory:    checked by %s in %" PRIu64 " us",
		       by ? by : "an older kpark",
		       status_us(table, stamp[KPRK_T_SENT], from));
	}
	printf("; zero pages cleared in %" PRIu64 " us\n",
	       status_us(table, from, stamp[KPRK_T_CLEARED]));
}

/* PROTOCOL.md, 8: with nobody parked, nobody answers Linux. */
static void print_lost(const struct kprk *kprk)
{
	bool any = false;

	for (uint32_t i = 0; i < kprk->table->records; i++) {
		if (!kprk_is_lost(&kprk->records[i]))
			continue;
		printf("lost:      APIC ID %" PRIu32 " was commanded, and did"
		       " not go\n", kprk->records[i].apic_id);
		any = true;
	}
	if (any)
		printf("           do not bring it online: with no other CPU"
		       " offline Linux waits for ever\n");
}

static void print_records(const struct kprk *kprk)
{
	printf("\nAPIC ID  parked by     released  NMI  #MC  stray\n");
	for (uint32_t i = 0; i < kprk->table->records; i++) {
		const struct kprk_record *record = &kprk->records[i];

		printf("%7" PRIu32 "  %-12s  %-8s %4" PRIu32 " %4" PRIu32
		       " %6" PRIu32 "\n", record->apic_id,
		       kprk_via_text(record->via),
		       kprk_is_lost(record) ? "lost" :
		       record->woken ? "mailbox" : "-", record->nmi_count,
		       record->mc_count, record->stray_count);
	}
}

static void print_start(const struct status *status)
{
	const char *from = *status->from ? status->from : "unknown release";

	switch (status->boot) {
	case BOOT_OTHER:
		printf("boot:      not started by kpark\n");
		break;
	case BOOT_INHERITED:
		printf("boot:      not started by kpark (but by plain kexec"
		       " from a kernel that was)\n");
		break;
	case BOOT_FILE:
		printf("boot:      kpark, by kexec_file_load, as the mark on"
		       " the command line says");
		if (status->hop)
			printf("; hop %" PRIu32 ", from %s", status->hop, from);
		printf("\n");
		break;
	default:
		printf("boot:      kpark, hop %" PRIu32 ", from %s\n",
		       status->hop, from);
	}
}

static void print_boot(const struct status *status)
{
	const struct kprk_table *table = status->kprk.table;

	print_start(status);
	if (*status->why)
		printf("CPUs:      by INIT/SIPI: %s\n", status->why);
	if (status->boot == BOOT_OTHER_VERSION)
		printf("CPUs:      not known: no table KPRK that could be"
		       " read: %s\n", status->kprk.why_not);
	if (status->boot != BOOT_PARKED)
		return;
	if (!*status->why)
		printf("CPUs:      %" PRIu32 " of %" PRIu32 " APs released by"
		       " the mailbox\n", status->released, table->aps);
	print_lost(&status->kprk);
	print_purgatory(table);
	print_checked(table);
	print_region(table);
	print_records(&status->kprk);
}

/* For a terminal. */
static void make_plain(struct status *status)
{
	struct record *record = status->record;

	plain(status->from);
	plain(status->why);
	plain(status->story);
	if (!record)
		return;
	plain(record->kernel);
	plain(record->release);
	plain(record->verdict.not_parked);
	plain(record->verdict.no_mailbox);
}

static int print(struct status *status, bool json)
{
	if (json && status_print_json(status)) {
		warn("status: standard output");
		return EXIT_FAILED;
	}
	if (!json) {
		make_plain(status);
		print_loaded(status);
		printf("online:    %u of %u CPUs\n", status->online,
		       status->present);
		print_boot(status);
		if (status->trial != TRIAL_NONE)
			printf("trial:     %s\n", status->story);
	}
	return status_code(status);
}

int cmd_status(int argc, char **argv)
{
	bool json = argc == 2 && !strcmp(argv[1], "--json");
	struct status status;
	int code;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(help, stdout);
		return EXIT_OK;
	}
	if (argc != 1 && !json) {
		warnx("status: %s: need nothing or --json",
		      argv[argc > 2 ? 2 : 1]);
		return EXIT_USAGE;
	}
	if (geteuid()) {
		warnx("status: not permitted (found uid %u, need root)",
		      (unsigned int)geteuid());
		return EXIT_DENIED;
	}
	status_read("", &status);
	code = print(&status, json);
	status_free(&status);
	return code;
}
