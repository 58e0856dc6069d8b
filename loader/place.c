// SPDX-License-Identifier: GPL-2.0-only
/*
 * place.c - finds room in physical memory for what is to be loaded.
 */
#include "place.h"

#include <err.h>
#include <inttypes.h>

#include "random.h"
#include "units.h"

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

	if (range->type != E820_RAM || end <= start)
		return slots;
	start = (start + wish->align - 1) & -wish->align;
	if (end < start || end - start < wish->size)
		return slots;
	slots.first = start;
	slots.count = (end - start - wish->size) / wish->align + 1;
	return slots;
}

/* Of a range, what there is of it for this wish, from an aligned start on. */
static uint64_t room_in(const struct range *range,
			const struct place_wish *wish, uint64_t *start)
{
	struct place_wish page = *wish;
	struct slots slots;

	page.size = PAGE;
	slots = slots_in(range, &page);
	if (!slots.count)
		return 0;
	*start = slots.first;
	return (range->end < wish->max ? range->end : wish->max) - slots.first;
}

static int no_room(const struct memmap *free, const struct place_wish *wish)
{
	uint64_t largest = 0, at = 0, max = 0;

	for (size_t i = 0; i < free->count; i++) {
		uint64_t start, room = room_in(&free->ranges[i], wish, &start);

		if (room > largest) {
			largest = room;
			at = start;
		}
		if (free->ranges[i].type == E820_RAM)
			max = free->ranges[i].end;
	}
	if (max > wish->max)
		max = wish->max;
	warnx("load: %s: %" PRIu64 " KiB do not fit between 0x%" PRIx64
	      " and 0x%" PRIx64 ": %" PRIu64 " KiB are missing (largest free"
	      " range %" PRIu64 " KiB at 0x%" PRIx64 ")", wish->what,
	      (wish->size + 1023) / 1024, wish->min, max,
	      (wish->size - largest + 1023) / 1024, largest / 1024, at);
	return -1;
}

int place_fixed(struct room *room, const struct place_wish *wish, uint64_t *pa)
{
	uint64_t end = wish->min + wish->size, taken = 0;
	int early;

	memmap_retype(&room->free, E820_EARLY, E820_RAM);
	if (end < wish->min)
		taken = wish->size / PAGE;
	for (uint64_t page = wish->min; page < end; page += PAGE)
		taken += !memmap_is(&room->free, page, page + PAGE, E820_RAM);
	*pa = wish->min;
	if (taken) {
		warnx("load: %s: not relocatable, need 0x%" PRIx64 " to 0x%"
		      PRIx64 ": %" PRIu64 " of these %" PRIu64
		      " KiB are not free", wish->what, wish->min, end,
		      taken * PAGE / 1024, wish->size / 1024);
		return -1;
	}
	early = early_mark(room->kpageflags, &room->free, *pa, end);
	if (early < 0)
		return -1;
	room->over_early |= early;
	return memmap_set(&room->free, *pa, end, E820_RESERVED);
}

/* Finds a place, takes nothing. 0, 1: there is none, -1 after one line. */
typedef int picker(const struct memmap *free, const struct place_wish *wish,
		   uint64_t *pa);

static int pick_high(const struct memmap *free, const struct place_wish *wish,
		     uint64_t *pa)
{
	for (size_t i = free->count; i-- > 0;) {
		struct slots slots = slots_in(&free->ranges[i], wish);

		if (!slots.count)
			continue;
		*pa = slots.first + (slots.count - 1) * wish->align;
		return 0;
	}
	return 1;
}

static int pick_low(const struct memmap *free, const struct place_wish *wish,
		    uint64_t *pa)
{
	for (size_t i = 0; i < free->count; i++) {
		struct slots slots = slots_in(&free->ranges[i], wish);

		*pa = slots.first;
		if (slots.count)
			return 0;
	}
	return 1;
}

static int pick_random(const struct memmap *free, const struct place_wish *wish,
		       uint64_t *pa)
{
	uint64_t total = 0, pick;
	struct slots slots;

	for (size_t i = 0; i < free->count; i++)
		total += slots_in(&free->ranges[i], wish).count;
	if (!total)
		return 1;
	if (random_below(total, &pick))
		return -1;
	for (size_t i = 0;; i++) {
		slots = slots_in(&free->ranges[i], wish);
		if (pick < slots.count)
			break;
		pick -= slots.count;
	}
	*pa = slots.first + pick * wish->align;
	return 0;
}

/* Each place that will not do leaves fewer to pick from. As a picker. */
static int pick_beside_early(struct room *room, picker *pick,
			     const struct place_wish *wish, uint64_t *pa)
{
	int ret, early;

	do {
		ret = pick(&room->free, wish, pa);
		if (ret)
			return ret;
		early = early_mark(room->kpageflags, &room->free, *pa,
				   *pa + wish->size);
	} while (early > 0);
	return early;
}

/* Rather there than nowhere. As a picker. */
static int pick_over_early(struct room *room, picker *pick,
			   const struct place_wish *wish, uint64_t *pa)
{
	int ret = 1;

	if (memmap_retype(&room->free, E820_EARLY, E820_RAM))
		ret = pick(&room->free, wish, pa);
	room->over_early |= !ret;
	return ret;
}

static int take(struct room *room, picker *beside, picker *over,
		const struct place_wish *wish, uint64_t *pa)
{
	int ret = pick_beside_early(room, beside, wish, pa);

	if (ret > 0)
		ret = pick_over_early(room, over, wish, pa);
	if (ret)
		return ret;
	return memmap_set(&room->free, *pa, *pa + wish->size, E820_RESERVED);
}

int place_if_room(struct room *room, const struct place_wish *wish,
		  uint64_t *pa)
{
	return take(room, pick_high, pick_low, wish, pa);
}

int place_high(struct room *room, const struct place_wish *wish, uint64_t *pa)
{
	int ret = place_if_room(room, wish, pa);

	return ret > 0 ? no_room(&room->free, wish) : ret;
}

int place_random(struct room *room, const struct place_wish *wish,
		 uint64_t *pa)
{
	int ret = take(room, pick_random, pick_random, wish, pa);

	return ret > 0 ? no_room(&room->free, wish) : ret;
}
