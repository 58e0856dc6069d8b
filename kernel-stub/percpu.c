// SPDX-License-Identifier: GPL-2.0-only
/*
 * percpu.c - the table of CPUs.
 */
#include "percpu.h"

#include "atomic.h"
#include "cpu.h"
#include "lapic.h"
#include "tables.h"

#define MSR_GS_BASE	0xc0000101	/* SDM "Segment Base" MSRs */

struct cpu cpus[CPUS_MAX];
uint32_t cpu_count;

static void add(uint32_t apic_id)
{
	struct cpu *cpu = &cpus[cpu_count];

	cpu->self = cpu;
	cpu->apic_id = apic_id;
	cpu->index = cpu_count++;
	cpu->random = 0x9e3779b97f4a7c15 * (cpu->index + 1);
}

/* The caller first, whatever the tables say; the others in their order. */
void percpu_init(void)
{
	uint32_t self = lapic_id();

	add(self);
	cpus[0].online = true;
	cpus[0].sync = SYNC_ONLINE;
	for (uint32_t i = 0; i < machine.cpus && cpu_count < CPUS_MAX; i++)
		if (machine.apic_ids[i] != self)
			add(machine.apic_ids[i]);
}

void percpu_load(struct cpu *cpu)
{
	wrmsr(MSR_GS_BASE, (uint64_t)cpu);
}

uint32_t percpu_random(struct cpu *cpu, uint32_t limit)
{
	cpu->random ^= cpu->random << 13;
	cpu->random ^= cpu->random >> 7;
	cpu->random ^= cpu->random << 17;
	return (uint32_t)(cpu->random >> 16) % limit;
}

uint32_t percpu_online(void)
{
	uint32_t online = 0;

	for (uint32_t i = 0; i < cpu_count; i++)
		online += cpus[i].online;
	return online;
}

uint32_t percpu_strays(void)
{
	uint32_t strays = 0;

	for (uint32_t i = 0; i < cpu_count; i++)
		strays += LOAD(cpus[i].strays);
	return strays;
}
