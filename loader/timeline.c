// SPDX-License-Identifier: GPL-2.0-only
/*
 * timeline.c - one reboot, put together from what each of its parts has kept.
 *
 * Every source may be missing, old, cut off, or of another reboot. What cannot
 * be true is not used, and said; what was not measured stays unknown.
 */
#include "timeline.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "klog.h"
#include "kprk.h"
#include "state.h"
#include "topology.h"
#include "trial.h"

#define PATH_SIZE	256
#define SECOND_NS	1000000000LL
#define LOADER_KEXEC	0xd			/* "type_of_loader" */

const char *const moment_keys[MOMENTS] = {
	"exec", "purgatory_entry", "found", "sent", "verified", "cleared",
	"arrived", "answered", "jump", "bringup", "online", "init", "ready",
};

const char *const stage_keys[STAGES] = {
	"shutdown", "find", "summon", "verify", "clear", "arrive", "answer",
	"publish",
	"kernel_early", "bringup", "kernel_late", "userspace",
};

const char *const stage_names[STAGES] = {
	"old kernel: shutdown, copy",
	"purgatory: who is parked",
	"purgatory: INIT and SIPI",
	"purgatory: digest",
	"purgatory: zero pages",
	"purgatory: wait for CPUs",
	"purgatory: ping",
	"purgatory: ACPI tables",
	"kernel: until bring-up",
	"kernel: bring-up of CPUs",
	"kernel: rest, until init",
	"userspace, until ready",
};

const char *const how_keys[HOWS] = { "firmware", "kexec", "kpark" };

/* A stage ends where the next one starts, or where its end was not seen. */
static const enum moment_id stage_ends[STAGES] = {
	M_ENTRY, M_FOUND, M_SENT, M_VERIFIED, M_CLEARED, M_ARRIVED, M_ANSWERED,
	M_JUMP, M_BRINGUP, M_ONLINE, M_INIT, M_READY,
};

void note_add(struct notes *notes, const char *format, ...)
{
	va_list args;

	if (notes->count == TIMELINE_NOTES)
		return;
	va_start(args, format);
	vsnprintf(notes->text[notes->count++], NOTE_SIZE, format, args);
	va_end(args);
}

void moment_unknown(struct moment *moment, const char *why)
{
	moment->known = false;
	snprintf(moment->why_not, WHY_SIZE, "%s", why);
}

void moment_known(struct moment *moment, int64_t early, int64_t late)
{
	moment->known = true;
	moment->at.early = early;
	moment->at.late = late;
}

static bool is_kexec(const char *root)
{
	char path[PATH_SIZE];
	uint64_t loader;

	snprintf(path, sizeof(path), "%s/proc/sys/kernel/bootloader_type",
		 root);
	return !file_number(path, 10, &loader) && loader >> 4 == LOADER_KEXEC;
}

static void read_boot(const char *root, const struct kprk *kprk,
		      struct timeline *timeline)
{
	if (state_boot_id(root, timeline->boot_id))
		*timeline->boot_id = '\0';
	file_line(root, "/proc/sys/kernel/osrelease", timeline->release,
		  sizeof(timeline->release));
	file_line(root, "/proc/cmdline", timeline->cmdline,
		  sizeof(timeline->cmdline));
	timeline->now_ns = timeline->clock.now.real_ns;
	timeline->started_ns = timeline->now_ns - timeline->clock.now.boot_ns;
	timeline->hop = kprk->boot_hop;
	if (kprk->boot_hop)
		timeline->how = HOW_KPARK;
	else if (kprk->table || *kprk->why_not || is_kexec(root))
		timeline->how = HOW_KEXEC;
	else
		timeline->how = HOW_FIRMWARE;
	if (*kprk->why_not)
		note_add(&timeline->problems, "the KPRK table is not used: %s",
			 kprk->why_not);
}

/* -- the kernel's log, and userland ---------------------------------------- */

static void add_log_moment(enum moment_id id, int64_t us,
			   const struct klog *klog, struct timeline *timeline)
{
	struct moment *moment = &timeline->moments[id];
	struct span span;

	if (us < 0)
		moment_unknown(moment, klog->complete ?
			"the kernel log has no such line" :
			"the kernel log no longer has its line");
	else if (clock_of_log(&timeline->clock, us, &span))
		moment_known(moment, span.early, span.late);
	else
		moment_unknown(moment, timeline->clock.why_not_anchored);
}

static void add_log(const struct klog *klog, int error,
		    struct timeline *timeline)
{
	static const struct {
		enum moment_id moment;
		enum klog_line line;
	} lines[] = {
		{ M_BRINGUP, KLOG_BRINGUP }, { M_ONLINE, KLOG_ONLINE },
		{ M_INIT, KLOG_INIT },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct moment *moment = &timeline->moments[lines[i].moment];

		if (error)
			snprintf(moment->why_not, WHY_SIZE,
				 "the kernel log cannot be read: %s",
				 strerror(error));
		else
			add_log_moment(lines[i].moment,
				       klog->us[lines[i].line], klog,
				       timeline);
	}
}

static void add_systemd_ready(const struct systemd_times *systemd,
			      struct timeline *timeline)
{
	struct moment *ready = &timeline->moments[M_READY];
	struct span span;

	if (!timeline->clock.usable)
		moment_unknown(ready, timeline->clock.why_not);
	else if (systemd->finish_us < 0)
		moment_unknown(ready, "systemctl did not answer in time");
	else if (!systemd->finish_us)
		moment_unknown(ready, "systemd has not finished starting");
	else if (clock_of_monotonic(&timeline->clock, systemd->finish_us,
				    &span))
		moment_known(ready, span.early, span.late);
	else
		moment_unknown(ready, "the machine has slept since");
}

static void add_ready(const char *root, const struct systemd_times *systemd,
		      struct timeline *timeline)
{
	struct moment *ready = &timeline->moments[M_READY];
	struct stamp stamp;

	if (systemd->runs) {
		add_systemd_ready(systemd, timeline);
		return;
	}
	if (stamp_read(root, STAMP_READY, &stamp, ready->why_not))
		return;
	if (!timeline->clock.usable)
		moment_unknown(ready, timeline->clock.why_not);
	else if (strcmp(stamp.boot_id, timeline->boot_id))
		moment_unknown(ready, "its stamp is of another boot");
	else if (stamp.tsc > timeline->clock.now.tsc)
		moment_unknown(ready, "its stamp lies in the future");
	else
		moment_known(ready, stamp.tsc, stamp.tsc);
}

/* -- what follows from the order of things --------------------------------- */

/* What commanded, or a trace, saw lies within the bring-up. */
static void narrow_bringup(struct timeline *timeline)
{
	struct moment *start = &timeline->moments[M_BRINGUP];
	struct moment *end = &timeline->moments[M_ONLINE];

	if (timeline->traced.early > start->at.early)
		start->at.early = timeline->traced.early;
	if (timeline->traced.late && timeline->traced.late < end->at.late)
		end->at.late = timeline->traced.late;
	for (size_t i = 0; i < timeline->count; i++) {
		const struct timeline_cpu *cpu = &timeline->cpus[i];
		int64_t first = cpu->commanded, last = cpu->up;

		if (cpu->released == RELEASED_BOOT_CPU)
			continue;
		if (cpu->prepared && (!first || cpu->prepared < first))
			first = cpu->prepared;
		if (cpu->woken > last)
			last = cpu->woken;
		if (first && first < start->at.late)
			start->at.late = first;
		if (last && last > end->at.early)
			end->at.early = last;
	}
}

static void contradiction(struct timeline *timeline, enum moment_id id)
{
	note_add(&timeline->problems, "the time of \"%s\" contradicts what else"
		 " was measured", moment_keys[id]);
	moment_unknown(&timeline->moments[id], "its time contradicts others");
}

/* Nothing happened before what came before it. */
static void put_in_order(struct timeline *timeline)
{
	int64_t early = INT64_MIN, late = INT64_MAX;

	for (int i = 0; i < MOMENTS; i++) {
		struct moment *moment = &timeline->moments[i];

		if (!moment->known)
			continue;
		if (early > moment->at.early)
			moment->at.early = early;
		if (moment->at.early > moment->at.late) {
			contradiction(timeline, i);
			continue;
		}
		early = moment->at.early;
	}
	for (int i = MOMENTS - 1; i >= 0; i--) {
		struct moment *moment = &timeline->moments[i];

		if (!moment->known)
			continue;
		if (late < moment->at.late)
			moment->at.late = late;
		late = moment->at.late;
	}
}

/* -- durations ------------------------------------------------------------- */

static int64_t middle(const struct span *span)
{
	return span->early + (span->late - span->early) / 2;
}

int64_t timeline_at_ns(const struct timeline *timeline, int64_t tsc)
{
	if (timeline->first == MOMENTS)
		return 0;
	return clock_ns(&timeline->clock, tsc -
			middle(&timeline->moments[timeline->first].at));
}

void timeline_between(const struct timeline *timeline, enum moment_id from,
		      enum moment_id to, struct duration *duration)
{
	const struct moment *a = &timeline->moments[from];
	const struct moment *b = &timeline->moments[to];
	int64_t width;

	memset(duration, 0, sizeof(*duration));
	if (!a->known || !b->known) {
		memcpy(duration->why_not, a->known ? b->why_not : a->why_not,
		       WHY_SIZE);
		return;
	}
	duration->known = true;
	/* differences of the same numbers, so that stages add up */
	duration->ns = timeline_at_ns(timeline, middle(&b->at)) -
		       timeline_at_ns(timeline, middle(&a->at));
	width = (a->at.late - a->at.early) + (b->at.late - b->at.early);
	duration->error_ns = clock_ns(&timeline->clock, (width + 1) / 2) +
		(int64_t)((__int128)duration->ns *
			  timeline->clock.error_ppb / SECOND_NS);
}

/* Within purgatory a stage starts where the last one that was seen ended. */
static enum moment_id start_of(const struct timeline *timeline,
			       enum moment_id end)
{
	enum moment_id start = end - 1;

	while (start > M_ENTRY && start < M_JUMP &&
	       !timeline->moments[start].known)
		start--;
	return start;
}

static void find_whole(struct timeline *timeline)
{
	timeline->first = timeline->last = MOMENTS;
	for (int i = 0; i < MOMENTS; i++) {
		if (!timeline->moments[i].known)
			continue;
		if (timeline->first == MOMENTS)
			timeline->first = i;
		timeline->last = i;
	}
	if (timeline->first == MOMENTS)
		snprintf(timeline->whole.why_not, WHY_SIZE,
			 "no moment was measured");
	else
		timeline_between(timeline, timeline->first, timeline->last,
				 &timeline->whole);
}

static void find_ready_uptime(struct timeline *timeline)
{
	const struct clock *clock = &timeline->clock;
	const struct moment *ready = &timeline->moments[M_READY];
	struct duration *uptime = &timeline->ready_uptime;

	memcpy(uptime->why_not, ready->why_not, WHY_SIZE);
	if (!ready->known)
		return;
	uptime->known = true;
	uptime->ns = clock->now.boot_ns -
		     clock_ns(clock, clock->now.tsc - middle(&ready->at));
	uptime->error_ns = clock_ns(clock, (ready->at.late - ready->at.early +
					    1) / 2 + clock->now.half);
}

static void add_durations(struct timeline *timeline)
{
	find_ready_uptime(timeline);
	snprintf(timeline->saved.why_not, WHY_SIZE, "not compared");
	find_whole(timeline);
	timeline_between(timeline, M_EXEC, M_READY, &timeline->total);
	for (int i = 0; i < STAGES; i++) {
		struct stage *stage = &timeline->stages[i];

		stage->to = stage_ends[i];
		stage->from = start_of(timeline, stage->to);
		timeline_between(timeline, stage->from, stage->to,
				 &stage->took);
		if (stage->took.known && timeline->whole.ns > 0)
			stage->share = 100.0 * (double)stage->took.ns /
				       (double)timeline->whole.ns;
	}
}

/* -- all of it ------------------------------------------------------------- */

static void add_trial(const char *root, struct timeline *timeline)
{
	char story[NOTE_SIZE];

	if (trial_story(root, story, sizeof(story)) == TRIAL_FAILED)
		note_add(&timeline->degraded, "%s", story);
}

/* Hyperthreads that are off are meant to be: one of two. */
static bool is_smt_off(const char *root, const struct timeline *timeline)
{
	char control[16];

	if (2 * timeline->online < timeline->present)
		return false;
	file_line(root, "/sys/devices/system/cpu/smt/control", control,
		  sizeof(control));
	return !strcmp(control, "off") || !strcmp(control, "forceoff");
}

static void add_degraded(const char *root, const struct kprk *kprk,
			 const struct klog *klog, struct timeline *timeline)
{
	if (timeline->how == HOW_KPARK && !timeline->has_purgatory)
		note_add(&timeline->degraded, "the CPUs were not parked:"
			 " purgatory left no KPRK table");
	if (timeline->has_purgatory && kprk_is_degraded(kprk->table))
		note_add(&timeline->degraded, "the CPUs were brought up by INIT"
			 " and SIPI: %s", timeline->outcome_text);
	for (size_t i = 0; i < timeline->count; i++)
		if (timeline->cpus[i].released == RELEASED_LOST)
			note_add(&timeline->degraded, "APIC ID %" PRId64 " was"
				 " commanded, and did not go",
				 timeline->cpus[i].apic_id);
	if (timeline->online < timeline->present &&
	    !is_smt_off(root, timeline))
		note_add(&timeline->degraded, "%u of %u CPUs are online",
			 timeline->online, timeline->present);
	for (size_t i = 0; i < klog->troubles; i++)
		note_add(&timeline->degraded, "the kernel says: %s",
			 klog->trouble[i]);
}

static void put_together(const char *root, const struct kprk *kprk,
			 const struct klog *klog, int klog_error,
			 struct timeline *timeline)
{
	struct systemd_times systemd;

	read_boot(root, kprk, timeline);
	if (!timeline->clock.usable)
		note_add(&timeline->problems, "TSC values are not used: %s",
			 timeline->clock.why_not);
	timeline_add_purgatory(kprk, timeline);
	timeline_add_exec(root, kprk, timeline);
	add_log(klog, klog_error, timeline);
	systemd_read(root, &systemd);
	add_ready(root, &systemd, timeline);
	firmware_read(root, timeline->how == HOW_FIRMWARE, &systemd,
		      &timeline->firmware);
}

int timeline_read(const char *root, const struct clock_sample *before,
		  const struct clock_sample *now, struct timeline *timeline)
{
	struct topology topology;
	struct klog klog;
	struct kprk kprk;
	int klog_error, ret;

	memset(timeline, 0, sizeof(*timeline));
	klog_error = klog_read(root, &klog) ? errno : 0;
	kprk_read(root, &kprk);
	topology_read(root, &topology);
	timeline->online = topology.online;
	timeline->present = topology.present;
	clock_learn(&timeline->clock, &klog, topology.constant_tsc, before,
		    now);
	put_together(root, &kprk, &klog, klog_error, timeline);
	ret = timeline_add_cpus(root, &kprk, &topology, timeline);
	if (!ret) {
		narrow_bringup(timeline);
		put_in_order(timeline);
		add_durations(timeline);
		add_degraded(root, &kprk, &klog, timeline);
		add_trial(root, timeline);
	}
	topology_free(&topology);
	kprk_free(&kprk);
	if (ret)
		timeline_free(timeline);
	return ret;
}

void timeline_free(struct timeline *timeline)
{
	if (!timeline)
		return;
	free(timeline->cpus);
	memset(timeline, 0, sizeof(*timeline));
}
