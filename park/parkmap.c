// SPDX-License-Identifier: GPL-2.0-only
/*
 * parkmap.c - builds the two maps of a park region, each for 4-level and
 * 5-level paging (SDM "4-Level Paging and 5-Level Paging").
 *
 * Called by region.c. Rights are in the last level only.
 */
#include "parkmap.h"

#include "idmap.h"
#include "park_abi.h"
#include "units.h"
#include "x86.h"

#define ENTRIES		512
#define ADDRESS		0x000ffffffffff000ULL

/*
 * Accessed from the start, and dirty if it may be written: the CPU never writes
 * to the tables. Dirty but not writable would be a shadow stack's page (SDM
 * "Shadow-Stack Access").
 */
#define LINK		(PTE_PRESENT | PTE_WRITE | PTE_ACCESSED)
#define READ		(PTE_PRESENT | PTE_ACCESSED)
#define WRITE		(READ | PTE_WRITE | PTE_DIRTY)
#define DEVICE		(WRITE | PTE_PCD | PTE_PWT)

/*
 * PML5, PML4 and PDPT of `own`; page directories and page tables: of the SIPI
 * page, of the APIC, of the region, which may lie across a GiB.
 */
#define OWN_TABLES	(3 + 2 + 2 + 2)

/* Where the next new table comes from. */
struct pool {
	uint8_t *image;		/* .. of the region at base_pa */
	uint64_t base_pa;
	uint32_t free_at;
};

/* For each 2 MiB that the region may touch, page tables in both maps. */
uint32_t parkmap_size(uint32_t size)
{
	return (OWN_TABLES + 2 * (size / PARK_ALIGN + 2)) * PAGE;
}

static uint64_t *table_at(const struct pool *pool, uint64_t pa)
{
	return (uint64_t *)(pool->image + ((pa & ADDRESS) - pool->base_pa));
}

static uint64_t take_table(struct pool *pool)
{
	uint64_t pa = pool->base_pa + pool->free_at;

	pool->free_at += PAGE;
	return pa;
}

/*
 * The table behind an entry. If there is none yet it is a new one: empty, or,
 * of a 2 MiB page, its 512 small pages.
 */
static uint64_t *step_down(struct pool *pool, uint64_t *entry)
{
	uint64_t old = *entry, *table;

	if ((old & PTE_PRESENT) && !(old & PTE_LARGE))
		return table_at(pool, old);
	*entry = take_table(pool) | LINK;
	table = table_at(pool, *entry);
	for (uint64_t i = 0; old && i < ENTRIES; i++)
		table[i] = (old & ~(uint64_t)PTE_LARGE) + i * PAGE;
	return table;
}

static void map_page(struct pool *pool, uint64_t pml4_pa, uint64_t pa,
		     uint64_t rights)
{
	uint64_t *table = table_at(pool, pml4_pa);

	for (int shift = 39; shift > 12; shift -= 9)
		table = step_down(pool, &table[pa >> shift & (ENTRIES - 1)]);
	table[pa >> 12 & (ENTRIES - 1)] = pa | rights;
}

static uint64_t no_execute(const struct park_header *park)
{
	return park->efer & EFER_NXE ? PTE_NX : 0;
}

/* Code is executed, tables and IDT are read, all else is written. */
static uint64_t rights_at(const struct park_header *park, uint32_t at)
{
	uint32_t own_at = (uint32_t)(park->cr3_5level - park->base_pa);

	if (at >= PARK_CODE_AT && at < PARK_CODE_AT + PARK_CODE_SIZE)
		return READ;
	if ((at >= PARK_EXIT_TABLES_AT && at < PARK_MAILBOX_AT) ||
	    at >= own_at)
		return READ | no_execute(park);
	return WRITE | no_execute(park);
}

static void map_region(struct pool *pool, const struct park_header *park,
		       uint64_t pml4_pa)
{
	for (uint32_t at = 0; at < park->size; at += PAGE)
		map_page(pool, pml4_pa, park->base_pa + at,
			 rights_at(park, at));
}

/* The SIPI page: its last instructions run with paging on. */
static void build_own(struct pool *pool, const struct park_header *park)
{
	uint64_t *pml5 = table_at(pool, take_table(pool));

	pml5[0] = take_table(pool) | LINK;
	map_region(pool, park, park->cr3_4level);
	map_page(pool, park->cr3_4level, park->low_page_pa, READ);
	map_page(pool, park->cr3_4level, APIC_DEFAULT_BASE,
		 DEVICE | no_execute(park));
}

static void build_exit(struct pool *pool, const struct park_header *park)
{
	struct idmap low_4gib = { 0 };

	idmap_build(&low_4gib, table_at(pool, park->exit_5level),
		    park->exit_5level);
	map_region(pool, park, park->exit_4level);
}

void parkmap_build(uint8_t *image)
{
	const struct park_header *park = (const struct park_header *)image;
	struct pool pool = {
		.image = image,
		.base_pa = park->base_pa,
		.free_at = (uint32_t)(park->cr3_5level - park->base_pa),
	};

	build_own(&pool, park);
	build_exit(&pool, park);
}
