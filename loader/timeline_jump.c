// SPDX-License-Identifier: GPL-2.0-only
/*
 * timeline_jump.c - from one kernel to the next: exec's stamp, purgatory's.
 *
 * Both come from before this kernel, and may be of another reboot than the one
 * that led here, or of another machine.
 */
#include "timeline.h"

#include <stdio.h>
#include <string.h>

#include "kprk.h"

#define SECOND_NS	1000000000LL
#define EARLY_MAX_NS	(300 * SECOND_NS)	/* jump until kernel's clock */
#define SHUTDOWN_MAX_NS	(900 * SECOND_NS)	/* exec until the same */
#define WALL_SLACK_NS	(60 * SECOND_NS)	/* it may have been set */
#define KHZ_SLACK	20		/* 1/20; loader measures to 1 % */

/* Which stamp of KPRK is which moment. */
static const struct {
	enum moment_id  moment;
	enum kprk_stamp stamp;
} purgatory_stamps[] = {
	{ M_ENTRY, KPRK_T_ENTRY }, { M_FOUND, KPRK_T_FOUND },
	{ M_SENT, KPRK_T_SENT }, { M_VERIFIED, KPRK_T_VERIFIED },
	{ M_CLEARED, KPRK_T_CLEARED }, { M_ARRIVED, KPRK_T_ARRIVED },
	{ M_ANSWERED, KPRK_T_ANSWERED }, { M_JUMP, KPRK_T_JUMP },
};

#define PURGATORY_STAMPS \
	(sizeof(purgatory_stamps) / sizeof(purgatory_stamps[0]))

/* -- purgatory's stamps ---------------------------------------------------- */

/* Why these stamps cannot be true, or NULL. */
static const char *why_impossible(const struct kprk_table *table,
				  const struct clock *clock)
{
	int64_t now = clock->now.tsc, last = 0, age;
	int64_t khz_off = (int64_t)table->tsc_khz - clock->khz;

	if (!table->stamp[KPRK_T_ENTRY] || !table->stamp[KPRK_T_JUMP])
		return "its beginning or its end is missing";
	for (size_t i = 0; i < PURGATORY_STAMPS; i++) {
		uint64_t stamp = table->stamp[purgatory_stamps[i].stamp];

		if (!stamp)
			continue;
		if (stamp > INT64_MAX)
			return "one is negative";
		if ((int64_t)stamp > now)
			return "one lies in the future";
		if ((int64_t)stamp < last)
			return "they are out of order";
		last = (int64_t)stamp;
	}
	if (khz_off > (int64_t)clock->khz / KHZ_SLACK ||
	    khz_off < -(int64_t)clock->khz / KHZ_SLACK)
		return "the TSC ran at another rate then";
	age = clock_ns(clock, now - last) - clock->now.boot_ns;
	if (age < -SECOND_NS)
		return "this kernel has run for longer than that";
	if (age > EARLY_MAX_NS)
		return "they are older than this boot";
	return NULL;
}

static void no_purgatory(struct timeline *timeline, const char *why)
{
	for (size_t i = 0; i < PURGATORY_STAMPS; i++)
		moment_unknown(&timeline->moments[purgatory_stamps[i].moment],
			       why);
}

static void take_stamps(const struct kprk_table *table,
			struct timeline *timeline)
{
	for (size_t i = 0; i < PURGATORY_STAMPS; i++) {
		struct moment *moment =
			&timeline->moments[purgatory_stamps[i].moment];
		int64_t stamp =
			(int64_t)table->stamp[purgatory_stamps[i].stamp];

		if (stamp)
			moment_known(moment, stamp, stamp);
		else
			moment_unknown(moment, "it did not happen");
	}
}

static void take_facts(const struct kprk_table *table,
		       struct timeline *timeline)
{
	timeline->has_purgatory = true;
	timeline->aps = table->aps;
	timeline->aps_found = table->aps_found;
	timeline->aps_parked = table->aps_parked;
	timeline->inits_sent = table->inits_sent;
	timeline->sipis_sent = table->sipis_sent;
	timeline->outcome = table->outcome;
	timeline->verify = kprk_verify_text(table->verify);
	snprintf(timeline->outcome_text, WHY_SIZE, "%.127s",
		 kprk_outcome_text(table));
	snprintf(timeline->previous, sizeof(timeline->previous), "%.*s",
		 (int)sizeof(table->previous), table->previous);
}

void timeline_add_purgatory(const struct kprk *kprk, struct timeline *timeline)
{
	const char *why;

	if (timeline->how != HOW_KPARK) {
		no_purgatory(timeline, timeline->how == HOW_KEXEC ?
			     "kpark did not start this kernel" :
			     "firmware started this kernel");
		return;
	}
	if (!kprk->table || !kprk->ours) {
		no_purgatory(timeline, *kprk->why_not ? kprk->why_not :
			     "purgatory left no KPRK table");
		return;
	}
	take_facts(kprk->table, timeline);
	if (!timeline->clock.usable) {
		no_purgatory(timeline, timeline->clock.why_not);
		return;
	}
	why = why_impossible(kprk->table, &timeline->clock);
	if (why) {
		note_add(&timeline->problems, "purgatory's stamps are"
			 " impossible: %s", why);
		no_purgatory(timeline, "its stamps are impossible");
		return;
	}
	take_stamps(kprk->table, timeline);
}

/* -- exec ------------------------------------------------------------------ */

/* Seconds by which wall clock and TSC differ on the way here. */
static int64_t wall_error_ns(const struct clock *clock,
			     const struct stamp *stamp)
{
	int64_t by_tsc = clock_ns(clock, clock->now.tsc - stamp->tsc);
	int64_t error = clock->now.real_ns - stamp->realtime_ns - by_tsc;

	return error < 0 ? -error : error;
}

/* Why this stamp is not of the reboot that led here, or NULL. */
static const char *why_foreign(const struct stamp *stamp,
			       const struct kprk *kprk,
			       const struct timeline *timeline)
{
	const struct clock *clock = &timeline->clock;
	const struct moment *entry = &timeline->moments[M_ENTRY];
	int64_t age;

	if (!strcmp(stamp->boot_id, timeline->boot_id))
		return "its stamp is this kernel's own: no reboot yet";
	if (timeline->how == HOW_KPARK && stamp->hop + 1 != timeline->hop)
		return "its stamp is of another reboot (hop)";
	if (timeline->has_purgatory &&
	    strcmp(stamp->release, timeline->previous))
		return "its stamp is of another reboot (kernel)";
	if (kprk->table && !kprk->ours &&
	    stamp->tsc < (int64_t)kprk->table->stamp[KPRK_T_JUMP])
		return "its stamp is of an earlier reboot";
	if (!clock->usable)
		return clock->why_not;
	if (stamp->tsc > clock->now.tsc ||
	    wall_error_ns(clock, stamp) > WALL_SLACK_NS)
		return "its stamp is of another reboot (time)";
	if (entry->known && stamp->tsc > entry->at.early)
		return "its stamp is later than what followed";
	age = clock_ns(clock, clock->now.tsc - stamp->tsc);
	if (age - clock->now.boot_ns > SHUTDOWN_MAX_NS)
		return "its stamp is of an earlier reboot";
	return NULL;
}

void timeline_add_exec(const char *root, const struct kprk *kprk,
		       struct timeline *timeline)
{
	struct moment *exec = &timeline->moments[M_EXEC];
	struct stamp stamp;
	char why[WHY_SIZE];
	const char *foreign;

	if (timeline->how == HOW_FIRMWARE) {
		moment_unknown(exec, "firmware started this kernel");
		return;
	}
	if (stamp_read(root, STAMP_EXEC, &stamp, why)) {
		moment_unknown(exec, why);
		return;
	}
	foreign = why_foreign(&stamp, kprk, timeline);
	if (foreign) {
		moment_unknown(exec, foreign);
		return;
	}
	moment_known(exec, stamp.tsc, stamp.tsc);
	memcpy(timeline->previous, stamp.release, sizeof(stamp.release));
	memcpy(timeline->previous_cmdline, stamp.cmdline,
	       sizeof(stamp.cmdline));
}
