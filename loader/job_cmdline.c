// SPDX-License-Identifier: GPL-2.0-only
/*
 * job_cmdline.c - the next kernel's command line.
 */
#include "job.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmdline.h"
#include "kpark.h"
#include "state.h"
#include "trace.h"

#define NO_SUSPEND	"mem_sleep_default=s2idle"
#define NO_HIBERNATE	"nohibernate"
#define NO_SLEEP_MARK	"kpark.awake"	/* those behind it are kpark's own */

/*
 * A kernel on the mailbox must not sleep: its APs would come back through
 * firmware, and nobody would look at the mailbox then.
 */
static char *add_sleep_options(char *cmdline)
{
	bool may_suspend = cmdline && !cmdline_has(cmdline,
						   "mem_sleep_default=");
	bool may_hibernate = cmdline && !cmdline_has(cmdline, NO_HIBERNATE);

	if (may_suspend || may_hibernate)
		cmdline = cmdline_add(cmdline, NO_SLEEP_MARK);
	if (cmdline && may_suspend)
		cmdline = cmdline_add(cmdline, NO_SUSPEND);
	if (cmdline && may_hibernate)
		cmdline = cmdline_add(cmdline, NO_HIBERNATE);
	return cmdline;
}

/* A reused line: what kpark has added for the running kernel alone. */
static void forget(char *running)
{
	for (char *at = running; (at = strchr(at, '\n')); )
		*at = ' ';
	cmdline_cut(running, NO_SLEEP_MARK " " NO_SUSPEND " " NO_HIBERNATE);
	cmdline_cut(running, NO_SLEEP_MARK " " NO_SUSPEND);
	cmdline_cut(running, NO_SLEEP_MARK " " NO_HIBERNATE);
	cmdline_cut(running, TRACE_CMDLINE);
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
	if (running.data)
		forget((char *)running.data);
	free(job->cmdline);
	job->cmdline = cmdline_make((char *)running.data, options->append);
	file_free(&running);
	if (job->cmdline && options->trace &&
	    !cmdline_has(job->cmdline, "trace_event="))
		job->cmdline = cmdline_add(job->cmdline, TRACE_CMDLINE);
	if (!job->cmdline) {
		warn("load: command line");
		return -1;
	}
	job->kaslr = !cmdline_has(job->cmdline, "nokaslr");
	return 0;
}

/*
 * kexec_file_load(2) leaves us nothing but the command line to tell the next
 * kernel's `kpark status` by that we loaded it. A word with a dot in it that
 * belongs to no module is ignored by Linux, and by init.
 */
static char *add_mark(char *cmdline, size_t max)
{
	char boot_id[STATE_BOOT_ID_SIZE], word[64];

	if (!cmdline || state_boot_id("", boot_id))
		return cmdline;
	snprintf(word, sizeof(word), CMDLINE_MARK "%s", boot_id);
	return strlen(cmdline) + 1 + strlen(word) > max
	       ? cmdline : cmdline_add(cmdline, word);
}

/* acpi_rsdp= was taken out for boot_params, which the kernel makes itself. */
static char *add_for_file(const struct job *job, size_t max)
{
	char *cmdline = job->cmdline, word[40];

	if (cmdline && job->given_rsdp_pa) {
		snprintf(word, sizeof(word), "acpi_rsdp=0x%" PRIx64,
			 job->given_rsdp_pa);
		cmdline = cmdline_add(cmdline, word);
	}
	return add_mark(cmdline, max);
}

static int finish(struct job *job)
{
	uint32_t max = job->image.cmdline_size;

	if (job->mailbox)
		job->cmdline = add_sleep_options(job->cmdline);
	job_carry(job);
	if (job->by_file)
		job->cmdline = add_for_file(job, max);
	if (!job->cmdline) {
		warn("load: command line");
		return -1;
	}
	if (strlen(job->cmdline) <= max)
		return 0;
	warnx("load: %s: command line too long (found %zu bytes, at most %"
	      PRIu32 ")", job->options.kernel, strlen(job->cmdline), max);
	return -1;
}

int job_complete_cmdline(struct job *job)
{
	if (job_watchdog(job))
		return EXIT_NO_WATCHDOG;
	return finish(job) ? EXIT_BAD_INPUT : EXIT_OK;
}

/* What was for a parked boot only goes. */
int job_remake_cmdline(struct job *job)
{
	job->remade = true;
	return job_make_cmdline(job) ? EXIT_BAD_INPUT
				     : job_complete_cmdline(job);
}
