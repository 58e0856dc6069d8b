/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * e820.h - a memory map in the form of the boot protocol: struct
 * boot_e820_entry, in the zero page and in SETUP_E820_EXT.
 */
#ifndef KPARK_E820_H
#define KPARK_E820_H

#include "memmap.h"

#define E820_ENTRY_SIZE	20

/*
 * Writes the entries from the `first` on, at most `room` of them, to `to`;
 * how many.
 */
size_t e820_write(const struct memmap *map, size_t first, size_t room,
		  uint8_t *to);

/* Bytes of RAM from 1 MiB on, up to the first hole. */
uint64_t e820_above_1m(const struct memmap *map);

#endif
