// SPDX-License-Identifier: GPL-2.0-only
/*
 * memlimit.c - any text as the next kernel's command line, for the memory that
 * it leaves; and words looked up in it and cut out.
 */
#include "../fuzz.h"

#include "cmdline.h"
#include "memlimit.h"
#include "units.h"

static void check_map(const struct memmap *map)
{
	uint64_t end = 0;

	for (size_t i = 0; i < map->count; i++) {
		must(map->ranges[i].start < map->ranges[i].end);
		must(!i || map->ranges[i].start >= end);
		end = map->ranges[i].end;
	}
}

static void limit(const char *text)
{
	struct memmap map = { 0 };

	must(!memmap_set(&map, 0, 0x9f000, E820_RAM));
	must(!memmap_set(&map, 0x100000, 2 * GIB, E820_RAM));
	must(!memmap_set(&map, 2 * GIB, 3 * GIB, E820_RESERVED));
	must(!memmap_set(&map, 4 * GIB, 8 * GIB, E820_RAM));
	must(!memlimit_apply(text, &map));
	check_map(&map);
	memmap_free(&map);
}

static void look_up(char *text)
{
	char value[16] = "";
	size_t size = strlen(text);

	if (!cmdline_value(text, "mem=", value, sizeof(value)))
		must(strlen(value) < sizeof(value) &&
		     cmdline_has(text, "mem="));
	cmdline_cut(text, "tsc=reliable x");
	must(strlen(text) <= size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size);

	limit(text);
	look_up(text);
	free(text);
	return 0;
}
