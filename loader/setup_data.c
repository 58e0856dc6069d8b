// SPDX-License-Identifier: GPL-2.0-only
/*
 * setup_data.c - the running kernel's setup_data nodes, those that go on.
 */
#include "setup_data.h"

#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "file.h"

#define PATH_SIZE	256
#define NODES_MAX	256		/* a chain with a ring in it ends */
#define TOTAL_MAX	(16UL << 20)	/* bytes: ROMs of a machine full of cards */

/* struct pci_setup_rom, from behind the link: then comes the ROM */
#define PCI_ROM_LENGTH	0x08		/* u64 */
#define PCI_ROM_DATA	0x30

static bool is_copied(uint64_t type)
{
	return type == SETUP_DTB || type == SETUP_PCI ||
	       type == SETUP_APPLE_PROPERTIES || type == SETUP_JAILHOUSE;
}

/* Linux takes a ROM's own word for its length. */
static bool is_sound(uint64_t type, const struct file *data)
{
	if (type != SETUP_PCI)
		return true;
	return data->size >= PCI_ROM_DATA &&
	       get64(data->data + PCI_ROM_LENGTH) <= data->size - PCI_ROM_DATA;
}

static size_t total(const struct setup_data_list *list)
{
	size_t sum = 0;

	for (size_t i = 0; i < list->count; i++)
		sum += list->nodes[i].size;
	return sum;
}

/* Takes the data over, or frees it. */
static int take(struct setup_data_list *list, uint64_t type,
		struct file *data, const char *path)
{
	struct setup_node *more;

	if (!data->size)
		goto out;
	if (!is_sound(type, data)) {
		warnx("load: %s: a ROM that is longer than its node, not"
		      " passed on", path);
		goto out;
	}
	if (data->size > TOTAL_MAX - total(list)) {
		warnx("load: %s: too much setup_data, not passed on (found"
		      " %zu bytes, and have %zu of at most %lu)", path,
		      data->size, total(list), TOTAL_MAX);
		goto out;
	}
	more = realloc(list->nodes, (list->count + 1) * sizeof(*more));
	if (!more) {
		warn("load: %s", path);
		file_free(data);
		return -1;
	}
	list->nodes = more;
	list->nodes[list->count++] = (struct setup_node){
		(uint32_t)type, data->size, data->data
	};
	return 0;
out:
	file_free(data);
	return 0;
}

int setup_data_read(const char *root, struct setup_data_list *list)
{
	char path[PATH_SIZE];
	struct file data;
	uint64_t type;

	memset(list, 0, sizeof(*list));
	for (unsigned int i = 0; i < NODES_MAX; i++) {
		snprintf(path, sizeof(path),
			 "%s/sys/kernel/boot_params/setup_data/%u/type",
			 root, i);
		if (file_number(path, 16, &type))
			break;
		if (!is_copied(type))
			continue;
		snprintf(path, sizeof(path),
			 "%s/sys/kernel/boot_params/setup_data/%u/data",
			 root, i);
		if (file_read(path, &data))
			continue;	/* given back, and gone */
		if (take(list, type, &data, path)) {
			setup_data_free(list);
			return -1;
		}
	}
	return 0;
}

void setup_data_free(struct setup_data_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->count; i++)
		free((void *)list->nodes[i].data);
	free(list->nodes);
	memset(list, 0, sizeof(*list));
}
