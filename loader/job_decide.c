// SPDX-License-Identifier: GPL-2.0-only
/* job_decide.c - parked or not, with the mailbox or not, and the reasons */
#include "job.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

static void because_not_parked(struct parkable *verdict)
{
	snprintf(verdict->no_mailbox, REASON_SIZE, "the CPUs are not parked");
}

/* --require-park: is anything less than the best? */
static int check_required(const struct job *job)
{
	const struct parkable *verdict = &job->verdict;

	if (!job->options.require_park || !*verdict->no_mailbox)
		return 0;
	if (*verdict->not_parked)
		warnx("load: %s: the CPUs cannot be parked: %s",
		      job->options.kernel, verdict->not_parked);
	else
		warnx("load: %s: the mailbox cannot be offered: %s",
		      job->options.kernel, verdict->no_mailbox);
	return -1;
}

int job_decide_against(struct job *job, const char *why)
{
	snprintf(job->verdict.not_parked, REASON_SIZE, "%s", why);
	because_not_parked(&job->verdict);
	job->mailbox = false;
	return check_required(job);
}

int job_decide_by_file(struct job *job, const char *why)
{
	job->by_file = true;
	return job_decide_against(job, why);
}

static int decide_by_permission(struct job *job)
{
	char why[REASON_SIZE];

	if (!permission_locked(&job->permission))
		return job_decide_by_file(job, "--file-load");
	snprintf(why, sizeof(why), "the kernel is locked down (%s), and"
		 " permits kexec_file_load(2) only",
		 job->permission.lockdown);
	return job_decide_by_file(job, why);
}

int job_decide(struct job *job)
{
	struct parkable *verdict = &job->verdict;
	struct parkable_cpu cpu;
	const char *encrypted;

	if (job->options.file_load || permission_locked(&job->permission))
		return decide_by_permission(job);
	parkable_read_cpu(&cpu);
	encrypted = parkable_encrypted("", &cpu, job->options.kernel ?
				       job->cmdline : "");
	if (encrypted)
		return job_decide_by_file(job, encrypted);
	job->tsc_khz = tsc_khz(&job->tsc_start);
	parkable_machine("", &cpu, job->tsc_khz, &job->cpus,
			 verdict->not_parked);
	if (*verdict->not_parked)
		because_not_parked(verdict);
	else if (job->options.kernel)
		parkable_kernel(&cpu, job->options.mailbox, &job->image,
				job->cmdline, verdict->no_mailbox);
	job->mailbox = !*verdict->no_mailbox;
	return check_required(job);
}
