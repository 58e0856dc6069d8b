// SPDX-License-Identifier: GPL-2.0-only
/*
 * parking.c - where are the APs parked?
 */
#include "parking.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "blobs.h"
#include "cpuid.h"
#include "region.h"
#include "units.h"
#include "x86.h"

#define LOW_PAGE_MIN	0x10000		/* above the BIOS data area's kin */
#define LOW_PAGE_MAX	0xa0000
#define EBDA_MIN	0x80000		/* firmware may use memory from here on, and not say so */

/* The copies: MADT with one more entry, XSDT of any length there is, RSDP. */
#define ACPI_EXTRA	(PAGE + 64)

static bool has_slot(const struct kprk *kprk, uint32_t apic_id)
{
	for (uint32_t i = 0; i < kprk->table->records; i++)
		if (kprk->records[i].apic_id == apic_id)
			return true;
	return false;
}

static bool has_all_slots(const struct kprk *kprk, const struct cpus *cpus)
{
	for (uint32_t i = 0; i < cpus->count; i++)
		if (!has_slot(kprk, cpus->apic_ids[i]))
			return false;
	return true;
}

static bool is_reserved(const struct memmap *e820, uint64_t pa, uint64_t size)
{
	return size && memmap_is(e820, pa, pa + size, E820_RESERVED);
}

/* Where a region may be that a table names. */
static bool is_region(const struct memmap *e820, uint64_t pa, uint64_t size)
{
	return pa && pa % PARK_ALIGN == 0 && size % PAGE == 0 &&
	       pa < FOUR_GIB && size <= FOUR_GIB - pa &&
	       is_reserved(e820, pa, size);
}

static bool is_low_page(const struct memmap *e820, uint64_t pa)
{
	return pa % PAGE == 0 && pa >= LOW_PAGE_MIN && pa < LOW_PAGE_MAX &&
	       is_reserved(e820, pa, PAGE);
}

/*
 * Is the region of the last hop still there, whole, reserved, and does it hold
 * a slot for each CPU? What is in it only purgatory can judge.
 */
static bool is_live(const struct kprk *kprk, const struct cpus *cpus,
		    const struct memmap *e820)
{
	const struct kprk_table *table = kprk->table;

	return table && table->region_size >= PARK_SLOTS_AT &&
	       is_region(e820, table->region_pa, table->region_size) &&
	       is_low_page(e820, table->low_page_pa) &&
	       has_all_slots(kprk, cpus);
}

static bool is_apart(uint64_t a_pa, uint64_t a_size, uint64_t b_pa,
		     uint64_t b_size)
{
	return a_pa + a_size <= b_pa || b_pa + b_size <= a_pa;
}

/* One whom xAPIC does not reach is not among table->aps. */
static bool all_were_seen(const struct kprk_table *table)
{
	return table->aps_parked == table->aps &&
	       table->outcome != KPRK_UNKNOWN_CPU;
}

/*
 * The region before the live one is memory again once all APs were seen in the
 * live one. Until then it stays reserved, and known.
 */
static int retire(const struct kprk_table *table, struct memmap *e820,
		  struct parking *parking)
{
	if (!is_region(e820, table->retired_pa, table->retired_size) ||
	    !is_apart(table->retired_pa, table->retired_size,
		      table->region_pa, table->region_size))
		return 0;
	if (all_were_seen(table))
		return memmap_set(e820, table->retired_pa,
				  table->retired_pa + table->retired_size,
				  E820_RAM);
	parking->retired_pa = table->retired_pa;
	parking->retired_size = table->retired_size;
	return 0;
}

static int adopt(const struct kprk *kprk, struct memmap *e820,
		 struct parking *parking)
{
	parking->live = true;
	parking->pa = kprk->table->region_pa;
	parking->size = kprk->table->region_size;
	parking->low_page_pa = kprk->table->low_page_pa;
	return retire(kprk->table, e820, parking);
}

/* A region that does not fit: its CPUs come over, its SIPI page serves on. */
static void supersede(const struct kprk_region *old,
		      const struct memmap *e820, struct parking *parking)
{
	if (!is_region(e820, old->pa, old->size))
		return;
	parking->retired_pa = old->pa;
	parking->retired_size = old->size;
	if (is_low_page(e820, old->low_page_pa))
		parking->low_page_pa = old->low_page_pa;
}

static int place_low_page(struct room *room, struct parking *parking)
{
	struct place_wish wish = {
		"the SIPI page", PAGE, PAGE, LOW_PAGE_MIN, EBDA_MIN
	};
	uint64_t pa;
	int ret;

	if (parking->low_page_pa)
		return 0;
	ret = place_if_room(room, &wish, &pa);
	if (ret > 0) {
		wish.max = LOW_PAGE_MAX;
		ret = place_if_room(room, &wish, &pa);
	}
	if (!ret)
		parking->low_page_pa = (uint32_t)pa;
	return ret;
}

/* 1: there is no room for it. */
static int build(const struct parking_wish *wish, const struct cpus *cpus,
		 struct room *room, struct memmap *e820,
		 struct parking *parking)
{
	struct region_plan plan = {
		.apic_ids = cpus->apic_ids,
		.cpus = cpus->count,
		.acpi_size = cpus->madt_size + ACPI_EXTRA,
		.tsc_khz = wish->tsc_khz,
		.nap_us = wish->nap_us,
		.idle = wish->idle,
		.mwait_hint = wish->mwait_hint,
		.nx = cpuid(CPUID_EXTENDED, 0).d & CPUID_EXTENDED_NX,
	};
	struct place_wish region = {
		"the park region", region_size(&plan), PARK_ALIGN,
		PARK_ALIGN, FOUR_GIB
	};
	int ret;

	ret = place_low_page(room, parking);
	if (!ret)
		ret = place_if_room(room, &region, &plan.base_pa);
	if (ret)
		return ret;
	plan.low_page_pa = parking->low_page_pa;
	parking->pa = plan.base_pa;
	parking->size = region.size;
	parking->image = malloc(parking->size);
	if (!parking->image) {
		warn("load: the park region");
		return -1;
	}
	if (region_build(parking->image, &plan, blob_park,
			 (size_t)(blob_park_end - blob_park))) {
		warnx("load: the park region: this kpark was built wrong");
		return -1;
	}
	if (memmap_set(e820, parking->pa, parking->pa + parking->size,
		       E820_RESERVED))
		return -1;
	return memmap_set(e820, parking->low_page_pa,
			  parking->low_page_pa + PAGE, E820_RESERVED);
}

int parking_plan(const struct kprk *kprk, const struct parking_wish *wish,
		 const struct cpus *cpus, struct room *room,
		 struct memmap *e820, struct parking *parking)
{
	int ret;

	memset(parking, 0, sizeof(*parking));
	if (is_live(kprk, cpus, e820)) {
		ret = adopt(kprk, e820, parking);
	} else {
		supersede(&kprk->region, e820, parking);
		ret = build(wish, cpus, room, e820, parking);
	}
	if (ret)
		parking_free(parking);
	parking->possible = !ret;
	if (ret > 0)
		parking->why_not = "no room for the park (need free memory, 2"
				   " MiB below 4 GiB and a page below 640 KiB)";
	return ret < 0 ? -1 : 0;
}

void parking_free(struct parking *parking)
{
	if (!parking)
		return;
	free(parking->image);
	memset(parking, 0, sizeof(*parking));
}
