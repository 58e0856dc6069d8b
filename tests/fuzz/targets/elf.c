// SPDX-License-Identifier: GPL-2.0-only
/* elf.c - any file as an ELF, with or without more behind it */
#include "../fuzz.h"

#include "elf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf elf;

	if (elf_load("fuzz", data, size, &elf) < 0) {
		must(!elf.mem);
		return 0;
	}
	must(elf.size > 0 && elf.size <= ELF_SIZE_MAX);
	must(elf.size % ELF_ALIGN == 0 && elf.pa % ELF_ALIGN == 0);
	must(elf.pa + elf.size >= elf.pa);
	must(elf.va >= ELF_VA_MIN);
	must(elf.entry < elf.size);
	must(elf.end <= size);
	free(elf.mem);
	return 0;
}
