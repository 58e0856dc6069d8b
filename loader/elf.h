/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * elf.h - a vmlinux, laid out as it lies in memory.
 *
 * The name is also the C library's: put this directory on no <> search path
 * (-I), or libelf finds this file in place of its own.
 */
#ifndef KPARK_ELF_H
#define KPARK_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* KERNEL_IMAGE_SIZE: no kernel maps more of itself. Bytes. */
#define ELF_SIZE_MAX	((uint64_t)1 << 30)
/* Documentation/arch/x86/x86_64/mm.rst, "kernel text mapping" */
#define ELF_VA_MIN	0xffffffff80000000ull
/* head64.c maps and moves a kernel in pages of this size only. Bytes. */
#define ELF_ALIGN	((uint64_t)2 << 20)

struct elf {
	uint8_t *mem;		/* malloc'ed, size bytes, gaps are zero */
	size_t size;		/* bytes, a multiple of ELF_ALIGN */
	uint64_t pa;		/* link address of mem[0], physical */
	uint64_t va;		/* the same, virtual */
	uint64_t entry;		/* offset in mem, bytes */
	size_t end;		/* bytes of the file that are the ELF's own */
};

/* Has the file the ELF magic? It is then for elf_load. */
bool elf_is(const uint8_t *file, size_t len);

/*
 * Lays the PT_LOADs of an x86-64 vmlinux out by p_paddr. On success elf->mem
 * is the caller's to free, and independent of file; on failure nothing is
 * allocated. Returns 0, or -1 after one line on stderr that names path.
 */
int elf_load(const char *path, const uint8_t *file, size_t len,
	     struct elf *elf);

#endif
