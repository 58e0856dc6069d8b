// SPDX-License-Identifier: GPL-2.0-only
/* test_park.c - a parked CPU: its APIC, what a kernel has left in it, its slot */
#include "park_machine.h"

static void x2apic_icr_is_one_write_with_the_full_id(void **state)
{
	(void)state;
	apic_base |= APIC_BASE_EXTD;
	lapic_send(0x12345, ICR_FIXED | ICR_ASSERT | PARK_KICK_VECTOR);
	assert_int_equal(msr_count, 1);
	assert_int_equal(msr_writes[0].msr, 0x830);
	assert_int_equal(msr_writes[0].value, 0x12345000040f1ULL);
	assert_true(lapic_reaches(0x12345));
}

static void xapic_cannot_name_an_id_above_254(void **state)
{
	(void)state;
	lapic_send(0x100, ICR_INIT | ICR_ASSERT);	/* 0 is the BSP */
	lapic_send(0xff, ICR_INIT | ICR_ASSERT);	/* everybody */
	assert_int_equal(apic_register(APIC_ICR), 0);
	assert_false(lapic_reaches(0x100));
	assert_false(lapic_reaches(0xff));
	assert_true(lapic_reaches(0xfe));
	lapic_send(0xfe, ICR_INIT | ICR_ASSERT);
	assert_int_equal(apic_register(APIC_ICR), ICR_INIT | ICR_ASSERT);
	assert_int_equal(apic_register(APIC_ICR_HIGH), 0xfe000000);
}

static bool msr_was_written(uint32_t msr)
{
	for (unsigned int i = 0; i < msr_count; i++)
		if (msr_writes[i].msr == msr)
			return true;
	return false;
}

/* LDR is read-only in x2APIC mode; an LVT that is not there would fault. */
static void x2apic_writes_only_what_there_is(void **state)
{
	(void)state;
	apic_base |= APIC_BASE_EXTD;
	x2_registers[APIC_VERSION >> 4] = 4 << 16;	/* up to LVT PERF */
	open_apic();
	assert_false(msr_was_written(0x80d));		/* LDR */
	assert_false(msr_was_written(0x833));		/* LVT thermal */
	assert_false(msr_was_written(0x82f));		/* LVT CMCI */
	assert_true(msr_was_written(0x834));		/* LVT PERF */
	assert_int_equal(x2_registers[APIC_SVR >> 4], 0x1ff);
}

static void x2apic_is_closed_by_msrs_alone(void **state)
{
	(void)state;
	apic_base |= APIC_BASE_EXTD;
	x2_registers[APIC_VERSION >> 4] = 6 << 16;	/* all LVTs */
	open_apic();
	x2_registers[APIC_TIMER_INITIAL >> 4] = 1000;
	close_apic();
	assert_int_equal(x2_registers[APIC_SVR >> 4], APIC_SPURIOUS_VECTOR);
	assert_int_equal(x2_registers[APIC_LVT_TIMER >> 4], APIC_LVT_MASKED);
	assert_int_equal(x2_registers[APIC_LVT_THERMAL >> 4], APIC_LVT_MASKED);
	assert_int_equal(x2_registers[APIC_LVT_CMCI >> 4], APIC_LVT_MASKED);
	assert_int_equal(x2_registers[APIC_TIMER_INITIAL >> 4], 0);
	assert_false(msr_was_written(0x80d));		/* LDR */
	assert_int_equal(apic_register(APIC_SVR), 0);
}

static void closed_apic_is_disabled_and_masked(void **state)
{
	(void)state;
	apic_page[APIC_LDR / 4] = 0x01000000;
	open_apic();
	assert_int_equal(apic_register(APIC_LDR), 0);
	close_apic();
	assert_int_equal(apic_register(APIC_SVR), APIC_SPURIOUS_VECTOR);
	assert_int_equal(apic_register(APIC_LVT_TIMER), APIC_LVT_MASKED);
	assert_int_equal(apic_register(APIC_LVT_LINT0), APIC_LVT_MASKED);
}

/* A bit that never goes: the wait has an end all the same. */
static void draining_has_an_end(void **state)
{
	(void)state;
	apic_page[(APIC_IRR + 0x10) / 4] = 1;
	close_apic();
	assert_int_equal(apic_register(APIC_SVR), APIC_SPURIOUS_VECTOR);
	lapic_drain();
}

/* A kernel's counters and traces write to its memory. */
static void counters_and_traces_are_stopped(void **state)
{
	(void)state;
	perfmon.a = 2;
	features.b = CPUID_FEATURES_TRACE;
	stop_tracing();
	assert_int_equal(msr_count, 3);
	for (unsigned int i = 0; i < msr_count; i++)
		assert_int_equal(msr_writes[i].value, 0);
	assert_true(msr_was_written(0x1d9));		/* DEBUGCTL */
	assert_true(msr_was_written(0x38f));		/* PERF_GLOBAL_CTRL */
	assert_true(msr_was_written(0x570));		/* RTIT_CTL */
}

/* DEBUGCTL all have; of the others there may be none. */
static void what_is_not_there_is_not_stopped(void **state)
{
	(void)state;
	perfmon.a = 1;			/* has no global control */
	stop_tracing();
	assert_int_equal(msr_count, 1);
	assert_int_equal(msr_writes[0].msr, 0x1d9);
}

static void cet_is_forgotten_where_there_is_one(void **state)
{
	(void)state;
	forget_cet();
	assert_int_equal(msr_count, 0);
	features.d = CPUID_FEATURES_IBT;
	forget_cet();
	features = (struct cpuid){ .c = CPUID_FEATURES_SHSTK };
	forget_cet();
	assert_int_equal(msr_count, 2);
	assert_int_equal(msr_writes[0].msr, 0x6a2);	/* S_CET */
	assert_int_equal(msr_writes[1].value, 0);
}

/* INIT leaves most MSRs, but not S_CET. */
static void arrival_stops_what_a_kernel_has_left(void **state)
{
	(void)state;
	features.d = CPUID_FEATURES_IBT;
	arrive(park, slot(1), PARK_VIA_SIPI);
	assert_int_equal(msr_count, 1);
	assert_true(msr_was_written(0x1d9));
	msr_count = 0;
	arrive(park, slot(2), PARK_VIA_RESET_VECTOR);
	assert_true(msr_was_written(0x1d9));
	assert_true(msr_was_written(0x6a2));
	assert_int_equal(park_record(park, slot(2))->via,
			 PARK_VIA_RESET_VECTOR);
	assert_int_equal(acpi_sum(park_record(park, slot(2)),
				  sizeof(struct kprk_record)), 0);
}

static void records_sum_to_zero(void **state)
{
	struct kprk_record *record = park_record(park, slot(1));

	(void)state;
	slot(1)->nmi_count = 3;
	slot(1)->ping = 1;
	assert_true(park_answer_ping(park, slot(1)));
	assert_int_equal(slot(1)->pong, 1);
	assert_int_equal(record->nmi_count, 3);
	assert_int_equal(acpi_sum(record, sizeof(*record)), 0);
	assert_false(park_answer_ping(park, slot(1)));
}

static void old_command_is_not_obeyed(void **state)
{
	(void)state;
	park_record(park, slot(1))->commanded = tsc;
	tsc += 7ULL * 1000000000;
	assert_false(is_too_late(park, slot(1)));
	tsc += 2ULL * 1000000000;
	assert_true(is_too_late(park, slot(1)));
}

/* SDM "Time-Stamp Counter": nothing makes two sockets agree. */
static void command_by_a_tsc_that_is_ahead_is_not_old(void **state)
{
	(void)state;
	park_record(park, slot(1))->commanded = tsc + 100000;
	assert_false(is_too_late(park, slot(1)));
}

static void vacant_office_is_taken_once(void **state)
{
	(void)state;
	park->warden = PARK_NO_WARDEN;
	assert_true(is_warden(park, slot(2)));
	assert_false(is_warden(park, slot(1)));
	assert_int_equal(park->warden, 2);
}

static jmp_buf end_of_life;

static void empty_the_slot(void)
{
	if (halts > 1)
		longjmp(end_of_life, 1);
	slot(1)->state = PARK_EMPTY;
	park->warden = PARK_NO_WARDEN;
}

/* Its INIT has not reached it: it sleeps on, and is no warden. */
static void cpu_of_an_emptied_slot_takes_no_office(void **state)
{
	(void)state;
	on_halt = empty_the_slot;
	if (!setjmp(end_of_life))
		park_enter(park, slot(1), PARK_VIA_SIPI);
	assert_int_equal(slot(1)->state, PARK_EMPTY);
	assert_int_equal(park->warden, PARK_NO_WARDEN);
}

/* .. and if it was the warden that had been commanded, that stays so. */
static void staying_does_not_fill_an_emptied_slot(void **state)
{
	(void)state;
	slot(3)->state = PARK_EMPTY;
	warden_serve(park, slot(3));	/* 1 and 2 do not take the office */
	assert_int_equal(slot(3)->state, PARK_EMPTY);
	slot(3)->state = PARK_COMMANDED;
	park->warden = 3;
	warden_serve(park, slot(3));
	assert_int_equal(slot(3)->state, PARK_PARKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(x2apic_icr_is_one_write_with_the_full_id),
		TEST(xapic_cannot_name_an_id_above_254),
		TEST(x2apic_writes_only_what_there_is),
		TEST(x2apic_is_closed_by_msrs_alone),
		TEST(closed_apic_is_disabled_and_masked),
		TEST(draining_has_an_end),
		TEST(counters_and_traces_are_stopped),
		TEST(what_is_not_there_is_not_stopped),
		TEST(cet_is_forgotten_where_there_is_one),
		TEST(arrival_stops_what_a_kernel_has_left),
		TEST(records_sum_to_zero),
		TEST(old_command_is_not_obeyed),
		TEST(command_by_a_tsc_that_is_ahead_is_not_old),
		TEST(vacant_office_is_taken_once),
		TEST(cpu_of_an_emptied_slot_takes_no_office),
		TEST(staying_does_not_fill_an_emptied_slot),
	};

	return cmocka_run_group_tests_name("park", tests, NULL, NULL);
}
