// SPDX-License-Identifier: GPL-2.0-only
/*
 * memlimit.c - mem= and memmap= on the next kernel's command line.
 *
 * "The kernel's command-line parameters": mem=SIZE and memmap=SIZE end RAM at
 * that address, memmap=SIZE@START adds RAM, with # $ ! for @ it makes that
 * memory ACPI's, reserved, persistent; %START-OLD+NEW changes the type;
 * memmap=exactmap forgets all that the firmware said. They count in their
 * order; several memmap's stand behind one = with commas between.
 */
#include "memlimit.h"

#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "cmdline.h"

/* No type: as good as a hole. The kernel takes such an entry out. */
#define NO_ENTRY	0

/* The number at *at, with its suffix; *at moves behind both. */
static uint64_t parse_size(const char **at)
{
	static const char suffixes[] = "KMGTPE";
	const char *suffix;
	char *end;
	uint64_t size = strtoull(*at, &end, 0);

	if (end != *at && isalpha((unsigned char)*end)) {
		suffix = strchr(suffixes, *end & ~0x20);
		if (suffix) {
			size <<= 10 * (suffix - suffixes + 1);
			end++;
		}
	}
	*at = end;
	return size;
}

/* The end of a range, or of all memory if there is none so high. */
static uint64_t end_of(uint64_t start, uint64_t size)
{
	uint64_t end;

	return __builtin_add_overflow(start, size, &end) ? UINT64_MAX : end;
}

static int set(struct memmap *map, uint64_t start, uint64_t size,
	       uint32_t type)
{
	return memmap_set(map, start, end_of(start, size), type);
}

/* RAM from limit on is no RAM for the kernel; all else stays as it is. */
static int limit_to(struct memmap *map, uint64_t limit)
{
	for (size_t i = 0; i < map->count; i++) {
		struct range range = map->ranges[i];

		if (range.type != E820_RAM || range.end <= limit)
			continue;
		if (range.start < limit)
			range.start = limit;
		if (memmap_set(map, range.start, range.end, NO_ENTRY))
			return -1;
		i = (size_t)-1;		/* another array: from its start */
	}
	return 0;
}

/* The kernel takes the higher of two types: what is not RAM stays so. */
static int add_ram(struct memmap *map, uint64_t start, uint64_t size)
{
	struct memmap old;
	int ret = -1;

	if (memmap_copy(&old, map))
		return -1;
	if (set(map, start, size, E820_RAM))
		goto out;
	for (size_t i = 0; i < old.count; i++) {
		const struct range *range = &old.ranges[i];

		if (range->type != E820_RAM && range->type != NO_ENTRY &&
		    memmap_set(map, range->start, range->end, range->type))
			goto out;
	}
	ret = 0;
out:
	memmap_free(&old);
	return ret;
}

static int take_memmap(struct memmap *map, const char *text)
{
	const char *at = text;
	uint64_t size, start;
	char kind;

	if (!strncmp(text, "exactmap", strlen("exactmap"))) {
		map->count = 0;
		return 0;
	}
	size = parse_size(&at);
	if (at == text)
		return 0;	/* the kernel does not understand it either */
	kind = *at;
	if (!kind || !strchr("@#$!%", kind))
		return limit_to(map, size);
	at++;
	start = parse_size(&at);
	switch (kind) {
	case '@':
		return add_ram(map, start, size);
	case '#':
		return set(map, start, size, E820_ACPI);
	case '!':
		return set(map, start, size, E820_LEGACY_PMEM);
	default:	/* $, and % whatever its types are */
		return set(map, start, size, E820_RESERVED);
	}
}

static int take_memmaps(struct memmap *map, char *list)
{
	char *one;

	while ((one = strsep(&list, ",")))
		if (take_memmap(map, one))
			return -1;
	return 0;
}

static int take_mem(struct memmap *map, const char *text)
{
	uint64_t limit = parse_size(&text);

	return limit ? limit_to(map, limit) : 0;
}

static int take_word(struct memmap *map, char *word)
{
	if (!strncmp(word, "mem=", 4))
		return take_mem(map, word + 4);
	if (!strncmp(word, "memmap=", 7))
		return take_memmaps(map, word + 7);
	return 0;
}

int memlimit_apply(const char *cmdline, struct memmap *map)
{
	const char *word;
	size_t length;

	while ((word = cmdline_next(&cmdline, &length))) {
		char *copy = strndup(word, length);
		int ret;

		if (!copy) {
			warn("load: command line");
			return -1;
		}
		if (!strcmp(copy, "--")) {	/* the rest is init's */
			free(copy);
			return 0;
		}
		ret = take_word(map, copy);
		free(copy);
		if (ret)
			return -1;
	}
	return 0;
}
