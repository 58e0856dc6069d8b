// SPDX-License-Identifier: GPL-2.0-only
/* job_carry.c - what the next kernel is told of what this one has measured */
#include "job.h"

#include <string.h>

#include "cmdline.h"

/* Left out where it does not fit: the next kernel can do without. */
static const char *why_not(const struct job *job)
{
	if (job->options.carry_none)
		return "--carry=none";
	if (strlen(job->cmdline) + strlen(" " CARRY_WORDS) >
	    job->image.cmdline_size)
		return "the command line has no room for it";
	return NULL;
}

void job_carry(struct job *job)
{
	struct carry_wish wish = {
		.root = "",
		.cmdline = job->cmdline,
		.thorough = job->options.verbose || job->options.dry_run,
		.test = carry_warp_test,
	};

	if (!job->cmdline)
		return;
	carry_forget(job->cmdline);
	wish.unwanted = why_not(job);
	carry_decide(&wish, &job->carry);
	if (job->carry.tsc)
		job->cmdline = cmdline_add(job->cmdline, CARRY_WORDS);
}
