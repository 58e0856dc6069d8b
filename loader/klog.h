/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * klog.h - what the running kernel's log says of its own start.
 */
#ifndef KPARK_KLOG_H
#define KPARK_KLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line of ours, written by clock.c: run and TSC follow. */
#define KLOG_MARK	"kpark: clock: "

/* Four years: ticks of any TSC for so long fit 63 bits. */
#define KLOG_US_MAX	(INT64_C(1) << 47)

#define KLOG_MARKS	32
#define KLOG_TROUBLES	8
#define KLOG_TEXT	120

enum klog_line {
	KLOG_BRINGUP,	/* the first AP's turn comes next */
	KLOG_ONLINE,	/* all that came are online */
	KLOG_INIT,	/* to userland */
	KLOG_STABLE,	/* the log's clock is the TSC's from here on */
	KLOG_REFINED,	/* the TSC's rate is known better from here on */
	KLOG_LINES
};

struct klog_mark {
	int64_t us;		/* the line's time */
	int64_t run;		/* one number for marks written in a row */
	int64_t tsc;		/* no later than the line; not negative */
};

struct klog {
	bool     complete;		/* its first line is still there */
	int64_t  us[KLOG_LINES];	/* microseconds; -1: no such line */
	uint32_t detected_khz, refined_khz;	/* 0: no such line */
	int64_t  sched_offset_ns;	/* of KLOG_STABLE */
	bool     tsc_unstable;
	size_t   marks;
	struct klog_mark mark[KLOG_MARKS];	/* the last ones */
	size_t   troubles;
	char     trouble[KLOG_TROUBLES][KLOG_TEXT];	/* with a CPU */
};

/* Reads /dev/kmsg to its end. 0; -1 with errno set: cannot be read. */
int klog_read(const char *root, struct klog *klog);

#endif
