// SPDX-License-Identifier: GPL-2.0-only
/*
 * procfs.c - any texts as what the kernel says of its CPUs in /proc and /sys:
 * the first byte chooses who reads them.
 */
#include "../fuzz.h"

#include "carry.h"
#include "cpulist.h"
#include "topology.h"
#include "trace.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(void) = {
		read_trace, read_topology, read_list, decide_carry
	};

	if (!size)
		return 0;
	files_cut(data + 1, size - 1);
	readers[data[0] % 4]();
	return 0;
}
