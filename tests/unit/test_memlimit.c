// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_memlimit.c - what mem= and memmap= leave of a machine's memory, and
 * that nothing is free where they leave none.
 */
#include "machine.h"

#include "memlimit.h"
#include "units.h"

#define RAM	E820_RAM

/* 0..1 MiB RAM, a hole, 16 MiB..2 GiB RAM, 64 MiB reserved, 4..6 GiB RAM */
static struct memmap machine(void)
{
	struct memmap map = { 0 };

	memmap_set(&map, 0, MIB, RAM);
	memmap_set(&map, 16 * MIB, 2 * GIB, RAM);
	memmap_set(&map, 2 * GIB, 2 * GIB + 64 * MIB, E820_RESERVED);
	memmap_set(&map, 4 * GIB, 6 * GIB, RAM);
	return map;
}

static uint64_t ram_of(const struct memmap *map)
{
	uint64_t ram = 0;

	for (size_t i = 0; i < map->count; i++)
		if (map->ranges[i].type == RAM)
			ram += map->ranges[i].end - map->ranges[i].start;
	return ram;
}

/* What is RAM afterwards: so much in all, and this range of it. */
static const struct row {
	const char *cmdline;
	uint64_t ram;
	uint64_t start, end;
} rows[] = {
	{ "quiet", 4 * GIB - 15 * MIB, 4 * GIB, 6 * GIB },
	{ "mem=1G", GIB - 15 * MIB, 16 * MIB, GIB },
	{ "mem=0x40000000", GIB - 15 * MIB, 16 * MIB, GIB },
	{ "mem=1048576k", GIB - 15 * MIB, 16 * MIB, GIB },
	{ "mem=5g quiet", 3 * GIB - 15 * MIB, 4 * GIB, 5 * GIB },
	{ "mem=8G", 4 * GIB - 15 * MIB, 4 * GIB, 6 * GIB },
	{ "mem=5G mem=1G", GIB - 15 * MIB, 16 * MIB, GIB },
	{ "mem=0", 4 * GIB - 15 * MIB, 4 * GIB, 6 * GIB },
	{ "mem=nopentium", 4 * GIB - 15 * MIB, 4 * GIB, 6 * GIB },
	{ "memory=1G xmem=1G", 4 * GIB - 15 * MIB, 4 * GIB, 6 * GIB },
	{ "-- mem=1G", 4 * GIB - 15 * MIB, 4 * GIB, 6 * GIB },
	{ "memmap=1G", GIB - 15 * MIB, 16 * MIB, GIB },
	{ "memmap=256M$512M", 4 * GIB - 271 * MIB, 768 * MIB, 2 * GIB },
	{ "memmap=256M#0x20000000", 4 * GIB - 271 * MIB, 768 * MIB, 2 * GIB },
	{ "memmap=256M!512M", 4 * GIB - 271 * MIB, 768 * MIB, 2 * GIB },
	{ "memmap=256M%512M-1+2", 4 * GIB - 271 * MIB, 768 * MIB, 2 * GIB },
	{ "memmap=1G$512M,1G$5G", 2 * GIB - 15 * MIB, 4 * GIB, 5 * GIB },
	{ "memmap=1G$512M memmap=1G$5G", 2 * GIB - 15 * MIB, 4 * GIB, 5 * GIB },
	/* added where there was nothing, and not where there was something */
	{ "memmap=15M@1M", 4 * GIB, 0, 2 * GIB },
	{ "memmap=128M@2G", 4 * GIB + 49 * MIB, 2 * GIB + 64 * MIB,
	  2 * GIB + 128 * MIB },
	/* their order counts */
	{ "mem=1G memmap=1G@4G", 2 * GIB - 15 * MIB, 4 * GIB, 5 * GIB },
	{ "memmap=1G@4G mem=1G", GIB - 15 * MIB, 16 * MIB, GIB },
	{ "memmap=exactmap", 0, 0, 0 },
	{ "memmap=exactmap memmap=640K@0 memmap=63M@1M", 63 * MIB + 640 * 1024,
	  MIB, 64 * MIB },
	{ "memmap=64M@0 memmap=exactmap", 0, 0, 0 },
	{ "memmap=exactmap,1G@0,256M$512M", 768 * MIB, 768 * MIB, GIB },
	{ "memmap=1G$0xffffffffffffff00", 4 * GIB - 15 * MIB, 4 * GIB,
	  6 * GIB },
	{ "memmap=", 4 * GIB - 15 * MIB, 4 * GIB, 6 * GIB },
	{ "memmap=x\",1073741824 y\"", GIB - 15 * MIB, 16 * MIB, GIB },
	{ "memmap=$ memmap=,,", 4 * GIB - 15 * MIB, 4 * GIB, 6 * GIB },
};

static void words_are_obeyed(void **state)
{
	const struct row *row = *state;
	struct memmap map = machine();

	assert_int_equal(memlimit_apply(row->cmdline, &map), 0);
	assert_int_equal(ram_of(&map), row->ram);
	assert_true(memmap_is(&map, row->start, row->end, RAM));
	memmap_free(&map);
}

/* The reserved park region stays reserved, whatever RAM is added around. */
static void reserved_stays_reserved(void **state)
{
	struct memmap map = machine();

	(void)state;
	assert_int_equal(memlimit_apply("memmap=3G@0", &map), 0);
	assert_true(memmap_is(&map, 2 * GIB, 2 * GIB + 64 * MIB,
			      E820_RESERVED));
	assert_int_equal(memlimit_apply("mem=1G", &map), 0);
	assert_true(memmap_is(&map, 2 * GIB, 2 * GIB + 64 * MIB,
			      E820_RESERVED));
	memmap_free(&map);
}

static void free_is_what_both_have(void **state)
{
	struct memmap free = { 0 }, seen = machine();

	(void)state;
	memmap_set(&free, MIB / 2, 32 * MIB, RAM);
	memmap_set(&free, GIB, 7 * GIB, RAM);
	assert_int_equal(memmap_common_ram(&free, &seen), 0);
	assert_int_equal(ram_of(&free), MIB / 2 + 16 * MIB + GIB + 2 * GIB);
	assert_true(memmap_is(&free, MIB / 2, MIB, RAM));
	assert_true(memmap_is(&free, 16 * MIB, 32 * MIB, RAM));
	assert_true(memmap_is(&free, GIB, 2 * GIB, RAM));
	assert_true(memmap_is(&free, 4 * GIB, 6 * GIB, RAM));
	memmap_free(&free);
	memmap_free(&seen);
}

static void copy_is_its_own(void **state)
{
	struct memmap map = machine(), copy;

	(void)state;
	assert_int_equal(memmap_copy(&copy, &map), 0);
	memmap_set(&map, 0, 8 * GIB, E820_RESERVED);
	assert_int_equal(ram_of(&copy), 4 * GIB - 15 * MIB);
	memmap_free(&map);
	memmap_free(&copy);
}

#define ROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reserved_stays_reserved),
		cmocka_unit_test(free_is_what_both_have),
		cmocka_unit_test(copy_is_its_own),
	};
	struct CMUnitTest table[ROWS] = { 0 };
	int failed;

	for (size_t i = 0; i < ROWS; i++) {
		table[i].name = rows[i].cmdline;
		table[i].test_func = words_are_obeyed;
		table[i].initial_state = (void *)&rows[i];
	}
	failed = _cmocka_run_group_tests("command lines", table, ROWS, NULL,
					 NULL);
	return failed +
	       cmocka_run_group_tests_name("memlimit", tests, NULL, NULL);
}
