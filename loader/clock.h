/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock.h - times of the kernel's log and of CLOCK_MONOTONIC as TSC values.
 *
 * Stamps of purgatory and park are raw TSC; the kernel log and systemd have
 * clocks of their own. What comes out of here is never a value but the two
 * between which it lies.
 */
#ifndef KPARK_CLOCK_H
#define KPARK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "klog.h"

#define WHY_SIZE	128

/* Two TSC values; what is meant lies between them. */
struct span {
	int64_t early, late;
};

/* All clocks, read at once. */
struct clock_sample {
	int64_t tsc;			/* the middle of the reading .. */
	int64_t half;			/* .. that took twice this, in ticks */
	int64_t raw_ns, mono_ns, boot_ns, real_ns;
	int64_t tick_ns;		/* the kernel's timer tick */
};

struct clock {
	bool     usable;		/* TSC values mean times */
	char     why_not[WHY_SIZE];
	uint32_t khz;			/* now, and before the kernel .. */
	uint32_t early_khz;		/* .. refined it */
	int64_t  error_ppb;		/* of khz */
	bool     khz_by_kernel;		/* else measured just now */
	struct clock_sample now;

	bool     anchored;		/* the log's times can be converted */
	char     why_not_anchored[WHY_SIZE];
	int64_t  anchor_us;		/* this printk time .. */
	struct span anchor;		/* .. was then */
	int64_t  offset_ns;		/* what the log's clock lost early on .. */
	int64_t  offset_until_us;	/* .. until then; -1: not known */
	int64_t  refined_us;		/* -1: it was not */
};

void clock_look(struct clock_sample *sample);

/*
 * From the log and two looks. `constant`: the CPU says that the TSC's rate is,
 * or the kernel has based its own time on it.
 */
void clock_learn(struct clock *clock, const struct klog *klog, bool constant,
		 const struct clock_sample *before,
		 const struct clock_sample *now);

/*
 * false: cannot be converted. Of a clock that is not usable the log's times
 * are nanoseconds of its own, to be compared with each other only.
 */
bool clock_of_log(const struct clock *clock, int64_t us, struct span *span);
bool clock_of_monotonic(const struct clock *clock, int64_t us,
			struct span *span);

int64_t clock_ticks(const struct clock *clock, int64_t ns);
int64_t clock_ns(const struct clock *clock, int64_t ticks);

/* Lines into the kernel log that say the TSC, for klog to read. 0 or -1. */
int clock_mark_log(const char *root);

#endif
