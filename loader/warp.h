/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * warp.h - do the time stamp counters of all CPUs agree? Tried, not believed.
 */
#ifndef KPARK_WARP_H
#define KPARK_WARP_H

#include <stddef.h>
#include <stdint.h>

/* What the test found; without `why_not` it went all the way. */
struct warp {
	uint64_t largest;	/* ticks that time was seen to go back by */
	uint64_t samples;	/* times that a CPU read another one's stamp */
	unsigned int cpus;
	char why_not[112];	/* "", or why this proves nothing */
};

/* The counter of the CPU that it runs on, `cpu`, read in program order. */
typedef uint64_t warp_clock(unsigned int cpu);
uint64_t warp_tsc(unsigned int cpu);

/*
 * Runs the first of `cpus` beside each of the others, 2 ms each and 500 ms in
 * all at most. Leaves the caller's affinity as it was. A test that cannot be
 * made is no error: why_not says so.
 */
void warp_test(const unsigned int *cpus, size_t count, warp_clock *clock,
	       struct warp *warp);

#endif
