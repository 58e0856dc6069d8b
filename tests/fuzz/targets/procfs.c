// SPDX-License-Identifier: GPL-2.0-only
/*
 * procfs.c - any texts as what the kernel says of its CPUs and of itself in
 * /proc, /sys and its modules.dep: the first byte chooses who reads them.
 */
#include "../fuzz.h"

#include "carry.h"
#include "cpulist.h"
#include "file.h"
#include "idle.h"
#include "park_abi.h"
#include "permission.h"
#include "topology.h"
#include "trace.h"
#include "watchdog.h"

static void read_trace(void)
{
	struct trace trace;

	trace_read("", INT64_MAX, &trace);
	for (size_t i = 0; i < trace.count; i++)
		must(trace_find(&trace, trace.cpus[i].number) ==
		     &trace.cpus[i]);
	trace_free(&trace);
}

static void read_topology(void)
{
	struct topology topology;

	topology_read("", &topology);
	must(topology.count <= 8192);
	for (size_t i = 0; i < topology.count; i++)
		must(topology_find(&topology, topology.cpus[i].apic_id));
	topology_free(&topology);
}

static void read_list(void)
{
	unsigned int *cpus;
	size_t count = cpulist_read("", &cpus);

	must(!count == !cpus);
	for (size_t i = 1; i < count; i++)
		must(cpus[i] > cpus[i - 1]);
	free(cpus);
}

static void no_test(const unsigned int *cpus, size_t count, struct warp *warp)
{
	(void)cpus;
	(void)count;
	memset(warp, 0, sizeof(*warp));
}

/* Not below the root: the log is read from the device itself. */
static void decide_carry(void)
{
	const struct carry_wish wish = {
		.root = "/nowhere", .cmdline = "ro quiet", .test = no_test
	};
	struct carry carry;

	carry_decide(&wish, &carry);
	must(strlen(carry.text) > 0);
}

static void read_permission(void)
{
	struct permission permission;

	permission_read("", &permission);
	must(memchr(permission.lockdown, '\0', sizeof(permission.lockdown)));
	must(!permission_locked(&permission) || *permission.lockdown);
	permission_why_not(&permission);
}

/* A driver is a module of the next kernel: never if no file has its name. */
static void find_module(void)
{
	const struct watchdog watchdog = { .driver = "i6300esb" };
	struct file list;

	if (watchdog_check_next("", &watchdog, "6.12"))
		return;
	files_again();
	must(!file_read("modules.dep", &list));
	must(strstr((char *)list.data, "/i6300esb.ko"));
	file_free(&list);
}

/* The line `bugs` of /proc/cpuinfo, on every CPU that there may be. */
static void decide_idle(void)
{
	struct file bugs;
	uint32_t idle;

	if (file_read("bugs", &bugs))
		return;
	for (unsigned int is = 0; is < 32; is++) {
		const struct idle_facts facts = {
			.hypervisor = is & 1, .monitor = is & 2,
			.intel = is & 4, .nonstop_tsc = is & 8,
			.threads = is & 16,
			.bugs = *bugs.data == '\n' ? (char *)bugs.data : NULL,
		};

		idle = idle_decide(&facts);
		must(idle != PARK_IDLE_MWAIT ||
		     (facts.monitor && !facts.hypervisor && facts.bugs));
	}
	file_free(&bugs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[8])(void) = {
		read_trace, read_topology, read_list, decide_carry,
		read_permission, find_module, decide_idle
	};

	if (!size || !readers[data[0] & 7])
		return 0;
	files_cut(data + 1, size - 1);
	readers[data[0] & 7]();
	return 0;
}
