// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_kaslr.c - are all places equally likely? Draws 10,000 of them from a
 * fixed seed and compares with the uniform distribution by Pearson's
 * chi-squared; two pickers with a bias have to fail that.
 */
#include "machine.h"

#include "kaslr.h"
#include "place.h"
#include "random.h"
#include "units.h"

#define DRAWS	10000
#define SEED	20240229

/* A kernel of 50 MiB in four ranges, one of which is too small for it. */
static const struct place_wish wish = {
	"it", 50 * MIB, 2 * MIB, 16 * MIB, UINT64_MAX
};

static struct memmap machine(void)
{
	struct memmap map = { 0 };

	memmap_set(&map, 1 * MIB, 100 * MIB, E820_RAM);
	memmap_set(&map, 128 * MIB, 170 * MIB, E820_RAM);
	memmap_set(&map, 256 * MIB + 4096, 700 * MIB, E820_RAM);
	memmap_set(&map, 4096 * MIB, 4400 * MIB, E820_RAM);
	return map;
}

/* Places are told by index here: in order of address, from 0 on. */
#define FIRST	18u	/* 16 .. 50 MiB */
#define SECOND	197u	/* 258 .. 650 MiB */
#define THIRD	128u	/* 4096 .. 4350 MiB */
#define PLACES	(FIRST + SECOND + THIRD)
#define SLOTS_MAX 512

static uint64_t index_of(uint64_t pa)
{
	if (pa < 128 * MIB)
		return (pa - 16 * MIB) / (2 * MIB);
	if (pa < 4096 * MIB)
		return FIRST + (pa - 258 * MIB) / (2 * MIB);
	return FIRST + SECOND + (pa - 4096 * MIB) / (2 * MIB);
}

static uint64_t draw_place(void)
{
	struct room room = { .free = machine() };
	uint64_t pa;

	assert_int_equal(place_random(&room, &wish, &pa), 0);
	memmap_free(&room.free);
	assert_int_equal(pa % (2 * MIB), 0);
	return index_of(pa);
}

static uint64_t below(uint64_t limit)
{
	uint64_t number;

	assert_int_equal(random_below(limit, &number), 0);
	return number;
}

/* First one of the ranges, then a place in it: places in small ones win. */
static uint64_t draw_range_first(void)
{
	switch (below(3)) {
	case 0:
		return below(FIRST);
	case 1:
		return FIRST + below(SECOND);
	default:
		return FIRST + SECOND + below(THIRD);
	}
}

/* The rest of a division, nothing drawn again: low places win. */
static uint64_t draw_modulo(void)
{
	return below(512) % PLACES;
}

#define KERNEL_VA 0xffffffff81000000ull

static int32_t word;
static const struct image kernel = {
	.size = 50 * MIB, .link_va = KERNEL_VA, .kernel_alignment = 2 * MIB,
	.relocs = { .words = &word },
};

/* 1 GiB - 16 MiB - 50 MiB in steps of 2 MiB, and where it is. */
#define STEPS	480u

static uint64_t draw_address(void)
{
	uint64_t delta;

	assert_int_equal(kaslr_pick(&kernel, &delta), 0);
	assert_int_equal(delta % (2 * MIB), 0);
	assert_true(KERNEL_VA + delta + kernel.size <= 0xffffffffc0000000ull);
	return delta / (2 * MIB);
}

/*
 * Chi-squared with n - 1 degrees of freedom has that mean and twice that
 * variance: is this within four standard deviations? A fair picker is not in
 * about one of 10,000 seeds.
 */
static int is_uniform(const unsigned int *hits, unsigned int n)
{
	const double expected = (double)DRAWS / n;
	double sum = 0, excess;
	unsigned int i;

	for (i = 0; i < n; i++)
		sum += (hits[i] - expected) * (hits[i] - expected) / expected;
	excess = sum - (n - 1);
	print_message("chi-squared %.0f of %u places, need %u or less than "
		      "4 sigma more\n", sum, n, n - 1);
	return excess <= 0 || excess * excess <= 16.0 * 2 * (n - 1);
}

static int draws_are_uniform(uint64_t (*draw)(void), unsigned int n)
{
	unsigned int hits[SLOTS_MAX] = { 0 }, i, none = 0;

	random_seed(SEED);
	for (i = 0; i < DRAWS; i++) {
		uint64_t at = draw();

		assert_true(at < n);
		hits[at]++;
	}
	for (i = 0; i < n; i++)
		none += !hits[i];
	return is_uniform(hits, n) && !none;
}

static void physical_addresses_are_uniform(void **state)
{
	(void)state;
	assert_true(draws_are_uniform(draw_place, PLACES));
}

static void virtual_addresses_are_uniform(void **state)
{
	(void)state;
	assert_int_equal(kaslr_slots(&kernel), STEPS);
	assert_true(draws_are_uniform(draw_address, STEPS));
}

/* The test is worth something: it knows a bias when it sees one. */
static void biased_pickers_are_caught(void **state)
{
	(void)state;
	assert_false(draws_are_uniform(draw_range_first, PLACES));
	assert_false(draws_are_uniform(draw_modulo, PLACES));
}

static void what_cannot_move_has_one_address(void **state)
{
	struct image fixed = kernel;
	uint64_t delta = 1;

	(void)state;
	fixed.relocs.words = NULL;
	assert_int_equal(kaslr_slots(&fixed), 1);
	assert_int_equal(kaslr_pick(&fixed, &delta), 0);
	assert_int_equal(delta, 0);
}

/* SplitMix64 of 1234567, as in its reference implementation's users. */
static void seed_gives_known_numbers(void **state)
{
	static const uint64_t known[] = {
		6457827717110365317u, 3203168211198807973u,
		9817491932198370423u, 4593380528125082431u,
		16408922859458223821u,
	};
	size_t i;

	(void)state;
	random_seed(1234567);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_true(below(UINT64_MAX) == known[i]);
}

/* What must not be known to anybody does not come from the seed. */
static void bytes_are_not_seeded(void **state)
{
	uint8_t one[32], other[32];

	(void)state;
	random_seed(1);
	assert_int_equal(random_bytes(one, sizeof(one)), 0);
	random_seed(1);
	assert_int_equal(random_bytes(other, sizeof(other)), 0);
	assert_memory_not_equal(one, other, sizeof(one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(physical_addresses_are_uniform),
		cmocka_unit_test(virtual_addresses_are_uniform),
		cmocka_unit_test(biased_pickers_are_caught),
		cmocka_unit_test(what_cannot_move_has_one_address),
		cmocka_unit_test(seed_gives_known_numbers),
		cmocka_unit_test(bytes_are_not_seeded),
	};

	return cmocka_run_group_tests_name("kaslr", tests, NULL, NULL);
}
