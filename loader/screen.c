// SPDX-License-Identifier: GPL-2.0-only
/*
 * screen.c - is the boot loader's frame buffer still where it was?
 */
#include "screen.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "file.h"

#define PATH_SIZE	512
/* PCI Code and ID Assignment, base classes */
#define CLASS_DISPLAY	0x03
#define CLASS_BRIDGE	0x06
#define RESOURCE_MEMORY	0x200		/* a flag in the file `resource` */

struct span {
	uint64_t start;
	uint64_t last;
};

static bool frame_buffer(const uint8_t *screen, struct span *lfb)
{
	uint64_t size = get32(screen + SCREEN_LFB_SIZE);
	uint8_t type = screen[SCREEN_VIDEO_TYPE];

	if (type == SCREEN_TYPE_VESA)
		size <<= 16;
	else if (type != SCREEN_TYPE_EFI)
		return false;
	lfb->start = get32(screen + SCREEN_LFB_BASE);
	if (get32(screen + SCREEN_CAPABILITIES) & SCREEN_64BIT_BASE)
		lfb->start |= (uint64_t)get32(screen + SCREEN_EXT_LFB_BASE)
			      << 32;
	lfb->last = lfb->start + size - 1;
	return size && lfb->last >= lfb->start;
}

/* Lines of "start last flags", one a BAR or a bridge window. */
static bool has_memory_in(const char *resource, const struct span *lfb)
{
	unsigned long long start, last, flags;
	int length;

	for (; sscanf(resource, "%llx %llx %llx%n", &start, &last, &flags,
		      &length) == 3; resource += length)
		if ((flags & RESOURCE_MEMORY) && start <= lfb->last &&
		    last >= lfb->start && start < last)
			return true;
	return false;
}

static bool is_in_the_way(const char *device, const struct span *lfb)
{
	char path[PATH_SIZE];
	struct file resource;
	uint64_t class;
	bool found;

	snprintf(path, sizeof(path), "%s/class", device);
	/* A bridge has the windows of all behind it in its file. */
	if (file_number(path, 16, &class) || class >> 16 == CLASS_DISPLAY ||
	    class >> 16 == CLASS_BRIDGE)
		return false;
	snprintf(path, sizeof(path), "%s/resource", device);
	if (file_read(path, &resource))
		return false;
	found = has_memory_in((char *)resource.data, lfb);
	file_free(&resource);
	return found;
}

bool screen_is_valid(const char *root, const uint8_t *screen_info)
{
	char folder[PATH_SIZE / 2], device[PATH_SIZE - 16];
	struct dirent *entry;
	bool valid = true;
	struct span lfb;
	DIR *dir;

	if (!frame_buffer(screen_info, &lfb))
		return true;
	snprintf(folder, sizeof(folder), "%s/sys/bus/pci/devices", root);
	dir = opendir(folder);
	if (!dir)
		return true;
	while (valid && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		if (snprintf(device, sizeof(device), "%s/%s", folder,
			     entry->d_name) < (int)sizeof(device))
			valid = !is_in_the_way(device, &lfb);
	}
	closedir(dir);
	return valid;
}
