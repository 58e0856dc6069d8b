// SPDX-License-Identifier: GPL-2.0-only
/* relocs.c - mutates relocation lists by words, or anyhow */
#include "../fuzz.h"

#include "fields.h"
#include "lists.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	if (size == 0 || any(&seed) % 4 == 0)
		return LLVMFuzzerMutate(data, size, max);
	/* behind the first byte, which says how large the kernel is */
	return 1 + lists_mutate(data + 1, size - 1, max - 1,
				(1 + data[0] % 8) * 4096, &seed);
}
