// SPDX-License-Identifier: GPL-2.0-only
/*
 * timeline_cpus.c - each CPU's way from one kernel into the next.
 *
 * From the records of KPRK, which are live: a CPU that was taken offline has
 * been back in the park since, and its stamps are not of the boot any more.
 */
#include "timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kprk.h"
#include "topology.h"
#include "trace.h"

const char *const released_keys[RELEASEDS] = {
	"boot_cpu", "mailbox", "init", "lost", "not_released",
};

const char *const released_names[RELEASEDS] = {
	"boot CPU", "mailbox", "INIT/SIPI", "lost", "not at all",
};

/* In this order, those that happened. */
static bool is_possible(const struct kprk_record *record, int64_t now)
{
	const uint64_t stamps[] = {
		record->arrived, record->parked, record->commanded,
		record->woken
	};
	uint64_t last = 0;

	for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++) {
		if (!stamps[i])
			continue;
		if (stamps[i] < last || stamps[i] > (uint64_t)now)
			return false;
		last = stamps[i];
	}
	return record->via <= PARK_VIA_RESET_VECTOR;
}

/* An arrival from before this reboot: a kernel took the CPU by INIT since. */
static bool is_old(const struct timeline *timeline, int64_t arrived)
{
	const struct moment *exec = &timeline->moments[M_EXEC];
	const struct moment *entry = &timeline->moments[M_ENTRY];
	int64_t limit = exec->known ? exec->at.early : entry->at.early -
			clock_ticks(&timeline->clock, 3600000000000LL);

	return arrived < limit;
}

static void take_stamps(const struct kprk_record *record,
			const struct timeline *timeline,
			struct timeline_cpu *cpu)
{
	const struct moment *jump = &timeline->moments[M_JUMP];

	if (!jump->known) {
		cpu->why_no_stamps = "purgatory's stamps are not known";
		return;
	}
	if (record->arrivals > 1) {
		cpu->why_no_stamps = "back in the park since";
		return;
	}
	if (!is_possible(record, timeline->clock.now.tsc) ||
	    (record->commanded &&
	     (int64_t)record->commanded < jump->at.early)) {
		cpu->why_no_stamps = "impossible stamps";
		return;
	}
	if (record->arrived && !is_old(timeline, (int64_t)record->arrived)) {
		cpu->via = record->via;
		cpu->arrived = (int64_t)record->arrived;
		cpu->parked = (int64_t)record->parked;
	}
	cpu->commanded = (int64_t)record->commanded;
	cpu->woken = (int64_t)record->woken;
}

static enum released how_released(const struct kprk_record *record,
				  const struct timeline_cpu *cpu)
{
	if (cpu->number == 0)
		return RELEASED_BOOT_CPU;
	if (record && record->woken)
		return RELEASED_MAILBOX;
	if (cpu->online)
		return RELEASED_INIT;
	return record && kprk_is_lost(record) ? RELEASED_LOST : RELEASED_NOT;
}

static void add_record(const struct kprk_record *record,
		       const struct topology *topology,
		       struct timeline *timeline)
{
	const struct topology_cpu *online =
		topology_find(topology, record->apic_id);
	struct timeline_cpu *cpu = &timeline->cpus[timeline->count++];

	cpu->number = online ? (int64_t)online->number : -1;
	cpu->apic_id = record->apic_id;
	cpu->online = online;
	cpu->has_record = true;
	cpu->nmi = record->nmi_count;
	cpu->mc = record->mc_count;
	cpu->stray = record->stray_count;
	take_stamps(record, timeline, cpu);
	cpu->released = how_released(record, cpu);
	if (cpu->why_no_stamps && !strcmp(cpu->why_no_stamps,
					  "impossible stamps"))
		note_add(&timeline->problems, "the stamps of APIC ID %" PRIu32
			 " are impossible", record->apic_id);
}

static bool has_row(const struct timeline *timeline, uint32_t apic_id)
{
	for (size_t i = 0; i < timeline->count; i++)
		if (timeline->cpus[i].apic_id == apic_id)
			return true;
	return false;
}

static void add_online(const struct topology_cpu *online,
		       struct timeline *timeline)
{
	struct timeline_cpu *cpu = &timeline->cpus[timeline->count++];

	cpu->number = online->number;
	cpu->apic_id = online->apic_id;
	cpu->online = true;
	cpu->released = how_released(NULL, cpu);
	cpu->why_no_stamps = "not in the park";
}

static int by_number(const void *a, const void *b)
{
	const struct timeline_cpu *one = a, *other = b;

	if (one->online != other->online)
		return one->online ? -1 : 1;
	if (one->number != other->number)
		return one->number < other->number ? -1 : 1;
	return (one->apic_id > other->apic_id) -
	       (one->apic_id < other->apic_id);
}

static void add_trace(const char *root, struct timeline *timeline)
{
	const struct moment *end = &timeline->moments[M_ONLINE];
	struct trace trace;

	if (!timeline->clock.usable || !end->known) {
		timeline->trace_why_not = "the end of the bring-up is not"
					  " known";
		return;
	}
	trace_read(root, end->at.late, &trace);
	timeline->trace_why_not = trace.count ? NULL : trace.why_not;
	timeline->traced.early = trace.before;
	timeline->traced.late = trace.after;
	for (size_t i = 0; i < timeline->count; i++) {
		struct timeline_cpu *cpu = &timeline->cpus[i];
		const struct trace_cpu *traced =
			cpu->number < 0 ? NULL :
			trace_find(&trace, (uint32_t)cpu->number);

		if (!traced)
			continue;
		cpu->prepared = traced->prepared;
		cpu->alive = traced->alive;
		cpu->up = traced->online;
	}
	trace_free(&trace);
}

static void add_took(const struct timeline *timeline, struct timeline_cpu *cpu)
{
	int64_t from = cpu->commanded ? cpu->commanded :
		       cpu->prepared ? cpu->prepared : cpu->alive;
	int64_t to = cpu->up ? cpu->up : cpu->woken;

	if (!from || !to || to < from ||
	    cpu->released == RELEASED_BOOT_CPU) {
		const char *why = cpu->released == RELEASED_BOOT_CPU ?
			"it started the kernel" :
			cpu->why_no_stamps ? cpu->why_no_stamps :
			"not stamped";

		memccpy(cpu->took.why_not, why, '\0', WHY_SIZE);
		return;
	}
	cpu->took.known = true;
	cpu->took.ns = clock_ns(&timeline->clock, to - from);
}

/* Keeps the list of the slowest in order. */
static void compare_slowest(struct timeline *timeline, size_t index)
{
	const struct timeline_cpu *cpus = timeline->cpus;
	size_t at = timeline->slow;

	if (!cpus[index].took.known)
		return;
	while (at && cpus[timeline->slowest[at - 1]].took.ns <
			cpus[index].took.ns)
		at--;
	if (at == TIMELINE_SLOWEST)
		return;
	if (timeline->slow < TIMELINE_SLOWEST)
		timeline->slow++;
	memmove(&timeline->slowest[at + 1], &timeline->slowest[at],
		(timeline->slow - at - 1) * sizeof(timeline->slowest[0]));
	timeline->slowest[at] = index;
}

int timeline_add_cpus(const char *root, const struct kprk *kprk,
		      const struct topology *topology,
		      struct timeline *timeline)
{
	uint32_t records = timeline->has_purgatory ? kprk->table->records : 0;

	timeline->cpus = calloc(records + topology->count + 1,
				sizeof(*timeline->cpus));
	if (!timeline->cpus)
		return -1;
	for (uint32_t i = 0; i < records; i++)
		if (!has_row(timeline, kprk->records[i].apic_id))
			add_record(&kprk->records[i], topology, timeline);
	for (size_t i = 0; i < topology->count; i++)
		if (!has_row(timeline, topology->cpus[i].apic_id))
			add_online(&topology->cpus[i], timeline);
	qsort(timeline->cpus, timeline->count, sizeof(*timeline->cpus),
	      by_number);
	add_trace(root, timeline);
	for (size_t i = 0; i < timeline->count; i++) {
		add_took(timeline, &timeline->cpus[i]);
		compare_slowest(timeline, i);
		timeline->released[timeline->cpus[i].released]++;
	}
	return 0;
}
