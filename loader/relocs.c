// SPDX-License-Identifier: GPL-2.0-only
/*
 * relocs.c - reads, checks and applies a kernel's relocation lists. Called
 * by image.c, at load for what follows the ELF in a bzImage's payload, and
 * when the kernel is given another virtual address than it was linked for.
 *
 * There is no written spec: arch/x86/tools/relocs.c writes the lists, and
 * handle_relocations() in arch/x86/boot/compressed/misc.c reads them, from
 * the end backwards. A 0 stands before each list. From low to high:
 *
 *	0, 64-bit list, 0, inverse 32-bit list, 0, 32-bit list   6.1, 6.12
 *	0, 64-bit list, 0, 32-bit list                           7.2
 *
 * The kernel knows which it was built with; here the zeroes are counted. No
 * entry is 0, since a kernel is linked in the last 2 GiB.
 */
#include "relocs.h"

#include <err.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "complaint.h"

typedef unsigned long long ull;

#define LISTS_MAX 3
#define SAMPLES 64	/* places of each list that are looked at afterwards */

/* Fills start[] with the first entry of each list. Returns how many zeroes. */
static size_t find_lists(const int32_t *words, size_t n, size_t *start)
{
	size_t zeroes = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (words[i] != 0)
			continue;
		if (zeroes < LISTS_MAX)
			start[zeroes] = i + 1;
		zeroes++;
	}
	return zeroes;
}

static struct reloc_list list(const struct relocs *relocs, size_t start,
			      size_t end)
{
	return (struct reloc_list){ relocs->words + start, end - start };
}

static int split(const char *path, size_t n, struct relocs *relocs)
{
	size_t start[LISTS_MAX];
	size_t zeroes = find_lists(relocs->words, n, start);

	if (relocs->words[0] != 0) {
		complain(path, "relocation lists do not start with a "
			 "terminator (found 0x%x, need 0)",
			 (unsigned int)relocs->words[0]);
		return -1;
	}
	if (zeroes != 2 && zeroes != 3) {
		complain(path, "relocation lists have %zu terminators, need 2 "
			 "or 3", zeroes);
		return -1;
	}
	relocs->abs64 = list(relocs, start[0], start[1] - 1);
	if (zeroes == 3)
		relocs->inverse32 = list(relocs, start[1], start[2] - 1);
	relocs->abs32 = list(relocs, start[zeroes - 1], n);
	return 0;
}

int relocs_read(const char *path, const uint8_t *data, size_t len,
		struct relocs *relocs)
{
	*relocs = (struct relocs){ 0 };
	if (len == 0)
		return 0;
	if (len % sizeof(int32_t)) {
		complain(path, "relocation lists of %zu bytes, need a "
			 "multiple of 4", len);
		return -1;
	}
	relocs->words = malloc(len);
	if (!relocs->words) {
		warn("load: %s: %zu bytes for relocation lists", path, len);
		return -1;
	}
	memcpy(relocs->words, data, len);
	if (split(path, len / sizeof(int32_t), relocs) < 0) {
		relocs_free(relocs);
		return -1;
	}
	return 0;
}

void relocs_free(struct relocs *relocs)
{
	if (!relocs)
		return;
	free(relocs->words);
	*relocs = (struct relocs){ 0 };
}

/* Wraps to a huge number for an entry below the kernel. */
static uint64_t offset_of(const struct reloc_target *target, int32_t entry)
{
	return (uint64_t)(int64_t)entry - target->va;
}

static int check_bounds(const char *path, const char *name,
			const struct reloc_list *l,
			const struct reloc_target *target, size_t width)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (offset_of(target, l->entry[i]) <= target->size - width)
			continue;
		complain(path, "relocation %zu of the %s list is for 0x%llx, "
			 "outside the kernel (0x%llx to 0x%llx)", i, name,
			 (ull)(int64_t)l->entry[i], (ull)target->va,
			 (ull)(target->va + target->size));
		return -1;
	}
	return 0;
}

/* Is this value an address in the kernel, where it has been moved to? */
static size_t inside(const struct reloc_target *target, uint64_t value)
{
	return value - (target->va + target->moved) <= target->size;
}

/*
 * Nearly all places hold an address in the kernel; the exceptions (page
 * table entries, symbols at 0) are below one in two hundred in Debian's 6.1
 * and 6.12. Lists taken for another kind than they are would show here.
 */
static int check_values(const char *path, const struct relocs *relocs,
			const struct reloc_target *target)
{
	size_t n = relocs->abs64.n + relocs->abs32.n;
	size_t hits = 0;
	size_t i;

	for (i = 0; i < relocs->abs64.n; i++)
		hits += inside(target, get64(target->mem +
			offset_of(target, relocs->abs64.entry[i])));
	for (i = 0; i < relocs->abs32.n; i++)
		hits += inside(target, (uint64_t)(int64_t)(int32_t)
			get32(target->mem +
			      offset_of(target, relocs->abs32.entry[i])));
	if (hits < n - n / 10) {
		complain(path, "relocation lists do not fit the kernel (%zu "
			 "of %zu places hold its addresses, need %zu)", hits,
			 n, n - n / 10);
		return -1;
	}
	return 0;
}

int relocs_check(const char *path, const struct relocs *relocs,
		 const struct reloc_target *target)
{
	if (check_bounds(path, "64-bit", &relocs->abs64, target, 8) < 0 ||
	    check_bounds(path, "inverse 32-bit", &relocs->inverse32, target,
			 4) < 0 ||
	    check_bounds(path, "32-bit", &relocs->abs32, target, 4) < 0)
		return -1;
	return check_values(path, relocs, target);
}

static void add32(const struct reloc_list *l,
		  const struct reloc_target *target, uint32_t delta)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		uint8_t *p = target->mem + offset_of(target, l->entry[i]);

		put32(p, get32(p) + delta);
	}
}

static void add64(const struct reloc_list *l,
		  const struct reloc_target *target, uint64_t delta)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		uint8_t *p = target->mem + offset_of(target, l->entry[i]);

		put64(p, get64(p) + delta);
	}
}

static void add_all(const struct relocs *relocs, struct reloc_target *target,
		    uint64_t delta)
{
	add64(&relocs->abs64, target, delta);
	add32(&relocs->abs32, target, (uint32_t)delta);
	add32(&relocs->inverse32, target, 0 - (uint32_t)delta);
	target->moved += delta;
}

/*
 * Some places of a list, evenly spread, and what is to be found there once it
 * was applied. An entry that is in the lists twice, or two that overlap, would
 * move a place twice: this is where it shows.
 */
struct samples {
	const char *name;
	const struct reloc_list *list;
	size_t n;
	uint64_t need[SAMPLES];
	bool wide;			/* 8 bytes, else 4 */
};

static uint64_t sample(const struct samples *s, size_t i,
		       const struct reloc_target *target, size_t *index)
{
	const uint8_t *p;

	*index = s->n == 1 ? 0 : i * (s->list->n - 1) / (s->n - 1);
	p = target->mem + offset_of(target, s->list->entry[*index]);
	return s->wide ? get64(p) : get32(p);
}

static void samples_take(struct samples *s, const struct reloc_target *target,
			 uint64_t delta)
{
	size_t i, index;

	s->n = s->list->n < SAMPLES ? s->list->n : SAMPLES;
	for (i = 0; i < s->n; i++) {
		s->need[i] = sample(s, i, target, &index) + delta;
		if (!s->wide)
			s->need[i] = (uint32_t)s->need[i];
	}
}

static int samples_check(const char *path, const struct samples *s,
			 const struct reloc_target *target)
{
	size_t i, index;

	for (i = 0; i < s->n; i++) {
		uint64_t found = sample(s, i, target, &index);

		if (found == s->need[i])
			continue;
		complain(path, "relocation %zu of the %s list went wrong "
			 "(found 0x%llx, need 0x%llx)", index, s->name,
			 (ull)found, (ull)s->need[i]);
		return -1;
	}
	return 0;
}

int relocs_apply(const char *path, const struct relocs *relocs,
		 struct reloc_target *target, uint64_t delta)
{
	struct samples samples[] = {
		{ .name = "64-bit", .list = &relocs->abs64, .wide = true },
		{ .name = "32-bit", .list = &relocs->abs32 },
		{ .name = "inverse 32-bit", .list = &relocs->inverse32 },
	};
	size_t i;

	for (i = 0; i < LISTS_MAX; i++)
		samples_take(&samples[i], target,
			     samples[i].list == &relocs->inverse32 ? -delta
								   : delta);
	add_all(relocs, target, delta);
	for (i = 0; i < LISTS_MAX; i++) {
		if (samples_check(path, &samples[i], target) == 0)
			continue;
		add_all(relocs, target, -delta);
		return -1;
	}
	return 0;
}
