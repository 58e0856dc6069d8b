// SPDX-License-Identifier: GPL-2.0-only
/* elf.c - mutates an ELF by the fields of its headers, or anyhow */
#include "elf_headers.h"

#include "../fuzz.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	if (any(&seed) % 3 == 0)
		return LLVMFuzzerMutate(data, size, max);
	fields_mutate(data, size, elf_headers, ELF_HEADERS_FIELDS, size,
		      &seed);
	return size;
}
