// SPDX-License-Identifier: GPL-2.0-only
/* job_initrd.c - the initrd, read and, if there is memory for it, unpacked */
#include "job.h"

#include <err.h>
#include <sys/sysinfo.h>

#include "initrd.h"
#include "input.h"

/*
 * The running kernel keeps it until the jump, perhaps for months: not more than
 * this part of the machine's memory.
 */
#define MEMORY_SHARE	16

/* More than this part of it Linux loads for nobody (kernel/kexec_core.c,
 * sanity_check_segment_list). */
#define LOADABLE_SHARE	2

/* Bytes; 0 if nobody knows. */
static size_t memory(unsigned int share)
{
	struct sysinfo info;

	if (sysinfo(&info))
		return 0;
	return (size_t)info.totalram * info.mem_unit / share;
}

int job_read_initrd(struct job *job)
{
	if (!job->options.initrd)
		return 0;
	if (input_read(job->options.initrd, memory(LOADABLE_SHARE),
		       &job->initrd))
		return -1;
	if (job->initrd.size)
		return 0;
	warnx("load: %s: the initrd is empty", job->options.initrd);
	return -1;
}

void job_unpack_initrd(struct job *job)
{
	job->initrd_file_size = job->initrd.size;
	if (job->by_file)
		job->initrd_packed = "kexec_file_load(2) takes a file";
	else if (job->options.initrd_packed)
		job->initrd_packed = "--initrd-packed";
	else if (job->initrd.size)
		job->initrd_packed = initrd_unpack(&job->initrd,
						   memory(MEMORY_SHARE));
}
