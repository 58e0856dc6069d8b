// SPDX-License-Identifier: GPL-2.0-only
/* test_naps.c - how long the warden's naps are, and its timer */
#include "park_machine.h"

#define NAP_NS		500000		/* park_machine.h */

static void nap_is_timed_by_the_tsc(void **state)
{
	(void)state;
	apic_page[APIC_TIMER_CURRENT / 4] = UINT32_MAX - CALIBRATE_US * 1000;
	assert_in_range(naps_begin(park), NAP_NS - 500, NAP_NS);
	assert_int_equal(apic_register(APIC_LVT_TIMER), PARK_TIMER_VECTOR);
	assert_int_equal(apic_register(APIC_TIMER_INITIAL), 0);
}

static void timer_is_left_masked_and_still(void **state)
{
	(void)state;
	naps_begin(park);
	apic_page[APIC_TIMER_INITIAL / 4] = 1;
	naps_end();
	assert_true(apic_register(APIC_LVT_TIMER) & APIC_LVT_MASKED);
	assert_int_equal(apic_register(APIC_TIMER_INITIAL), 0);
}

static void naps_grow_beside_a_kernel_that_runs(void **state)
{
	(void)state;
	assert_int_equal(naps_us(park, false), 500);
	assert_int_equal(naps_us(park, true), 500 * LAZY_FACTOR);
	assert_int_equal(naps_length(park, 1000, 500), 1000);
	assert_int_equal(naps_length(park, 1000, 25000), 50000);
	assert_int_equal(naps_length(park, UINT32_MAX, 25000), UINT32_MAX);
}

/* A TEST is given up after a second, whatever --nap-us= says. */
static void no_nap_is_longer_than_a_tenth_of_a_second(void **state)
{
	(void)state;
	park->nap_us = 100000;
	assert_int_equal(naps_us(park, true), 100000);
	assert_int_equal(naps_us(park, false), 100000);
	park->nap_us = 10000;
	assert_int_equal(naps_us(park, true), 100000);
}

static uint32_t nap_seen;

static void look_at_the_timer(void)
{
	nap_seen = apic_register(APIC_TIMER_INITIAL);
	tsc += LAZY_AFTER_US * 1000ULL;
	count_naps();
}

/* Once no command has come for a minute. */
static void warden_gets_lazy(void **state)
{
	(void)state;
	apic_page[APIC_TIMER_CURRENT / 4] = UINT32_MAX - CALIBRATE_US * 1000;
	serve_with(1, look_at_the_timer);
	assert_in_range(nap_seen, NAP_NS - 500, NAP_NS);
	serve_with(2, look_at_the_timer);
	assert_in_range(nap_seen, (NAP_NS - 500) * LAZY_FACTOR,
			NAP_NS * LAZY_FACTOR);
}

/* .. and at once beside a kernel that was not offered the mailbox. */
static void warden_without_a_consumer_is_lazy(void **state)
{
	(void)state;
	apic_page[APIC_TIMER_CURRENT / 4] = UINT32_MAX - CALIBRATE_US * 1000;
	park_kprk(park)->outcome = KPRK_NOT_WANTED;
	serve_with(1, look_at_the_timer);
	assert_in_range(nap_seen, (NAP_NS - 500) * LAZY_FACTOR,
			NAP_NS * LAZY_FACTOR);
}

/* Another CPU has this core for so long at each PAUSE, ten times behind the last order. */
static uint64_t away_ns;
static unsigned int turns_left;

static void give_the_core_away(void)
{
	tsc += away_ns - 100;	/* what PAUSE itself takes */
	if (!--turns_left)
		park->warden = 77;
}

static void serve_beside_another(uint64_t ns)
{
	away_ns = ns;
	turns_left = HOT_US * 1000 / ns + 1 + 10;	/* it begins awake */
	on_pause = give_the_core_away;
	serve_for(100);
}

/* No timer is to take the core from him. */
static void pause_that_lasts_is_the_nap(void **state)
{
	(void)state;
	serve_beside_another(NAP_NS);
	assert_int_equal(halts, 0);
}

static void shorter_pause_is_none(void **state)
{
	(void)state;
	serve_beside_another(NAP_NS / 2);
	assert_in_range(halts, 9, 10);
}

/* A lazy nap would have lasted longer. */
static void lazy_warden_naps_behind_such_a_pause(void **state)
{
	(void)state;
	park_kprk(park)->outcome = KPRK_NOT_WANTED;
	serve_beside_another(NAP_NS);
	assert_in_range(halts, 9, 10);
}

/* Nor does a warden without naps forget to PAUSE. */
static void spinning_warden_never_naps(void **state)
{
	(void)state;
	park->idle = PARK_IDLE_SPIN;
	serve_beside_another(NAP_NS / 2);
	assert_int_equal(halts, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nap_is_timed_by_the_tsc),
		TEST(timer_is_left_masked_and_still),
		TEST(naps_grow_beside_a_kernel_that_runs),
		TEST(no_nap_is_longer_than_a_tenth_of_a_second),
		TEST(warden_gets_lazy),
		TEST(warden_without_a_consumer_is_lazy),
		TEST(pause_that_lasts_is_the_nap),
		TEST(shorter_pause_is_none),
		TEST(lazy_warden_naps_behind_such_a_pause),
		TEST(spinning_warden_never_naps),
	};

	return cmocka_run_group_tests_name("naps", tests, NULL, NULL);
}
