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
#define READINGS	5
#define TRIES		10
#define KHZ_MIN		100000		/* beyond these it is no such clock */
#define KHZ_MAX		20000000

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

/* Of some readings that between whose two clocks the least can have happened. */
void tsc_read(struct tsc_reading *now)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < READINGS; i++) {
		int cpu = sched_getcpu();
		uint64_t before = __rdtsc(), ns = now_ns();
		uint64_t took = __rdtsc() - before;

		if (took >= best)
			continue;
		best = took;
		*now = (struct tsc_reading){ cpu, ns, before + took / 2 };
	}
}

static void wait_until(uint64_t ns)
{
	uint64_t now = now_ns();
	struct timespec pause = { 0 };

	if (now >= ns)
		return;
	pause.tv_nsec = (long)(ns - now);
	nanosleep(&pause, NULL);
}

/* 0 if the readings are of two CPUs, whose counters may be far apart. */
static uint64_t khz_since(const struct tsc_reading *start)
{
	struct tsc_reading end;

	wait_until(start->ns + MEASURE_NS);
	tsc_read(&end);
	if (end.cpu != start->cpu || end.ns <= start->ns)
		return 0;
	return (uint64_t)((unsigned __int128)(end.ticks - start->ticks) *
			  1000000 / (end.ns - start->ns));
}

uint32_t tsc_khz(const struct tsc_reading *start)
{
	struct tsc_reading again;

	for (int i = 0; i < TRIES; i++) {
		uint64_t khz = khz_since(start);

		if (khz >= KHZ_MIN && khz <= KHZ_MAX)
			return (uint32_t)khz;
		tsc_read(&again);
		start = &again;
	}
	return 0;
}
