// SPDX-License-Identifier: GPL-2.0-only
/* topology.c - the running kernel's CPUs: their numbers and APIC IDs */
#include "topology.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

#define PATH_SIZE	256
#define CPUS_MAX	8192	/* CONFIG_MAXSMP */

unsigned int topology_count(const char *root, const char *path)
{
	unsigned int count = 0, first, last;
	char full[PATH_SIZE];
	struct file list;
	char *rest, *part;

	snprintf(full, sizeof(full), "%s%s", root, path);
	if (file_read(full, &list))
		return 0;
	rest = (char *)list.data;
	while ((part = strsep(&rest, ",")))
		switch (sscanf(part, "%u-%u", &first, &last)) {
		case 1:
			count++;
			break;
		case 2:
			if (last >= first && last - first < CPUS_MAX)
				count += last - first + 1;
			break;
		}
	file_free(&list);
	return count;
}

/* The kernel uses the TSC as its clock: it has looked at it closer than we. */
static bool kernel_trusts_tsc(const char *root)
{
	static const char *const clocks[] = {
		"tsc\n", "kvm-clock\n", "hyperv_clocksource_tsc_page\n",
	};
	char path[PATH_SIZE];
	struct file file;
	bool trusts = false;

	snprintf(path, sizeof(path), "%s/sys/devices/system/clocksource/"
		 "clocksource0/current_clocksource", root);
	if (file_read(path, &file))
		return false;
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++)
		trusts |= !strcmp((char *)file.data, clocks[i]);
	file_free(&file);
	return trusts;
}

static int add_cpu(struct topology *topology, uint32_t number)
{
	struct topology_cpu *more;

	if (topology->count == CPUS_MAX)
		return -1;
	more = realloc(topology->cpus, (topology->count + 1) * sizeof(*more));
	if (!more)
		return -1;
	topology->cpus = more;
	more[topology->count++] = (struct topology_cpu){ number, number };
	return 0;
}

static void parse_cpuinfo(struct topology *topology, char *text)
{
	char *line;
	uint32_t number;

	while ((line = strsep(&text, "\n"))) {
		if (sscanf(line, "processor : %u", &number) == 1) {
			if (add_cpu(topology, number))
				return;
		} else if (topology->count &&
			   sscanf(line, "apicid : %u", &number) == 1)
			topology->cpus[topology->count - 1].apic_id = number;
		else if (!strncmp(line, "flags", 5) &&
			 strstr(line, " constant_tsc"))
			topology->constant_tsc = true;
	}
}

void topology_read(const char *root, struct topology *topology)
{
	char path[PATH_SIZE];
	struct file file;

	memset(topology, 0, sizeof(*topology));
	topology->online = topology_count(root,
					  "/sys/devices/system/cpu/online");
	topology->present = topology_count(root,
					   "/sys/devices/system/cpu/present");
	snprintf(path, sizeof(path), "%s/proc/cpuinfo", root);
	if (!file_read(path, &file))
		parse_cpuinfo(topology, (char *)file.data);
	file_free(&file);
	topology->constant_tsc |= kernel_trusts_tsc(root);
}

void topology_free(struct topology *topology)
{
	if (!topology)
		return;
	free(topology->cpus);
	memset(topology, 0, sizeof(*topology));
}

const struct topology_cpu *topology_find(const struct topology *topology,
					 uint32_t apic_id)
{
	for (size_t i = 0; i < topology->count; i++)
		if (topology->cpus[i].apic_id == apic_id)
			return &topology->cpus[i];
	return NULL;
}
