// SPDX-License-Identifier: GPL-2.0-only
/* test_early.c - nothing goes over what the running kernel took at its start */
#include "machine.h"

#include "early.h"
#include "place.h"
#include "units.h"

#define RESERVED	(1ULL << 32)
#define OTHER		(1ULL << 26 | 1ULL << 33)	/* page table, mlocked */

static char path[256];

/* The first 64 MiB of a machine. */
static uint64_t pages[64 * MIB / PAGE];

static void write_flags(void)
{
	machine_file("/proc/kpageflags", pages, sizeof(pages));
	snprintf(path, sizeof(path), "%s/proc/kpageflags", machine_root());
}

static void no_flags(void)
{
	memset(pages, 0, sizeof(pages));
	write_flags();
}

static void flag(uint64_t start, uint64_t end, uint64_t flags)
{
	for (uint64_t page = start / PAGE; page < end / PAGE; page++)
		pages[page] = flags;
	write_flags();
}

static struct room room_of(uint64_t start, uint64_t end)
{
	struct room room = { .kpageflags = path };

	assert_int_equal(memmap_set(&room.free, start, end, E820_RAM), 0);
	return room;
}

static uint64_t highest(struct room *room, uint64_t size)
{
	const struct place_wish wish = { "it", size, PAGE, 0, UINT64_MAX };
	uint64_t pa;

	assert_int_equal(place_high(room, &wish, &pa), 0);
	assert_true(memmap_is(&room->free, pa, pa + size, E820_RESERVED));
	return pa;
}

static void the_highest_place_is_beside_them(void **state)
{
	struct room room = room_of(2 * MIB, 64 * MIB);

	(void)state;
	no_flags();
	flag(60 * MIB, 61 * MIB, RESERVED | OTHER);
	flag(40 * MIB, 52 * MIB, RESERVED);
	flag(30 * MIB, 31 * MIB, OTHER);
	assert_int_equal(highest(&room, 3 * MIB), 61 * MIB);
	assert_int_equal(highest(&room, 8 * MIB), 52 * MIB);
	assert_int_equal(highest(&room, 8 * MIB), 32 * MIB);
	assert_int_equal(highest(&room, 8 * MIB), 24 * MIB);
	assert_false(room.over_early);
	memmap_free(&room.free);
}

/* A page in the midst, at either end, and one below, which is none of ours. */
static void one_page_is_enough(void **state)
{
	static const struct {
		uint64_t early, pa;
	} cases[] = {
		{ 60 * MIB, 52 * MIB },
		{ 64 * MIB - PAGE, 56 * MIB - PAGE },
		{ 56 * MIB, 48 * MIB },
		{ 56 * MIB - PAGE, 56 * MIB },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct room room = room_of(2 * MIB, 64 * MIB);

		no_flags();
		flag(cases[i].early, cases[i].early + PAGE, RESERVED);
		assert_int_equal(highest(&room, 8 * MIB), cases[i].pa);
		memmap_free(&room.free);
	}
}

/* All that is directly below goes with it, but nothing that is not free. */
static void a_run_ends_with_its_range(void **state)
{
	struct room room = room_of(20 * MIB + 0x80, 64 * MIB);

	(void)state;
	no_flags();
	flag(10 * MIB, 60 * MIB, RESERVED);
	assert_int_equal(memmap_set(&room.free, 2 * MIB, 8 * MIB, E820_RAM), 0);
	assert_int_equal(early_mark(path, &room.free, 50 * MIB, 64 * MIB), 1);
	assert_true(memmap_is(&room.free, 20 * MIB + PAGE, 60 * MIB,
			      E820_EARLY));
	assert_true(memmap_is(&room.free, 20 * MIB + 0x80, 20 * MIB + PAGE,
			      E820_RAM));
	assert_true(memmap_is(&room.free, 60 * MIB, 64 * MIB, E820_RAM));
	assert_int_equal(early_mark(path, &room.free, 60 * MIB, 64 * MIB), 0);
	assert_int_equal(highest(&room, 6 * MIB), 2 * MIB);
	assert_true(memmap_retype(&room.free, E820_EARLY, E820_RAM));
	assert_true(memmap_is(&room.free, 20 * MIB + 0x80, 64 * MIB, E820_RAM));
	assert_int_equal(room.free.count, 2);
	assert_false(memmap_retype(&room.free, E820_EARLY, E820_RAM));
	memmap_free(&room.free);
}

static void rather_over_them_than_nowhere(void **state)
{
	const struct place_wish large = { "it", 63 * MIB, PAGE, 0, UINT64_MAX };
	struct room room = room_of(2 * MIB, 64 * MIB);
	uint64_t pa;

	(void)state;
	no_flags();
	flag(2 * MIB, 63 * MIB, RESERVED);
	assert_int_equal(highest(&room, MIB), 63 * MIB);
	assert_false(room.over_early);
	assert_int_equal(place_if_room(&room, &large, &pa), 1);
	assert_false(room.over_early);
	assert_int_equal(highest(&room, 8 * MIB), 2 * MIB);
	assert_true(room.over_early);
	memmap_free(&room.free);
}

static void a_kernel_that_is_fixed_says_so(void **state)
{
	const struct place_wish wish = { "it", MIB, PAGE, 16 * MIB, UINT64_MAX };
	uint64_t pa;

	(void)state;
	for (int early = 0; early < 2; early++) {
		struct room room = room_of(2 * MIB, 64 * MIB);

		no_flags();
		flag(17 * MIB - early * PAGE, 18 * MIB, RESERVED);
		assert_int_equal(place_fixed(&room, &wish, &pa), 0);
		assert_int_equal(room.over_early, early);
		memmap_free(&room.free);
	}
}

/* Where there are as many as in a machine's lower half, all others are drawn. */
static void places_at_random_are_beside_them(void **state)
{
	const struct place_wish wish = { "it", 4 * MIB, 2 * MIB, 0, UINT64_MAX };
	uint64_t seen = 0, pa;

	(void)state;
	no_flags();
	flag(2 * MIB, 32 * MIB, RESERVED);
	flag(49 * MIB, 49 * MIB + PAGE, RESERVED);
	for (int i = 0; i < 1000; i++) {
		struct room room = room_of(2 * MIB, 64 * MIB);

		assert_int_equal(place_random(&room, &wish, &pa), 0);
		assert_false(room.over_early);
		seen |= 1ULL << pa / MIB;
		memmap_free(&room.free);
	}
	/* 32, 34 .. 44; 50 .. 60 */
	assert_int_equal(seen, 0x1554155500000000);
}

/* Linux takes all of the first MiB. */
static void the_first_mib_is_left_out(void **state)
{
	struct room room = room_of(0x10000, 640 * 1024);

	(void)state;
	no_flags();
	flag(0, MIB, RESERVED);
	assert_int_equal(highest(&room, PAGE), 640 * 1024 - PAGE);
	assert_false(room.over_early);
	memmap_free(&room.free);
}

static void a_kernel_that_does_not_tell(void **state)
{
	struct room room = room_of(2 * MIB, 64 * MIB);

	(void)state;
	snprintf(path, sizeof(path), "%s/no/such/file", machine_root());
	assert_int_equal(highest(&room, MIB), 63 * MIB);
	room.kpageflags = NULL;
	assert_int_equal(highest(&room, MIB), 62 * MIB);
	machine_file("/short", "1234567", 7);
	snprintf(path, sizeof(path), "%s/short", machine_root());
	room.kpageflags = path;
	assert_int_equal(highest(&room, MIB), 61 * MIB);
	memmap_free(&room.free);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_highest_place_is_beside_them),
		cmocka_unit_test(one_page_is_enough),
		cmocka_unit_test(a_run_ends_with_its_range),
		cmocka_unit_test(rather_over_them_than_nowhere),
		cmocka_unit_test(a_kernel_that_is_fixed_says_so),
		cmocka_unit_test(places_at_random_are_beside_them),
		cmocka_unit_test(the_first_mib_is_left_out),
		cmocka_unit_test(a_kernel_that_does_not_tell),
	};

	return cmocka_run_group_tests_name("early", tests, machine_setup,
					   machine_teardown);
}
