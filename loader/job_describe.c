// SPDX-License-Identifier: GPL-2.0-only
/* job_describe.c - `kpark load --dry-run`: the plan, on stdout */
#include "job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plain.h"

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

	if (job->by_file) {
		printf("start:   by the running kernel (kexec_file_load),"
		       " through its decompressor\n");
		return;
	}
	if (!image->whole)
		printf("start:   0x%" PRIx64 ", the kernel at 0x%" PRIx64
		       ", moved virtually by 0x%" PRIx64 "%s",
		       job->kernel_pa + image->entry, job->kernel_pa,
		       image->virt_delta, job->kaslr ? "" : " (nokaslr)");
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

static void describe_initrd(const struct job *job)
{
	if (!job->options.initrd)
		return;
	printf("initrd:  %s, ", job->options.initrd);
	if (!job->initrd_packed)
		printf("unpacked from %zu to ", job->initrd_file_size / 1024);
	printf("%zu KiB", job->initrd.size / 1024);
	if (job->initrd_packed)
		printf(", as it is: %s", job->initrd_packed);
	printf("\n");
}

/* A line that is reused is whatever a boot loader was given. */
static void print_cmdline(const char *cmdline)
{
	char *text = strdup(cmdline);

	printf("command: %s\n", text ? plain(text) : "?");
	free(text);
}

static void describe_kernel(const struct job *job)
{
	printf("kernel:  %s (%s)\n", job->options.kernel,
	       *job->image.release ? job->image.release : "unknown release");
	describe_start(job);
	describe_initrd(job);
	print_cmdline(job->cmdline);
	printf("tsc:     %s\n", job->carry.text);
}

static void describe_park(const struct job *job)
{
	const struct parkable *verdict = &job->verdict;

	if (*verdict->not_parked)
		printf("park:    no: %s\n", verdict->not_parked);
	else
		printf("park:    0x%" PRIx64 ", %zu KiB, %s, for %" PRIu32
		       " CPUs\n", job->parking.pa, job->parking.size / 1024,
		       job->parking.live ? "there already" : "new",
		       job->cpus.count);
	if (*verdict->no_mailbox)
		printf("mailbox: no: %s\n", verdict->no_mailbox);
	else
		printf("mailbox: offered if all CPUs answer\n");
}

/* loader/early.h */
static void describe_late_aps(const struct job *job)
{
	const char *why = NULL;

	if (job->room.kpageflags && access(job->room.kpageflags, R_OK))
		why = "no " KPAGEFLAGS " to find its page tables by";
	else if (job->room.over_early)
		why = "no room is known to be beside its page tables";
	if (why)
		printf("if not:  an AP that is held up as it leaves: may reset"
		       " the machine (%s)\n", why);
}

/* What happens when things go otherwise, or are not to be had. */
static void describe_fallback(const struct job *job)
{
	if (job->mailbox)
		printf("if not:  an AP that is missing after %" PRIu32
		       " ms: all by INIT/SIPI, as in a cold boot\n",
		       job->options.arrival_ms);
	else
		printf("CPUs:    by INIT/SIPI, as in a cold boot\n");
	describe_late_aps(job);
	if (job->by_file || job->options.verify == KPRK_VERIFY_NONE)
		return;
	printf("if not:  a segment that is damaged before the jump: %s\n",
	       job->options.halt_on_mismatch ? "the machine halts"
					     : "reset, through firmware");
}

void job_describe(const struct job *job)
{
	describe_kernel(job);
	describe_park(job);
	describe_fallback(job);
	if (job->by_file)
		return;
	print_segments(&job->segments);
	print_seal(job);
}
