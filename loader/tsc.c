// SPDX-License-Identifier: GPL-2.0-only
/*
 * tsc.c - how fast the time stamp counter counts.
 *
 * Park and purgatory bound their waits by it; 1 % is plenty.
 */
#include "tsc.h"

#include <sched.h>
#include <time.h>
#include <x86intrin.h>

#define MEASURE_NS	20000000ULL
#define TRIES		10
#define KHZ_MIN		100000		/* beyond these it is no such clock */
#define KHZ_MAX		20000000

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static uint64_t measure(void)
{
	const struct timespec pause = { .tv_nsec = MEASURE_NS };
	uint64_t start_ns = now_ns(), start = __rdtsc();
	uint64_t ns, ticks;

	nanosleep(&pause, NULL);
	ticks = __rdtsc() - start;
	ns = now_ns() - start_ns;
	return ns ? ticks * 1000000 / ns : 0;
}

/* Both readings have to be of one CPU: another's counter may be far off. */
uint32_t tsc_khz(void)
{
	for (int i = 0; i < TRIES; i++) {
		int cpu = sched_getcpu();
		uint64_t khz = measure();

		if (cpu == sched_getcpu() && khz >= KHZ_MIN && khz <= KHZ_MAX)
			return (uint32_t)khz;
	}
	return 0;
}
