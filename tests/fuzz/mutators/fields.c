// SPDX-License-Identifier: GPL-2.0-only
/* fields.c - see fields.h */
#include "fields.h"

#include <string.h>

/* Around the ends of things is where checks are wrong. */
static uint64_t worth_trying(uint64_t old, size_t len, unsigned int *seed)
{
	uint64_t little = any(seed) % 9 - 4ull;

	switch (any(seed) % 8) {
	case 0:
		return little;
	case 1:
		return len + little;
	case 2:
		return (1ull << any(seed) % 64) + little;
	case 3:
		return old + little;
	case 4:
		return old ^ 1ull << any(seed) % 64;
	case 5:
		return any(seed) % (len + 1);
	case 6:
		return old + ((uint64_t)any(seed) % 16 - 8) * 0x1000;
	default:
		return 0xffffffff81000000ull + any(seed) % 0x10000;
	}
}

void fields_mutate(uint8_t *data, size_t size, const struct field *fields,
		   size_t n, size_t len, unsigned int *seed)
{
	const struct field *field = &fields[any(seed) % n];
	uint64_t value = 0;

	if ((size_t)field->at + field->size > size)
		return;
	memcpy(&value, data + field->at, field->size);
	value = worth_trying(value, len, seed);
	memcpy(data + field->at, &value, field->size);
}
