// SPDX-License-Identifier: GPL-2.0-only
/* bzimage.c - mutates a setup header by its fields, or anyhow */
#include "../fuzz.h"

#include "setup_header.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	if (any(&seed) % 4 == 0)
		return LLVMFuzzerMutate(data, size, max);
	fields_mutate(data, size, setup_header, SETUP_HEADER_FIELDS, size,
		      &seed);
	return size;
}
