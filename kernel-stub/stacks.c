// SPDX-License-Identifier: GPL-2.0-only
/*
 * stacks.c - the APs' stacks, with a mark at their ends.
 */
#include "stacks.h"

#include "console.h"
#include "memory.h"

#define MARK	0x6b6361747320666fULL	/* where the last push would go */

static uint64_t stacks_pa;

void stacks_init(void)
{
	stacks_pa = memory_take((uint64_t)cpu_count * STACK_SIZE, PAGE,
				1 << 20, UINT64_MAX);
	if (!stacks_pa)
		die("no memory for %u stacks", cpu_count);
}

int stacks_give(struct cpu *cpu)
{
	uint64_t stack = stacks_pa + cpu->index * STACK_SIZE;

	*(uint64_t *)stack = MARK;
	cpu->stack_top = stack + STACK_SIZE;
	return 0;
}

void stacks_inspect(struct cpu *cpu)
{
	if (*(uint64_t *)(cpu->stack_top - STACK_SIZE) != MARK)
		die("CPU %u: stack overrun", cpu->index);
}
