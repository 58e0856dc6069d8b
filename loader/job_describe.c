// SPDX-License-Identifier: GPL-2.0-only
/* job_describe.c - `kpark load --dry-run`: the plan, on stdout */
#include "job.h"

#include <inttypes.h>
#include <stdio.h>

void job_describe(const struct job *job)
{
	const struct segments *segments = &job->segments;

	printf("kernel:  %s (%s)\n", job->options.kernel,
	       *job->image.release ? job->image.release : "unknown release");
	printf("command: %s\n", job->cmdline);
	printf("tsc:     %s\n", job->carry.text);
	if (!job->parking.possible)
		printf("park:    no: %s\n", job->parking.why_not);
	else
		printf("park:    0x%" PRIx64 ", %zu KiB, %s; mailbox %s\n",
		       job->parking.pa, job->parking.size / 1024,
		       job->parking.live ? "there already" : "new",
		       job->mailbox ? "offered if all CPUs answer"
				    : "not offered");
	for (size_t i = 0; i < segments->count; i++)
		printf("segment: 0x%09" PRIx64 " %9zu KiB  %s%s\n",
		       segments->list[i].mem, segments->list[i].memsz / 1024,
		       segments->what[i],
		       segments->verified[i] ? ", verified" : "");
}
