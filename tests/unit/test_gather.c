// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_gather.c - whom purgatory counts, and what it sends to whom, on a
 * made-up machine: its MSRs, its APIC and its time are this file's. QEMU's TCG
 * has neither x2APIC mode nor an APIC ID above 254.
 */
#include "made_up_cpu.h"

#include "cpuid.h"

static uint64_t rdmsr(uint32_t msr)
{
	if (msr == MSR_APIC_BASE)
		return apic_base;
	assert_int_equal(msr, MSR_X2APIC + (APIC_ID >> 4));
	return 0;
}

static void wrmsr(uint32_t msr, uint64_t value)
{
	note_wrmsr(msr, value);
}

static void pause(void)
{
	tsc += 100000;
	if (on_pause)
		on_pause();
}

#include "purgatory.h"
#include "trampoline.h"

const uint8_t trampoline[TRAMPOLINE_ARGS] = { 0xfa };
const uint32_t trampoline_32 = 0x40;

void serial_stage(enum kprk_stamp which)
{
	(void)which;
}

/* The one instruction in it that a test program may not run reads CR4. */
#define __asm__(...)	(cr4 = 0)
#include "../../purgatory/gather.c"
#undef __asm__
#include "../../purgatory/older.c"

#include "region.h"
#include "blobs.h"

#define CPUS		4
#define FAR_ID		300		/* no xAPIC reaches it */
#define TSC_KHZ		1000000		/* a tick is a nanosecond */

static const uint32_t ids[CPUS] = { 0, 7, 3, FAR_ID };

static size_t memory_size;	/* of a region and the SIPI page behind it */
static struct park_header *park;
static struct kprk_table kprk;
static struct purgatory_params params;
static struct journey journey;
static uint8_t table[256] __attribute__((aligned(8)));
static struct acpi_tables tables = { .madt = (struct acpi_madt *)table };

static void add(const void *entry, uint32_t length)
{
	memcpy(table + tables.madt->header.length, entry, length);
	tables.madt->header.length += length;
}

static void add_lapic(uint8_t apic_id, uint32_t flags)
{
	const struct madt_lapic entry = {
		{ MADT_LAPIC, sizeof(entry) }, 0, apic_id, flags
	};

	add(&entry, sizeof(entry));
}

static void add_x2apic(uint32_t apic_id, uint32_t flags)
{
	const struct madt_x2apic entry = {
		{ MADT_X2APIC, sizeof(entry) }, 0, apic_id, flags, 0
	};

	add(&entry, sizeof(entry));
}

/* No order, one CPU twice, and two that are not enabled. */
static void build_madt(void)
{
	memset(table, 0, sizeof(table));
	tables.madt->header.length = sizeof(struct acpi_madt);
	add_lapic(0, MADT_CPU_ENABLED);
	add_lapic(7, MADT_CPU_ENABLED);
	add_lapic(5, 0);
	add_x2apic(7, MADT_CPU_ENABLED);
	add_lapic(3, MADT_CPU_ENABLED);
	add_x2apic(301, 0);
	add_x2apic(FAR_ID, MADT_CPU_ENABLED);
}

/* For all four, below 4 GiB */
static struct park_header *make_region(void)
{
	struct region_plan plan = {
		.apic_ids = ids, .cpus = CPUS, .acpi_size = 4096,
		.tsc_khz = TSC_KHZ, .nap_us = 500,
	};
	uint8_t *memory;

	memory_size = region_size(&plan) + 4096;
	memory = mmap(NULL, memory_size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	plan.base_pa = (uint64_t)memory;
	plan.low_page_pa = (uint32_t)(plan.base_pa + region_size(&plan));
	assert_int_equal(region_build(memory, &plan, blob_park,
				      (size_t)(blob_park_end - blob_park)), 0);
	return (struct park_header *)memory;
}

/* On the BSP, APIC ID 0, in xAPIC mode; a new region. */
static int setup(void **state)
{
	(void)state;
	reset_cpu(APIC_BASE_ENABLE | APIC_BASE_BSP);
	memset(aps, 0, sizeof(aps));
	memset(listed, 0, sizeof(listed));
	park = make_region();
	params = (struct purgatory_params){
		.flags = PURGATORY_MAILBOX, .arrival_ms = 1000,
		.tsc_khz = TSC_KHZ,
	};
	kprk = (struct kprk_table){ .outcome = KPRK_PUBLISHED };
	journey = (struct journey){
		.params = &params, .park = park, .kprk = &kprk,
		.outcome = KPRK_PUBLISHED,
	};
	build_madt();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return munmap(park, memory_size);
}

static void assert_icr(unsigned int i, uint32_t apic_id, uint32_t command)
{
	assert_true(i < msr_count);
	assert_int_equal(msr_writes[i].msr, MSR_X2APIC + (APIC_ICR >> 4));
	assert_int_equal(msr_writes[i].value,
			 (uint64_t)apic_id << 32 | command);
}

static void xapic_leaves_out_whom_it_cannot_reach(void **state)
{
	(void)state;
	gather_find(&journey, &tables);
	assert_int_equal(journey.outcome, KPRK_UNKNOWN_CPU);
	assert_int_equal(journey.outcome_apic_id, FAR_ID);
	assert_int_equal(journey.aps, 2);
	assert_int_equal(aps[0].slot->apic_id, 7);
	assert_int_equal(aps[1].slot->apic_id, 3);
	assert_int_equal(park->warden, 3);
	gather_summon(&journey);
	assert_int_equal(journey.inits_sent, 2);
	assert_int_equal(journey.sipis_sent, 2);
	assert_int_equal(apic_page[APIC_ICR_HIGH / 4], 3 << 24);
	assert_int_equal(msr_count, 0);
}

static void x2apic_names_each_by_all_32_bits(void **state)
{
	uint32_t startup;

	(void)state;
	apic_base |= APIC_BASE_EXTD;
	startup = ICR_STARTUP | ICR_ASSERT | park->low_page_pa >> 12;
	gather_find(&journey, &tables);
	assert_int_equal(journey.outcome, KPRK_PUBLISHED);
	assert_int_equal(journey.aps, 3);
	assert_int_equal(park->warden, FAR_ID);
	gather_summon(&journey);
	assert_int_equal(msr_count, 6);
	for (uint32_t i = 0; i < 3; i++) {
		assert_icr(i, ids[i + 1], ICR_INIT | ICR_ASSERT);
		assert_icr(3 + i, ids[i + 1], startup);
	}
}

static void an_ap_without_a_slot_is_named(void **state)
{
	(void)state;
	park_slots(park)[2].apic_id = 99;
	gather_find(&journey, &tables);
	assert_int_equal(journey.outcome, KPRK_UNKNOWN_CPU);
	assert_int_equal(journey.outcome_apic_id, 3);
}

/* A slot that nobody fills would be the warden's next heir. */
static void slots_of_others_are_emptied(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < CPUS; i++)
		park_slots(park)[i].state = PARK_PARKED;
	gather_find(&journey, &tables);
	assert_int_equal(park_slots(park)[0].state, PARK_EMPTY);
	assert_int_equal(park_slots(park)[1].state, PARK_PARKED);
	assert_int_equal(park_slots(park)[3].state, PARK_EMPTY);
}

/* INIT to the BSP would restart the machine. */
static void nothing_is_sent_from_another_cpu(void **state)
{
	(void)state;
	apic_base |= APIC_BASE_EXTD;
	apic_base &= ~(uint64_t)APIC_BASE_BSP;
	gather_find(&journey, &tables);
	gather_summon(&journey);
	assert_int_equal(msr_count, 0);
	assert_int_equal(journey.inits_sent, 0);
	assert_int_equal(journey.outcome, KPRK_NOT_ON_BSP);
}

static void answer(uint32_t i)
{
	struct park_slot *slot = &park_slots(park)[i];

	slot->state = PARK_PARKED;
	slot->pong = slot->ping;
}

static void all_answer(void)
{
	for (uint32_t i = 1; i < CPUS; i++)
		answer(i);
}

static void all_but_one_answer(void)
{
	answer(1);
	answer(3);
}

static struct trampoline_args *sipi_args(void)
{
	return (struct trampoline_args *)((uint64_t)park->low_page_pa +
					  TRAMPOLINE_ARGS);
}

static void gather_all(void)
{
	apic_base |= APIC_BASE_EXTD;
	gather_find(&journey, &tables);
	gather_summon(&journey);
	assert_int_equal(park->closed, 0);
	gather_count(&journey);
	assert_int_equal(park->closed, 1);
	assert_int_equal(sipi_args()->closed, 1);
}

static void all_are_counted(void **state)
{
	(void)state;
	on_pause = all_answer;
	gather_all();
	assert_int_equal(journey.outcome, KPRK_PUBLISHED);
	assert_int_equal(journey.aps_parked, 3);
	assert_int_equal(journey.sipis_sent, 3);
}

static void one_that_never_comes_gets_a_second_sipi_and_is_named(void **state)
{
	(void)state;
	on_pause = all_but_one_answer;
	gather_all();
	assert_int_equal(journey.outcome, KPRK_AP_MISSING);
	assert_int_equal(journey.outcome_apic_id, 3);
	assert_int_equal(journey.aps_parked, 2);
	assert_int_equal(journey.inits_sent, 3);
	assert_int_equal(journey.sipis_sent, 4);
}

/* Which kernel has been offered a live region's CPUs decides whether to ask. */
static void a_region_that_offered_nothing_is_not_asked(void **state)
{
	(void)state;
	on_pause = all_answer;
	apic_base |= APIC_BASE_EXTD;
	params.flags |= PURGATORY_LIVE_REGION | PURGATORY_OWN_BOOT;
	kprk.outcome = KPRK_NOT_WANTED;
	gather_find(&journey, &tables);
	assert_int_equal(journey.aps_found, 0);
}

static void a_live_region_is_asked_and_nobody_summoned(void **state)
{
	(void)state;
	on_pause = all_answer;
	apic_base |= APIC_BASE_EXTD;
	params.flags |= PURGATORY_LIVE_REGION | PURGATORY_OWN_BOOT;
	gather_find(&journey, &tables);
	assert_int_equal(journey.aps_found, 3);
	gather_summon(&journey);
	assert_int_equal(journey.inits_sent, 0);
	assert_int_equal(journey.sipis_sent, 0);
}

/* APIC ID 3 answers this many milliseconds from now, by its own clock. */
static int64_t apart_ms;

static void all_answer_by_their_clocks(void)
{
	all_answer();
	for (uint32_t i = 1; i < CPUS; i++) {
		struct park_slot *slot = &park_slots(park)[i];
		int64_t ms = slot->apic_id == 3 ? apart_ms : 0;

		park_record(park, slot)->answered = tsc +
			(uint64_t)(ms * TSC_KHZ);
	}
}

static void gather_with_a_clock_apart(int64_t ms)
{
	apart_ms = ms;
	tsc = 60000ULL * TSC_KHZ;
	on_pause = all_answer_by_their_clocks;
	gather_all();
	assert_int_equal(journey.aps_parked, 3);
}

static void a_clock_that_is_ahead_is_named(void **state)
{
	(void)state;
	gather_with_a_clock_apart(2000);
	assert_int_equal(journey.outcome, KPRK_TSC_APART);
	assert_int_equal(journey.outcome_apic_id, 3);
}

static void a_clock_that_is_behind_is_named(void **state)
{
	(void)state;
	gather_with_a_clock_apart(-2000);
	assert_int_equal(journey.outcome, KPRK_TSC_APART);
	assert_int_equal(journey.outcome_apic_id, 3);
}

static void a_little_ahead_is_not_apart(void **state)
{
	(void)state;
	gather_with_a_clock_apart(500);
	assert_int_equal(journey.outcome, KPRK_PUBLISHED);
}

static void a_little_behind_is_not_apart(void **state)
{
	(void)state;
	gather_with_a_clock_apart(-500);
	assert_int_equal(journey.outcome, KPRK_PUBLISHED);
}

/* Without a mailbox nobody compares them. */
static void clocks_do_not_matter_to_init_and_sipi(void **state)
{
	(void)state;
	params.flags = 0;
	gather_with_a_clock_apart(2000);
	assert_int_equal(journey.outcome, KPRK_NOT_WANTED);
}

/* A quarter of --arrival-ms, 250 ms at least. */
static void a_host_that_is_slow_is_given_time(void **state)
{
	(void)state;
	params.arrival_ms = 10000;
	assert_int_equal(ping_ticks(&params), 2500ULL * TSC_KHZ);
	params.arrival_ms = 100;
	assert_int_equal(ping_ticks(&params), 250ULL * TSC_KHZ);
}

/* The park before this one, its CPUs but the boot CPU's in it, and published. */
static struct park_header *older;
static uint32_t orders, ordered[CPUS];

static void seal_older(void)
{
	older->checksum = 0;
	older->checksum = -park_header_sum(older);
}

static int setup_older(void **state)
{
	setup(state);
	older = make_region();
	older->version = PARK_ABI_OLDEST;
	seal_older();
	park_kprk(older)->outcome = KPRK_PUBLISHED;
	for (uint32_t i = 1; i < CPUS; i++)
		park_slots(older)[i].state = PARK_PARKED;
	params.flags |= PURGATORY_OWN_BOOT;
	params.map_limit = 1ULL << 32;
	params.retired_pa = (uint64_t)older;
	params.retired_size = older->size;
	apic_base |= APIC_BASE_EXTD;
	orders = 0;
	return 0;
}

static int teardown_older(void **state)
{
	munmap(older, memory_size);
	return teardown(state);
}

/* What its warden does, and each CPU that comes over. */
static void older_warden(void)
{
	struct park_mailbox *mailbox = park_mailbox(older);

	for (uint32_t i = 1; i < CPUS; i++) {
		struct park_slot *slot = &park_slots(park)[i];

		if (slot->state == PARK_PARKED)
			slot->pong = slot->ping;
		if (mailbox->command != MAILBOX_WAKEUP ||
		    mailbox->apic_id != ids[i])
			continue;
		assert_int_equal(mailbox->wakeup_vector,
				 park->reset_vector_pa);
		assert_true(orders < CPUS);
		ordered[orders++] = ids[i];
		park_slots(older)[i].state = PARK_GONE;
		slot->state = PARK_PARKED;
		mailbox->command = MAILBOX_NOOP;
	}
}

static void cpus_of_an_older_park_are_called_over(void **state)
{
	(void)state;
	on_pause = older_warden;
	gather_find(&journey, &tables);
	assert_int_equal(journey.aps_found, 3);
	assert_int_equal(orders, 3);
	assert_int_equal(ordered[2], FAR_ID);	/* the warden */
	gather_summon(&journey);
	assert_int_equal(journey.inits_sent, 0);
}

static void one_that_is_not_in_the_older_park_gets_init(void **state)
{
	(void)state;
	on_pause = older_warden;
	park_slots(older)[2].state = PARK_GONE;
	gather_find(&journey, &tables);
	assert_int_equal(journey.aps_found, 2);
	assert_int_equal(orders, 2);
	gather_summon(&journey);
	assert_int_equal(journey.inits_sent, 1);
}

static void older_warden_that_is_silent_is_not_waited_for_long(void **state)
{
	(void)state;
	gather_find(&journey, &tables);
	assert_int_equal(journey.aps_found, 0);
	assert_int_equal(park_mailbox(older)->command, MAILBOX_NOOP);
	assert_true(tsc < 600ULL * TSC_KHZ);
	gather_summon(&journey);
	assert_int_equal(journey.inits_sent, 3);
}

static void older_park_is_believed_to_the_letter(void **state)
{
	const struct park_header whole = *older;

	(void)state;
#define REFUSED(change) do { change; assert_null(older_park(&journey)); \
	*older = whole; } while (0)
#define REFUSED_SEALED(change) REFUSED(change; seal_older())
	assert_non_null(older_park(&journey));
	REFUSED(older->tsc_khz++);
	REFUSED_SEALED(older->signature++);
	REFUSED_SEALED(older->version = PARK_ABI_OLDEST - 1);
	REFUSED_SEALED(older->version = PARK_ABI_VERSION + 1);
	REFUSED_SEALED(older->base_pa += PARK_ALIGN);
	REFUSED_SEALED(older->size += 4096);
	REFUSED_SEALED(older->cpus = PARK_CPUS_MAX + 1);
	REFUSED_SEALED(older->cpus = PARK_CPUS_MAX);	/* beyond its end */
	REFUSED_SEALED(older->kprk_at = older->size);
	params.map_limit = params.retired_pa + params.retired_size - 1;
	assert_null(older_park(&journey));
	params.map_limit++;
	assert_non_null(older_park(&journey));
	params.flags |= PURGATORY_LIVE_REGION;	/* the one after it has them */
	assert_null(older_park(&journey));
	params.flags &= ~(uint32_t)(PURGATORY_LIVE_REGION | PURGATORY_OWN_BOOT);
	assert_null(older_park(&journey));
	params.flags |= PURGATORY_OWN_BOOT;
	park_kprk(older)->outcome = KPRK_NOT_WANTED;
	assert_null(older_park(&journey));
	params.retired_pa = 0;
	assert_null(older_park(&journey));
}

#define OLDER(test) \
	cmocka_unit_test_setup_teardown(test, setup_older, teardown_older)
#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(xapic_leaves_out_whom_it_cannot_reach),
		TEST(x2apic_names_each_by_all_32_bits),
		TEST(an_ap_without_a_slot_is_named),
		TEST(slots_of_others_are_emptied),
		TEST(nothing_is_sent_from_another_cpu),
		TEST(all_are_counted),
		TEST(one_that_never_comes_gets_a_second_sipi_and_is_named),
		TEST(a_region_that_offered_nothing_is_not_asked),
		TEST(a_live_region_is_asked_and_nobody_summoned),
		TEST(a_clock_that_is_ahead_is_named),
		TEST(a_clock_that_is_behind_is_named),
		TEST(a_little_ahead_is_not_apart),
		TEST(a_little_behind_is_not_apart),
		TEST(clocks_do_not_matter_to_init_and_sipi),
		TEST(a_host_that_is_slow_is_given_time),
		OLDER(cpus_of_an_older_park_are_called_over),
		OLDER(one_that_is_not_in_the_older_park_gets_init),
		OLDER(older_warden_that_is_silent_is_not_waited_for_long),
		OLDER(older_park_is_believed_to_the_letter),
	};

	return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
