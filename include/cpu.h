/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * cpu.h - single instructions as C functions, for code that runs without an
 * operating system (park/, purgatory/, kernel-stub/).
 */
#ifndef CPU_H
#define CPU_H

#include <stdint.h>

#include "cpuid.h"

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value),
			 "d"((uint32_t)(value >> 32)) : "memory");
}

/* Raw TSC. LFENCE: not earlier than the loads before it have their values. */
static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static inline void pause(void)
{
	__asm__ volatile("pause" : : : "memory");
}

static inline void cli(void)
{
	__asm__ volatile("cli" : : : "memory");
}

/* Lets pending interrupts in; the NOP ends the shadow of STI. */
static inline void take_interrupts(void)
{
	__asm__ volatile("sti; nop; nop; cli" : : : "memory");
}

/* SDM "MONITOR/MWAIT Address Range Determination": from here on a store to
 * the line is noticed. */
static inline void monitor(const volatile void *line)
{
	__asm__ volatile("monitor" : : "a"(line), "c"(0), "d"(0) : "memory");
}

static inline void outb(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

#endif
