// SPDX-License-Identifier: GPL-2.0-only
/*
 * place.c - finds room in physical memory for what is to be loaded.
 */
#include "place.h"

#include <err.h>
#include <inttypes.h>

#include "random.h"

/* The part of a range that a wish may use, as its slots. */
struct slots {
	uint64_t first;		/* lowest possible place */
	uint64_t count;
};

static struct slots slots_in(const struct range *range,
			     const struct place_wish *wish)
{
	uint64_t start = range->start > wish->min ? range->start : wish->min;
	uint64_t end = range->end < wish->max ? range->end : wish->max;
	struct slots slots = { 0 };

	start = (start + wish->align - 1) & -wish->align;
	if (range->type != E820_RAM || end < start ||
	    end - start < wish->size)
		return slots;
	slots.first = start;
	slots.count = (end - start - wish->size) / wish->align + 1;
	return slots;
}

static int no_room(const struct memmap *free, const struct place_wish *wish)
{
	uint64_t largest = 0, at = 0;

	for (size_t i = 0; i < free->count; i++) {
		struct place_wish page = *wish;
		struct slots slots;

		page.size = 4096;
		page.align = 4096;
		slots = slots_in(&free->ranges[i], &page);
		if (slots.count * page.align > largest) {
			largest = slots.count * page.align;
			at = slots.first;
		}
	}
	warnx("load: %s: %" PRIu64 " KiB do not fit between 0x%" PRIx64
	      " and 0x%" PRIx64 " (largest free range %" PRIu64
	      " KiB at 0x%" PRIx64 ")", wish->what, (wish->size + 1023) / 1024,
	      wish->min, wish->max, largest / 1024, at);
	return -1;
}

int place_high(struct memmap *free, const struct place_wish *wish,
	       uint64_t *pa)
{
	for (size_t i = free->count; i-- > 0;) {
		struct slots slots = slots_in(&free->ranges[i], wish);

		if (!slots.count)
			continue;
		*pa = slots.first + (slots.count - 1) * wish->align;
		return memmap_set(free, *pa, *pa + wish->size, E820_RESERVED);
	}
	return no_room(free, wish);
}

int place_random(struct memmap *free, const struct place_wish *wish,
		 uint64_t *pa)
{
	uint64_t total = 0, pick;
	struct slots slots;

	for (size_t i = 0; i < free->count; i++)
		total += slots_in(&free->ranges[i], wish).count;
	if (!total)
		return no_room(free, wish);
	if (random_below(total, &pick))
		return -1;
	for (size_t i = 0;; i++) {
		slots = slots_in(&free->ranges[i], wish);
		if (pick < slots.count)
			break;
		pick -= slots.count;
	}
	*pa = slots.first + pick * wish->align;
	return memmap_set(free, *pa, *pa + wish->size, E820_RESERVED);
}
