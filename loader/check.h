/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check.h - what `kpark check` has found out, before it is printed.
 */
#ifndef KPARK_CHECK_H
#define KPARK_CHECK_H

#include "job.h"

/* What would come of a load, the best first. */
enum prospect {
	PROSPECT_MAILBOX,	/* parked, and offered to the next kernel */
	PROSPECT_PARK,		/* parked, and collected by INIT/SIPI */
	PROSPECT_PLAIN,		/* loaded without parking */
	PROSPECT_NOTHING,	/* not loaded at all */
};

struct check {
	struct job job;			/* .options.kernel is NULL: no kernel */
	enum prospect prospect;
	int code;			/* an exit code */
	uint64_t free, largest;		/* bytes of RAM for segments */
	bool cpu_la57, runs_la57;	/* five levels of page tables */
};

/* check_print.c */
void check_print(const struct check *check);
/* 0, or -1 with errno set */
int check_print_json(const struct check *check);

#endif
