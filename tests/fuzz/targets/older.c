// SPDX-License-Identifier: GPL-2.0-only
/*
 * older.c - any bytes as the region of an older park, before the code that calls
 * its CPUs over. Includes the file under test.
 *
 * The region lies below 4 GiB, with nothing behind it. Its header comes first in
 * the input, then its KPRK, then the word each slot begins with.
 */
#include "../fuzz.h"

/* In place of cpu.h, whose instructions a test program may not run. */
#define CPU_H
static uint64_t now;
static void answer(void);

static uint64_t rdmsr(uint32_t msr) { return msr; }
static void wrmsr(uint32_t msr, uint64_t value) { (void)msr; (void)value; }
static uint64_t rdtsc(void) { return now; }
static void pause(void) { now++; answer(); }

#include "../../../purgatory/older.c"

#include "../arena.h"

#define SLOTS	6
#define SIZE	(PARK_SLOTS_AT + SLOTS * PARK_SLOT_SIZE)
#define NEW_PA	0x30000000
#define HEADER	0x80			/* bytes of it that are fixed */
#define ENDS	16			/* ticks that an answer is waited for */

/* What the first byte makes right. */
#define RIGHT_NAME	0x01		/* signature, version, base */
#define RIGHT_SIZE	0x02
#define RIGHT_SUM	0x04
#define RIGHT_OUTCOME	0x08		/* of the KPRK, where it may be */
#define RIGHT_ORIGIN	0x10		/* the running kernel came out of it */
#define ANSWERS		0x20		/* its warden does, in time */
#define CUT_MAP		0x40		/* a page of it is not mapped */

static struct park_header *const region = (struct park_header *)ARENA;
static bool answers;

static void answer(void)
{
	if (answers && now == ENDS / 2)
		STORE(park_mailbox(region)->command, MAILBOX_NOOP);
}

/* The next `size` bytes of the input, or what there is of them. */
static void take(const uint8_t **data, size_t *left, void *to, size_t size)
{
	if (size > *left)
		size = *left;
	memcpy(to, *data, size);
	*data += size;
	*left -= size;
}

static void fill(const uint8_t *data, size_t left, uint8_t right)
{
	struct kprk_table kprk = { 0 };

	memset(region, 0, SIZE);
	take(&data, &left, region, HEADER);
	if (right & RIGHT_NAME) {
		region->signature = PARK_SIGNATURE;
		region->version = PARK_ABI_OLDEST + (region->version & 1);
		region->base_pa = ARENA;
	}
	if (right & RIGHT_SIZE)
		region->size = SIZE;
	take(&data, &left, &kprk, sizeof(kprk));
	if (right & RIGHT_OUTCOME)
		kprk.outcome = KPRK_PUBLISHED;
	if (region->kprk_at >= HEADER &&
	    region->kprk_at <= SIZE - sizeof(kprk))
		memcpy((uint8_t *)region + region->kprk_at, &kprk,
		       sizeof(kprk));
	for (uint32_t i = 0; i < SLOTS; i++)
		take(&data, &left, (uint8_t *)region + PARK_SLOTS_AT +
				   i * PARK_SLOT_SIZE, 8);
	if (right & RIGHT_SUM) {
		region->checksum = 0;
		region->checksum = -park_header_sum(region);
	}
}

/* Only the mailbox is written to, and no command is left in it. */
static void call(struct park_header *park, uint32_t apic_id)
{
	static uint8_t before[SIZE];
	const struct park_header heir = { .reset_vector_pa = NEW_PA };
	const struct park_mailbox *mailbox = park_mailbox(park);
	bool came;

	memcpy(before, region, SIZE);
	now = 0;
	came = older_call(park, apic_id, &heir, ENDS);
	must(now <= ENDS);
	must(came || !answers);
	must(!mailbox->command || !memcmp(before, region, SIZE));
	must(!memcmp(before, region, PARK_MAILBOX_AT));
	must(!memcmp(before + PARK_SLOTS_AT,
		     (uint8_t *)region + PARK_SLOTS_AT, SIZE - PARK_SLOTS_AT));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct purgatory_params params;
	const struct journey journey = { .params = &params };
	struct park_header *park;

	if (!size)
		return 0;
	arena_map(ARENA, SIZE);
	fill(data + 1, size - 1, data[0]);
	answers = data[0] & ANSWERS;
	params.retired_pa = ARENA;
	params.retired_size = SIZE;
	params.map_limit = ARENA + SIZE - (data[0] & CUT_MAP ? 0x1000 : 0);
	params.flags = data[0] & RIGHT_ORIGIN ? PURGATORY_OWN_BOOT : 0;
	park = older_park(&journey);
	must(!park || (park == region && !(data[0] & CUT_MAP) &&
		       data[0] & RIGHT_ORIGIN && park->cpus <= SLOTS));
	for (uint32_t i = 0; park && i < SLOTS; i++)
		call(park, park_slots(park)[i].apic_id);
	if (park)
		call(park, UINT32_MAX);
	return 0;
}
