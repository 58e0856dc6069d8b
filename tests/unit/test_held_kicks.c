// SPDX-License-Identifier: GPL-2.0-only
/* test_held_kicks.c - kicks that a warden holds back, for its core is shared */
#include "park_machine.h"

static uint64_t ordered_at;

/* kicks_to() reads what an x2APIC was sent. */
static int setup_x2apic(void **state)
{
	int error = setup(state);

	apic_base |= APIC_BASE_EXTD;
	ordered_at = 0;
	return error;
}

#define X2(test) cmocka_unit_test_setup_teardown(test, setup_x2apic, teardown)

/* For longer than a warden believes to be its own doing. */
static void lose_the_core(void)
{
	tsc += 2 * CROWDED_US * 1000;
}

/* Somebody else has the core; then a kernel with one order after the other. */
static const uint32_t *to_order;

static void crowd(void)
{
	if (pauses == 1) {
		lose_the_core();
	} else if (pauses % 2) {
		tsc += slot(1)->state == PARK_COMMANDED ? HELD_US * 900 : 0;
	} else if (*to_order && !park_mailbox(park)->command) {
		assert_int_equal(kicks_to(1) + kicks_to(2), 0);
		write_order(MAILBOX_WAKEUP, *to_order++);
	}
}

static void crowded_warden_kicks_when_the_burst_is_over(void **state)
{
	static const uint32_t ids[] = { 1, 2, 0 };

	(void)state;
	to_order = ids;
	on_pause = crowd;
	serve_for(1);
	assert_int_equal(*to_order, 0);
	assert_int_equal(slot(1)->state, PARK_COMMANDED);
	assert_int_equal(slot(2)->state, PARK_COMMANDED);
	assert_int_equal(kicks_to(1), 1);
	assert_int_equal(kicks_to(2), 1);
}

/* .. which its own turn is, too. */
static void crowded_warden_kicks_when_it_leaves(void **state)
{
	static const uint32_t ids[] = { 1, 2, 3, 0 };

	(void)state;
	to_order = ids;
	on_pause = crowd;
	warden_serve(park, slot(3));
	assert_int_equal(slot(3)->state, PARK_COMMANDED);
	assert_int_equal(park->warden, PARK_NO_WARDEN);
	assert_int_equal(halts, 0);
	assert_int_equal(kicks_to(1), 2);	/* it is still there */
	assert_int_equal(kicks_to(2), 2);
}

static void kicked_at_once(void)
{
	if (pauses == 1)
		write_order(MAILBOX_WAKEUP, 1);
	if (halts && slot(2)->state == PARK_PARKED)
		write_order(MAILBOX_WAKEUP, 2);
	for (uint32_t i = 1; i < 3; i++)
		if (slot(i)->state == PARK_COMMANDED)
			assert_int_equal(kicks_to(i), 1);
}

/* Its own nap, which may end late, is no sign of a crowd. */
static void order_in_a_long_nap(void)
{
	lose_the_core();
	if (halts == 1)
		write_order(MAILBOX_TEST, 2);
	count_naps();
}

static void warden_with_a_core_of_its_own_kicks_at_once(void **state)
{
	(void)state;
	on_pause = kicked_at_once;
	serve_with(2, order_in_a_long_nap);
	assert_int_equal(kicks_to(1), 1);
	assert_int_equal(kicks_to(2), 1);
}

static void crowd_before_the_nap(void)
{
	if (pauses == 1)
		lose_the_core();
	kicked_at_once();
}

static void order_in_a_very_long_nap(void)
{
	tsc += CROWD_LASTS_US * 1000;
	order_in_a_long_nap();
}

static void crowd_of_an_earlier_burst_is_forgotten(void **state)
{
	(void)state;
	slot(1)->state = PARK_GONE;
	on_pause = crowd_before_the_nap;
	serve_with(2, order_in_a_very_long_nap);
	assert_int_equal(kicks_to(2), 1);
}

/* Never 50 ms without another order; the CPU would find its command too old. */
static uint64_t first_held;

static void order_on_and_on(void)
{
	if (pauses == 1) {
		lose_the_core();
	} else if (pauses == 2) {
		write_order(MAILBOX_WAKEUP, 1);
	} else if (!kicks_to(1)) {
		first_held = first_held ? first_held : tsc;
		assert_true(tsc - first_held < 2 * HELD_MAX_US * 1000ULL);
		tsc += HELD_US * 1000 / 2;
		write_order(MAILBOX_TEST, 2);
	}
}

static void kicks_are_not_held_back_for_ever(void **state)
{
	(void)state;
	on_pause = order_on_and_on;
	first_held = 0;
	serve_for(1);
	assert_int_equal(kicks_to(1), 1);
	assert_true(tsc - first_held > HELD_MAX_US * 900ULL);
}

static void heir(void)
{
	if (park->warden == PARK_NO_WARDEN)
		park->warden = 2;
	else
		crowd();
}

static void heir_leaves_nobody_unkicked(void **state)
{
	static const uint32_t ids[] = { 1, 3, 0 };

	(void)state;
	to_order = ids;
	on_pause = heir;
	warden_serve(park, slot(3));
	assert_int_equal(park->warden, 2);
	assert_int_equal(kicks_to(1), 1);
	assert_int_equal(kicks_to(2), 1);
}

/* It waits a second for a successor, and gets none: no sign of a crowd either. */
static unsigned int kicks_of_hand_over;

static void order_behind_the_hand_over(void)
{
	kicks_of_hand_over = kicks_to(1);
	if (halts == 1)
		write_order(MAILBOX_WAKEUP, 1);
	count_naps();
}

static void relieved_by_nobody(void)
{
	if (pauses == 1)
		write_order(MAILBOX_WAKEUP, 3);
	if (slot(1)->state == PARK_COMMANDED)
		assert_int_equal(kicks_to(1), kicks_of_hand_over + 1);
}

static void warden_that_nobody_relieved_kicks_at_once(void **state)
{
	(void)state;
	on_pause = relieved_by_nobody;
	serve_with(2, order_behind_the_hand_over);
	assert_int_equal(slot(3)->state, PARK_PARKED);
	assert_int_equal(slot(1)->state, PARK_COMMANDED);
}

static void order_cpu(uint32_t apic_id)
{
	ordered_at = tsc;
	write_order(MAILBOX_WAKEUP, apic_id);
}

/* Behind it there is a PAUSE more, ahead of the nap. */
static bool burst_lasts(void)
{
	return tsc - ordered_at < HELD_US * 1000;
}

/* Naps between two commands of one burst change nothing. */
static void crowd_before_a_nap(void)
{
	if (pauses == 1)
		lose_the_core();
	if (slot(1)->state == PARK_COMMANDED && burst_lasts())
		assert_int_equal(kicks_to(1), 0);
}

static void order_in_the_first_nap(void)
{
	if (halts == 1)
		order_cpu(1);
	count_naps();
}

static void crowd_is_remembered_for_a_while(void **state)
{
	(void)state;
	on_pause = crowd_before_a_nap;
	serve_with(2, order_in_the_first_nap);
	assert_int_equal(kicks_to(1), 1);
}

/* Another has this core from the moment on when a kick was held back for long enough. */
static void crowd_behind_a_burst(void)
{
	if (pauses == 1) {
		lose_the_core();
	} else if (pauses == 2) {
		order_cpu(1);
	} else if (!burst_lasts()) {
		assert_int_equal(kicks_to(1), 1);
		tsc += HELD_US * 1000;
		park->warden = 77;
	}
}

static void kick_does_not_wait_for_a_rest(void **state)
{
	(void)state;
	on_pause = crowd_behind_a_burst;
	serve_for(1);
	assert_int_equal(kicks_to(1), 1);
	assert_int_equal(halts, 0);
}

static unsigned int pauses_in_burst;

static void crowd_in_each_burst(void)
{
	if (++pauses_in_burst == 1)
		lose_the_core();
	else if (pauses_in_burst == 2)
		write_order(MAILBOX_WAKEUP, halts + 1);
	if (slot(2)->state == PARK_COMMANDED)
		assert_int_equal(kicks_to(2), 1);
}

static void keep_awake_behind_the_first_nap(void)
{
	pauses_in_burst = 0;
	if (halts == 1) {
		assert_int_equal(kicks_to(1), 1);
		write_order(MAILBOX_TEST, 2);
	}
	count_naps();
}

/* Linux without parallel bring-up gives one command and waits for that CPU. */
static void kernel_that_waits_for_each_cpu_waits_for_one_kick_only(void **state)
{
	(void)state;
	on_pause = crowd_in_each_burst;
	pauses_in_burst = 0;
	serve_with(2, keep_awake_behind_the_first_nap);
	assert_int_equal(slot(2)->state, PARK_COMMANDED);
	assert_int_equal(kicks_to(1), 1);
	assert_int_equal(kicks_to(2), 1);
}

/* Primary threads, then the others: the second burst is held back, too. */
static void two_bursts(void)
{
	if (++pauses_in_burst == 1)
		lose_the_core();
	else if (pauses_in_burst == 2)
		order_cpu(1);
	else if (pauses_in_burst == 3)
		order_cpu(2);
	if (burst_lasts())
		assert_int_equal(kicks_to(1), halts);
}

static void back_behind_the_first_nap(void)
{
	if (halts == 1) {
		slot(1)->state = slot(2)->state = PARK_PARKED;
		pauses_in_burst = 0;
		write_order(MAILBOX_TEST, 2);
	}
	count_naps();
}

static void kernel_with_two_bursts_has_both_held_back(void **state)
{
	(void)state;
	on_pause = two_bursts;
	pauses_in_burst = 0;
	serve_with(2, back_behind_the_first_nap);
	assert_int_equal(kicks_to(1), 2);
	assert_int_equal(kicks_to(2), 2);
}

static void crowd_then_ping(void)
{
	if (pauses == 1)
		lose_the_core();
	else if (pauses == 2)
		slot(3)->ping++;
	else if (pauses == 3)
		write_order(MAILBOX_WAKEUP, 1);
	else if (slot(1)->state == PARK_COMMANDED)
		assert_int_equal(kicks_to(1), 1);
}

static void ping_begins_a_new_term(void **state)
{
	(void)state;
	on_pause = crowd_then_ping;
	serve_for(1);
	assert_int_equal(slot(1)->state, PARK_COMMANDED);
	assert_int_equal(slot(3)->pong, slot(3)->ping);
	assert_int_equal(kicks_to(1), 1);
}

/* Whoever has the office by now does not know of kicks that were held back. */
static void faulted_cpu_kicks_who_is_commanded(void **state)
{
	(void)state;
	slot(1)->state = PARK_COMMANDED;
	slot(3)->state = PARK_FAULTED;
	park->warden = 2;
	park_on_fault(park, slot(3));
	assert_int_equal(kicks_to(1), 1);
	assert_int_equal(kicks_to(2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		X2(crowded_warden_kicks_when_the_burst_is_over),
		X2(warden_with_a_core_of_its_own_kicks_at_once),
		X2(crowd_is_remembered_for_a_while),
		X2(kick_does_not_wait_for_a_rest),
		X2(crowd_of_an_earlier_burst_is_forgotten),
		X2(kernel_with_two_bursts_has_both_held_back),
		X2(ping_begins_a_new_term),
		X2(kicks_are_not_held_back_for_ever),
		X2(crowded_warden_kicks_when_it_leaves),
		X2(heir_leaves_nobody_unkicked),
		X2(warden_that_nobody_relieved_kicks_at_once),
		X2(kernel_that_waits_for_each_cpu_waits_for_one_kick_only),
		X2(faulted_cpu_kicks_who_is_commanded),
	};

	return cmocka_run_group_tests_name("held kicks", tests, NULL, NULL);
}
