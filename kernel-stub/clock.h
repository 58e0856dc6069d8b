/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock.h - time, in TSC ticks; and waiting, always with an end.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu.h"

extern uint32_t tsc_khz;

/* From the hop before, from KPRK, or measured against the PIT (25 ms). */
void clock_init(uint32_t known_khz);

/* All bounds get so many times longer: `patience=` for a slow machine. */
extern uint32_t patience;

static inline uint64_t ticks_of_us(uint64_t us)
{
	return us * tsc_khz / 1000;
}

static inline uint64_t us_of_ticks(uint64_t ticks)
{
	return ticks * 1000 / tsc_khz;
}

static inline uint64_t deadline_ms(uint64_t ms)
{
	return rdtsc() + ms * patience * tsc_khz;
}

static inline bool is_past(uint64_t deadline)
{
	return rdtsc() >= deadline;
}

void delay_us(uint64_t us);

/* Waits until the condition holds; false if it did not within `ms`. */
#define WAIT_FOR(condition, ms) ({				\
	uint64_t wait_end = deadline_ms(ms);			\
	bool wait_held;						\
								\
	while (!(wait_held = (condition)) && !is_past(wait_end)) \
		pause();					\
	wait_held || (condition);				\
})

#endif
