// SPDX-License-Identifier: GPL-2.0-only
/*
 * job_cmdline.c - the next kernel's command line, and what its words decide.
 */
#include "job.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmdline.h"
#include "cpuid.h"
#include "trace.h"
#include "x86.h"

/*
 * A kernel on the mailbox must not sleep: its APs would come back through
 * firmware, and nobody would look at the mailbox then.
 */
static char *add_sleep_options(char *cmdline)
{
	if (cmdline && !cmdline_has(cmdline, "mem_sleep_default="))
		cmdline = cmdline_add(cmdline, "mem_sleep_default=s2idle");
	if (cmdline && !cmdline_has(cmdline, "nohibernate"))
		cmdline = cmdline_add(cmdline, "nohibernate");
	return cmdline;
}

/*
 * A kernel that does not read the MADT, or does not take all its CPUs, would
 * leave a mailbox behind that looks live to the kernel after it.
 */
static const char *word_against_mailbox(const char *cmdline)
{
	static const char *const words[] = {
		"acpi=off", "nosmp", "nolapic", "maxcpus=", "nr_cpus=",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (cmdline_has(cmdline, words[i]))
			return words[i];
	return NULL;
}

/*
 * Linux from 6.19 on turns LASS on where the CPU has it, and does not turn it
 * off before it jumps to the reset vector: that jump would fault.
 */
static bool lass_is_in_the_way(const struct job *job)
{
	unsigned int major, minor;

	if (!(cpuid(CPUID_FEATURES, 1).a & CPUID_FEATURES1_LASS) ||
	    cmdline_has(job->cmdline, "clearcpuid=lass"))
		return false;
	return sscanf(job->image.release, "%u.%u", &major, &minor) != 2 ||
	       major > 6 || (major == 6 && minor >= 19);
}

int job_make_cmdline(struct job *job)
{
	const struct load_options *options = &job->options;
	struct file running = { 0 };

	if (options->reuse_cmdline && file_read("/proc/cmdline", &running)) {
		warn("load: /proc/cmdline");
		return -1;
	}
	if (job_take_rsdp(job, (char *)running.data)) {
		file_free(&running);
		return -1;
	}
	job->cmdline = cmdline_make((char *)running.data, options->append);
	file_free(&running);
	if (job->cmdline && (word_against_mailbox(job->cmdline) ||
			     lass_is_in_the_way(job)))
		job->mailbox = false;
	if (job->cmdline && options->trace &&
	    !cmdline_has(job->cmdline, "trace_event="))
		job->cmdline = cmdline_add(job->cmdline, TRACE_CMDLINE);
	if (job->cmdline && job->mailbox)
		job->cmdline = add_sleep_options(job->cmdline);
	job_carry(job);
	if (!job->cmdline) {
		warn("load: command line");
		return -1;
	}
	if (strlen(job->cmdline) > job->image.cmdline_size) {
		warnx("load: %s: command line too long (found %zu bytes, at"
		      " most %" PRIu32 ")", options->kernel,
		      strlen(job->cmdline), job->image.cmdline_size);
		return -1;
	}
	job->kaslr = !cmdline_has(job->cmdline, "nokaslr");
	return 0;
}
