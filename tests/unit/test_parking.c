// SPDX-License-Identifier: GPL-2.0-only
/* test_parking.c - which region a load uses, and what it does with old ones */
#include "machine.h"

#include "parking.h"
#include "units.h"
#include "x86.h"

#define REGION_PA	0x3fe00000ULL
#define REGION_SIZE	0x40000
#define LOW_PAGE_PA	0x9e000
#define OLD_PA		0x3f800000ULL	/* retired, or to be superseded */
#define OLD_SIZE	0x20000

static struct {
	struct kprk_table  table;
	struct kprk_record records[2];
} made;
static struct kprk kprk;
static struct memmap e820;
static struct room room;
static struct parking parking;
static uint32_t ids[] = { 0, 1 };
static const struct cpus cpus = { .apic_ids = ids, .count = 2 };

static void reserve(uint64_t start, uint64_t size)
{
	assert_int_equal(memmap_set(&e820, start, start + size,
				    E820_RESERVED), 0);
}

static void clean_up(void)
{
	parking_free(&parking);
	memmap_free(&e820);
	memmap_free(&room.free);
}

/* A machine of 1 GiB, and more above 4 GiB, after a hop with this region. */
static void start(void)
{
	clean_up();
	memset(&e820, 0, sizeof(e820));
	memset(&room.free, 0, sizeof(room.free));
	memset(&made, 0, sizeof(made));
	assert_int_equal(memmap_set(&e820, 0, 1 << 30, E820_RAM), 0);
	assert_int_equal(memmap_set(&e820, FOUR_GIB, FOUR_GIB + (1 << 30),
				    E820_RAM), 0);
	reserve(REGION_PA, REGION_SIZE);
	reserve(LOW_PAGE_PA, 0x1000);
	reserve(OLD_PA, OLD_SIZE);
	assert_int_equal(memmap_set(&room.free, 0x10000, 0x9e000, E820_RAM), 0);
	assert_int_equal(memmap_set(&room.free, 1 << 20, 0x3f000000, E820_RAM),
			 0);
	made.table.region_pa = REGION_PA;
	made.table.region_size = REGION_SIZE;
	made.table.low_page_pa = LOW_PAGE_PA;
	made.table.records = 2;
	made.table.aps = made.table.aps_parked = 1;
	made.records[1].apic_id = 1;
	kprk = (struct kprk){ .table = &made.table, .records = made.records };
}

static void plan(void)
{
	const struct parking_wish wish = {
		.tsc_khz = 1000000, .nap_us = 500, .idle = PARK_IDLE_MWAIT,
		.mwait_hint = 0x20,
	};

	kprk.region = (struct kprk_region){
		.pa = made.table.region_pa,
		.size = made.table.region_size,
		.low_page_pa = made.table.low_page_pa,
	};
	assert_int_equal(parking_plan(&kprk, &wish, &cpus, &room, &e820,
				      &parking), 0);
}

static void a_region_that_fits_is_used_again(void **state)
{
	(void)state;
	start();
	plan();
	assert_true(parking.live);
	assert_int_equal(parking.pa, REGION_PA);
	assert_int_equal(parking.low_page_pa, LOW_PAGE_PA);
	clean_up();
}

static void assert_not_live(void)
{
	plan();
	assert_false(parking.live);
	assert_non_null(parking.image);
	assert_in_range(parking.low_page_pa, 0x10000, 0x9f000);
	assert_int_equal(parking.low_page_pa % 4096, 0);
}

/* Firmware that has data below 640 KiB may not say so: rather below 512 KiB. */
static void a_sipi_page_keeps_away_from_ebdas(void **state)
{
	(void)state;
	start();
	reserve(made.table.low_page_pa = 0x1000, 0x1000);	/* not one to use again */
	plan();
	assert_int_equal(parking.low_page_pa, 0x7f000);
	clean_up();
	start();
	made.table.low_page_pa = 0x1000;
	assert_int_equal(memmap_set(&room.free, 0x10000, 0x80000, E820_RESERVED), 0);
	plan();
	assert_int_equal(parking.low_page_pa, 0x9d000);
	clean_up();
}

static void a_sipi_page_is_where_one_may_be(void **state)
{
	/* all that they name is reserved; the first wraps in 32 bits */
	static const uint32_t bad[] = {
		0xfffff000, LOW_PAGE_PA + 1, 0x1000, 0xf000, 0xa0000, 0x100000,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		start();
		reserve(bad[i], 0x2000);
		made.table.low_page_pa = bad[i];
		assert_not_live();
		assert_int_not_equal(parking.low_page_pa, bad[i]);
	}
	clean_up();
}

static void a_region_is_where_one_may_be(void **state)
{
	static const struct {
		uint64_t pa;
		uint32_t size;
	} bad[] = {
		{ REGION_PA + 0x1000, REGION_SIZE - 0x1000 },
		{ REGION_PA, REGION_SIZE - 1 },
		{ REGION_PA, REGION_SIZE + 0x1000 },	/* half in RAM */
		{ REGION_PA, 0 },
		{ 0, REGION_SIZE },
		{ FOUR_GIB, REGION_SIZE },
		{ FOUR_GIB - PARK_ALIGN, PARK_ALIGN + 0x1000 },
		{ UINT64_MAX - PARK_ALIGN + 1, PARK_ALIGN },	/* wraps */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		start();
		if (bad[i].pa != REGION_PA && bad[i].size &&
		    bad[i].pa < UINT64_MAX - PARK_ALIGN)
			reserve(bad[i].pa, bad[i].size);
		made.table.region_pa = bad[i].pa;
		made.table.region_size = bad[i].size;
		assert_not_live();
		assert_int_equal(parking.retired_size, 0);
	}
	clean_up();
}

static void retire(uint64_t pa, uint32_t size)
{
	start();
	made.table.retired_pa = pa;
	made.table.retired_size = size;
}

static void the_region_before_becomes_memory_again(void **state)
{
	(void)state;
	retire(OLD_PA, OLD_SIZE);
	plan();
	assert_true(memmap_is(&e820, OLD_PA, OLD_PA + OLD_SIZE, E820_RAM));
	assert_int_equal(parking.retired_size, 0);
	retire(OLD_PA, OLD_SIZE);
	made.table.aps_parked = 0;	/* one may still be there */
	plan();
	assert_true(memmap_is(&e820, OLD_PA, OLD_PA + OLD_SIZE,
			      E820_RESERVED));
	assert_int_equal(parking.retired_pa, OLD_PA);
	retire(OLD_PA, OLD_SIZE);
	made.table.outcome = KPRK_UNKNOWN_CPU;	/* who counts among none */
	plan();
	assert_int_equal(parking.retired_pa, OLD_PA);
	clean_up();
}

/* What the firmware has reserved, a table does not turn into RAM. */
static void nothing_else_becomes_memory(void **state)
{
	static const struct {
		uint64_t pa;
		uint32_t size;
	} bad[] = {
		{ OLD_PA + 0x10000, 0x10000 },
		{ OLD_PA, OLD_SIZE - 1 },
		{ LOW_PAGE_PA, 0x1000 },
		{ FOUR_GIB, OLD_SIZE },
		{ REGION_PA, REGION_SIZE },	/* the live one */
		{ REGION_PA - PARK_ALIGN, PARK_ALIGN + 0x1000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		retire(bad[i].pa, bad[i].size);
		reserve(bad[i].pa, bad[i].size);
		plan();
		assert_true(parking.live);
		assert_int_equal(parking.retired_size, 0);
		assert_true(memmap_is(&e820, bad[i].pa,
				      bad[i].pa + bad[i].size, E820_RESERVED));
	}
	clean_up();
}

static void a_region_that_does_not_fit_is_left_behind(void **state)
{
	(void)state;
	start();
	made.records[1].apic_id = 7;
	assert_not_live();
	assert_int_equal(parking.retired_pa, REGION_PA);
	assert_int_equal(parking.retired_size, REGION_SIZE);
	assert_int_equal(parking.low_page_pa, LOW_PAGE_PA);
	clean_up();
}

/* Of such a table only the region is known. */
static void a_region_of_another_version_is_left_behind(void **state)
{
	(void)state;
	start();
	kprk.table = NULL;
	kprk.records = NULL;
	assert_not_live();
	assert_int_equal(parking.retired_pa, REGION_PA);
	assert_int_equal(parking.retired_size, REGION_SIZE);
	assert_int_equal(parking.low_page_pa, LOW_PAGE_PA);
	assert_true(memmap_is(&e820, REGION_PA, REGION_PA + REGION_SIZE,
			      E820_RESERVED));
	clean_up();
}

/* Another loader did not carry the reservation on: it is anybody's memory. */
static void a_sipi_page_that_is_ram_is_not_used(void **state)
{
	(void)state;
	start();
	assert_int_equal(memmap_set(&e820, LOW_PAGE_PA, LOW_PAGE_PA + 0x1000,
				    E820_RAM), 0);
	assert_not_live();
	assert_int_not_equal(parking.low_page_pa, LOW_PAGE_PA);
	clean_up();
}

static void what_is_built_is_taken_and_reserved(void **state)
{
	const struct park_header *header;

	(void)state;
	start();
	made.records[1].apic_id = 7;
	plan();
	header = (const struct park_header *)parking.image;
	assert_int_equal(header->base_pa, parking.pa);
	assert_int_equal(header->low_page_pa, parking.low_page_pa);
	assert_int_equal(header->tsc_khz, 1000000);
	assert_int_equal(header->nap_us, 500);
	assert_int_equal(header->idle, PARK_IDLE_MWAIT);
	assert_int_equal(header->mwait_hint, 0x20);
	assert_true(memmap_is(&e820, parking.pa, parking.pa + parking.size,
			      E820_RESERVED));
	assert_true(memmap_is(&e820, parking.low_page_pa,
			      parking.low_page_pa + 0x1000, E820_RESERVED));
	assert_false(memmap_is(&room.free, parking.pa, parking.pa + 0x1000,
			       E820_RAM));
	clean_up();
}

/* No error: the kernel is loaded without. */
static void no_room_is_a_reason(void **state)
{
	const struct parking_wish wish = { .tsc_khz = 1000000, .nap_us = 500 };
	const struct {
		uint64_t start, end;	/* what is free */
	} too_little[] = {
		{ MIB, 0x3f000000 }, { 0x10000, 0x9e000 },
		{ 0x9f800, 2 * MIB + 0x1000 },
	};
	static const struct kprk none;

	(void)state;
	for (size_t i = 0; i < sizeof(too_little) / sizeof(*too_little); i++) {
		start();
		memmap_free(&room.free);
		assert_int_equal(memmap_set(&room.free, too_little[i].start,
					    too_little[i].end, E820_RAM), 0);
		assert_int_equal(parking_plan(&none, &wish, &cpus, &room,
					      &e820, &parking), 0);
		assert_false(parking.possible);
		assert_null(parking.image);
		assert_non_null(strstr(parking.why_not, "no room"));
	}
	clean_up();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_region_that_fits_is_used_again),
		cmocka_unit_test(a_sipi_page_keeps_away_from_ebdas),
		cmocka_unit_test(a_sipi_page_is_where_one_may_be),
		cmocka_unit_test(a_region_is_where_one_may_be),
		cmocka_unit_test(the_region_before_becomes_memory_again),
		cmocka_unit_test(nothing_else_becomes_memory),
		cmocka_unit_test(a_region_that_does_not_fit_is_left_behind),
		cmocka_unit_test(a_region_of_another_version_is_left_behind),
		cmocka_unit_test(a_sipi_page_that_is_ram_is_not_used),
		cmocka_unit_test(what_is_built_is_taken_and_reserved),
		cmocka_unit_test(no_room_is_a_reason),
	};

	return cmocka_run_group_tests_name("parking", tests, NULL, NULL);
}
