// SPDX-License-Identifier: GPL-2.0-only
/*
 * relocs.c - any relocation lists over a kernel that holds addresses where
 * they say: check, move, and move back.
 */
#include "../fuzz.h"

#include "bytes.h"
#include "relocs.h"
#include "units.h"

#define VA	0xffffffff81000000ull
#define PAGES	8

/* Writes an address of the kernel there. True if a byte was taken already. */
static bool hold(struct reloc_target *target, uint8_t *taken, int32_t entry,
		 size_t width)
{
	uint64_t at = (uint64_t)(int64_t)entry - target->va;
	uint64_t address = target->va + at % target->size;
	bool twice = false;
	size_t i;

	if (at > target->size - width)
		return false;
	memcpy(target->mem + at, &address, width);
	for (i = 0; i < width; i++)
		twice |= taken[at + i]++;
	return twice;
}

static bool hold_all(struct reloc_target *target, uint8_t *taken,
		     const struct reloc_list *l, size_t width)
{
	bool twice = false;
	size_t i;

	for (i = 0; i < l->n; i++)
		twice |= hold(target, taken, l->entry[i], width);
	return twice;
}

static void there_and_back(const struct relocs *relocs,
			   struct reloc_target *target, uint64_t delta,
			   bool twice)
{
	uint8_t before[PAGES * PAGE];

	memcpy(before, target->mem, target->size);
	if (relocs_check("fuzz", relocs, target) < 0)
		return;
	if (relocs_apply("fuzz", relocs, target, delta) == 0) {
		must(target->moved == delta);
		must(relocs_apply("fuzz", relocs, target, -delta) == 0 ||
		     twice);
	} else {
		must(twice);	/* what was looked at had been moved again */
	}
	must(target->moved == 0 || twice);
	/* places that overlap lose a carry: no build makes any */
	must(twice || !memcmp(before, target->mem, target->size));
}

/* First byte: size and move; then the lists. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t taken[PAGES * PAGE] = { 0 };
	struct reloc_target target = { .va = VA };
	struct relocs relocs;
	bool twice;

	if (size == 0 || relocs_read("fuzz", data + 1, size - 1, &relocs) < 0)
		return 0;
	target.size = (1 + data[0] % PAGES) * PAGE;
	target.mem = malloc(target.size);
	must(target.mem);
	memset(target.mem, 0, target.size);
	must(relocs.abs64.n + relocs.abs32.n + relocs.inverse32.n <= size / 4);
	twice = hold_all(&target, taken, &relocs.inverse32, 4);
	twice |= hold_all(&target, taken, &relocs.abs64, 8);
	twice |= hold_all(&target, taken, &relocs.abs32, 4);
	there_and_back(&relocs, &target, (uint64_t)(data[0] / PAGES) << 21,
		       twice);
	free(target.mem);
	relocs_free(&relocs);
	return 0;
}
