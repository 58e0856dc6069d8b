// SPDX-License-Identifier: GPL-2.0-only
/* job_seal.c - what purgatory is to check and to clear */
#include "job.h"

#include <err.h>
#include <inttypes.h>
#include <string.h>

#include "blobs.h"

#define FLIPPED		0x10	/* which bit */

/* Purgatory's own segment without its bss, in the order of purgatory_abi.h. */
static void list_purgatory(struct job *job)
{
	size_t code_at = PURGATORY_PARAMS_SIZE;
	size_t code_end = (size_t)(blob_purgatory_end - blob_purgatory);

	seal_add(&job->seal, "purgatory's parameters", job->purgatory,
		 job->purgatory_pa,
		 offsetof(struct purgatory_params, digest));
	seal_add(&job->seal, "purgatory's code", job->purgatory + code_at,
		 job->purgatory_pa + code_at, code_end - code_at);
	seal_add(&job->seal, "purgatory's page tables",
		 job->purgatory + job->tables_at,
		 job->purgatory_pa + job->tables_at,
		 job->purgatory_size - job->tables_at);
}

/* Purgatory and park change once they are in use; all else must not. */
static bool is_early(const struct job *job, const struct kexec_segment *segment)
{
	return segment->buf == job->purgatory ||
	       segment->buf == job->parking.image;
}

static void list_all(struct job *job)
{
	const struct segments *segments = &job->segments;

	list_purgatory(job);
	if (job->parking.image)
		seal_add(&job->seal, "park", job->parking.image,
			 job->parking.pa, job->parking.size);
	job->seal.early = job->seal.count;
	for (size_t i = 0; i < segments->count; i++) {
		const struct kexec_segment *segment = &segments->kexec[i];

		if (!is_early(job, segment))
			seal_add(&job->seal, segments->what[i], segment->buf,
				 segment->mem, segment->memsz);
	}
}

/* For tests: as if it happened between load and jump. */
static int flip_a_bit(const struct job *job)
{
	const struct load_options *options = &job->options;
	const struct sealed *sealed;
	uint64_t at = options->flip_at;

	if (!options->flip)
		return 0;
	if (options->fault_arg >= job->seal.count) {
		warnx("load: --fault=flip:%" PRIu32 ": need a segment below %"
		      PRIu32, options->fault_arg, job->seal.count);
		return -1;
	}
	sealed = &job->seal.list[options->fault_arg];
	if (at == FLIP_MIDDLE)
		at = sealed->size / 2;
	if (at == FLIP_LAST)
		at = sealed->size - 1;
	if (at >= sealed->size) {
		warnx("load: --fault=flip:%" PRIu32 ":%" PRIu64 ": %s has %"
		      PRIu64 " bytes", options->fault_arg, at, sealed->what,
		      sealed->size);
		return -1;
	}
	((uint8_t *)sealed->bytes)[at] ^= FLIPPED;
	return 0;
}

int job_seal(struct job *job)
{
	struct purgatory_params *params = (void *)job->purgatory;
	const struct segments *segments = &job->segments;

	segments_split(&job->segments);
	list_all(job);
	params->clears = (uint32_t)segments->gap_count;
	memcpy(params->clear, segments->gaps, sizeof(params->clear));
	seal_close(&job->seal, job->options.verify, params);
	return flip_a_bit(job);
}
