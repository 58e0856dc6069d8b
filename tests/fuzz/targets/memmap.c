// SPDX-License-Identifier: GPL-2.0-only
/*
 * memmap.c - any text as /proc/iomem, any numbers as the firmware's map. What
 * comes out is sorted and has no overlaps.
 */
#include "../fuzz.h"

#include "memmap.h"

static void check(struct memmap *map)
{
	uint64_t end = 0;

	must(map->count > 0);
	for (size_t i = 0; i < map->count; i++) {
		const struct range *r = &map->ranges[i];

		must(r->start < r->end);
		must(i == 0 || r->start >= end);
		must(memmap_is(map, r->start, r->end, r->type));
		must(!memmap_is(map, r->start, r->end, r->type + 1));
		end = r->end;
	}
	memmap_free(map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct memmap map;

	files_are(data, size);
	if (memmap_read_free("", &map) == 0)
		check(&map);
	must(!map.ranges && !map.count);
	if (memmap_read_firmware("", &map) == 0)
		check(&map);
	must(!map.ranges && !map.count);
	return 0;
}
