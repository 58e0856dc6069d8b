// SPDX-License-Identifier: GPL-2.0-only
/*
 * basics.c - the modes that only boot: once, or hop after hop.
 */
#include "modes.h"

#include "bringup.h"
#include "chain.h"
#include "clock.h"
#include "cmdline.h"
#include "console.h"
#include "parkmaps.h"
#include "tables.h"

static void bring_up_and_check(void)
{
	enum way way = way_chosen();
	struct bringup result;
	uint64_t warp = 0;
	uint32_t unclean = 0;

	bringup_all(way, &result);
	/* plain kexec passes on what the last kernel left pending there */
	if (!machine.kprk)
		this_cpu()->strays = 0;
	FOR_EACH_AP(cpu) {
		warp |= cpu->tsc_warp;
		unclean |= cpu->unclean;
	}
	check(percpu_online() == cpu_count && !result.fell_back && !warp &&
	      !unclean && !percpu_strays(),
	      "hop %u: %u of %u CPUs by %s in %lu us, %u fell back, TSC warp"
	      " %lu, unclean 0x%x, %u strays", hop, percpu_online(), cpu_count,
	      way_name(way), us_of_ticks(result.ticks), result.fell_back, warp,
	      unclean, percpu_strays());
}

_Noreturn void mode_boot(void)
{
	bring_up_and_check();
	verdict();
}

/*
 * With patience asked for, vCPUs share few cores: one that did not get to
 * answer its ping in time is collected by INIT, which is as good.
 */
static bool are_expected(uint32_t inits)
{
	return inits == (hop == 1 ? cpu_count - 1 : 0) || patience > 1;
}

/*
 * Of hop 1 all CPUs come by INIT/SIPI into a new park; from hop 2 on they are
 * there already, and purgatory must not send a single INIT.
 */
static void check_purgatory(void)
{
	const struct kprk_table *kprk = machine.kprk;
	uint64_t us;

	if (!kprk) {
		check(false, "hop %u: purgatory left no KPRK", hop);
		return;
	}
	check(kprk->verify == chain_verify() && kprk->stamp[KPRK_T_CLEARED] &&
	      !kprk->stamp[KPRK_T_VERIFIED] ==
	      (kprk->verify == KPRK_VERIFY_NONE),
	      "hop %u: checked by 0x%x, need 0x%x", hop, kprk->verify,
	      chain_verify());
	check(!machine.complaints, "hop %u: %u complaints about the tables",
	      hop, machine.complaints);
	us = us_of_ticks(kprk->stamp[KPRK_T_JUMP] - kprk->stamp[KPRK_T_ENTRY]);
	check(cpu_count == 1 ? kprk->outcome == KPRK_NO_APS :
	      kprk->outcome == KPRK_PUBLISHED &&
	      are_expected(kprk->inits_sent),
	      "hop %u: purgatory's outcome %u (APIC %u), parked %u of %u,"
	      " %u INITs, %lu us", hop, kprk->outcome, kprk->outcome_apic_id,
	      kprk->aps_parked, kprk->aps, kprk->inits_sent, us);
}

_Noreturn void mode_chain(void)
{
	if (hop)
		check_purgatory();
	if (hop > 1)	/* the first has a park more than firmware told of */
		check(chain_kept_map(), "hop %u: the memory map is that of the"
		      " hop before", hop);
	if (hop && machine.kprk)
		parkmaps_check();
	bring_up_and_check();
	if (hop == cmdline_number("hops", 3))
		verdict();
	chain_go();
}
