// SPDX-License-Identifier: GPL-2.0-only
/* e820.c - a memory map in the form of the boot protocol */
#include "e820.h"

#include "bytes.h"
#include "units.h"

size_t e820_write(const struct memmap *map, size_t first, size_t room,
		  uint8_t *to)
{
	size_t count = 0;

	for (; count < room && first + count < map->count; count++) {
		const struct range *range = &map->ranges[first + count];

		put64(to, range->start);
		put64(to + 8, range->end - range->start);
		put32(to + 16, range->type);
		to += E820_ENTRY_SIZE;
	}
	return count;
}

uint64_t e820_above_1m(const struct memmap *map)
{
	for (size_t i = 0; i < map->count; i++)
		if (map->ranges[i].type == E820_RAM &&
		    map->ranges[i].start <= MIB && map->ranges[i].end > MIB)
			return map->ranges[i].end - MIB;
	return 0;
}
