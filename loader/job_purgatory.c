// SPDX-License-Identifier: GPL-2.0-only
/* job_purgatory.c - purgatory's image, its page tables and parameters */
#include "job.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "blobs.h"
#include "cmdline.h"
#include "cpuid.h"
#include "idmap.h"
#include "purgatory_abi.h"
#include "x86.h"

static bool has_gib_pages(void)
{
	return cpuid(CPUID_EXTENDED, 0).d & CPUID_EXTENDED_GIB_PAGES;
}

/* As the kernel's own decompressor, if it ran first, would decide. */
bool job_wants_5level(const struct job *job)
{
	return !job->image.no_5level && !cmdline_has(job->cmdline, "no5lvl") &&
	       (cpuid(CPUID_FEATURES, 0).c & CPUID_FEATURES_LA57);
}

static void fill_params(const struct job *job,
			struct purgatory_params *params,
			const struct idmap *map, uint64_t tables_pa)
{
	const struct load_options *options = &job->options;
	struct utsname uts;

	params->cr3_5level = tables_pa;
	params->cr3_4level = tables_pa + PAGE;
	params->boot_params_pa = job->bootparams_pa;
	params->kernel_entry_pa = job->kernel_pa + job->image.entry;
	params->park_pa = job->parking.possible ? job->parking.pa : 0;
	params->rsdp_pa = job_pristine_rsdp(job);
	params->flags = (job->mailbox ? PURGATORY_MAILBOX : 0) |
			(job->parking.live ? PURGATORY_LIVE_REGION : 0) |
			(job->kprk.region.ours ? PURGATORY_OWN_BOOT : 0) |
			(job_wants_5level(job) ? PURGATORY_5LEVEL : 0) |
			(options->serial_port ? PURGATORY_SERIAL : 0) |
			(options->halt_on_mismatch ? PURGATORY_HALT : 0);
	params->arrival_ms = options->arrival_ms;
	params->tsc_khz = job->tsc_khz;
	params->serial_port = options->serial_port;
	params->fault = options->fault;
	params->fault_arg = options->fault_arg;
	params->hop = job->hop;
	params->map_limit = idmap_end(map);
	params->retired_pa = job->parking.retired_pa;
	params->retired_size = job->parking.retired_size;
	if (!uname(&uts))
		snprintf(params->previous, sizeof(params->previous), "%.*s",
			 (int)sizeof(params->previous) - 1, uts.release);
}

/* Its page tables map all there is: it reads ACPI tables, and every segment. */
int job_build_purgatory(struct job *job)
{
	const struct purgatory_params *blob = (const void *)blob_purgatory;
	const struct memmap *e820 = &job->e820;
	struct idmap map = {
		.limit = e820->ranges[e820->count - 1].end,
		.gib_pages = has_gib_pages(),
	};
	struct place_wish place = {
		"purgatory", blob->image_size + idmap_size(&map), PAGE, MIB,
		FOUR_GIB
	};
	uint64_t tables_pa;

	if (place_high(&job->room, &place, &job->purgatory_pa))
		return -1;
	tables_pa = job->purgatory_pa + blob->image_size;
	job->tables_at = blob->image_size;
	job->purgatory_size = place.size;
	job->purgatory = calloc(1, place.size);
	if (!job->purgatory) {
		warn("load: purgatory");
		return -1;
	}
	memcpy(job->purgatory, blob_purgatory,
	       (size_t)(blob_purgatory_end - blob_purgatory));
	idmap_build(&map, (uint64_t *)(job->purgatory + blob->image_size),
		    tables_pa);
	fill_params(job, (struct purgatory_params *)job->purgatory, &map,
		    tables_pa);
	return 0;
}
