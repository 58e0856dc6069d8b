// SPDX-License-Identifier: GPL-2.0-only
/*
 * parkmaps.c - walks the park's page tables as the CPU does, while others run
 * on them: park/PROTOCOL.md, section 1, says what they map, and how.
 *
 * SDM "4-Level Paging and 5-Level Paging", "Determination of Access Rights".
 */
#include "parkmaps.h"

#include "chain.h"
#include "console.h"
#include "cpuid.h"
#include "memory.h"
#include "parkview.h"
#include "units.h"
#include "x86.h"

#define ENTRIES		512
#define ADDRESS		0x000ffffffffff000ULL

struct walk {
	const struct park_header *park;
	bool        own;	/* what CPUs are parked on; else: leave on */
	bool        has_nx;
	uint64_t    bytes;	/* mapped */
	const char *wrong;	/* the first that is wrong, or NULL .. */
	uint64_t    where;	/* .. and its address */
};

/* One page, or several in one large one. */
struct page {
	uint64_t va, pa, bytes;
	bool     writable, executable, uncached;
};

static const char *judge_in_region(const struct walk *walk,
				   const struct page *page)
{
	uint64_t at = page->va - walk->park->base_pa;
	uint64_t tables_at = walk->park->cr3_5level - walk->park->base_pa;
	bool code = at >= PARK_CODE_AT && at < PARK_CODE_AT + PARK_CODE_SIZE;
	bool fixed = code || at >= tables_at ||
		     (at >= PARK_EXIT_TABLES_AT && at < PARK_MAILBOX_AT);

	if (page->bytes != PAGE)
		return "is a large page: code and data";
	if (page->writable && page->executable && walk->has_nx)
		return "is both written and executed";
	if (page->executable != (code || !walk->has_nx))
		return code ? "cannot be executed" : "can be executed";
	if (page->writable == fixed)
		return fixed ? "can be written" : "cannot be written";
	return NULL;
}

static const char *judge(const struct walk *walk, const struct page *page)
{
	const struct park_header *park = walk->park;

	if (page->pa != page->va)
		return "is not itself";
	if (page->va < park->base_pa + park->size &&
	    page->va + page->bytes > park->base_pa)
		return judge_in_region(walk, page);
	if (!walk->own)
		return NULL;		/* the next kernel's own memory */
	if (page->bytes != PAGE)
		return "is a large page outside the region";
	if (page->va == park->low_page_pa)
		return page->writable ? "is the SIPI page, and can be written" :
		       NULL;
	if (page->va == APIC_DEFAULT_BASE)
		return !page->uncached ? "is the APIC, and cached" :
		       page->executable && walk->has_nx ?
		       "is the APIC, and can be executed" : NULL;
	return "is none of the park's business";
}

static void look_at(struct walk *walk, const struct page *page)
{
	const char *wrong = judge(walk, page);

	walk->bytes += page->bytes;
	if (!wrong || walk->wrong)
		return;
	walk->wrong = wrong;
	walk->where = page->va;
}

/* `writable` and `executable`: what the levels above leave. */
static void walk_table(struct walk *walk, uint64_t table_pa, int level,
		       uint64_t va, bool writable, bool executable)
{
	const uint64_t *table = (const uint64_t *)table_pa;
	int shift = 12 + 9 * (level - 1);

	for (uint64_t i = 0; i < ENTRIES; i++) {
		uint64_t entry = table[i];
		bool leaf = level == 1 || (level <= 3 && entry & PTE_LARGE);
		struct page page = {
			.va = va + (i << shift), .pa = entry & ADDRESS,
			.bytes = 1ULL << shift,
			.writable = writable && entry & PTE_WRITE,
			.executable = executable && !(entry & PTE_NX),
			.uncached = entry & PTE_PCD,
		};

		if (!(entry & PTE_PRESENT))
			continue;
		if (leaf)
			look_at(walk, &page);
		else
			walk_table(walk, page.pa, level - 1, page.va,
				   page.writable, page.executable);
	}
}

static bool is_tight(const char *name, bool own, uint64_t cr3, int levels)
{
	struct walk walk = {
		.park = park_of_boot(),
		.own = own,
		.has_nx = cpuid(CPUID_EXTENDED, 0).d & CPUID_EXTENDED_NX,
	};
	uint64_t bytes = own ? walk.park->size + 2 * PAGE : FOUR_GIB;

	walk_table(&walk, cr3, levels, 0, true, true);
	if (walk.wrong)
		say("map to %s, %u levels: 0x%lx %s\n", name,
		    (uint32_t)levels, walk.where, walk.wrong);
	if (walk.bytes != bytes)
		say("map to %s, %u levels: has 0x%lx bytes, need 0x%lx\n",
		    name, (uint32_t)levels, walk.bytes, bytes);
	return !walk.wrong && walk.bytes == bytes;
}

void parkmaps_check(void)
{
	const struct park_header *park = park_of_boot();

	bool tight = is_tight("park on", true, park->cr3_4level, 4);

	tight &= is_tight("park on", true, park->cr3_5level, 5);
	tight &= is_tight("leave on", false, park->exit_4level, 4);
	tight &= is_tight("leave on", false, park->exit_5level, 5);
	check(tight, "hop %u: the park maps what it needs, and nothing both"
	      " written and executed", hop);
}
