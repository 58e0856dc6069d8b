// SPDX-License-Identifier: GPL-2.0-only
/*
 * early.c - memory that the running kernel took before it had a page allocator.
 *
 * What Linux still has of it is reserved, and each page says so: bit 32 in
 * /proc/kpageflags (include/linux/kernel-page-flags.h). To ask for all pages takes
 * 35 ms a GiB, so only those are asked for where something may go.
 */
#include "early.h"

#include <fcntl.h>
#include <unistd.h>

#include "units.h"

#define KPF_RESERVED	(1ULL << 32)
#define CHUNK		512	/* pages asked for at a time */

/* Backwards through the pages of one range of free memory. */
struct walk {
	int       kpageflags;
	uint64_t  flags[CHUNK];
	uint64_t  first;	/* page of flags[0] */
	uint64_t  lowest;	/* of the range */
};

static void ask(struct walk *walk, uint64_t page)
{
	ssize_t size;

	walk->first = page + 1 > CHUNK ? page + 1 - CHUNK : 0;
	size = pread(walk->kpageflags, walk->flags, sizeof(walk->flags),
		     (off_t)(walk->first * sizeof(*walk->flags)));
	for (size_t i = size < 0 ? 0 : (size_t)size / sizeof(*walk->flags);
	     i < CHUNK; i++)
		walk->flags[i] = 0;	/* no such page */
}

static bool is_early(struct walk *walk, uint64_t page)
{
	if (page < walk->first || page >= walk->first + CHUNK)
		ask(walk, page);
	return walk->flags[page - walk->first] & KPF_RESERVED;
}

/* The first page of the run of early ones that ends with this one. */
static uint64_t run_start(struct walk *walk, uint64_t page)
{
	while (page > walk->lowest && is_early(walk, page - 1))
		page--;
	return page;
}

static int mark(struct walk *walk, struct memmap *free, uint64_t start,
		uint64_t end)
{
	int found = 0;

	for (uint64_t page = end; page-- > start;) {
		uint64_t last = page;

		if (!is_early(walk, page))
			continue;
		page = run_start(walk, page);
		if (memmap_set(free, page * PAGE, (last + 1) * PAGE,
			       E820_EARLY))
			return -1;
		found = 1;
	}
	return found;
}

static uint64_t higher(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

static uint64_t range_start(const struct memmap *free, uint64_t pa)
{
	size_t i = 0;

	while (i < free->count && free->ranges[i].end <= pa)
		i++;
	return i < free->count ? free->ranges[i].start : pa;
}

int early_mark(const char *kpageflags, struct memmap *free, uint64_t start,
	       uint64_t end)
{
	struct walk walk = {
		.kpageflags = kpageflags ? open(kpageflags, O_RDONLY | O_CLOEXEC)
					 : -1,
		.first = UINT64_MAX,
		.lowest = higher(MIB, range_start(free, start) + PAGE - 1) / PAGE,
	};
	int ret;

	if (walk.kpageflags < 0)
		return 0;
	ret = mark(&walk, free, higher(MIB, start) / PAGE, end / PAGE);
	close(walk.kpageflags);
	return ret;
}
