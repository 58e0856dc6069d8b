// SPDX-License-Identifier: GPL-2.0-only
/*
 * job_rsdp.c - the ACPI root pointer that purgatory starts from.
 *
 * The next kernel's own is purgatory's to write into boot_params, and it must
 * not have acpi_rsdp= on its command line: in Linux that beats boot_params. On
 * the running kernel's line the word is a former loader's, and leaves with it.
 * A user who gives it means the firmware's RSDP: it is taken for that.
 */
#include "job.h"

#include <err.h>
#include <inttypes.h>
#include <string.h>

#include "acpi.h"
#include "bootparams.h"
#include "cmdline.h"
#include "rsdp.h"

static const char word[] = "acpi_rsdp=";

int job_take_rsdp(struct job *job, const char *running)
{
	const char *given = job->options.append ?
			    cmdline_find(job->options.append, word) : NULL;

	if (running && cmdline_has(running, word) && !job->remade)
		warnx("load: the running kernel's acpi_rsdp= is left out of"
		      " the command line");
	if (!given)
		return 0;
	if (rsdp_parse(given, &job->given_rsdp_pa)) {
		warnx("load: acpi_rsdp=%.*s: need an address in hex",
		      (int)strcspn(given, " \t\n"), given);
		return -1;
	}
	return 0;
}

int job_check_rsdp(const struct job *job)
{
	const char *objection;

	if (!job->given_rsdp_pa)
		return 0;
	objection = rsdp_objection("", &job->e820, job->given_rsdp_pa);
	if (objection) {
		warnx("load: acpi_rsdp=0x%" PRIx64 ": no RSDP: %s",
		      job->given_rsdp_pa, objection);
		return -1;
	}
	warnx("load: acpi_rsdp=0x%" PRIx64 " is taken for the firmware's, and"
	      " left out of the command line", job->given_rsdp_pa);
	return 0;
}

static uint64_t known_rsdp(const struct job *job)
{
	uint64_t rsdp_pa;

	if (job->given_rsdp_pa)
		return job->given_rsdp_pa;
	if (job->kprk.region.pa)
		return job->kprk.region.pristine_rsdp_pa;
	memcpy(&rsdp_pa, job->running.data + ZP_ACPI_RSDP_ADDR,
	       sizeof(rsdp_pa));
	/* A kernel that the firmware's own loader started finds it itself. */
	return rsdp_pa ? rsdp_pa : job->efi.rsdp_pa;
}

/* Purgatory looks there, and its page tables end with the memory map. */
uint64_t job_pristine_rsdp(const struct job *job)
{
	const struct memmap *e820 = &job->e820;
	uint64_t rsdp_pa = known_rsdp(job);
	uint64_t end = e820->ranges[e820->count - 1].end;

	return rsdp_pa < end && end - rsdp_pa >= sizeof(struct acpi_rsdp) ?
	       rsdp_pa : 0;
}
