/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * lapic.h - this CPU's local APIC, in xAPIC or x2APIC mode as it is found.
 *
 * SDM "Advanced Programmable Interrupt Controller (APIC)". The mode is read
 * from IA32_APIC_BASE at every access: a CPU that comes back from a kernel
 * comes in that kernel's mode.
 */
#ifndef LAPIC_H
#define LAPIC_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu.h"
#include "x86.h"

static inline bool lapic_is_x2(uint64_t base)
{
	return base & APIC_BASE_EXTD;
}

static inline volatile uint32_t *lapic_word(uint64_t base, uint32_t reg)
{
	return (volatile uint32_t *)((base & APIC_BASE_ADDRESS) + reg);
}

static inline uint32_t lapic_read(uint32_t reg)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	if (lapic_is_x2(base))
		return (uint32_t)rdmsr(MSR_X2APIC + (reg >> 4));
	return *lapic_word(base, reg);
}

static inline void lapic_write(uint32_t reg, uint32_t value)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	if (lapic_is_x2(base))
		wrmsr(MSR_X2APIC + (reg >> 4), value);
	else
		*lapic_word(base, reg) = value;
}

/* This CPU's APIC ID as the MADT names it. */
static inline uint32_t lapic_id(void)
{
	uint32_t id = lapic_read(APIC_ID);

	return lapic_is_x2(rdmsr(MSR_APIC_BASE)) ? id : id >> 24;
}

/* Can this CPU's APIC address that one? */
static inline bool lapic_reaches(uint32_t apic_id)
{
	return apic_id < APIC_ID_BROADCAST ||
	       lapic_is_x2(rdmsr(MSR_APIC_BASE));
}

/*
 * Sends one interrupt to one CPU and waits until the APIC has handed it on,
 * some microseconds; the wait has an end of its own. x2APIC has no such
 * state. There WRMSR is not serializing: the fences make the stores before it
 * visible first (SDM "Interrupt Command Register in x2APIC Mode", "MSR Access
 * in x2APIC Mode"). In xAPIC mode an ID of 8 bits is all there is, and 0xff
 * would be everybody: such a CPU cannot be reached, and nothing is sent.
 */
static inline void lapic_send(uint32_t apic_id, uint32_t command)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);
	uint32_t spins = 1000000;

	if (lapic_is_x2(base)) {
		__asm__ volatile("mfence; lfence" : : : "memory");
		wrmsr(MSR_X2APIC + (APIC_ICR >> 4),
		      (uint64_t)apic_id << 32 | command);
		return;
	}
	if (apic_id >= APIC_ID_BROADCAST)
		return;
	*lapic_word(base, APIC_ICR_HIGH) = apic_id << 24;
	*lapic_word(base, APIC_ICR) = command;
	while ((*lapic_word(base, APIC_ICR) & ICR_PENDING) && --spins)
		pause();
}

#endif
