// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory.c - the E820 map, a list of what is taken, and the identity map.
 */
#include "memory.h"

#include <string.h>

#include "bootparams.h"
#include "console.h"
#include "cpuid.h"
#include "units.h"
#include "x86.h"

#define RANGES_MAX	(E820_MAX + 16)
#define TAKEN_MAX	64
#define PLAIN_GIBS	16	/* mapped where there are no 1 GiB pages */
#define HUGE_GIBS	512	/* .. and where there are */
#define FNV_START	0xcbf29ce484222325ULL
#define FNV_PRIME	0x100000001b3ULL

/* "The Linux/x86 Boot Protocol", struct setup_data */
#define SETUP_E820_EXT		1
#define SETUP_DATA_MAX		32		/* nodes: it may be a circle */

struct e820_entry {
	uint64_t pa;
	uint64_t size;
	uint32_t type;
} __attribute__((packed));
_Static_assert(sizeof(struct e820_entry) == E820_ENTRY_SIZE, "E820 entry");

struct range {
	uint64_t start, end;
	uint32_t type;
};

static struct range ranges[RANGES_MAX];
static uint32_t range_count;
static struct range taken[TAKEN_MAX];
static uint32_t taken_count;
/* idmap.h: PML5, PML4, PDPT, then page directories */
static uint64_t tables[(3 + PLAIN_GIBS) * PAGE / 8]
	__attribute__((section(".noinit"), aligned(4096)));

uint64_t kernel_root, memory_limit, memory_map_sum;

extern const uint8_t kernel_start[], kernel_end[];

static void add_range(uint64_t start, uint64_t end, uint32_t type)
{
	if (range_count == RANGES_MAX || start >= end)
		return;
	ranges[range_count++] = (struct range){ start, end, type };
}

static void mark_taken(uint64_t pa, uint64_t size)
{
	if (taken_count == TAKEN_MAX)
		die("memory: more than %u pieces taken", TAKEN_MAX);
	taken[taken_count++] = (struct range){
		pa & -PAGE, (pa + size + PAGE - 1) & -PAGE, 0
	};
}

static void read_entries(const struct e820_entry *entry, uint32_t count)
{
	for (; count; count--, entry++)
		add_range(entry->pa, entry->pa + entry->size, entry->type);
}

/* More than 128 entries come in a list behind boot_params. */
static void read_setup_data(uint64_t pa)
{
	for (int i = 0; pa && i < SETUP_DATA_MAX; i++) {
		const uint8_t *node = (const uint8_t *)pa;
		uint32_t type = zp_u32(node, 8), size = zp_u32(node, 12);

		if (type == SETUP_E820_EXT)
			read_entries((const void *)(node + 16),
				     size / E820_ENTRY_SIZE);
		pa = zp_u64(node, 0);
	}
}

/* FNV-1a, by words */
static uint64_t sum_of_ranges(void)
{
	uint64_t sum = FNV_START;

	for (uint32_t i = 0; i < range_count; i++) {
		sum = (sum ^ ranges[i].start) * FNV_PRIME;
		sum = (sum ^ ranges[i].end) * FNV_PRIME;
		sum = (sum ^ ranges[i].type) * FNV_PRIME;
	}
	return sum;
}

void memory_init(const uint8_t *boot_params)
{
	const struct e820_entry *entries =
		(const void *)(boot_params + ZP_E820);

	read_entries(entries, boot_params[ZP_E820_COUNT]);
	read_setup_data(zp_u64(boot_params, ZP_SETUP_DATA));
	memory_map_sum = sum_of_ranges();
	mark_taken((uint64_t)kernel_start,
		   (uint64_t)(kernel_end - kernel_start));
	mark_taken((uint64_t)boot_params, BOOT_PARAMS_SIZE);
	mark_taken(0, 0x10000);		/* the BIOS data area and its kin */
}

static bool has_gib_pages(void)
{
	return cpuid(CPUID_EXTENDED, 0).d & CPUID_EXTENDED_GIB_PAGES;
}

struct idmap memory_idmap(void)
{
	bool gib_pages = has_gib_pages();

	return (struct idmap){
		.limit = (gib_pages ? HUGE_GIBS : PLAIN_GIBS) * GIB,
		.gib_pages = gib_pages,
	};
}

/* The image itself may lie above what is mapped: then there is no going on. */
void memory_map(void)
{
	struct idmap map = memory_idmap();
	uint64_t cr4;

	if ((uint64_t)kernel_end > map.limit)
		die("loaded at 0x%lx, need below 0x%lx",
		    (uint64_t)kernel_start, map.limit);
	idmap_build(&map, tables, (uint64_t)tables);
	memory_limit = map.limit;
	__asm__("mov %%cr4, %0" : "=r"(cr4));
	kernel_root = (uint64_t)tables + (cr4 & CR4_LA57 ? 0 : PAGE);
	__asm__ volatile("mov %0, %%cr3" : : "r"(kernel_root) : "memory");
}

/* The first range of a list that meets [start, end), or NULL. */
static const struct range *meets(const struct range *list, uint32_t count,
				 uint64_t start, uint64_t end)
{
	for (uint32_t i = 0; i < count; i++)
		if (list[i].start < end && start < list[i].end)
			return &list[i];
	return NULL;
}

/* What is in the way of [start, end): taken, or listed as not RAM. */
static const struct range *in_the_way(uint64_t start, uint64_t end)
{
	const struct range *found = meets(taken, taken_count, start, end);

	for (uint32_t i = 0; !found && i < range_count; i++)
		if (ranges[i].type != E820_RAM)
			found = meets(&ranges[i], 1, start, end);
	return found;
}

static uint64_t take_within(const struct range *ram, uint64_t size,
			    uint64_t align, uint64_t min, uint64_t max)
{
	uint64_t at = ram->start > min ? ram->start : min;
	uint64_t end = ram->end < max ? ram->end : max;
	const struct range *obstacle;

	for (at = (at + align - 1) & -align; at + size <= end;
	     at = (obstacle->end + align - 1) & -align) {
		obstacle = in_the_way(at, at + size);
		if (!obstacle)
			return at;
	}
	return 0;
}

uint64_t memory_take(uint64_t size, uint64_t align, uint64_t min,
		     uint64_t max)
{
	uint64_t at = 0;

	if (max > memory_limit)
		max = memory_limit;
	size = (size + PAGE - 1) & -PAGE;
	for (uint32_t i = 0; !at && i < range_count; i++)
		if (ranges[i].type == E820_RAM)
			at = take_within(&ranges[i], size, align, min, max);
	if (!at)
		return 0;
	mark_taken(at, size);
	memset((void *)at, 0, size);
	return at;
}

bool memory_is_reserved(uint64_t pa, uint64_t size)
{
	if (pa + size < pa || pa + size > memory_limit)
		return false;
	for (uint32_t i = 0; i < range_count; i++)
		if (ranges[i].type != E820_RAM &&
		    meets(&ranges[i], 1, pa, pa + 1) &&
		    meets(&ranges[i], 1, pa + size - 1, pa + size))
			return true;
	return !meets(ranges, range_count, pa, pa + size);
}

/* The first page of this range at or above `at` that nobody has, or 0. */
static uint64_t next_free(const struct range *range, uint64_t at)
{
	return range->type == E820_RAM ?
	       take_within(range, PAGE, PAGE, at, memory_limit) : 0;
}

uint64_t memory_poison(uint8_t pattern)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < range_count; i++)
		for (uint64_t at = 0; (at = next_free(&ranges[i], at));
		     at += PAGE) {
			memset((void *)at, pattern, PAGE);
			bytes += PAGE;
		}
	return bytes;
}

uint64_t memory_changed(uint8_t pattern)
{
	uint64_t word = pattern * 0x0101010101010101ULL;

	for (uint32_t i = 0; i < range_count; i++)
		for (uint64_t at = 0; (at = next_free(&ranges[i], at));
		     at += PAGE)
			for (uint64_t pa = at; pa < at + PAGE; pa += 8)
				if (*(const volatile uint64_t *)pa != word)
					return pa;
	return 0;
}

void memory_reserve_for_next(uint64_t pa, uint64_t size)
{
	add_range(pa, pa + size, E820_RESERVED);
}

static uint8_t write_entry(struct e820_entry *entry, uint8_t count,
			   uint64_t start, uint64_t end, uint32_t type)
{
	if (count == E820_MAX || start >= end)
		return count;
	entry[count] = (struct e820_entry){ start, end - start, type };
	return (uint8_t)(count + 1);
}

/* The first reservation that lies in this RAM, at or above `at`. */
static const struct range *next_hole(const struct range *ram, uint64_t at)
{
	const struct range *found = NULL;

	for (uint32_t i = 0; i < range_count; i++)
		if (ranges[i].type != E820_RAM && ranges[i].end > at &&
		    ranges[i].start < ram->end &&
		    (!found || ranges[i].start < found->start))
			found = &ranges[i];
	return found;
}

/* A kernel must not see a range twice: RAM is cut where it is reserved. */
void memory_write_map(uint8_t *boot_params)
{
	struct e820_entry *entry = (void *)(boot_params + ZP_E820);
	const struct range *hole;
	uint8_t count = 0;

	for (uint32_t i = 0; i < range_count; i++) {
		const struct range *range = &ranges[i];
		uint64_t at = range->start;

		while (range->type == E820_RAM &&
		       (hole = next_hole(range, at))) {
			count = write_entry(entry, count, at, hole->start,
					    E820_RAM);
			at = hole->end;
		}
		count = write_entry(entry, count, at, range->end, range->type);
	}
	boot_params[ZP_E820_COUNT] = count;
}
