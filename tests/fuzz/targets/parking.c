// SPDX-License-Identifier: GPL-2.0-only
/*
 * parking.c - any bytes as the KPRK table that tells where CPUs may be parked:
 * as they are, and with the fields right that bar the way to the rest.
 */
#include "../fuzz.h"
#include "../kprk_of.h"

#include "kprk.h"
#include "parking.h"

#define REGION_PA	0x3fe00000ull
#define OLD_PA		0x3fa00000ull
#define SIZE		0x100000ull

static void make_machine(struct memmap *free, struct memmap *e820)
{
	must(!memmap_set(e820, 0, 0x9f000, E820_RAM));
	must(!memmap_set(e820, 0x90000, 0x91000, E820_RESERVED));
	must(!memmap_set(e820, 0x100000, 0x40000000, E820_RAM));
	must(!memmap_set(e820, REGION_PA, REGION_PA + SIZE, E820_RESERVED));
	must(!memmap_set(e820, OLD_PA, OLD_PA + SIZE, E820_RESERVED));
	must(!memmap_set(free, 0x1000, 0x90000, E820_RAM));
	must(!memmap_set(free, 0x100000, OLD_PA, E820_RAM));
}

static void check(const struct parking *parking, const struct memmap *free,
		  const struct memmap *e820)
{
	must(parking->possible);
	must(memmap_is(e820, parking->pa, parking->pa + parking->size,
		       E820_RESERVED));
	must(!memmap_is(free, parking->pa, parking->pa + 4096, E820_RAM));
	must(parking->live == !parking->image);
	must(parking->live || parking->low_page_pa);
	must(memmap_is(e820, 0x100000, OLD_PA - 0x400000, E820_RAM));
}

static void plan(const uint8_t *data, size_t size)
{
	static uint32_t apic_ids[] = { 1, 2 };
	const struct cpus cpus = { apic_ids, 2, 100 };
	const struct parking_wish wish = { .tsc_khz = 2500000, .nap_us = 100 };
	struct memmap e820 = { 0 };
	struct room room = { 0 };
	struct parking parking;
	struct kprk kprk;

	files_are(data, size);
	kprk_read("", &kprk);
	make_machine(&room.free, &e820);
	if (!parking_plan(&kprk, &wish, &cpus, &room, &e820, &parking)) {
		check(&parking, &room.free, &e820);
		parking_free(&parking);
	}
	memmap_free(&room.free);
	memmap_free(&e820);
	kprk_free(&kprk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *table = kprk_of(data, size);

	plan(data, size);
	if (table)
		plan(table, size);
	free(table);
	return 0;
}
