/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * idmap.h - identity maps for code that runs between two kernels.
 *
 * Freestanding: built into the loader, and into kernel-stub/.
 */
#ifndef IDMAP_H
#define IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What of [0, limit) is mapped by 1 GiB pages: what lies above 4 GiB. */
struct idmap {
	uint64_t limit;		/* bytes, rounded up to 4 GiB at least */
	bool     gib_pages;	/* the CPU has 1 GiB pages (pdpe1gb) */
};

/* What it maps in the end: all below this. */
uint64_t idmap_end(const struct idmap *map);

/* Bytes of page tables such a map takes, whole pages. */
size_t idmap_size(const struct idmap *map);

/*
 * Writes the tables to `tables`, which will lie at physical address tables_pa.
 * CR3 is tables_pa for 5-level and tables_pa + 4096 for 4-level paging. All is
 * supervisor, writable, executable and write-back, but for the 2 MiB around
 * the local APIC, which are uncached.
 */
void idmap_build(const struct idmap *map, uint64_t *tables,
		 uint64_t tables_pa);

#endif
