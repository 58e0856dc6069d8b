// SPDX-License-Identifier: GPL-2.0-only
/*
 * tscsync.c - a warp test of many CPUs at once: each reads the highest TSC
 * that anybody has seen, then its own, which must not be lower.
 */
#include "tscsync.h"

#include "atomic.h"
#include "cpu.h"

#define ROUNDS	20

static uint64_t highest __attribute__((aligned(64)));

/* Ends: each failure means that `highest` has grown, up to `now` at most. */
static void raise(uint64_t now)
{
	uint64_t seen = LOAD(highest);

	while (seen < now &&
	       !__atomic_compare_exchange_n(&highest, &seen, now, false,
					    __ATOMIC_SEQ_CST,
					    __ATOMIC_SEQ_CST))
		;
}

void tscsync_seed(void)
{
	raise(rdtsc());
}

int tscsync_check(struct cpu *self)
{
	self->tsc_warp = 0;
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t before = LOAD(highest);
		uint64_t now = rdtsc();

		if (now < before && before - now > self->tsc_warp)
			self->tsc_warp = before - now;
		raise(now);
	}
	return 0;
}
