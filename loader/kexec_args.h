/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec_args.h - what a command line of kexec(8) asks for, in kpark's words.
 */
#ifndef KPARK_KEXEC_ARGS_H
#define KPARK_KEXEC_ARGS_H

#include <stdbool.h>

#define KEXEC_STEPS	3	/* unload, load and exec */
#define KEXEC_WORDS	20	/* the longest load there can be, and NULL */

enum kexec_what {
	KEXEC_RUN,		/* the steps, in order, until one fails */
	KEXEC_HELP,
	KEXEC_VERSION,
	KEXEC_STATUS,		/* of the kernel for exec */
	KEXEC_STATUS_CRASH,	/* of the one for a crash */
	KEXEC_FOREIGN,		/* not for kpark: `word` is why */
	KEXEC_NO_VALUE,		/* `word` needs one */
	KEXEC_NO_KERNEL,
};

/* argv of a command of kpark's; argv[0] is its name */
struct kexec_step {
	int   argc;
	char *argv[KEXEC_WORDS];
};

struct kexec_args {
	enum kexec_what what;
	char word[80];		/* an option as it would be typed, or "" */
	const char *type;	/* that the kernel is to be of, or NULL */
	const char *kernel;	/* to load, or NULL */
	bool shutdown;		/* after the steps: the way down, then exec */
	int  steps;
	struct kexec_step step[KEXEC_STEPS];
	char serial[64];	/* words of the steps point here */
};

/* The strings stay argv's; argv itself is put into another order. */
void kexec_args_read(int argc, char **argv, struct kexec_args *args);

#endif
