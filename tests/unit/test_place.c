// SPDX-License-Identifier: GPL-2.0-only
/* test_place.c - what is said where something does not fit, with figures. */
#define _GNU_SOURCE 1	/* memfd_create */
#include "machine.h"

#include "capture.h"
#include "place.h"
#include "units.h"

#define KIB	1024ULL

/* 639 KiB, 63 MiB, of which the running kernel has 20 MiB, and 8 MiB. */
static struct memmap small_machine(void)
{
	struct memmap map = { 0 };

	memmap_set(&map, 0, 639 * KIB, E820_RAM);
	memmap_set(&map, MIB, 64 * MIB, E820_RAM);
	memmap_set(&map, 16 * MIB, 36 * MIB, E820_RESERVED);
	memmap_set(&map, 64 * MIB, 65 * MIB, E820_ACPI);
	memmap_set(&map, 80 * MIB, 88 * MIB, E820_RAM);
	return map;
}

typedef int placer(struct room *room, const struct place_wish *wish,
		   uint64_t *pa);

/* Refused with this line behind "load: ", and nothing is taken. */
static void refused(placer *place, const struct place_wish *wish,
		    const char *line)
{
	struct room room = { .free = small_machine() };
	struct memmap before = small_machine();
	struct capture log;
	uint64_t pa;
	int ret;

	capture_begin(&log);
	ret = place(&room, wish, &pa);
	capture_end(&log);
	assert_int_equal(ret, -1);
	assert_non_null(strstr(log.text, ": load: "));
	assert_string_equal(strstr(log.text, ": load: ") + 8, line);
	assert_int_equal(room.free.count, before.count);
	assert_memory_equal(room.free.ranges, before.ranges,
			    before.count * sizeof(*before.ranges));
	memmap_free(&room.free);
	memmap_free(&before);
}

static void kernel_does_not_fit(void **state)
{
	const struct place_wish wish = { "/boot/vmlinuz", 50 * MIB, 2 * MIB,
					 16 * MIB, UINT64_MAX };
	static const char line[] =
		"/boot/vmlinuz: 51200 KiB do not fit between 0x1000000 and "
		"0x5800000: 22528 KiB are missing (largest free range 28672 "
		"KiB at 0x2400000)\n";

	(void)state;
	refused(place_high, &wish, line);
	refused(place_random, &wish, line);
}

/* What is lost to alignment is missing too. */
static void alignment_counts(void **state)
{
	const struct place_wish wish = { "it", 28 * MIB, 16 * MIB, 16 * MIB,
					 UINT64_MAX };

	(void)state;
	refused(place_high, &wish, "it: 28672 KiB do not fit between 0x1000000 "
		"and 0x5800000: 12288 KiB are missing (largest free range "
		"16384 KiB at 0x3000000)\n");
}

/* Below its limit there may be no memory at all. */
static void limit_counts(void **state)
{
	const struct place_wish wish = { "initrd.img", 1 * MIB, 4 * KIB,
					 65 * MIB, 80 * MIB };

	(void)state;
	refused(place_high, &wish, "initrd.img: 1024 KiB do not fit between "
		"0x4100000 and 0x5000000: 1024 KiB are missing (largest free "
		"range 0 KiB at 0x0)\n");
}

static void one_place_is_not_free(void **state)
{
	const struct place_wish kernel = { "vmlinuz", 10 * MIB, 4 * KIB,
					   30 * MIB, UINT64_MAX };
	const struct place_wish nowhere = { "x", 8 * KIB, 4 * KIB,
					    UINT64_MAX - 4095, UINT64_MAX };

	(void)state;
	refused(place_fixed, &kernel, "vmlinuz: not relocatable, need 0x1e00000 "
		"to 0x2800000: 6144 of these 10240 KiB are not free\n");
	refused(place_fixed, &nowhere, "x: not relocatable, need "
		"0xfffffffffffff000 to 0x1000: 8 of these 8 KiB are not free\n");
}

static void one_place_is_free(void **state)
{
	const struct place_wish wish = { "it", 430 * KIB, 4 * KIB, MIB,
					 UINT64_MAX };
	struct room room = { .free = small_machine() };
	uint64_t pa;

	(void)state;
	assert_int_equal(place_fixed(&room, &wish, &pa), 0);
	assert_int_equal(pa, MIB);
	assert_true(memmap_is(&room.free, MIB, MIB + 430 * KIB, E820_RESERVED));
	assert_int_equal(place_fixed(&room, &wish, &pa), -1);
	memmap_free(&room.free);
}

/* A wish beyond all memory must not come round to its start. */
static void beyond_all_memory(void **state)
{
	const struct place_wish wish = { "it", MIB, 1ULL << 40,
					 UINT64_MAX - 100, UINT64_MAX };
	struct room room = { .free = small_machine() };
	uint64_t pa;

	(void)state;
	assert_int_equal(place_high(&room, &wish, &pa), -1);
	assert_int_equal(place_random(&room, &wish, &pa), -1);
	memmap_free(&room.free);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel_does_not_fit),
		cmocka_unit_test(alignment_counts),
		cmocka_unit_test(limit_counts),
		cmocka_unit_test(one_place_is_not_free),
		cmocka_unit_test(one_place_is_free),
		cmocka_unit_test(beyond_all_memory),
	};

	return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
