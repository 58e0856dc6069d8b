/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * topology.h - the running kernel's CPUs: their numbers and APIC IDs.
 */
#ifndef KPARK_TOPOLOGY_H
#define KPARK_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct topology_cpu {
	uint32_t number, apic_id;
};

struct topology {
	struct topology_cpu *cpus;	/* those online */
	size_t count;
	unsigned int online, present;	/* 0: not known */
	bool constant_tsc;		/* or the kernel trusts it anyway */
};

/* What cannot be read is 0 or false. */
void topology_read(const char *root, struct topology *topology);
void topology_free(struct topology *topology);

/* The CPU with this APIC ID, or NULL. */
const struct topology_cpu *topology_find(const struct topology *topology,
					 uint32_t apic_id);

/* How many CPUs a file of /sys such as "0-3,6" names; 0 if there is none. */
unsigned int topology_count(const char *root, const char *path);

#endif
