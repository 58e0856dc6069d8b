/* SPDX-License-Identifier: GPL-2.0-only */
/* lists.h - mutates relocation lists by words */
#ifndef KPARK_FUZZ_LISTS_H
#define KPARK_FUZZ_LISTS_H

#include <stddef.h>
#include <stdint.h>

/* For a kernel of so many bytes at 0xffffffff81000000. The new size. */
size_t lists_mutate(uint8_t *data, size_t size, size_t max, size_t kernel,
		    unsigned int *seed);

#endif
