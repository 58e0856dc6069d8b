/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * carry.h - what the next kernel need not find out again, with the evidence.
 */
#ifndef KPARK_CARRY_H
#define KPARK_CARRY_H

#include <stdbool.h>

#include "warp.h"

/*
 * What is added. The second word, which Linux and init take for a module's and
 * leave alone, tells our tsc=reliable from the user's: with --reuse-cmdline it
 * would outlive its evidence.
 */
#define CARRY_WORDS	"tsc=reliable kpark.carried=tsc"

/* Takes them out of a line with single blanks: each load decides anew. */
void carry_forget(char *cmdline);

/* warp_test with the machine's own clock, or what a test has instead. */
typedef void carry_test(const unsigned int *cpus, size_t count,
			struct warp *warp);
void carry_warp_test(const unsigned int *cpus, size_t count,
		     struct warp *warp);

struct carry_wish {
	const char *root;	/* "", or a made-up machine's */
	const char *cmdline;	/* the next kernel's, so far */
	const char *unwanted;	/* NULL, or why it is not wanted at all */
	bool        thorough;	/* test even if it cannot change anything */
	carry_test *test;
};

struct carry {
	bool tsc;		/* CARRY_WORDS may be added */
	char text[256];		/* for people: the evidence, or why not */
};

/*
 * May the next kernel be told that the TSCs agree and go on counting? It then
 * tests neither, for as long as it lives: in doubt the answer is no.
 */
void carry_decide(const struct carry_wish *wish, struct carry *carry);

#endif
