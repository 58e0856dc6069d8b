/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * relocs.h - the lists of places in a kernel that hold its virtual address,
 * as the build appends them to the vmlinux in a bzImage (vmlinux.relocs).
 */
#ifndef KPARK_RELOCS_H
#define KPARK_RELOCS_H

#include <stddef.h>
#include <stdint.h>

/* One kind of place; each entry is the low half of a link virtual address. */
struct reloc_list {
	const int32_t *entry;	/* in relocs.words */
	size_t n;
};

struct relocs {
	int32_t *words;			/* malloc'ed; NULL: cannot be moved */
	struct reloc_list abs64;	/* u64 += delta */
	struct reloc_list inverse32;	/* s32 -= delta; newer kernels: none */
	struct reloc_list abs32;	/* u32 += delta */
};

/* The kernel the lists are about. */
struct reloc_target {
	uint8_t *mem;
	size_t size;		/* bytes */
	uint64_t va;		/* link virtual address of mem[0] */
	uint64_t moved;		/* bytes that mem has been moved by already */
};

/*
 * Copies the lists from what follows the ELF; len 0 gives empty ones.
 * Returns 0, or -1 after one line on stderr that names path, with nothing
 * allocated. relocs_free accepts NULL and zeroed lists.
 */
int relocs_read(const char *path, const uint8_t *data, size_t len,
		struct relocs *relocs);
void relocs_free(struct relocs *relocs);

/*
 * Do all entries lie in the kernel, and do they name places that hold its
 * addresses? Returns 0, or -1 after one line on stderr that names path.
 */
int relocs_check(const char *path, const struct relocs *relocs,
		 const struct reloc_target *target);

/*
 * Adds delta at every entry, and looks at some of them afterwards. relocs_check
 * must have passed. Returns 0, or -1 after one line on stderr that names path,
 * with nothing changed.
 */
int relocs_apply(const char *path, const struct relocs *relocs,
		 struct reloc_target *target, uint64_t delta);

#endif
