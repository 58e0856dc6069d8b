/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memmap.h - physical memory: what it is (the firmware's e820 map), and what
 * of it is free for a kexec segment. Addresses are physical, `end` is the
 * first one behind.
 */
#ifndef KPARK_MEMMAP_H
#define KPARK_MEMMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* e820 types; ACPI 6.6, section 15 "System Address Map Interfaces" */
#define E820_RAM		1
#define E820_RESERVED		2
#define E820_ACPI		3
#define E820_NVS		4
#define E820_UNUSABLE		5
#define E820_PMEM		7
#define E820_LEGACY_PMEM	12
#define E820_SOFT_RESERVED	0xefffffff

struct range {
	uint64_t start;
	uint64_t end;
	uint32_t type;
};

/* Sorted by start, without overlaps. Starts zeroed; memmap_free accepts that. */
struct memmap {
	struct range *ranges;
	size_t        count;
};

/*
 * Gives [start, end) the type, whatever it was; splits and joins ranges. A
 * hole is filled too. 0, or -1 without memory.
 */
int memmap_set(struct memmap *map, uint64_t start, uint64_t end,
	       uint32_t type);
/* Gives all that has one type the other; joins ranges. Was there any? */
bool memmap_retype(struct memmap *map, uint32_t from, uint32_t to);
/* Is all of [start, end) of this type? */
bool memmap_is(const struct memmap *map, uint64_t start, uint64_t end,
	       uint32_t type);
void memmap_free(struct memmap *map);
/* *copy is to be freed, whatever was in it is not. 0, or -1 without memory. */
int memmap_copy(struct memmap *copy, const struct memmap *map);
/* Takes out of map what is not RAM in both. 0, or -1 without memory. */
int memmap_common_ram(struct memmap *map, const struct memmap *other);

/*
 * What the next kernel's e820 is made from: the firmware's map as the running
 * kernel exports it, park region and all. `root` is "" but in tests.
 * 0, or -1 after one line on stderr.
 */
int memmap_read_firmware(const char *root, struct memmap *map);
/* The same without a word: NULL, or why there is none. */
const char *memmap_find_firmware(const char *root, struct memmap *map);
/* May the firmware have a table at [pa, pa + size)? Not in RAM or a hole. */
bool memmap_is_firmware(const struct memmap *map, uint64_t pa, uint64_t size);

/*
 * RAM a segment may go to: System RAM but for what the running kernel's image
 * and the firmware hold in it. 0, or -1 after one line on stderr.
 */
int memmap_read_free(const char *root, struct memmap *map);

#endif
