// SPDX-License-Identifier: GPL-2.0-only
/* job_describe.c - `kpark load --dry-run`: the plan, on stdout */
#include "job.h"

#include <inttypes.h>
#include <stdio.h>

static uint64_t gap_bytes(const struct segments *segments)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < segments->gap_count; i++)
		bytes += segments->gaps[i].size;
	return bytes;
}

static void print_segments(const struct segments *segments)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < segments->count; i++) {
		const struct kexec_segment *segment = &segments->kexec[i];

		printf("segment: 0x%09" PRIx64 " %9zu KiB  %s\n",
		       segment->mem, segment->memsz / 1024,
		       segments->what[i]);
		bytes += segment->memsz;
	}
	printf("copied:  %" PRIu64 " KiB in %zu segments\n", bytes / 1024,
	       segments->count);
	printf("cleared: %" PRIu64 " KiB of zero pages in %zu ranges\n",
	       gap_bytes(segments) / 1024, segments->gap_count);
}

static void print_seal(const struct job *job)
{
	const struct seal *seal = &job->seal;

	if (job->options.verify == KPRK_VERIFY_NONE) {
		printf("checked: nothing (--verify=none)\n");
		return;
	}
	for (uint32_t i = 0; i < seal->count; i++)
		printf("checked: %2" PRIu32 " 0x%09" PRIx64 " %9" PRIu64
		       " bytes  %s, by %s\n", i, seal->list[i].pa,
		       seal->list[i].size, seal->list[i].what,
		       kprk_verify_text(job->options.verify));
}

static void describe_start(const struct job *job)
{
	const struct image *image = &job->image;

	if (!image->whole)
		printf("start:   at its own entry");
	else if (!*image->why_whole)
		printf("start:   as a program, at its 64-bit entry");
	else
		printf("start:   as a bzImage that unpacks itself (%s)",
		       image->why_whole);
	if (job_wants_5level(job))
		printf("; 5 levels of page tables\n");
	else if (image->no_5level)
		printf("; 4 levels of page tables (%s)\n", image->no_5level);
	else
		printf("; 4 levels of page tables\n");
}

void job_describe(const struct job *job)
{
	printf("kernel:  %s (%s)\n", job->options.kernel,
	       *job->image.release ? job->image.release : "unknown release");
	describe_start(job);
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
	print_segments(&job->segments);
	print_seal(job);
}
