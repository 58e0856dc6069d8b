// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages.c - pages of `kpark report --html` of made-up machines, for tests/html/run.
 *
 * pages FOLDER: writes FOLDER/html-NAME.html for each of `machines`.
 *
 * The TSC counts nanoseconds, and 1 s of them were before `exec`.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "park_abi.h"
#include "report.h"

#define US		1000LL
#define MS		1000000LL
#define EXEC		(1000 * MS)
/* These fit into a release, and into a command line. */
#define HOSTILE		"</script><img src=x onerror=console.error(1)>\xc3\xa4"
#define HOSTILE_LONG	"</script><img src=x onerror=\"console.error(1)\">" \
			"<!--<script>'\\\xc3\xa4\xe2\x80\xa8"

/* Of a machine of that many CPUs; purgatory's grow with it. */
static const int64_t stage_us[STAGES] = {
	323281, 2565, 23, 53296, 27769, 95, 51, 321, 799103, 179653, 937362,
	402286,
};

/* Repeats; 0 to `below` - 1. */
static int64_t chance(int64_t below)
{
	static uint32_t state = 1;

	state = state * 1664525 + 1013904223;
	return (int64_t)(state >> 8) % below;
}

static void know(struct duration *duration, int64_t ns, int64_t error_ns)
{
	*duration = (struct duration){
		.known = true, .ns = ns, .error_ns = error_ns
	};
}

static void unknown(struct duration *duration, const char *why)
{
	memset(duration, 0, sizeof(*duration));
	snprintf(duration->why_not, WHY_SIZE, "%s", why);
}

/* Stages, total and whole, from the moments that are known. */
static void add_up(struct timeline *timeline)
{
	const struct moment *moments = timeline->moments;

	timeline->first = timeline->last = MOMENTS;
	for (int i = MOMENTS - 1; i >= 0; i--)
		if (moments[i].known)
			timeline->first = i;
	for (int i = 0; i < MOMENTS; i++)
		if (moments[i].known)
			timeline->last = i;
	if (timeline->first < MOMENTS)
		timeline_between(timeline, timeline->first, timeline->last,
				 &timeline->whole);
	else
		unknown(&timeline->whole, "not one moment is known");
	timeline_between(timeline, M_EXEC, M_READY, &timeline->total);
	for (int i = 0; i < STAGES; i++) {
		struct stage *stage = &timeline->stages[i];

		stage->from = i;
		stage->to = i + 1;
		timeline_between(timeline, i, i + 1, &stage->took);
		if (stage->took.known)
			stage->share = 100.0 * (double)stage->took.ns /
				       (double)timeline->whole.ns;
	}
}

static void make_times(struct timeline *timeline)
{
	int64_t at = EXEC;

	for (int i = 0; i < MOMENTS; i++) {
		int64_t error = i == M_BRINGUP || i == M_ONLINE ? 900 * US : 0;

		moment_known(&timeline->moments[i], at - error, at + error);
		if (i < STAGES)
			at += stage_us[i] * US;
	}
	add_up(timeline);
}

static void make_cpu(const struct timeline *timeline, size_t index,
		     struct timeline_cpu *cpu)
{
	int64_t stop = timeline->moments[M_EXEC].at.early + 170 * MS;
	int64_t start = timeline->moments[M_BRINGUP].at.late;
	int64_t i = (int64_t)index;

	cpu->number = i;
	cpu->apic_id = i < 8 ? 2 * i : i % 2 ? i : i + 256;
	cpu->online = cpu->has_record = true;
	cpu->released = i ? RELEASED_MAILBOX : RELEASED_BOOT_CPU;
	if (!i)
		return;
	cpu->via = PARK_VIA_RESET_VECTOR;
	cpu->arrived = stop + i * 30 * US + chance(200) * US;
	cpu->parked = cpu->arrived + (20 + chance(60)) * US;
	cpu->prepared = start + i * 60 * US;
	cpu->commanded = cpu->prepared + (100 + chance(200)) * US;
	cpu->woken = cpu->commanded + (1 + chance(40)) * US;
	cpu->alive = cpu->woken + (500 + chance(900)) * US;
	cpu->up = start + 20 * MS + i * 90 * US + chance(3000) * US;
	know(&cpu->took, cpu->up - cpu->commanded, 1);
}

static void make_cpus(struct timeline *timeline, size_t count)
{
	timeline->count = count;
	timeline->present = timeline->online = (unsigned int)count;
	timeline->cpus = calloc(count, sizeof(*timeline->cpus));
	if (!timeline->cpus)
		err(1, "pages");
	for (size_t i = 0; i < count; i++) {
		make_cpu(timeline, i, &timeline->cpus[i]);
		timeline->released[timeline->cpus[i].released]++;
	}
	timeline->slow = count > 3 ? 3 : 0;
	for (size_t i = 0; i < timeline->slow; i++)
		timeline->slowest[i] = count - 1 - i;
}

static void change_release(struct timeline *timeline, size_t index,
			   enum released released)
{
	struct timeline_cpu *cpu = &timeline->cpus[index];

	timeline->released[cpu->released]--;
	timeline->released[released]++;
	cpu->released = released;
}

/* A hop of which everything is known. */
static void make_hop(struct timeline *timeline, size_t cpus)
{
	memset(timeline, 0, sizeof(*timeline));
	strcpy(timeline->boot_id, "11111111-2222-3333-4444-555555555555");
	timeline->now_ns = 1700000100000 * MS;
	timeline->started_ns = 1700000000000 * MS;
	timeline->how = HOW_KPARK;
	timeline->hop = 2;
	strcpy(timeline->release, "6.12.117+deb12-cloud-amd64");
	strcpy(timeline->previous, "6.12.94+deb12-cloud-amd64");
	strcpy(timeline->cmdline, "root=/dev/vda1 ro console=ttyS0 quiet"
	       " trace_event=cpuhp:* trace_clock=x86-tsc");
	strcpy(timeline->previous_cmdline, "root=/dev/vda1 ro console=ttyS0");
	timeline->clock = (struct clock){
		.usable = true, .khz = 1000000, .early_khz = 1000000,
		.error_ppb = 100, .anchored = true,
		.anchor = { 5000 * MS, 5000 * MS + 30 * US },
	};
	make_times(timeline);
	make_cpus(timeline, cpus);
	know(&timeline->saved, 38400 * MS, 30 * MS);
	strcpy(timeline->saved_against, "the boot of 2026-03-01 09:12");
	timeline->firmware = (struct firmware){
		.known = true, .ns = 31200 * MS, .loader_ns = 2100 * MS,
		.source = "ACPI FPDT",
	};
	timeline->has_purgatory = true;
	timeline->aps = timeline->aps_found = timeline->aps_parked =
		(uint32_t)cpus - 1;
	timeline->outcome = 1;
	strcpy(timeline->outcome_text, "all APs answered");
	timeline->verify = "xxh3";
}

static void make_4(struct timeline *timeline)
{
	make_hop(timeline, 4);
}

static void make_255(struct timeline *timeline)
{
	make_hop(timeline, 255);
	timeline->cpus[102].nmi = 3;
}

static void remove_trace(struct timeline *timeline)
{
	timeline->trace_why_not = "not traced (kpark load --trace)";
	for (size_t i = 0; i < timeline->count; i++) {
		struct timeline_cpu *cpu = &timeline->cpus[i];

		cpu->prepared = cpu->alive = cpu->up = 0;
		if (cpu->woken)
			know(&cpu->took, cpu->woken - cpu->commanded, 1);
	}
}

/* Not traced; some CPUs took another way, and one none. */
static void make_64(struct timeline *timeline)
{
	struct timeline_cpu *cpus;

	make_hop(timeline, 64);
	remove_trace(timeline);
	cpus = timeline->cpus;
	for (size_t i = 40; i < 44; i++) {
		change_release(timeline, i, RELEASED_INIT);
		cpus[i].commanded = cpus[i].woken = 0;
		unknown(&cpus[i].took, "not stamped");
	}
	change_release(timeline, 17, RELEASED_LOST);
	cpus[17].number = -1;
	cpus[17].online = false;
	cpus[17].woken = 0;
	unknown(&cpus[17].took, "not stamped");
	cpus[30].nmi = 2;
	cpus[31].stray = 11;
	timeline->online--;
	note_add(&timeline->degraded, "APIC ID 17 was commanded, and did not"
		 " go");
	note_add(&timeline->degraded, "4 CPUs came by INIT and SIPI: the"
		 " kernel did not use the mailbox for them");
	unknown(&timeline->saved, "what a boot through firmware costs is not"
		" known");
}

/* A machine that says hostile things, and lost its log. */
static void make_lossy(struct timeline *timeline)
{
	make_hop(timeline, 4);
	remove_trace(timeline);
	timeline->trace_why_not = "the end of the bring-up is not known";
	strcpy(timeline->previous, HOSTILE);
	strcpy(timeline->release, "6.12 \"odd\" & <b>bold</b>");
	strcpy(timeline->previous_cmdline, HOSTILE_LONG);
	moment_unknown(&timeline->moments[M_EXEC], "no stamp");
	moment_unknown(&timeline->moments[M_BRINGUP],
		       "the kernel's log no longer has it");
	moment_unknown(&timeline->moments[M_ONLINE],
		       "the kernel's log no longer has it");
	add_up(timeline);
	unknown(&timeline->saved, "exec to ready is not known");
	note_add(&timeline->problems, "the stamps of APIC ID 4 are"
		 " impossible");
	timeline->cpus[2].arrived = timeline->cpus[2].parked = 0;
	timeline->cpus[2].commanded = timeline->cpus[2].woken = 0;
	timeline->cpus[2].why_no_stamps = "impossible stamps";
	unknown(&timeline->cpus[2].took, "impossible stamps");
}

static void make_firmware(struct timeline *timeline)
{
	make_hop(timeline, 8);
	timeline->how = HOW_FIRMWARE;
	timeline->hop = 0;
	timeline->has_purgatory = false;
	strcpy(timeline->previous, "");
	strcpy(timeline->previous_cmdline, "");
	for (int i = M_EXEC; i < M_BRINGUP; i++)
		moment_unknown(&timeline->moments[i],
			       "firmware started this kernel");
	add_up(timeline);
	unknown(&timeline->saved, "this was a boot through firmware");
	timeline->trace_why_not = "not traced (kpark load --trace)";
	for (size_t i = 0; i < timeline->count; i++) {
		struct timeline_cpu *cpu = &timeline->cpus[i];

		if (i)
			change_release(timeline, i, RELEASED_INIT);
		*cpu = (struct timeline_cpu){
			.number = cpu->number, .apic_id = cpu->apic_id,
			.online = true, .released = cpu->released,
			.why_no_stamps = "not in the park",
		};
	}
	timeline->slow = 0;
}

/* One CPU, and not one moment. */
static void make_nothing(struct timeline *timeline)
{
	make_hop(timeline, 1);
	for (int i = 0; i < MOMENTS; i++)
		moment_unknown(&timeline->moments[i], "the TSC is unstable");
	timeline->clock = (struct clock){ .why_not = "the TSC is unstable" };
	add_up(timeline);
	timeline->trace_why_not = "the end of the bring-up is not known";
	unknown(&timeline->saved, "exec to ready is not known");
	timeline->firmware = (struct firmware){
		.loader_ns = -1, .source = "the firmware does not say",
	};
	note_add(&timeline->problems, "the TSC is unstable");
}

static const struct {
	const char *name;
	void (*make)(struct timeline *timeline);
} machines[] = {
	{ "4", make_4 }, { "64", make_64 }, { "255", make_255 },
	{ "lossy", make_lossy }, { "firmware", make_firmware },
	{ "nothing", make_nothing },
};

static void write_page(const char *folder, const char *name,
		       const struct timeline *timeline)
{
	char path[512], *page = report_html(timeline);
	FILE *file;

	snprintf(path, sizeof(path), "%s/html-%s.html", folder, name);
	file = page ? fopen(path, "w") : NULL;
	if (!file || fputs(page, file) < 0 || fclose(file))
		err(1, "%s", path);
	free(page);
}

int main(int argc, char **argv)
{
	static struct timeline timeline;

	if (argc != 2)
		errx(2, "usage: pages FOLDER");
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		machines[i].make(&timeline);
		write_page(argv[1], machines[i].name, &timeline);
		timeline_free(&timeline);
	}
	return 0;
}
