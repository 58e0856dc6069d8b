/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory.h - who has which physical memory.
 *
 * The stub maps all memory 1:1, so a physical address is a pointer. What is
 * taken is never given back: the next hop starts with a clean sheet.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "idmap.h"
#include "units.h"

#define POISON		0xcc	/* INT3; in a page table entry reserved bits */

/* Where a page for SIPI may lie: below the EBDA and its kin. */
#define LOW_MIN		0x10000
#define LOW_MAX		0x9f000

/* The E820 map of boot_params; takes what the stub itself lies in. */
void memory_init(const uint8_t *boot_params);
extern uint64_t memory_map_sum;		/* the same for the same map */

/* Own page tables, and on to them. */
void memory_map(void);
extern uint64_t kernel_root;		/* CR3 of it */
extern uint64_t memory_limit;		/* all below is mapped */
struct idmap memory_idmap(void);	/* what such tables map */

/* Whole pages within [min, max), zeroed; 0 if there is no such room. */
uint64_t memory_take(uint64_t size, uint64_t align, uint64_t min,
		     uint64_t max);

/* Is all of it mapped and not RAM that anybody may take? */
bool memory_is_reserved(uint64_t pa, uint64_t size);

/* Overwrites all RAM that nobody has taken; returns how many bytes. */
uint64_t memory_poison(uint8_t pattern);

/* Where the first of it is something else by now; 0: nowhere. */
uint64_t memory_changed(uint8_t pattern);

/* Writes the map to boot_params, with [pa, pa + size) reserved on top. */
void memory_reserve_for_next(uint64_t pa, uint64_t size);
void memory_write_map(uint8_t *boot_params);

#endif
