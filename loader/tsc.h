/* SPDX-License-Identifier: GPL-2.0-only */
/* tsc.h - how fast the time stamp counter counts */
#ifndef KPARK_TSC_H
#define KPARK_TSC_H

#include <stdint.h>

/* Two clocks at one moment; a measurement begins with one and goes on beside
   other work. */
struct tsc_reading {
	int      cpu;		/* -1: unknown */
	uint64_t ns;		/* CLOCK_MONOTONIC_RAW */
	uint64_t ticks;
};

void tsc_read(struct tsc_reading *now);

/* kHz, over 20 ms at least: waits for what is missing of them, or for all of
   them where the CPU is another than at the start. 0 on failure. */
uint32_t tsc_khz(const struct tsc_reading *start);

#endif
