// SPDX-License-Identifier: GPL-2.0-only
/* test_warden.c - what the warden does with each order, and with its office */
#include "park_machine.h"

static void wakeup_is_handed_on_and_acknowledged(void **state)
{
	(void)state;
	write_order(MAILBOX_WAKEUP, 1);
	serve_for(1);
	assert_int_equal(park_mailbox(park)->command, MAILBOX_NOOP);
	assert_int_equal(slot(1)->state, PARK_COMMANDED);
	assert_int_equal(slot(1)->wake_vector, VECTOR);
	assert_int_equal(slot(1)->senders, 0);
	assert_int_equal(apic_register(APIC_ICR_HIGH), 1 << 24);
	assert_int_equal(apic_register(APIC_ICR) & 0xff, PARK_KICK_VECTOR);
	assert_true(park_record(park, slot(1))->commanded);
}

/* The warden's whole turn, nap and all, by MSRs: no xAPIC has such an ID. */
static void x2apic_warden_wakes_a_cpu_above_254(void **state)
{
	uint64_t kick = 300ULL << 32 | ICR_FIXED | ICR_ASSERT |
			PARK_KICK_VECTOR;
	unsigned int kicks = 0;

	(void)state;
	apic_base |= APIC_BASE_EXTD;
	slot(2)->apic_id = 300;
	write_order(MAILBOX_WAKEUP, 300);
	serve_for(1);
	assert_int_equal(park_mailbox(park)->command, MAILBOX_NOOP);
	assert_int_equal(slot(2)->state, PARK_COMMANDED);
	for (unsigned int i = 0; i < msr_count; i++)
		kicks += msr_writes[i].msr == 0x830 &&
			 msr_writes[i].value == kick;
	assert_int_equal(kicks, 1);
	assert_int_equal(x2_registers[APIC_LVT_TIMER >> 4],
			 APIC_LVT_MASKED | PARK_TIMER_VECTOR);
	assert_int_equal(x2_registers[APIC_TIMER_INITIAL >> 4], 0);
	assert_int_equal(apic_register(APIC_LVT_TIMER), 0);
}

static void first_wakeup_disarms_with_the_sum_unchanged(void **state)
{
	uint8_t sum = acpi_sum(&wakeup, sizeof(wakeup));

	(void)state;
	assert_true(is_armed());
	write_order(MAILBOX_WAKEUP, 99);	/* whoever that is */
	serve_for(1);
	assert_false(is_armed());
	assert_int_equal(acpi_sum(&wakeup, sizeof(wakeup)), sum);
	assert_int_equal(wakeup.entry.length, 24);
	assert_int_equal(park->wakeup_entry_pa, 0);
}

static void unused_mailbox_is_disarmed_in_time(void **state)
{
	(void)state;
	serve_for(10);
	assert_true(is_armed());
	tsc = park->disarm_at;
	serve_for(2);
	assert_false(is_armed());
}

static void test_does_not_disarm_and_needs_a_parked_cpu(void **state)
{
	(void)state;
	write_order(MAILBOX_TEST, 2);
	serve_for(1);
	assert_int_equal(park_mailbox(park)->command, MAILBOX_NOOP);
	assert_true(is_armed());
	slot(2)->state = PARK_GONE;
	write_order(MAILBOX_TEST, 2);
	serve_for(10000);			/* 5 s */
	assert_int_equal(park_mailbox(park)->command, MAILBOX_TEST);
	slot(2)->state = PARK_PARKED;
	serve_for(2);
	assert_int_equal(park_mailbox(park)->command, MAILBOX_NOOP);
}

/* Each absent CPU gets the whole grace period, a second time too. */
static void absent_cpu_is_answered_for_after_the_grace_period(void **state)
{
	struct term term = { 0 };

	(void)state;
	slot(2)->state = PARK_GONE;
	for (int round = 0; round < 2; round++) {
		uint64_t start = tsc;

		write_order(MAILBOX_WAKEUP, 2);
		while (park_mailbox(park)->command) {
			look(park, slot(3), &term);
			tsc += 1000000;
		}
		assert_in_range(tsc - start, 1900000000ULL, 2200000000ULL);
		look(park, slot(3), &term);
	}
}

static void standing_order_does_not_keep_the_warden_awake(void **state)
{
	(void)state;
	slot(2)->state = PARK_GONE;
	write_order(MAILBOX_TEST, 2);
	serve_for(200);
	assert_int_equal(halts, 200);
	/* 100 ns each: awake for twice HOT_US at most */
	assert_true(pauses * 100 < 2 * HOT_US * 1000 + 1000);
}

static void order_in_the_third_nap(void)
{
	if (halts == 3)
		write_order(MAILBOX_TEST, 2);
	count_naps();
}

static void new_order_keeps_the_warden_awake(void **state)
{
	unsigned int without;

	(void)state;
	serve_for(5);
	without = pauses - halts;	/* one a nap; it begins awake */
	assert_true(without);
	halts = pauses = 0;
	serve_with(5, order_in_the_third_nap);
	assert_int_equal(park_mailbox(park)->command, MAILBOX_NOOP);
	assert_in_range(pauses - halts, 2 * without - 2, 2 * without + 2);
}

/* The kernel put another order over the one that is being acknowledged. */
static void acknowledgement_of_an_old_order_clears_nothing(void **state)
{
	struct order order;

	(void)state;
	write_order(MAILBOX_TEST, 1);
	assert_true(read_order(park_mailbox(park), &order));
	write_order(MAILBOX_TEST, 2);
	acknowledge(park_mailbox(park), &order);
	assert_int_equal(park_mailbox(park)->command, MAILBOX_TEST);
	write_order(MAILBOX_WAKEUP, 1);
	acknowledge(park_mailbox(park), &order);
	assert_int_equal(park_mailbox(park)->command, MAILBOX_WAKEUP);
}

/* Somebody is parked, but nobody takes the office: the warden stays. */
static void warden_without_successor_stays_and_answers(void **state)
{
	uint64_t start = tsc;

	(void)state;
	write_order(MAILBOX_WAKEUP, 3);
	serve_for(1);
	assert_int_equal(park_mailbox(park)->command, MAILBOX_NOOP);
	assert_int_equal(slot(3)->state, PARK_PARKED);
	assert_true(tsc - start > 1000000000ULL);
	assert_true(tsc - start < 2000000000ULL);
}

static void last_cpu_leaves_without_a_successor(void **state)
{
	(void)state;
	slot(1)->state = slot(2)->state = PARK_GONE;
	write_order(MAILBOX_WAKEUP, 3);
	warden_serve(park, slot(3));
	assert_int_equal(park_mailbox(park)->command, MAILBOX_NOOP);
	assert_int_equal(slot(3)->state, PARK_COMMANDED);
	assert_int_equal(park->warden, PARK_NO_WARDEN);
	assert_int_equal(pauses, 0);
}

static void broadcast_commands_all_parked(void **state)
{
	(void)state;
	slot(2)->state = PARK_GONE;
	write_order(MAILBOX_WAKEUP, MAILBOX_BROADCAST);
	warden_serve(park, slot(3));
	assert_int_equal(park_mailbox(park)->command, MAILBOX_NOOP);
	assert_int_equal(slot(1)->state, PARK_COMMANDED);
	assert_int_equal(slot(2)->state, PARK_GONE);
	assert_int_equal(slot(3)->state, PARK_COMMANDED);
	assert_int_equal(slot(0)->state, PARK_EMPTY);
}

static void commanded_sleeper_is_kicked_again(void **state)
{
	(void)state;
	slot(1)->state = PARK_COMMANDED;
	write_order(MAILBOX_WAKEUP, 1);
	serve_for(1);
	assert_int_equal(apic_register(APIC_ICR_HIGH), 1 << 24);
	assert_int_equal(apic_register(APIC_ICR) & 0xff, PARK_KICK_VECTOR);
}

static void faulted_warden_vacates_and_kicks(void **state)
{
	(void)state;
	slot(3)->state = PARK_FAULTED;
	park_on_fault(park, slot(3));
	assert_int_equal(park->warden, PARK_NO_WARDEN);
	assert_int_equal(apic_register(APIC_ICR_HIGH), 2 << 24);
	park->warden = 1;
	park_on_fault(park, slot(3));		/* not its office */
	assert_int_equal(park->warden, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(wakeup_is_handed_on_and_acknowledged),
		TEST(x2apic_warden_wakes_a_cpu_above_254),
		TEST(first_wakeup_disarms_with_the_sum_unchanged),
		TEST(unused_mailbox_is_disarmed_in_time),
		TEST(test_does_not_disarm_and_needs_a_parked_cpu),
		TEST(absent_cpu_is_answered_for_after_the_grace_period),
		TEST(standing_order_does_not_keep_the_warden_awake),
		TEST(new_order_keeps_the_warden_awake),
		TEST(acknowledgement_of_an_old_order_clears_nothing),
		TEST(warden_without_successor_stays_and_answers),
		TEST(last_cpu_leaves_without_a_successor),
		TEST(broadcast_commands_all_parked),
		TEST(commanded_sleeper_is_kicked_again),
		TEST(faulted_warden_vacates_and_kicks),
	};

	return cmocka_run_group_tests_name("warden", tests, NULL, NULL);
}
