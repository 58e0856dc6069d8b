/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * made_up_cpu.h - in place of cpu.h, whose instructions a test program may not run:
 * MSRs, an APIC's page and a time that are the test's. It includes what every cmocka
 * test needs; rdmsr() and pause() differ from test to test.
 */
#ifndef MADE_UP_CPU_H
#define MADE_UP_CPU_H

#define CPU_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "x86.h"

#define MSRS	64

static struct {
	uint32_t msr;
	uint64_t value;
} msr_writes[MSRS];
static unsigned int msr_count;
static uint64_t apic_base;
static uint64_t tsc;
static void (*on_pause)(void);

static uint32_t apic_page[1024] __attribute__((aligned(4096)));

static inline void note_wrmsr(uint32_t msr, uint64_t value)
{
	assert_true(msr_count < MSRS);
	msr_writes[msr_count].msr = msr;
	msr_writes[msr_count++].value = value;
}

static inline uint64_t rdtsc(void)
{
	return tsc += 10;
}

/* Before each test. */
static inline void reset_cpu(uint64_t apic_base_flags)
{
	msr_count = 0;
	tsc = 1;
	on_pause = NULL;
	memset(apic_page, 0, sizeof(apic_page));
	apic_base = (uint64_t)apic_page | apic_base_flags;
}

#endif /* MADE_UP_CPU_H */
