/* SPDX-License-Identifier: GPL-2.0-only */
/* fields.h - gives one field of a header a value that is worth trying */
#ifndef KPARK_FUZZ_FIELDS_H
#define KPARK_FUZZ_FIELDS_H

#include <stddef.h>
#include <stdint.h>

struct field {
	uint16_t at;		/* offset, bytes */
	uint8_t size;		/* bytes */
};

/* A few steps of a linear congruence are random enough here. */
static inline uint32_t any(unsigned int *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Sets one of n fields, if data reaches that far. len: a length to be near. */
void fields_mutate(uint8_t *data, size_t size, const struct field *fields,
		   size_t n, size_t len, unsigned int *seed);

#endif
