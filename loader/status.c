// SPDX-License-Identifier: GPL-2.0-only
/*
 * status.c - `kpark status`: how this kernel got its CPUs, and what is loaded.
 */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "kpark.h"
#include "kprk.h"
#include "topology.h"

static const char help[] =
"usage: kpark status\n"
"\n"
"Says how this kernel got its CPUs, what went amiss on the way, and whether a\n"
"kernel is loaded for the next exec.\n"
"\n"
"  kpark status\n"
"  kpark status >/dev/null || echo \"not all as it should be\"\n"
"\n"
"exit codes: 0 all as it should be, 1 the system failed, 2 usage, 3 not root,\n"
"8 this kernel was not offered all CPUs, or lost one: says why\n";

/* On the mailbox there is a time of release; INIT leaves none. */
static uint32_t released(const struct kprk *kprk)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < kprk->table->records; i++)
		count += kprk->records[i].woken != 0;
	return count;
}

static void print_loaded(void)
{
	uint64_t loaded;

	if (file_number("/sys/kernel/kexec_loaded", 10, &loaded))
		printf("loaded:    unknown: this kernel has no kexec\n");
	else
		printf("loaded:    %s\n", loaded ? "yes" : "no");
}

static void print_region(const struct kprk_table *table)
{
	printf("region:    0x%" PRIx64 ", %" PRIu32 " KiB; SIPI page 0x%"
	       PRIx32 "\n", table->region_pa, table->region_size / 1024,
	       table->low_page_pa);
}

static uint64_t micros(const struct kprk_table *table, uint64_t from,
		       uint64_t to)
{
	return table->tsc_khz && to > from
	       ? (to - from) * 1000 / table->tsc_khz : 0;
}

static void print_purgatory(const struct kprk_table *table)
{
	printf("purgatory: %" PRIu32 " of %" PRIu32 " APs parked, %" PRIu32
	       " of them found there; INIT sent to %" PRIu32
	       ", SIPIs %" PRIu32 "; %" PRIu64 " us\n", table->aps_parked,
	       table->aps, table->aps_found, table->inits_sent,
	       table->sipis_sent,
	       micros(table, table->stamp[KPRK_T_ENTRY],
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
		       micros(table, stamp[KPRK_T_SENT], from));
	}
	printf("; zero pages cleared in %" PRIu64 " us\n",
	       micros(table, from, stamp[KPRK_T_CLEARED]));
}

static uint32_t print_lost(const struct kprk *kprk)
{
	uint32_t lost = 0;

	for (uint32_t i = 0; i < kprk->table->records; i++) {
		if (!kprk_is_lost(&kprk->records[i]))
			continue;
		printf("lost:      APIC ID %" PRIu32 " was commanded, and did not"
		       " go\n", kprk->records[i].apic_id);
		lost++;
	}
	return lost;
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

static int print_boot(const struct kprk *kprk)
{
	const struct kprk_table *table = kprk->table;
	uint32_t lost;

	if (!table || !kprk->ours) {
		printf("boot:      not started by kpark%s\n",
		       table ? " (but by plain kexec from a kernel that was)"
			     : "");
		return EXIT_OK;
	}
	printf("boot:      kpark, hop %" PRIu32 ", from %.*s\n", table->hop,
	       (int)sizeof(table->previous), table->previous);
	if (table->outcome == KPRK_PUBLISHED)
		printf("CPUs:      %" PRIu32 " of %" PRIu32 " APs released by"
		       " the mailbox\n", released(kprk), table->aps);
	else
		printf("CPUs:      by INIT/SIPI: %s\n",
		       kprk_outcome_text(table));
	lost = print_lost(kprk);
	print_purgatory(table);
	print_checked(table);
	print_region(table);
	print_records(kprk);
	return lost || kprk_is_degraded(table) ? EXIT_DEGRADED : EXIT_OK;
}

int cmd_status(int argc, char **argv)
{
	struct kprk kprk;
	int code;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(help, stdout);
		return EXIT_OK;
	}
	if (argc != 1) {
		warnx("status: %s: found an argument, need none", argv[1]);
		return EXIT_USAGE;
	}
	if (geteuid()) {
		warnx("status: not permitted (found uid %u, need root)",
		      (unsigned int)geteuid());
		return EXIT_DENIED;
	}
	kprk_read("", &kprk);
	print_loaded();
	printf("online:    %u of %u CPUs\n",
	       topology_count("", "/sys/devices/system/cpu/online"),
	       topology_count("", "/sys/devices/system/cpu/present"));
	code = print_boot(&kprk);
	kprk_free(&kprk);
	return code;
}
