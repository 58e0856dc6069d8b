// SPDX-License-Identifier: GPL-2.0-only
/*
 * idle.c - how parked CPUs are to wait on this machine.
 *
 * MWAIT on the CPU's own line where the machine is bare and its MONITOR is not
 * known to miss stores; HLT under a hypervisor, which sees that and gives the
 * core to others.
 */
#include "idle.h"

#include <stdbool.h>
#include <string.h>

#include "cpuid.h"
#include "file.h"
#include "park_abi.h"
#include "x86.h"

#define DEEPEST_CSTATE	7	/* CPUID leaf 5 has room for C0 to C7 */

/* "Genuine Intel": AMD's MWAIT is for C1 only. */
static bool is_intel(void)
{
	struct cpuid r = cpuid(CPUID_BASIC, 0);

	return r.b == 0x756e6547 && r.d == 0x49656e69 && r.c == 0x6c65746e;
}

/* The running kernel's word for CPUs whose MONITOR misses stores. */
static bool monitor_is_broken(void)
{
	struct file cpuinfo;
	char *bugs, *end;
	bool broken = false;

	if (file_read("/proc/cpuinfo", &cpuinfo))
		return true;
	bugs = strstr((char *)cpuinfo.data, "\nbugs");
	if (bugs) {
		end = strchr(bugs + 1, '\n');
		if (end)
			*end = '\0';
		broken = strstr(bugs, " monitor") != NULL;
	}
	file_free(&cpuinfo);
	return broken;
}

uint32_t idle_choose(void)
{
	uint32_t features = cpuid(CPUID_VERSION, 0).c;

	if ((features & CPUID_VERSION_HYPERVISOR) ||
	    !(features & CPUID_VERSION_MONITOR) || monitor_is_broken())
		return PARK_IDLE_HLT;
	return PARK_IDLE_MWAIT;
}

/* Leaf 5, EDX: how many sub-states each C-state has, 4 bits each. */
uint32_t idle_mwait_hint(void)
{
	uint32_t states = cpuid(CPUID_MONITOR, 0).d;

	if (!is_intel())
		return MWAIT_C1;
	for (uint32_t c = DEEPEST_CSTATE; c >= 1; c--) {
		uint32_t substates = states >> 4 * c & 0xf;

		if (substates)
			return (c - 1) << 4 | (substates - 1);
	}
	return MWAIT_C1;
}
