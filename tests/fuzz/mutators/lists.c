// SPDX-License-Identifier: GPL-2.0-only
/* lists.c - see lists.h */
#include "lists.h"

#include <string.h>

#include "fields.h"

#define VA_LOW	0x81000000u

/* A place in the kernel, mostly; at its ends, often; a terminator. */
static uint32_t word(size_t kernel, unsigned int *seed)
{
	switch (any(seed) % 8) {
	case 0:
		return 0;
	case 1:
		return VA_LOW - 1 - any(seed) % 8;
	case 2:
		return VA_LOW + (uint32_t)kernel - any(seed) % 12;
	case 3:
		return any(seed) << 8;
	default:
		return VA_LOW + any(seed) % (uint32_t)kernel / 8 * 8;
	}
}

size_t lists_mutate(uint8_t *data, size_t size, size_t max, size_t kernel,
		    unsigned int *seed)
{
	size_t words = size / 4;
	size_t at = words ? any(seed) % words * 4 : 0;
	uint32_t new = word(kernel, seed);

	if (words && any(seed) % 8 == 0) {		/* one out */
		memmove(data + at, data + at + 4, size - at - 4);
		return size - 4;
	}
	if (size + 4 <= max && any(seed) % 2) {		/* one in */
		memmove(data + at + 4, data + at, size - at);
		size += 4;
		words++;
	}
	if (words)
		memcpy(data + at, &new, 4);
	return size;
}
