// SPDX-License-Identifier: GPL-2.0-only
/*
 * naps.c - how long the warden sleeps between two looks at the mailbox. Short while a
 * kernel boots, for the first command of its bring-up waits for the end of one; long
 * beside one that keeps CPUs offline.
 */
#include "naps.h"

#define LAZY_FACTOR	50	/* naps are so much longer if nothing is to come, .. */
#define LAZY_MAX_US	100000	/* .. but a TEST is waited for for 1 s only */
#define CALIBRATE_US	50	/* to learn how fast the APIC timer counts */

uint32_t naps_begin(struct park_header *park)
{
	uint64_t start, counted, counts;

	lapic_write(APIC_TIMER_DIVIDE, APIC_DIVIDE_BY_1);
	lapic_write(APIC_LVT_TIMER, APIC_LVT_MASKED | PARK_TIMER_VECTOR);
	start = rdtsc();	/* before the timer starts, and behind its last reading */
	lapic_write(APIC_TIMER_INITIAL, UINT32_MAX);
	while (rdtsc() - start < park_ticks(park, CALIBRATE_US))
		;	/* no PAUSE: it may give the CPU away */
	counted = UINT32_MAX - lapic_read(APIC_TIMER_CURRENT);
	counts = counted * park_ticks(park, park->nap_us) / (rdtsc() - start);
	lapic_write(APIC_TIMER_INITIAL, 0);
	lapic_write(APIC_LVT_TIMER, PARK_TIMER_VECTOR);
	return counts < UINT32_MAX ? (uint32_t)counts + 1 : UINT32_MAX;
}

void naps_end(void)
{
	lapic_write(APIC_LVT_TIMER, APIC_LVT_MASKED | PARK_TIMER_VECTOR);
	lapic_write(APIC_TIMER_INITIAL, 0);
}

uint32_t naps_us(const struct park_header *park, bool lazy)
{
	uint64_t us = (uint64_t)park->nap_us * (lazy ? LAZY_FACTOR : 1);

	return us < LAZY_MAX_US ? (uint32_t)us : LAZY_MAX_US;
}

uint32_t naps_length(const struct park_header *park, uint32_t counts, uint32_t us)
{
	uint64_t length = (uint64_t)counts * us / park->nap_us;

	return length < UINT32_MAX ? (uint32_t)length : UINT32_MAX;
}

bool pause_was_nap(const struct park_header *park, uint32_t us)
{
	uint64_t start = rdtsc();

	pause();
	return rdtsc() - start >= park_ticks(park, us);
}
