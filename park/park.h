/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * park.h - what the park's own files share. All of it runs on a parked CPU,
 * IF=0, on the park's page tables, and touches the region and the CPU's own
 * APIC, nothing else.
 */
#ifndef PARK_H
#define PARK_H

#include <stdbool.h>

#include "cpu.h"
#include "lapic_drain.h"
#include "park_abi.h"

/* Plain words that other CPUs write or read meanwhile. */
#define LOAD(field)		__atomic_load_n(&(field), __ATOMIC_ACQUIRE)
#define STORE(field, value)	__atomic_store_n(&(field), value, \
						 __ATOMIC_RELEASE)

/*
 * Commanded, and does not leave: parked again; purgatory may have emptied the slot
 * meanwhile, and that stays so.
 */
static inline void park_stay(struct park_slot *slot)
{
	uint32_t commanded = PARK_COMMANDED;

	__atomic_compare_exchange_n(&slot->state, &commanded, PARK_PARKED, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* TSC ticks in so many microseconds */
static inline uint64_t park_ticks(const struct park_header *park, uint64_t us)
{
	return us * park->tsc_khz / 1000;
}

/* park.S */
void park_halt(void);
void park_mwait(uint32_t hint);
void park_zero_msr(uint32_t msr);

/* park.c */
void park_balance(struct kprk_record *record);
bool park_answer_ping(struct park_header *park, struct park_slot *slot);

/* warden.c */
void warden_serve(struct park_header *park, struct park_slot *self);

#endif
