/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parkable.h - may the APs be parked, and may the next kernel have them by the
 * mailbox? If not, the reason, as a text for people that ends a sentence.
 */
#ifndef KPARK_PARKABLE_H
#define KPARK_PARKABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "cpus.h"
#include "image.h"
#include "load_options.h"

#define REASON_SIZE	160

/* What CPUID says; tests make it up. */
struct parkable_cpu {
	bool tdx;	/* we are in a TDX guest */
	bool sev;	/* in an SEV guest */
	bool lass;	/* linear address space separation is there */
};
void parkable_read_cpu(struct parkable_cpu *cpu);

/* "" is: yes. */
struct parkable {
	char not_parked[REASON_SIZE];
	char no_mailbox[REASON_SIZE];
};

/*
 * Why this machine cannot park, "" if it can; then *cpus has its CPUs, to be
 * freed with cpus_free. `root` is "" but in tests.
 */
void parkable_machine(const char *root, const struct parkable_cpu *cpu,
		      uint32_t tsc_khz, struct cpus *cpus, char *why);

/*
 * Why none but the running kernel may start the next one, by kexec_file_load(2),
 * for memory is encrypted here, or is to be there; NULL if anybody may.
 */
const char *parkable_encrypted(const char *root, const struct parkable_cpu *cpu,
			       const char *cmdline);

/* Why this kernel, started with this command line, gets no mailbox. */
void parkable_kernel(const struct parkable_cpu *cpu, enum mailbox wish,
		     const struct image *image, const char *cmdline,
		     char *why);

#endif
