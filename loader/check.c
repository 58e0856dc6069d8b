// SPDX-License-Identifier: GPL-2.0-only
/*
 * check.c - `kpark check`: what this machine and a kernel can do, by the same
 * steps as `kpark load` but the last. It loads nothing and changes nothing.
 */
#include "check.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

#include "cpuid.h"
#include "kpark.h"
#include "x86.h"

static const char help[] =
"usage: kpark check [--json] [LOAD-OPTION]... [KERNEL]\n"
"\n"
"What this machine can do, and with a KERNEL what `kpark load` would come to.\n"
"Takes the options of load; what is wrong is told in the words of load.\n"
"\n"
"  kpark check\n"
"  kpark check --watchdog /vmlinuz\n"
"\n"
"exit codes: 0 the CPUs would be parked, and with a KERNEL offered to it;\n"
"8 it would be loaded, but not parked or not offered: says why; else as load:\n"
"1 the system failed, 2 usage, 3 not root or kexec is switched off, 4 bad\n"
"kernel, 5 bad initrd or command line, 6 no room, 9 with --require-park, 10 with\n"
"--watchdog, and none that would hold\n";

/* Takes all --json out of argv. */
static bool take_json(int *argc, char **argv)
{
	int kept = 0;

	for (int i = 0; i < *argc; i++)
		if (!i || strcmp(argv[i], "--json"))
			argv[kept++] = argv[i];
	if (kept == *argc)
		return false;
	*argc = kept;
	argv[kept] = NULL;
	return true;
}

static void read_paging(struct check *check)
{
	struct file cpuinfo;

	check->cpu_la57 = cpuid(CPUID_FEATURES, 0).c & CPUID_FEATURES_LA57;
	if (file_read("/proc/cpuinfo", &cpuinfo))
		return;
	/* the kernel takes the flag away where it does not use it */
	check->runs_la57 = strstr((char *)cpuinfo.data, " la57") != NULL;
	file_free(&cpuinfo);
}

static void read_memory(struct check *check)
{
	struct memmap map;

	if (memmap_read_free("", &map))
		return;
	for (size_t i = 0; i < map.count; i++) {
		uint64_t size = map.ranges[i].end - map.ranges[i].start;

		if (map.ranges[i].type != E820_RAM)
			continue;
		check->free += size;
		if (size > check->largest)
			check->largest = size;
	}
	memmap_free(&map);
}

/* Without a kernel: as job_plan, as far as that gets. */
static int plan_machine(struct job *job)
{
	tsc_read(&job->tsc_start);
	if (job_permit(job))
		return EXIT_DENIED;
	return job_decide(job) ? EXIT_NOT_PARKED : EXIT_OK;
}

static void judge(struct check *check)
{
	const struct parkable *verdict = &check->job.verdict;

	if (check->code)
		check->prospect = PROSPECT_NOTHING;
	else if (*verdict->not_parked)
		check->prospect = PROSPECT_PLAIN;
	else if (*verdict->no_mailbox)
		check->prospect = PROSPECT_PARK;
	else
		check->prospect = PROSPECT_MAILBOX;
	if (!check->code && check->prospect != PROSPECT_MAILBOX)
		check->code = EXIT_DEGRADED;
}

static int check_and_print(struct check *check, bool json)
{
	check->code = check->job.options.kernel ? job_plan(&check->job)
						: plan_machine(&check->job);
	read_paging(check);
	if (check->job.permission.root)
		read_memory(check);
	/* load finds out when it tries */
	if (!check->code && !check->job.permission.built_in) {
		warnx("check: this kernel has no kexec");
		check->code = EXIT_FAILED;
	}
	judge(check);
	if (!json)
		check_print(check);
	else if (check_print_json(check)) {
		warn("check: standard output");
		return EXIT_FAILED;
	}
	return check->code;
}

int cmd_check(int argc, char **argv)
{
	struct check check = { .job.options.kernel_optional = true };
	bool json = take_json(&argc, argv);
	int parsed, code;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(help, stdout);
		return EXIT_OK;
	}
	parsed = load_options_parse(argc, argv, &check.job.options);
	if (parsed)
		return parsed < 0 ? EXIT_USAGE : EXIT_OK;
	code = check_and_print(&check, json);
	job_free(&check.job);
	return code;
}
