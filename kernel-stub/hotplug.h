/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hotplug.h - a CPU's way from offline to online, as a table of steps.
 *
 * Up runs the steps in order, down in reverse. Steps before STEP_AP run on the
 * boot CPU, the others on the AP itself, on all APs at once. A step that fails
 * undoes those before it: the CPU is then where it was.
 */
#ifndef HOTPLUG_H
#define HOTPLUG_H

#include "percpu.h"

enum hotplug_step {
	STEP_OFFLINE,
	STEP_STACK,		/* BP from here */
	STEP_READY,		/* BP has done its part: the CPU is woken now */
	STEP_AP = STEP_READY,
	STEP_APIC,		/* AP from here, IF=0 */
	STEP_INITED,		/* a synchronization point */
	STEP_TSC,
	STEP_INTERRUPTS,	/* from here IF=1 */
	STEP_WAKEUPS,
	STEP_MM,
	STEP_ONLINE,
};

/*
 * Runs the steps above cpu->step up to `target`; 0, or -1 with cpu->step where
 * it was before and cpu->failed_step telling which.
 */
int hotplug_up(struct cpu *cpu, enum hotplug_step target);

/* Runs the steps' other side, down to `target`, which stays done. */
void hotplug_down(struct cpu *cpu, enum hotplug_step target);

const char *hotplug_name(enum hotplug_step step);

/* For tests: this step fails on this CPU (an index); 0 = none. */
extern uint32_t hotplug_fail_step, hotplug_fail_cpu;

#endif
