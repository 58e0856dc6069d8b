// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_memmap.c - the memory map and the places found in it. A machine's
 * files are made up below a temporary folder.
 */
#include "machine.h"

#include "memmap.h"
#include "place.h"
#include "units.h"

static void assert_range(const struct memmap *map, size_t i, uint64_t start,
			 uint64_t end, uint32_t type)
{
	assert_true(i < map->count);
	assert_int_equal(map->ranges[i].start, start);
	assert_int_equal(map->ranges[i].end, end);
	assert_int_equal(map->ranges[i].type, type);
}

static void set_splits_and_joins(void **state)
{
	struct memmap map = { 0 };

	(void)state;
	assert_int_equal(memmap_set(&map, 0, 100, E820_RAM), 0);
	assert_int_equal(memmap_set(&map, 40, 60, E820_RESERVED), 0);
	assert_int_equal(map.count, 3);
	assert_range(&map, 0, 0, 40, E820_RAM);
	assert_range(&map, 1, 40, 60, E820_RESERVED);
	assert_range(&map, 2, 60, 100, E820_RAM);
	assert_int_equal(memmap_set(&map, 40, 60, E820_RAM), 0);
	assert_int_equal(map.count, 1);
	assert_range(&map, 0, 0, 100, E820_RAM);
	memmap_free(&map);
}

static void set_fills_a_hole_and_covers_many(void **state)
{
	struct memmap map = { 0 };

	(void)state;
	memmap_set(&map, 0, 10, E820_RAM);
	memmap_set(&map, 20, 30, E820_ACPI);
	memmap_set(&map, 50, 60, E820_RAM);
	memmap_set(&map, 5, 55, E820_RESERVED);
	assert_int_equal(map.count, 3);
	assert_range(&map, 0, 0, 5, E820_RAM);
	assert_range(&map, 1, 5, 55, E820_RESERVED);
	assert_range(&map, 2, 55, 60, E820_RAM);
	assert_true(memmap_is(&map, 10, 50, E820_RESERVED));
	assert_false(memmap_is(&map, 4, 50, E820_RESERVED));
	assert_false(memmap_is(&map, 50, 61, E820_RAM));
	memmap_free(&map);
}

/* Against a plain array of types: random ranges, all must agree. */
static void set_agrees_with_an_array(void **state)
{
	uint32_t truth[64] = { 0 };
	struct memmap map = { 0 };

	(void)state;
	srand(1);
	for (int round = 0; round < 5000; round++) {
		uint64_t start = (uint64_t)rand() % 64;
		uint64_t end = start + 1 + (uint64_t)rand() % (64 - start);
		uint32_t type = 1 + (uint32_t)rand() % 3;

		assert_int_equal(memmap_set(&map, start, end, type), 0);
		for (uint64_t i = start; i < end; i++)
			truth[i] = type;
		for (size_t i = 0; i + 1 < map.count; i++)
			assert_true(map.ranges[i].end <=
				    map.ranges[i + 1].start);
		for (uint64_t i = 0; i < 64; i++)
			for (uint32_t t = 1; t <= 3; t++)
				assert_int_equal(memmap_is(&map, i, i + 1, t),
						 truth[i] == t);
	}
	memmap_free(&map);
}

static void firmware_map_is_read(void **state)
{
	struct memmap map;

	(void)state;
	machine_memmap(0, 0x0, 0x9fbff, "System RAM");
	machine_memmap(1, 0x9fc00, 0x9ffff, "Reserved");
	machine_memmap(2, 0x100000, 0x3fffffff, "System RAM");
	machine_memmap(3, 0x40000000, 0x4000ffff, "ACPI Tables");
	machine_memmap(4, 0x40010000, 0x4001ffff, "something new");
	assert_int_equal(memmap_read_firmware(machine_root(), &map), 0);
	assert_int_equal(map.count, 5);
	assert_range(&map, 2, 0x100000, 0x40000000, E820_RAM);
	assert_range(&map, 3, 0x40000000, 0x40010000, E820_ACPI);
	assert_range(&map, 4, 0x40010000, 0x40020000, E820_RESERVED);
	memmap_free(&map);
}

/* Linux counts on, and takes out what is unplugged. */
static void memory_that_was_unplugged_leaves_a_gap(void **state)
{
	struct memmap map;

	(void)state;
	machine_memmap(0, 0x0, 0x9fbff, "System RAM");
	machine_memmap(10, 0x100000, 0x3fffffff, "System RAM");
	machine_memmap(9, 0x100000000, 0x13fffffff, "System RAM");
	assert_int_equal(memmap_read_firmware(machine_root(), &map), 0);
	assert_int_equal(map.count, 3);
	assert_range(&map, 1, 0x100000, 0x40000000, E820_RAM);
	assert_range(&map, 2, 0x100000000, 0x140000000, E820_RAM);
	memmap_free(&map);
	machine_remove("/sys/firmware/memmap/9/type");
	assert_int_equal(memmap_read_firmware(machine_root(), &map), -1);
}

/* Whatever order their folder has them in. */
static void of_entries_that_overlap_the_later_counts(void **state)
{
	struct memmap map;

	(void)state;
	machine_memmap(2, 0x100000, 0x3fffffff, "System RAM");
	for (int i = 19; i > 2; i--)
		machine_memmap(i, 0x200000 + (uint64_t)i * 0x1000,
			       0x280000 - 1, i % 2 ? "Reserved" : "ACPI Tables");
	assert_int_equal(memmap_read_firmware(machine_root(), &map), 0);
	assert_int_equal(map.count, 19);
	for (size_t i = 3; i < 19; i++)
		assert_range(&map, i - 2, 0x200000 + i * 0x1000,
			     0x201000 + i * 0x1000,
			     i % 2 ? E820_RESERVED : E820_ACPI);
	memmap_free(&map);
}

static void no_firmware_map_is_one_line(void **state)
{
	struct memmap map;

	(void)state;
	assert_int_equal(memmap_read_firmware(machine_root(), &map), -1);
	assert_int_equal(map.count, 0);
}

static const char iomem[] =
	"00000000-00000fff : Reserved\n"
	"00001000-0009fbff : System RAM\n"
	"000a0000-000bffff : PCI Bus 0000:00\n"
	"00100000-3fffffff : System RAM\n"
	"  01000000-01ffffff : Kernel code\n"
	"  02000000-025fffff : Kernel rodata\n"
	"  30000000-37ffffff : Crash kernel\n"
	"40000000-40ffffff : Reserved\n"
	"100000000-13fffffff : System RAM\n";

static void kernel_and_crash_kernel_are_not_free(void **state)
{
	struct memmap map;

	(void)state;
	machine_file("/proc/iomem", iomem, strlen(iomem));
	assert_int_equal(memmap_read_free(machine_root(), &map), 0);
	assert_true(memmap_is(&map, 0x100000, 0x1000000, E820_RAM));
	assert_true(memmap_is(&map, 0x1000000, 0x2600000, E820_RESERVED));
	assert_true(memmap_is(&map, 0x2600000, 0x30000000, E820_RAM));
	assert_true(memmap_is(&map, 0x30000000, 0x38000000, E820_RESERVED));
	assert_false(memmap_is(&map, 0x40000000, 0x40001000, E820_RAM));
	assert_true(memmap_is(&map, 0x100000000, 0x140000000, E820_RAM));
	memmap_free(&map);
}

/* Not RAM of this machine, or only as long as a driver makes it so. */
static const char no_ram[] =
	"00100000-3fffffff : System RAM\n"
	"40000000-4000ffff : ACPI Tables\n"
	"40010000-4001ffff : ACPI Non-volatile Storage\n"
	"50000000-5fffffff : Persistent Memory (legacy)\n"
	"  50000000-57ffffff : namespace0.0\n"
	"100000000-13fffffff : Persistent Memory\n"
	"  110000000-13fffffff : dax0.0\n"
	"    110000000-13fffffff : System RAM (kmem)\n"
	"140000000-17fffffff : Soft Reserved\n";

static void what_is_no_ram_is_not_free(void **state)
{
	struct memmap map;
	uint64_t ram = 0;

	(void)state;
	machine_file("/proc/iomem", no_ram, strlen(no_ram));
	assert_int_equal(memmap_read_free(machine_root(), &map), 0);
	for (size_t i = 0; i < map.count; i++)
		if (map.ranges[i].type == E820_RAM)
			ram += map.ranges[i].end - map.ranges[i].start;
	assert_int_equal(ram, 0x3ff00000);
	memmap_free(&map);
}

static void iomem_without_addresses_is_refused(void **state)
{
	static const char zeroes[] = "00000000-00000000 : Reserved\n"
				     "00000000-00000000 : System RAM\n"
				     "  00000000-00000000 : Kernel code\n";
	struct memmap map;

	(void)state;
	machine_file("/proc/iomem", zeroes, strlen(zeroes));
	assert_int_equal(memmap_read_free(machine_root(), &map), -1);
}

static void highest_place_is_found_and_taken(void **state)
{
	struct room room = { 0 };
	struct place_wish wish = { "it", 3 * MIB, 2 * MIB, 0, 64 * MIB };
	uint64_t pa;

	(void)state;
	memmap_set(&room.free, 1 * MIB, 32 * MIB, E820_RAM);
	memmap_set(&room.free, 60 * MIB, 70 * MIB, E820_RAM);
	assert_int_equal(place_high(&room, &wish, &pa), 0);
	assert_int_equal(pa, 60 * MIB);
	assert_int_equal(place_high(&room, &wish, &pa), 0);
	assert_int_equal(pa, 28 * MIB);
	wish.min = 31 * MIB;
	assert_int_equal(place_high(&room, &wish, &pa), -1);
	memmap_free(&room.free);
}

static void random_places_are_all_used_and_fit(void **state)
{
	struct place_wish wish = { "it", 3 * MIB, 2 * MIB, 4 * MIB,
				   40 * MIB };
	unsigned int hits[64] = { 0 }, used = 0;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct room room = { 0 };
		uint64_t pa;

		memmap_set(&room.free, 0, 10 * MIB, E820_RAM);
		memmap_set(&room.free, 20 * MIB, 64 * MIB, E820_RAM);
		assert_int_equal(place_random(&room, &wish, &pa), 0);
		assert_int_equal(pa % (2 * MIB), 0);
		assert_true(pa >= 4 * MIB && pa + wish.size <= 40 * MIB);
		assert_true(pa + wish.size <= 10 * MIB || pa >= 20 * MIB);
		assert_true(memmap_is(&room.free, pa, pa + wish.size,
				      E820_RESERVED));
		hits[pa / MIB]++;
		memmap_free(&room.free);
	}
	for (size_t i = 0; i < 64; i++)
		used += hits[i] != 0;
	assert_int_equal(used, 2 + 9);	/* 4, 6; 20, 22 .. 36 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_splits_and_joins),
		cmocka_unit_test(set_fills_a_hole_and_covers_many),
		cmocka_unit_test(set_agrees_with_an_array),
		MACHINE_TEST(firmware_map_is_read),
		MACHINE_TEST(memory_that_was_unplugged_leaves_a_gap),
		MACHINE_TEST(of_entries_that_overlap_the_later_counts),
		MACHINE_TEST(no_firmware_map_is_one_line),
		MACHINE_TEST(kernel_and_crash_kernel_are_not_free),
		MACHINE_TEST(what_is_no_ram_is_not_free),
		MACHINE_TEST(iomem_without_addresses_is_refused),
		cmocka_unit_test(highest_place_is_found_and_taken),
		cmocka_unit_test(random_places_are_all_used_and_fit),
	};

	return cmocka_run_group_tests_name("memmap", tests, NULL, NULL);
}
