/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * load_options.h - what the user asked `kpark load` for.
 */
#ifndef KPARK_LOAD_OPTIONS_H
#define KPARK_LOAD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum mailbox { MAILBOX_AUTO, MAILBOX_ALWAYS, MAILBOX_NEVER };

#define FLIP_MIDDLE	UINT64_MAX
#define FLIP_LAST	(UINT64_MAX - 1)

/* All strings are argv's. */
struct load_options {
	const char *kernel;
	const char *initrd;
	const char *append;
	bool reuse_cmdline;
	bool carry_none;
	bool trace;
	bool initrd_packed;		/* load it as it is */
	bool dry_run, verbose, halt_on_mismatch;
	bool watchdog;			/* the kernel is to be on trial */
	bool require_park;		/* or not at all */
	bool file_load;			/* by kexec_file_load(2) */
	bool kernel_optional;		/* set by the caller: check */
	enum mailbox mailbox;
	uint32_t serial_port;		/* 0: silent */
	uint32_t arrival_ms, nap_us, idle;
	uint32_t verify;		/* KPRK_VERIFY_* */
	uint32_t fault, fault_arg;	/* PURGATORY_FAULT_* */
	bool flip;			/* in segment fault_arg, .. */
	uint64_t flip_at;		/* .. in this byte, or FLIP_* */
	bool kaslr_seeded;
	uint64_t kaslr_seed;
};

/*
 * `options` starts zeroed. 0; 1 if there was only help to be given; -1 after
 * one line on stderr.
 */
int load_options_parse(int argc, char **argv, struct load_options *options);

#endif
