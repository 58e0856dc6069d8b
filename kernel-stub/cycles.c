// SPDX-License-Identifier: GPL-2.0-only
/*
 * cycles.c - the modes that take CPUs down and up again: at random
 * (mode=cycles), and with each step of the table failing once (mode=rollback).
 */
#include "modes.h"

#include <string.h>

#include "bringup.h"
#include "chain.h"
#include "clock.h"
#include "cmdline.h"
#include "console.h"
#include "hotplug.h"
#include "tables.h"

/* By firmware there is no park: the tests want one, of hop 2 on a live one. */
static void get_to_hop(uint32_t wanted)
{
	struct bringup result;

	if (hop >= wanted)
		return;
	bringup_all(way_chosen(), &result);
	chain_go();
}

static void bring_all_up(void)
{
	struct bringup result;

	bringup_all(way_chosen(), &result);
	check(percpu_online() == cpu_count, "%u of %u CPUs by %s",
	      percpu_online(), cpu_count, way_name(way_chosen()));
}

_Noreturn void mode_cycles(void)
{
	uint64_t cycles = cmdline_number("cycles", 10000), done = 0;
	uint64_t start, failed = 0;
	uint32_t unclean = 0;

	get_to_hop((uint32_t)cmdline_number("hops", 1));
	bring_all_up();
	start = rdtsc();
	for (; cpu_count > 1 && done < cycles && failed < 10; done++) {
		struct cpu *cpu = &cpus[1 + percpu_random(&cpus[0],
							  cpu_count - 1)];

		if (!bringdown_one(cpu) || percpu_online() != cpu_count - 1 ||
		    !bringup_one(cpu, way_of_one()))
			failed++;
		unclean |= cpu->unclean;
	}
	check(!failed && percpu_online() == cpu_count,
	      "%lu offline/online cycles by %s, %lu failed, %u CPUs online,"
	      " %lu us each", done, way_name(way_of_one()), failed,
	      percpu_online(),
	      done ? us_of_ticks(rdtsc() - start) / done : 0);
	check(!unclean, "state on arrival: unclean 0x%x", unclean);
	if (machine.mailbox) {		/* and they are still to be parked */
		check(!bringdown_all(), "all went home");
		bring_all_up();
	}
	verdict();
}

/*
 * What must have run when `failing` fails: all steps up to it in order, then
 * those before it, in reverse.
 */
static bool trace_is_right(const struct cpu *cpu, uint32_t failing)
{
	uint8_t want[TRACE_SIZE];
	uint32_t n = 0;
	uint32_t first = failing <= STEP_READY ? STEP_OFFLINE : STEP_AP;

	for (uint32_t step = STEP_OFFLINE + 1; step <= failing; step++)
		want[n++] = (uint8_t)step;
	for (uint32_t step = failing - 1; step > first; step--)
		want[n++] = (uint8_t)(step | TRACE_DOWN);
	for (uint32_t step = first; step > STEP_OFFLINE; step--)
		want[n++] = (uint8_t)(step | TRACE_DOWN);
	return cpu->traced == n && !memcmp(cpu->trace, want, n);
}

static void fail_at(struct cpu *cpu, uint32_t step)
{
	bool came, right;

	if (!bringdown_one(cpu))
		die("rollback: CPU %u does not go", cpu->index);
	hotplug_fail_cpu = cpu->index;
	hotplug_fail_step = step;
	cpu->traced = 0;
	came = bringup_one(cpu, way_of_one());
	right = trace_is_right(cpu, step);
	hotplug_fail_step = 0;
	check(!came && right && cpu->step == STEP_OFFLINE && !cpu->online &&
	      percpu_online() == cpu_count - 1,
	      "step %s fails: undone in reverse, CPU offline",
	      hotplug_name(step));
	check(bringup_one(cpu, way_of_one()) &&
	      percpu_online() == cpu_count, "step %s works again: CPU online",
	      hotplug_name(step));
}

_Noreturn void mode_rollback(void)
{
	get_to_hop((uint32_t)cmdline_number("hops", 1));
	bring_all_up();
	for (uint32_t step = STEP_OFFLINE + 1; step <= STEP_ONLINE; step++)
		if (cpu_count > 1)
			fail_at(&cpus[cpu_count / 2], step);
	verdict();
}
