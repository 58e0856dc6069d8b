// SPDX-License-Identifier: GPL-2.0-only
/*
 * memmap.c - the firmware's memory map, and the running kernel's use of it.
 */
#include "memmap.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

#define PATH_SIZE	256

void memmap_free(struct memmap *map)
{
	if (!map)
		return;
	free(map->ranges);
	memset(map, 0, sizeof(*map));
}

int memmap_copy(struct memmap *copy, const struct memmap *map)
{
	*copy = (struct memmap){ .count = map->count };
	copy->ranges = calloc(map->count + 1, sizeof(*map->ranges));
	if (!copy->ranges) {
		warn("load: memory map");
		return -1;
	}
	if (map->count)
		memcpy(copy->ranges, map->ranges,
		       map->count * sizeof(*map->ranges));
	return 0;
}

static void append(struct memmap *map, uint64_t start, uint64_t end,
		   uint32_t type)
{
	struct range *last = map->count ? &map->ranges[map->count - 1] : NULL;

	if (start >= end)
		return;
	if (last && last->end == start && last->type == type)
		last->end = end;
	else
		map->ranges[map->count++] = (struct range){ start, end, type };
}

/* Each old range leaves what lies before and behind the new one. */
int memmap_set(struct memmap *map, uint64_t start, uint64_t end,
	       uint32_t type)
{
	struct memmap new = { 0 };
	bool placed = false;

	if (start >= end)
		return 0;
	new.ranges = calloc(map->count + 2, sizeof(*new.ranges));
	if (!new.ranges) {
		warn("load: memory map");
		return -1;
	}
	for (size_t i = 0; i < map->count; i++) {
		const struct range *old = &map->ranges[i];

		if (old->start < start)
			append(&new, old->start,
			       old->end < start ? old->end : start, old->type);
		if (!placed && old->end > start) {
			append(&new, start, end, type);
			placed = true;
		}
		if (old->end > end)
			append(&new, old->start > end ? old->start : end,
			       old->end, old->type);
	}
	if (!placed)
		append(&new, start, end, type);
	memmap_free(map);
	*map = new;
	return 0;
}

bool memmap_retype(struct memmap *map, uint32_t from, uint32_t to)
{
	struct memmap new = { .ranges = map->ranges };
	bool found = false;

	for (size_t i = 0; i < map->count; i++) {
		struct range range = map->ranges[i];

		found |= range.type == from;
		append(&new, range.start, range.end,
		       range.type == from ? to : range.type);
	}
	*map = new;
	return found;
}

bool memmap_is(const struct memmap *map, uint64_t start, uint64_t end,
	       uint32_t type)
{
	for (size_t i = 0; i < map->count && start < end; i++)
		if (map->ranges[i].type == type &&
		    map->ranges[i].start <= start &&
		    map->ranges[i].end > start)
			start = map->ranges[i].end;
	return start >= end;
}

int memmap_common_ram(struct memmap *map, const struct memmap *other)
{
	uint64_t end = 0;	/* of the RAM before */

	for (size_t i = 0; i < other->count; i++) {
		const struct range *range = &other->ranges[i];

		if (range->type != E820_RAM)
			continue;
		if (memmap_set(map, end, range->start, E820_RESERVED))
			return -1;
		end = range->end;
	}
	return memmap_set(map, end, UINT64_MAX, E820_RESERVED);
}

static uint32_t type_of_name(const char *name)
{
	static const struct {
		const char *name;
		uint32_t type;
	} names[] = {
		{ "System RAM", E820_RAM },
		{ "Reserved", E820_RESERVED },
		{ "ACPI Tables", E820_ACPI },
		{ "ACPI Non-volatile Storage", E820_NVS },
		{ "Unusable memory", E820_UNUSABLE },
		{ "Persistent Memory (legacy)", E820_LEGACY_PMEM },
		{ "Persistent Memory", E820_PMEM },
		{ "Soft Reserved", E820_SOFT_RESERVED },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(name, names[i].name, strlen(names[i].name)))
			return names[i].type;
	return E820_RESERVED;	/* unknown: nobody's to use */
}

static int read_entry(const char *folder, const char *name,
		      struct range *range)
{
	char path[3 * PATH_SIZE];
	struct file type;

	snprintf(path, sizeof(path), "%s/%s/start", folder, name);
	if (file_number(path, 16, &range->start))
		return -1;
	snprintf(path, sizeof(path), "%s/%s/end", folder, name);
	if (file_number(path, 16, &range->end))
		return -1;
	range->end++;		/* the file names the last byte */
	snprintf(path, sizeof(path), "%s/%s/type", folder, name);
	if (file_read(path, &type))
		return -1;
	range->type = type_of_name((char *)type.data);
	file_free(&type);
	return 0;
}

static int is_entry(const struct dirent *entry)
{
	return *entry->d_name != '.';
}

/*
 * Entries are numbered as they came, and of two that overlap the later counts;
 * memory that was taken out leaves a gap. False: errno says why.
 */
static bool read_entries(const char *folder, struct memmap *map)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_entry, versionsort);
	bool good = count >= 0;
	struct range range;

	for (int i = 0; i < count; i++) {
		good = good &&
		       !read_entry(folder, entries[i]->d_name, &range) &&
		       !memmap_set(map, range.start, range.end, range.type);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return good;
}

const char *memmap_find_firmware(const char *root, struct memmap *map)
{
	char folder[PATH_SIZE];
	const char *why = NULL;

	memset(map, 0, sizeof(*map));
	snprintf(folder, sizeof(folder), "%s/sys/firmware/memmap", root);
	if (!access(folder, F_OK) && !read_entries(folder, map))
		why = strerror(errno);
	else if (!map->count)
		why = "no memory map there (need a kernel with"
		      " CONFIG_FIRMWARE_MEMMAP)";
	if (why)
		memmap_free(map);
	return why;
}

int memmap_read_firmware(const char *root, struct memmap *map)
{
	const char *why = memmap_find_firmware(root, map);

	if (why)
		warnx("load: /sys/firmware/memmap: %s", why);
	return why ? -1 : 0;
}

bool memmap_is_firmware(const struct memmap *map, uint64_t pa, uint64_t size)
{
	return size <= UINT64_MAX - pa &&
	       (memmap_is(map, pa, pa + size, E820_ACPI) ||
		memmap_is(map, pa, pa + size, E820_NVS) ||
		memmap_is(map, pa, pa + size, E820_RESERVED));
}

static bool is_ram_name(const char *name)
{
	return !strncmp(name, "System RAM", strlen("System RAM"));
}

/*
 * One line of /proc/iomem. What is indented under System RAM is in use by the
 * kernel's image or by firmware (or kept for a crash kernel).
 */
static int take_iomem_line(struct memmap *map, const char *line)
{
	unsigned long long start, last;
	int indent = (int)strspn(line, " ");
	int name_at = 0;

	if (sscanf(line, "%llx-%llx : %n", &start, &last, &name_at) != 2 ||
	    !name_at)
		return 0;
	if (!indent && is_ram_name(line + name_at))
		return memmap_set(map, start, last + 1, E820_RAM);
	if (indent && memmap_is(map, start, last + 1, E820_RAM))
		return memmap_set(map, start, last + 1, E820_RESERVED);
	return 0;
}

int memmap_read_free(const char *root, struct memmap *map)
{
	char path[PATH_SIZE];
	struct file iomem;
	char *line, *rest;
	int ret = -1;

	memset(map, 0, sizeof(*map));
	snprintf(path, sizeof(path), "%s/proc/iomem", root);
	if (file_read(path, &iomem)) {
		warn("load: %s", path);
		return -1;
	}
	rest = (char *)iomem.data;
	while ((line = strsep(&rest, "\n")))
		if (take_iomem_line(map, line))
			goto out;
	if (map->count && map->ranges[map->count - 1].end > 1) {
		ret = 0;
	} else {
		warnx("load: %s: no System RAM with addresses in it"
		      " (need root)", path);
	}
out:
	file_free(&iomem);
	if (ret)
		memmap_free(map);
	return ret;
}
