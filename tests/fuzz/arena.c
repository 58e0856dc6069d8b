// SPDX-License-Identifier: GPL-2.0-only
/* arena.c - see arena.h */
#define _GNU_SOURCE 1
#include "arena.h"

#include <string.h>
#include <sys/mman.h>

#include "acpi.h"
#include "fuzz.h"
#include "park_abi.h"

#define ROUNDS	4
#define SUMS	4	/* of so many tables: it takes time */

static size_t used;	/* bytes of the input before this one */
static bool wild;
static bool bent[ARENA_INPUT / 8];	/* KPRKs, in this round */

void arena_map(uint64_t at, size_t size)
{
	static uint64_t mapped[4];
	void *want = (void *)at;

	for (size_t i = 0; i < 4; i++) {
		if (mapped[i] == at)
			return;
		if (mapped[i])
			continue;
		must(mmap(want, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			  -1, 0) == want);
		mapped[i] = at;
		return;
	}
	must(!"too many mappings");
}

/* Bends a pointer of `size` bytes into the input, unless it is 0. */
static bool bend(void *pointer, size_t size)
{
	uint64_t old = 0, pa;

	memcpy(&old, pointer, size);
	pa = old ? ARENA + old % ARENA_INPUT : 0;
	if (wild && old >= ARENA)
		pa = old;
	memcpy(pointer, &pa, size);
	return pa == old;
}

static bool in_input(uint64_t pa, size_t size)
{
	return pa >= ARENA && pa <= ARENA + ARENA_INPUT &&
	       size <= ARENA + ARENA_INPUT - pa;
}

static uint64_t entry_at(const struct acpi_header *root, size_t width,
			 uint32_t i)
{
	uint64_t pa = 0;

	memcpy(&pa, (const uint8_t *)(root + 1) + i * width, width);
	return pa;
}

/* How many entries of it are in the input; those behind it are 0. */
static uint32_t entries(const struct acpi_header *root, size_t width)
{
	uint64_t pa = (uint64_t)root;
	uint32_t n, room;

	if (!in_input(pa, sizeof(*root)) || root->length < sizeof(*root))
		return 0;
	n = (uint32_t)((root->length - sizeof(*root)) / width);
	room = (uint32_t)((ARENA + ARENA_INPUT - pa - sizeof(*root)) / width);
	return n < room ? n : room;
}

/* Neither short nor too long: such a table only takes time to add up. */
static bool shorten(uint64_t pa)
{
	struct acpi_header *table = (void *)pa;

	if (!in_input(pa, sizeof(*table)) || table->length <= ARENA_INPUT ||
	    table->length > ARENA_TAIL)
		return true;
	table->length %= ARENA_INPUT;
	return false;
}

static void set_sum(uint64_t pa)
{
	struct acpi_header *table = (void *)pa;

	if (!in_input(pa, sizeof(*table)) ||
	    table->length > ARENA_INPUT)
		return;
	table->checksum = 0;
	table->checksum = (uint8_t)-acpi_sum(table, table->length);
}

static bool bend_root(uint64_t pa, size_t width, uint8_t right);

/* An older KPRK among the tables names one more RSDP. */
static bool bend_kprk(uint64_t pa, uint8_t right)
{
	struct kprk_table *kprk = (void *)pa;
	struct acpi_rsdp *rsdp;
	bool was = true;

	if (!in_input(pa, sizeof(*kprk)) || pa % _Alignof(struct kprk_table) ||
	    bent[(pa - ARENA) / 8] ||
	    memcmp(kprk->header.signature, "KPRK", 4))
		return true;
	bent[(pa - ARENA) / 8] = true;
	was &= bend(&kprk->pristine_rsdp_pa, 8);
	rsdp = (void *)kprk->pristine_rsdp_pa;
	if (rsdp == (void *)ARENA ||
	    !in_input((uint64_t)rsdp, sizeof(*rsdp)))
		return was;
	was &= bend(&rsdp->xsdt_pa, 8);
	was &= bend(&rsdp->rsdt_pa, 4);
	was &= bend_root(rsdp->xsdt_pa, 8, right & ~ARENA_SUMS);
	return was & bend_root(rsdp->rsdt_pa, 4, right & ~ARENA_SUMS);
}

static bool bend_root(uint64_t pa, size_t width, uint8_t right)
{
	static unsigned int depth;
	struct acpi_header *root = (void *)pa;
	bool was = true;
	uint32_t n;

	if (!pa || depth > 1)
		return !pa;
	depth++;
	was &= shorten(pa);
	n = entries(root, width);
	for (uint32_t i = 0; i < n; i++) {
		was &= bend((uint8_t *)(root + 1) + i * width, width);
		was &= shorten(entry_at(root, width, i));
		was &= bend_kprk(entry_at(root, width, i), right);
		if (right & ARENA_SUMS && i < SUMS)
			set_sum(entry_at(root, width, i));
	}
	if (right & ARENA_SUMS)
		set_sum(pa);
	depth--;
	return was;
}

/* True if there was nothing to bend. */
static bool bend_all(uint8_t right)
{
	struct acpi_rsdp *rsdp = (void *)ARENA;
	bool was = bend(&rsdp->xsdt_pa, 8);

	memset(bent, 0, sizeof(bent));
	was &= bend(&rsdp->rsdt_pa, 4);
	if (right & ARENA_NAMES && in_input(rsdp->xsdt_pa, 36))
		memcpy((void *)rsdp->xsdt_pa, "XSDT", 4);
	was &= bend_root(rsdp->xsdt_pa, 8, right);
	was &= bend_root(rsdp->rsdt_pa, 4, right);
	if (right & ARENA_RSDP) {
		memcpy(rsdp->signature, "RSD PTR ", 8);
		rsdp->checksum = 0;
		rsdp->checksum = (uint8_t)-acpi_sum(rsdp,
						    ACPI_RSDP_V1_LENGTH);
	}
	return was;
}

bool arena_fill(const uint8_t *data, size_t size, uint8_t right)
{
	bool straight = false;

	arena_map(ARENA, ARENA_INPUT + ARENA_TAIL);
	memcpy((void *)ARENA, data, size);
	if (used > size)
		memset((void *)(ARENA + size), 0, used - size);
	wild = right & ARENA_WILD;
	used = ARENA_INPUT;	/* bending may write beyond the input */
	for (int i = 0; i < ROUNDS && !straight; i++)
		straight = bend_all(right);
	return straight && bend_all(0);
}
