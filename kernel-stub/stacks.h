/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stacks.h - a stack for each AP, STACK_SIZE bytes. It stays the same from one
 * bring-up to the next: a CPU that was given up may still stand on it.
 */
#ifndef STACKS_H
#define STACKS_H

#include "percpu.h"

/* Once, for all CPUs. */
void stacks_init(void);

/* Hotplug step of the boot CPU. */
int stacks_give(struct cpu *cpu);
void stacks_inspect(struct cpu *cpu);

#endif
