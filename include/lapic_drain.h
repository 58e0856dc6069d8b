/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * lapic_drain.h - empties this CPU's local APIC of what a kernel left in it.
 *
 * SDM "Interrupt Acceptance for Fixed Interrupts": what is pending or in
 * service stays so through a software disable, and the next kernel gets it.
 */
#ifndef LAPIC_DRAIN_H
#define LAPIC_DRAIN_H

#include <stddef.h>

#include "lapic.h"

#define LAPIC_DRAIN_ROUNDS	1000

/*
 * Interrupts of its own that a CPU must not get here, nor take along. Errors first:
 * vector 0 in any other may be one (SDM "Error Handling").
 */
static const uint16_t lapic_local[] = {
	APIC_LVT_ERROR, APIC_LVT_TIMER, APIC_LVT_LINT0, APIC_LVT_LINT1,
};

/* Entries that not every APIC has; SDM "Local APIC Version Register". */
static const uint16_t lapic_optional[] = {
	APIC_LVT_PERF, APIC_LVT_THERMAL, APIC_LVT_CMCI,
};

static inline void lapic_mask_local(void)
{
	uint32_t entries = lapic_read(APIC_VERSION) >> 16 & 0xff;
	size_t i;

	for (i = 0; i < sizeof(lapic_local) / sizeof(uint16_t); i++)
		lapic_write(lapic_local[i], APIC_LVT_MASKED);
	/* Max LVT Entry: 3 = the four above, each more is one of these. */
	for (i = 0; i < sizeof(lapic_optional) / sizeof(uint16_t); i++)
		if (entries > 3 + i)
			lapic_write(lapic_optional[i], APIC_LVT_MASKED);
	lapic_write(APIC_TIMER_INITIAL, 0);
}

static inline bool lapic_holds_any(void)
{
	uint32_t bits = 0;

	for (uint32_t word = 0; word < APIC_IRR_WORDS; word++)
		bits |= lapic_read(APIC_IRR + 16 * word) |
			lapic_read(APIC_ISR + 16 * word);
	return bits;
}

/*
 * Takes what waits in the APIC, with an end: every vector needs a gate. An
 * interrupt that was in service when a kernel let go has no handler left to
 * end it: EOI does.
 */
static inline void lapic_drain(void)
{
	for (int round = 0; lapic_holds_any() && round < LAPIC_DRAIN_ROUNDS;
	     round++) {
		take_interrupts();
		lapic_write(APIC_EOI, 0);
	}
}

#endif
