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
	assert_int_equal(naps_length(park, 1000, false), 1000);
	assert_int_equal(naps_length(park, 1000, true), 1000 * LAZY_FACTOR);
	assert_int_equal(naps_length(park, UINT32_MAX, true), UINT32_MAX);
}

/* A TEST is given up after a second, whatever --nap-us= says. */
static void no_nap_is_longer_than_a_tenth_of_a_second(void **state)
{
	(void)state;
	park->nap_us = 100000;
	assert_int_equal(naps_length(park, 1000, true), 1000);
	park->nap_us = 10000;
	assert_int_equal(naps_length(park, 1000, true), 10000);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nap_is_timed_by_the_tsc),
		TEST(timer_is_left_masked_and_still),
		TEST(naps_grow_beside_a_kernel_that_runs),
		TEST(no_nap_is_longer_than_a_tenth_of_a_second),
		TEST(warden_gets_lazy),
		TEST(warden_without_a_consumer_is_lazy),
	};

	return cmocka_run_group_tests_name("naps", tests, NULL, NULL);
}
