// SPDX-License-Identifier: GPL-2.0-only
/*
 * tsc.c - how fast the time stamp counter counts.
 *
 * Park and purgatory bound their waits by it; 1 % is plenty.
 */
#include "tsc.h"

#include <time.h>
#include <x86intrin.h>

#define MEASURE_NS	20000000ULL

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

uint32_t tsc_khz(void)
{
	const struct timespec pause = { .tv_nsec = MEASURE_NS };
	uint64_t start_ns = now_ns(), start = __rdtsc();
	uint64_t ns, ticks;

	nanosleep(&pause, NULL);
	ticks = __rdtsc() - start;
	ns = now_ns() - start_ns;
	return ns ? (uint32_t)(ticks * 1000000 / ns) : 0;
}
