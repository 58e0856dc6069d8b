/* SPDX-License-Identifier: GPL-2.0-only */
/* elf_headers.h - the fields of an ELF's headers, for two program headers */
#ifndef KPARK_FUZZ_ELF_HEADERS_H
#define KPARK_FUZZ_ELF_HEADERS_H

#include <stddef.h>

#include <elf.h>

#include "fields.h"

#define EHDR(member) { offsetof(Elf64_Ehdr, member), \
	sizeof(((Elf64_Ehdr *)0)->member) }
#define PHDR(i, member) { sizeof(Elf64_Ehdr) + (i) * sizeof(Elf64_Phdr) + \
	offsetof(Elf64_Phdr, member), sizeof(((Elf64_Phdr *)0)->member) }
#define PHDR_FIELDS(i) \
	PHDR(i, p_type), PHDR(i, p_offset), PHDR(i, p_vaddr), \
	PHDR(i, p_paddr), PHDR(i, p_filesz), PHDR(i, p_memsz)

static const struct field elf_headers[] = {
	{ EI_CLASS, 1 }, { EI_DATA, 1 }, EHDR(e_type), EHDR(e_machine),
	EHDR(e_entry), EHDR(e_phoff), EHDR(e_shoff), EHDR(e_phentsize),
	EHDR(e_phnum), EHDR(e_shentsize), EHDR(e_shnum), EHDR(e_shstrndx),
	PHDR_FIELDS(0), PHDR_FIELDS(1),
};
#define ELF_HEADERS_FIELDS (sizeof(elf_headers) / sizeof(elf_headers[0]))

#endif
