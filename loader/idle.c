// SPDX-License-Identifier: GPL-2.0-only
/*
 * idle.c - how parked CPUs are to wait on this machine.
 *
 * MWAIT on the CPU's own line where the machine is bare, its MONITOR is not
 * known to miss stores, and no thread shares the core on Intel; HLT elsewhere, and
 * under a hypervisor, which sees that and gives the core to others.
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

/*
 * The kernel has asked all cores, of which one kind may have threads and another none;
 * where it does not say, SDM "Extended Topology Enumeration": leaf 0xb, EBX, of this
 * core.
 */
bool idle_threads(const char *root)
{
	char control[32];

	file_line(root, "/sys/devices/system/cpu/smt/control", control,
		  sizeof(control));
	if (*control)		/* on, off, forceoff, a number; not.. */
		return strncmp(control, "not", 3);
	return (cpuid(CPUID_TOPOLOGY, 0).b & 0xffff) > 1;
}

/* SDM "Invariant TSC" */
static bool has_nonstop_tsc(void)
{
	return cpuid(CPUID_EXTENDED_MAX, 0).a >= CPUID_POWER &&
	       (cpuid(CPUID_POWER, 0).d & CPUID_POWER_NONSTOP_TSC);
}

static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (; (text = strstr(text, word)); text += length)
		if (text[-1] == ' ' &&
		    (text[length] == ' ' || text[length] == '\0'))
			return true;
	return false;
}

/*
 * The running kernel's words for CPUs whose MONITOR misses stores, unless its
 * line is flushed before.
 */
static bool monitor_is_broken(const char *bugs)
{
	return has_word(bugs, "monitor") || has_word(bugs, "clflush_monitor");
}

uint32_t idle_decide(const struct idle_facts *facts)
{
	if (facts->hypervisor || !facts->bugs)
		return PARK_IDLE_HLT;
	/* AMD erratum 400: when all cores halt, so does the warden's timer. */
	if (has_word(facts->bugs, "apic_c1e"))
		return PARK_IDLE_SPIN;
	if (!facts->monitor || monitor_is_broken(facts->bugs))
		return PARK_IDLE_HLT;
	/*
	 * The next kernel may load microcode on the other thread of the core,
	 * and MWAIT is not safe through that on all CPUs (Linux, microcode/
	 * core.c); HLT is where a plain kexec has it.
	 */
	if (facts->intel && facts->threads)
		return PARK_IDLE_HLT;
	/* Deeper than C1 the park's clock would stop, and with it all its waits. */
	if (facts->intel && !facts->nonstop_tsc)
		return PARK_IDLE_HLT;
	return PARK_IDLE_MWAIT;
}

uint32_t idle_choose(void)
{
	uint32_t features = cpuid(CPUID_VERSION, 0).c;
	struct idle_facts facts = {
		.hypervisor = features & CPUID_VERSION_HYPERVISOR,
		.monitor = features & CPUID_VERSION_MONITOR,
		.intel = is_intel(),
		.nonstop_tsc = has_nonstop_tsc(),
		.threads = idle_threads(""),
	};
	struct file cpuinfo;
	uint32_t idle;
	char *end;

	if (file_read("/proc/cpuinfo", &cpuinfo))
		return PARK_IDLE_HLT;
	facts.bugs = strstr((char *)cpuinfo.data, "\nbugs");
	if (facts.bugs) {
		end = strchr(facts.bugs + 1, '\n');
		if (end)
			*end = '\0';
	}
	idle = idle_decide(&facts);
	file_free(&cpuinfo);
	return idle;
}

uint32_t idle_deepest(bool intel, uint32_t states)
{
	if (!intel)
		return MWAIT_C1;
	for (uint32_t c = DEEPEST_CSTATE; c >= 1; c--) {
		uint32_t substates = states >> 4 * c & 0xf;

		if (substates)
			return (c - 1) << 4 | (substates - 1);
	}
	return MWAIT_C1;
}

uint32_t idle_mwait_hint(void)
{
	return idle_deepest(is_intel(), cpuid(CPUID_MONITOR, 0).d);
}
