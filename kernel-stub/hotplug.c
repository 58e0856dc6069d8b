// SPDX-License-Identifier: GPL-2.0-only
/*
 * hotplug.c - the table, and the two ways through it.
 *
 * `online` is set behind the last step and cleared before the first is undone:
 * who sees it sees a CPU with all its parts.
 */
#include "hotplug.h"

#include "apic.h"
#include "atomic.h"
#include "cpu.h"
#include "ipi.h"
#include "memory.h"
#include "mm.h"
#include "stacks.h"
#include "tscsync.h"

uint32_t hotplug_fail_step, hotplug_fail_cpu;

static int ready_up(struct cpu *cpu)
{
	cpu->failed_step = 0;
	cpu->unclean = 0;
	return 0;
}

static int inited_up(struct cpu *cpu)
{
	STORE(cpu->sync, SYNC_INITED);
	return 0;
}

static int interrupts_up(struct cpu *cpu)
{
	(void)cpu;
	__asm__ volatile("sti" : : : "memory");
	return 0;
}

static void interrupts_down(struct cpu *cpu)
{
	(void)cpu;
	cli();
}

static const struct {
	const char *name;
	int  (*up)(struct cpu *cpu);	/* NULL: nothing to do */
	void (*down)(struct cpu *cpu);
} steps[] = {
	[STEP_OFFLINE]    = { "offline",     NULL,          NULL },
	[STEP_STACK]      = { "stack",       stacks_give,   stacks_inspect },
	[STEP_READY]      = { "ready",       ready_up,      NULL },
	[STEP_APIC]       = { "apic",        apic_open,     apic_close },
	[STEP_INITED]     = { "init-done",   inited_up,     NULL },
	[STEP_TSC]        = { "tsc",         tscsync_check, NULL },
	[STEP_INTERRUPTS] = { "interrupts",  interrupts_up, interrupts_down },
	[STEP_WAKEUPS]    = { "wake-ups",    ipi_open,      ipi_close },
	[STEP_MM]         = { "mm",          mm_cpu_up,     mm_cpu_down },
	[STEP_ONLINE]     = { "online",      NULL,          NULL },
};

const char *hotplug_name(enum hotplug_step step)
{
	return steps[step].name;
}

static void note(struct cpu *cpu, uint32_t what)
{
	cpu->trace[cpu->traced++ % TRACE_SIZE] = (uint8_t)what;
}

static int step_up(struct cpu *cpu, uint32_t step)
{
	note(cpu, step);
	if (step == hotplug_fail_step && cpu->index == hotplug_fail_cpu)
		return -1;
	return steps[step].up ? steps[step].up(cpu) : 0;
}

int hotplug_up(struct cpu *cpu, enum hotplug_step target)
{
	enum hotplug_step start = cpu->step;

	while (cpu->step < target) {
		if (step_up(cpu, cpu->step + 1)) {
			cpu->failed_step = cpu->step + 1;
			hotplug_down(cpu, start);
			return -1;
		}
		cpu->step++;
	}
	if (target == STEP_ONLINE)
		STORE(cpu->online, true);
	return 0;
}

void hotplug_down(struct cpu *cpu, enum hotplug_step target)
{
	STORE(cpu->online, false);
	for (; cpu->step > target; cpu->step--) {
		note(cpu, cpu->step | TRACE_DOWN);
		if (steps[cpu->step].down)
			steps[cpu->step].down(cpu);
	}
}
