/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arena.h - memory at a fixed physical-looking address, with the fuzzer's
 * bytes in it as ACPI tables: RSDP first, anything behind it.
 */
#ifndef KPARK_FUZZ_ARENA_H
#define KPARK_FUZZ_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARENA		0x20000000ull
#define ARENA_INPUT	0x800
#define ARENA_TAIL	0x100000	/* the largest table that is believed */

/* What arena_fill makes right before it bends the pointers. */
#define ARENA_RSDP	0x01	/* signature and checksum of the RSDP */
#define ARENA_SUMS	0x02	/* checksums of all tables that are listed */
#define ARENA_NAMES	0x04	/* signature of the XSDT */

/* Leaves pointers alone that point behind the input: the code checks them. */
#define ARENA_WILD	0x80

/* False if the pointers could not all be bent into the arena. */
bool arena_fill(const uint8_t *data, size_t size, uint8_t right);

/* Maps so many zeroed bytes there, once, with nothing behind them. */
void arena_map(uint64_t at, size_t size);

#endif
