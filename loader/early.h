/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * early.h - memory that the running kernel took before it had a page allocator.
 *
 * Among it are the page tables on which an AP leaves Linux for the reset vector
 * (acpi_mp_pgd), and what is per CPU. Linux calls an AP stopped before it has
 * left, and a host may take it away just then: what is copied over these tables
 * meanwhile ends in a reset. They are near the end of memory, where the initrd
 * of the same boot began, and so in the place for a larger one. The first MiB is
 * left out: there Linux takes every page, and has nothing that such an AP needs.
 *
 * Pages that a driver has marked as reserved look the same, and those in which the
 * kernel holds what was loaded before, until the next load has replaced that.
 */
#ifndef KPARK_EARLY_H
#define KPARK_EARLY_H

#include "memmap.h"

/* Its type in a map of free memory; no type of the firmware's. */
#define E820_EARLY		0xffffffff

/* One 64-bit word of flags for each page of 4 KiB. */
#define KPAGEFLAGS		"/proc/kpageflags"

/*
 * Marks what is early in [start, end), whole pages that are RAM in `free`, and
 * what lies directly below that. 1: there was some, 0: none, or nobody knows (no
 * such file, a NULL for one), -1 after one line on stderr.
 */
int early_mark(const char *kpageflags, struct memmap *free, uint64_t start,
	       uint64_t end);

#endif
