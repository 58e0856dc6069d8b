// SPDX-License-Identifier: GPL-2.0-only
/*
 * idmap.c - identity maps, 4-level and 5-level in one set of tables.
 *
 * SDM "4-Level Paging and 5-Level Paging". Order of the pages: PML5, PML4,
 * then the page directory pointer tables, then the page directories.
 */
#include "idmap.h"
#include "units.h"
#include "x86.h"

#define ENTRIES		512
#define PAGE_BYTES	4096ULL
/* Accessed and dirty from the start: the CPU never writes to the tables. */
#define LINK		(PTE_PRESENT | PTE_WRITE | PTE_ACCESSED)
#define LEAF		(LINK | PTE_DIRTY | PTE_LARGE)

/* Below this the map is in 2 MiB pages always: the APIC needs its own. */
#define FINE_GIB	4

static uint64_t gib_count(const struct idmap *map)
{
	uint64_t gibs = (map->limit + GIB - 1) / GIB;

	return gibs < FINE_GIB ? FINE_GIB : gibs;
}

uint64_t idmap_end(const struct idmap *map)
{
	return gib_count(map) * GIB;
}

static uint64_t pdpt_count(const struct idmap *map)
{
	return (gib_count(map) + ENTRIES - 1) / ENTRIES;
}

static uint64_t pd_count(const struct idmap *map)
{
	return map->gib_pages ? FINE_GIB : gib_count(map);
}

size_t idmap_size(const struct idmap *map)
{
	return (2 + pdpt_count(map) + pd_count(map)) * PAGE_BYTES;
}

static uint64_t leaf_2m(uint64_t pa)
{
	uint64_t uncached = pa == APIC_DEFAULT_BASE ? PTE_PCD | PTE_PWT : 0;

	return pa | LEAF | uncached;
}

void idmap_build(const struct idmap *map, uint64_t *tables, uint64_t tables_pa)
{
	uint64_t *pml5 = tables;
	uint64_t *pml4 = tables + ENTRIES;
	uint64_t *pdpt = tables + 2 * ENTRIES;
	uint64_t *pd = pdpt + pdpt_count(map) * ENTRIES;
	uint64_t pdpt_pa = tables_pa + 2 * PAGE_BYTES;
	uint64_t pd_pa = pdpt_pa + pdpt_count(map) * PAGE_BYTES;
	uint64_t i;

	for (i = 0; i < idmap_size(map) / sizeof(*tables); i++)
		tables[i] = 0;
	pml5[0] = (tables_pa + PAGE_BYTES) | LINK;
	for (i = 0; i < pdpt_count(map); i++)
		pml4[i] = (pdpt_pa + i * PAGE_BYTES) | LINK;
	for (i = 0; i < gib_count(map); i++)
		pdpt[i] = i < pd_count(map) ? (pd_pa + i * PAGE_BYTES) | LINK
					    : i * GIB | LEAF;
	for (i = 0; i < pd_count(map) * ENTRIES; i++)
		pd[i] = leaf_2m(i * HUGE_PAGE);
}
