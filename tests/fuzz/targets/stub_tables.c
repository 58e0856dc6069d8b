// SPDX-License-Identifier: GPL-2.0-only
/*
 * stub_tables.c - any bytes as ACPI tables, before kernel-stub's reader of
 * them, which believes no address. Includes the file under test.
 */
#include "../fuzz.h"

/* What lies at a fixed low address is not this target's. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Warray-bounds"
#pragma GCC diagnostic ignored "-Wstringop-overread"
#endif
#include "../../../kernel-stub/tables.c"

#include "../arena.h"

/* memory.c: what is mapped starts at 0 there, and at ARENA here */
uint64_t memory_limit = ARENA + ARENA_INPUT + ARENA_TAIL;

bool memory_is_reserved(uint64_t pa, uint64_t size)
{
	return pa >= ARENA && pa + size >= pa && pa + size <= memory_limit;
}

void say(const char *format, ...)
{
	(void)format;
}

static void check_found(const struct machine *found)
{
	must(found->cpus <= CPUS_MAX);
	must(found->madt_size <= TABLE_SIZE_MAX);
	if (found->mailbox)
		must(memory_is_reserved((uint64_t)found->mailbox,
					sizeof(*found->mailbox)));
	if (found->kprk)
		must(lies_in((const uint8_t *)found->kprk,
			     found->kprk->header.length,
			     (const uint8_t *)ARENA,
			     ARENA_INPUT + ARENA_TAIL));
}

/* First byte: what to make right; then the tables. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine found;

	if (size < 1 + sizeof(struct acpi_rsdp) || size - 1 > ARENA_INPUT ||
	    !arena_fill(data + 1, size - 1, data[0] | ARENA_WILD))
		return 0;
	tables_read(ARENA, &found);
	check_found(&found);
	return 0;
}
