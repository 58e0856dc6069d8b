// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault.c - mode=fault: makes one of faults.c happen, hop after hop, and holds
 * what comes of it against what should.
 *
 * Hop 0 builds a park and its CPUs come by SIPI; from hop 1 on the park is live
 * and they come by the reset vector. `fault=A,B,C` makes one after the other
 * in the same boot, if B and C want no more than a live park: with hundreds of
 * CPUs a boot costs more than a fault. `turn=` and `since=` tell the next hop
 * which it is, and the first hop to be looked at.
 */
#include "modes.h"

#include <string.h>

#include "clock.h"
#include "cmdline.h"
#include "console.h"
#include "faults.h"
#include "tables.h"

#define LIST_MAX	512

/* The fault of this turn, NULL behind the last of the list. */
static const struct fault *nth_fault(uint32_t turn)
{
	char list[LIST_MAX];
	const char *name = list;

	cmdline_value("fault", list, sizeof(list));
	for (char *at = list;; at++) {
		bool last = !*at;

		if (!last && *at != ',')
			continue;
		*at = '\0';
		if (!turn--)
			break;
		if (last)
			return NULL;
		name = at + 1;
	}
	for (uint32_t i = 0; i < fault_count; i++)
		if (!strcmp(name, faults[i].name))
			return &faults[i];
	die("fault=%s: no such fault", name);
}

/* The hop behind the first jump that is spoiled. */
static uint32_t first_hop(const struct fault *fault)
{
	return (uint32_t)cmdline_number("since", fault->live ? 2 : 1);
}

static bool as_many(uint32_t found, uint32_t wanted, uint32_t aps)
{
	return wanted == ANY || found == (wanted == ALL_APS ? aps : wanted);
}

static void check_purgatory(const struct fault *fault)
{
	const struct kprk_table *kprk = machine.kprk;
	uint32_t aps = cpu_count - 1;

	/* A wrong sum among them: that, too, would keep a mailbox from us. */
	check(as_many(machine.complaints, fault->complaints, aps),
	      "%s: %u complaints about the tables", fault->name,
	      machine.complaints);
	if (!fault->outcome || !kprk) {
		check(!fault->outcome && !kprk, "%s: purgatory left %s",
		      fault->name, kprk ? "a KPRK" : "no KPRK");
		return;
	}
	check(kprk->outcome == fault->outcome &&
	      (!fault->names_victim ||
	       kprk->outcome_apic_id == fault_victim()->apic_id),
	      "%s: purgatory's outcome is %u (APIC %u), need %u",
	      fault->name, kprk->outcome, kprk->outcome_apic_id,
	      fault->outcome);
	/* With patience asked for, a CPU may have been too slow to answer. */
	check(as_many(kprk->inits_sent, fault->inits, aps) || patience > 1,
	      "%s: %u INITs sent by purgatory, %u APs", fault->name,
	      kprk->inits_sent, aps);
	check(!machine.mailbox == (fault->outcome != KPRK_PUBLISHED ||
				   fault->plain),
	      "%s: the mailbox is %s", fault->name,
	      machine.mailbox ? "offered" : "not offered");
}

static uint32_t unclean(void)
{
	uint32_t bits = 0;

	FOR_EACH_AP(cpu)
		bits |= cpu->unclean;
	return bits;
}

static enum way way_of_this_hop(const struct fault *fault)
{
	if (!machine.mailbox)
		return WAY_SIPI_PARALLEL;
	return hop == first_hop(fault) ? WAY_BROADCAST : WAY_MAILBOX;
}

/* Brings all up, and says whether that went as it should. */
static void bring_up(const struct fault *fault)
{
	enum way way = way_of_this_hop(fault);
	uint32_t max_ms = fault->max_ms ? fault->max_ms : FEW_MS;
	uint32_t aps = cpu_count - 1;
	uint64_t start = rdtsc(), ms;
	struct bringup result;

	if (fault->early)
		fault->early();
	bringup_all(way, &result);
	ms = us_of_ticks(rdtsc() - start) / 1000;
	check(percpu_online() == cpu_count - fault->left_out &&
	      result.left_out == fault->left_out,
	      "%s: %u of %u CPUs online by %s, %u left out, need %u",
	      fault->name, percpu_online(), cpu_count, way_name(way),
	      result.left_out, fault->left_out);
	check(as_many(result.fell_back, fault->fell_back, aps),
	      "%s: %u CPUs fell back to INIT/SIPI", fault->name,
	      result.fell_back);
	check(ms >= fault->min_ms && ms <= max_ms * patience,
	      "%s: within %u..%u ms: %lu ms", fault->name, fault->min_ms,
	      max_ms, ms);
	check(!unclean() && !percpu_strays(),
	      "%s: state on arrival: unclean 0x%x, %u strays", fault->name,
	      unclean(), percpu_strays());
	if (fault->late)
		fault->late(&result);
}

static _Noreturn void jump(const struct fault *fault, uint32_t turn,
			   uint32_t since)
{
	struct chain chain;

	chain_prepare(&chain, fault->chain_flags);
	cmdline_set(chain.cmdline, "turn", turn);
	cmdline_set(chain.cmdline, "since", since);
	chain_seal(&chain);
	if (fault->spoil)
		fault->spoil(&chain);
	if (!fault->keep_aps && bringdown_all())
		die("fault: APs do not go home");
	if (fault->spoil_parked)
		fault->spoil_parked(&chain);
	if (fault->resets)
		say("kernel-stub: expecting a reset\n");
	if (fault->plain)
		chain_jump_plain(&chain);
	chain_jump(&chain);
}

static _Noreturn void skip(const struct fault *fault)
{
	check(true, "%s # SKIP needs three CPUs", fault->name);
	verdict();
}

/* All rounds of one are over: on with the next of the list. */
static _Noreturn void next_turn(uint32_t turn)
{
	const struct fault *next = nth_fault(turn);

	if (!next)
		verdict();
	if (!next->live || percpu_online() != cpu_count)
		die("fault=..,%s: not after another", next->name);
	jump(next, turn, hop + 1);
}

_Noreturn void mode_fault(void)
{
	uint32_t turn = (uint32_t)cmdline_number("turn", 0);
	const struct fault *fault = nth_fault(turn);
	struct bringup result;

	if (!hop || hop == first_hop(fault))
		say("fault %s: %s\n", fault->name, fault->story);
	if (cpu_count < 2 || (fault->needs_three && cpu_count < 3))
		skip(fault);
	if (hop >= first_hop(fault)) {
		check_purgatory(fault);
		bring_up(fault);
		if (hop + 1 == first_hop(fault) + fault->rounds)
			next_turn(turn + 1);
		jump(fault, turn, first_hop(fault));
	}
	bringup_all(way_chosen(), &result);
	if (percpu_online() != cpu_count)
		die("fault: %u of %u CPUs before anything was spoiled",
		    percpu_online(), cpu_count);
	if (hop + 1 == first_hop(fault))
		jump(fault, turn, first_hop(fault));
	chain_go();
}
