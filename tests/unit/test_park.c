// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_park.c - the park's C code on a made-up machine: its MSRs, its APIC and
 * its time are this file's. What only shows when CPUs race is for the model and
 * the stub; here is what one CPU does with what it finds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "x86.h"

/* In place of cpu.h, whose instructions a test program may not run. */
#define CPU_H
#define CPUID_H

struct cpuid {
	uint32_t a, b, c, d;
};
static struct cpuid perfmon, features;

static struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	assert_int_equal(subleaf, 0);
	assert_true(leaf == CPUID_PERFMON || leaf == CPUID_FEATURES);
	return leaf == CPUID_PERFMON ? perfmon : features;
}

#define MSRS	64

static struct {
	uint32_t msr;
	uint64_t value;
} msr_writes[MSRS];
static unsigned int msr_count;
static uint64_t apic_base;
static uint64_t tsc;
static unsigned int halts, pauses;
static void (*on_halt)(void), (*on_pause)(void);
static uint32_t x2_registers[0x40];

static uint32_t apic_page[1024] __attribute__((aligned(4096)));

static uint64_t rdmsr(uint32_t msr)
{
	if (msr == MSR_APIC_BASE)
		return apic_base;
	assert_in_range(msr, MSR_X2APIC, MSR_X2APIC + 0x3f);
	return x2_registers[msr - MSR_X2APIC];
}

static void wrmsr(uint32_t msr, uint64_t value)
{
	assert_true(msr_count < MSRS);
	msr_writes[msr_count].msr = msr;
	msr_writes[msr_count++].value = value;
	if (msr >= MSR_X2APIC && msr < MSR_X2APIC + 0x40)
		x2_registers[msr - MSR_X2APIC] = (uint32_t)value;
}

static uint64_t rdtsc(void)
{
	return tsc += 10;
}

static void pause(void)
{
	pauses++;
	tsc += 100;
	if (on_pause)
		on_pause();
}

static void take_interrupts(void)
{
}

static void monitor(const volatile void *line)
{
	(void)line;
}

void park_halt(void)
{
	halts++;
	tsc += 500000;		/* a nap */
	if (on_halt)
		on_halt();
}

void park_mwait(uint32_t hint)
{
	(void)hint;
	park_halt();
}

void park_zero_msr(uint32_t msr)
{
	wrmsr(msr, 0);
}

#define sleep park_sleep	/* unistd.h has another */
#include "../../park/park.c"
#include "../../park/warden.c"

#include "region.h"
#include "blobs.h"

#define CPUS		4
#define TSC_KHZ		1000000		/* a tick is a nanosecond */
#define VECTOR		0x99000

static uint8_t *region;		/* below 4 GiB, as the loader places it */
static size_t region_bytes;
static struct park_header *park;
static struct madt_wakeup wakeup __attribute__((aligned(8)));

static uint32_t apic_register(uint32_t reg)
{
	return apic_page[reg / 4];
}

/* CPUs 0 (boot CPU) to 3, all parked but 0; the warden is 3. */
static int setup(void **state)
{
	static const uint32_t ids[CPUS] = { 0, 1, 2, 3 };
	struct region_plan plan = {
		.apic_ids = ids, .cpus = CPUS, .acpi_size = 4096,
		.tsc_khz = TSC_KHZ, .nap_us = 500,
	};

	(void)state;
	msr_count = halts = pauses = 0;
	tsc = 1;
	on_halt = on_pause = NULL;
	memset(apic_page, 0, sizeof(apic_page));
	memset(x2_registers, 0, sizeof(x2_registers));
	memset(&perfmon, 0, sizeof(perfmon));
	memset(&features, 0, sizeof(features));
	apic_base = (uint64_t)apic_page | APIC_BASE_ENABLE;
	region_bytes = region_size(&plan);
	region = mmap(NULL, region_bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	assert_ptr_not_equal(region, MAP_FAILED);
	plan.base_pa = (uint64_t)region;
	assert_int_equal(region_build(region, &plan, blob_park,
				      (size_t)(blob_park_end - blob_park)), 0);
	park = (struct park_header *)region;
	for (uint32_t i = 1; i < CPUS; i++)
		park_slots(park)[i].state = PARK_PARKED;
	park->warden = 3;
	wakeup = (struct madt_wakeup){ { MADT_WAKEUP, 24 }, 1, 0, 0, 0 };
	park->wakeup_entry_pa = (uint64_t)&wakeup;
	park->disarmed_entry = 0x80 | 24 << 8 | 1 << 16 | 0x90ULL << 32;
	park->disarm_at = 60ULL * 1000000000;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return munmap(region, region_bytes);
}

static struct park_slot *slot(uint32_t i)
{
	return &park_slots(park)[i];
}

static void write_order(uint16_t command, uint32_t apic_id)
{
	struct park_mailbox *mailbox = park_mailbox(park);

	mailbox->apic_id = apic_id;
	mailbox->wakeup_vector = VECTOR;
	mailbox->command = command;
}

/* The warden for so many naps; then the office goes elsewhere. */
static unsigned int naps_left;

static void count_naps(void)
{
	if (!--naps_left)
		park->warden = 77;
}

/* `nap` happens in each, and calls count_naps(). */
static void serve_with(unsigned int naps, void (*nap)(void))
{
	naps_left = naps;
	on_halt = nap;
	park->warden = 3;
	warden_serve(park, slot(3));
}

static void serve_for(unsigned int naps)
{
	serve_with(naps, count_naps);
}

static bool is_armed(void)
{
	return wakeup.entry.type == MADT_WAKEUP;
}

/* -- the APIC */

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

/* -- the warden */

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
	without = pauses;	/* it begins awake */
	assert_true(without);
	halts = pauses = 0;
	serve_with(5, order_in_the_third_nap);
	assert_int_equal(park_mailbox(park)->command, MAILBOX_NOOP);
	assert_in_range(pauses, 2 * without - 2, 2 * without + 2);
}

static void naps_grow_beside_a_kernel_that_runs(void **state)
{
	const uint32_t counts = 1000;
	struct term term = { .since = tsc };

	(void)state;
	assert_int_equal(nap_length(park, counts, &term), counts);
	tsc += 61ULL * 1000000000;
	assert_int_equal(nap_length(park, counts, &term), counts * LAZY_FACTOR);
	assert_int_equal(nap_length(park, UINT32_MAX, &term), UINT32_MAX);
	park->nap_us = 100000;
	assert_int_equal(nap_length(park, counts, &term), counts);
	park->nap_us = 10000;
	assert_int_equal(nap_length(park, counts, &term), counts * 10);
}

/* Kicks that CPU was sent, by x2APIC. */
static unsigned int kicks_to(uint64_t apic_id)
{
	unsigned int kicks = 0;

	for (unsigned int i = 0; i < msr_count; i++)
		kicks += msr_writes[i].msr == 0x830 && msr_writes[i].value ==
			 (apic_id << 32 | ICR_FIXED | ICR_ASSERT |
			  PARK_KICK_VECTOR);
	return kicks;
}

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
	apic_base |= APIC_BASE_EXTD;
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
	apic_base |= APIC_BASE_EXTD;
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
	apic_base |= APIC_BASE_EXTD;
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
	apic_base |= APIC_BASE_EXTD;
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
	apic_base |= APIC_BASE_EXTD;
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
	apic_base |= APIC_BASE_EXTD;
	to_order = ids;
	on_pause = heir;
	warden_serve(park, slot(3));
	assert_int_equal(park->warden, 2);
	assert_int_equal(kicks_to(1), 1);
	assert_int_equal(kicks_to(2), 1);
}

/* Naps between two commands of one burst change nothing. */
static void crowd_before_a_nap(void)
{
	if (pauses == 1)
		lose_the_core();
	if (slot(1)->state == PARK_COMMANDED)
		assert_int_equal(kicks_to(1), 0);
}

static void order_in_the_first_nap(void)
{
	if (halts == 1)
		write_order(MAILBOX_WAKEUP, 1);
	count_naps();
}

static void crowd_is_remembered_for_a_while(void **state)
{
	(void)state;
	apic_base |= APIC_BASE_EXTD;
	on_pause = crowd_before_a_nap;
	serve_with(2, order_in_the_first_nap);
	assert_int_equal(kicks_to(1), 1);
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
	apic_base |= APIC_BASE_EXTD;
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
		write_order(MAILBOX_WAKEUP, 1);
	else if (pauses_in_burst == 3)
		write_order(MAILBOX_WAKEUP, 2);
	assert_int_equal(kicks_to(1), halts);	/* not before the nap */
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
	apic_base |= APIC_BASE_EXTD;
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
	apic_base |= APIC_BASE_EXTD;
	on_pause = crowd_then_ping;
	serve_for(1);
	assert_int_equal(slot(1)->state, PARK_COMMANDED);
	assert_int_equal(slot(3)->pong, slot(3)->ping);
	assert_int_equal(kicks_to(1), 1);
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

/* Whoever has the office by now does not know of kicks that were held back. */
static void faulted_cpu_kicks_who_is_commanded(void **state)
{
	(void)state;
	apic_base |= APIC_BASE_EXTD;
	slot(1)->state = PARK_COMMANDED;
	slot(3)->state = PARK_FAULTED;
	park->warden = 2;
	park_on_fault(park, slot(3));
	assert_int_equal(kicks_to(1), 1);
	assert_int_equal(kicks_to(2), 0);
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

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

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
		TEST(wakeup_is_handed_on_and_acknowledged),
		TEST(x2apic_warden_wakes_a_cpu_above_254),
		TEST(first_wakeup_disarms_with_the_sum_unchanged),
		TEST(unused_mailbox_is_disarmed_in_time),
		TEST(test_does_not_disarm_and_needs_a_parked_cpu),
		TEST(absent_cpu_is_answered_for_after_the_grace_period),
		TEST(standing_order_does_not_keep_the_warden_awake),
		TEST(new_order_keeps_the_warden_awake),
		TEST(naps_grow_beside_a_kernel_that_runs),
		TEST(crowded_warden_kicks_when_the_burst_is_over),
		TEST(warden_with_a_core_of_its_own_kicks_at_once),
		TEST(crowd_is_remembered_for_a_while),
		TEST(crowd_of_an_earlier_burst_is_forgotten),
		TEST(kernel_with_two_bursts_has_both_held_back),
		TEST(ping_begins_a_new_term),
		TEST(kicks_are_not_held_back_for_ever),
		TEST(crowded_warden_kicks_when_it_leaves),
		TEST(heir_leaves_nobody_unkicked),
		TEST(kernel_that_waits_for_each_cpu_waits_for_one_kick_only),
		TEST(acknowledgement_of_an_old_order_clears_nothing),
		TEST(warden_without_successor_stays_and_answers),
		TEST(last_cpu_leaves_without_a_successor),
		TEST(broadcast_commands_all_parked),
		TEST(commanded_sleeper_is_kicked_again),
		TEST(old_command_is_not_obeyed),
		TEST(command_by_a_tsc_that_is_ahead_is_not_old),
		TEST(faulted_warden_vacates_and_kicks),
		TEST(faulted_cpu_kicks_who_is_commanded),
		TEST(vacant_office_is_taken_once),
		TEST(cpu_of_an_emptied_slot_takes_no_office),
		TEST(staying_does_not_fill_an_emptied_slot),
	};

	return cmocka_run_group_tests_name("park", tests, NULL, NULL);
}
