/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image.h - a kernel file, read: all that the rest of the loader has to know
 * of the kernel that comes next.
 */
#ifndef KPARK_IMAGE_H
#define KPARK_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bzimage.h"
#include "complaint.h"
#include "relocs.h"

#define IMAGE_RELEASE_MAX 65	/* __NEW_UTS_LEN and a NUL */

struct image {
	const char *path;	/* the caller's, for messages */

	/*
	 * The kernel as it lies in memory, mem[0] at the lowest p_paddr. Zero
	 * pages (.bss and more) are in it as zeroes. It may be loaded at any
	 * physical address that is a multiple of kernel_alignment, whatever
	 * relocatable_kernel says: that is about what unpacks it.
	 */
	uint8_t *mem;
	size_t size;		/* bytes, whole pages */
	uint64_t link_pa;	/* link address of mem[0], physical */
	uint64_t link_va;	/* the same, virtual */
	uint64_t entry;		/* offset of startup_64 in mem, bytes */

	/*
	 * Or the file as it is behind its setup sectors (whole.h), with room
	 * to unpack itself, never below link_pa. There is no link_va then.
	 */
	bool whole;
	bool fixed;		/* at link_pa and nowhere else */
	char why_whole[COMPLAINT_MAX];	/* "": it is no kernel */

	/*
	 * The setup header, header[i] from offset HDR_START + i of the file,
	 * to be copied to the same place in boot_params. Made up by us if the
	 * file is an ELF and has none.
	 */
	uint8_t header[HDR_END_MAX - HDR_START];
	size_t header_len;		/* bytes */
	uint32_t cmdline_size;		/* longest command line, without NUL */
	uint32_t init_size;		/* bytes; the decompressor's wish */
	uint32_t kernel_alignment;	/* bytes, a power of two >= 2 MiB */
	uint32_t initrd_addr_max;	/* last address its initrd may have */
	uint16_t xloadflags;		/* XLF_* */

	char release[IMAGE_RELEASE_MAX];	/* uname -r; "" if not found */
	const char *no_5level;	/* why not with five levels of page tables, a
				   text for people; NULL: with five too */
	bool mailbox_v1;	/* gives its CPUs back by the reset vector */
	bool lass;		/* turns LASS on where the CPU has it */

	struct relocs relocs;	/* words is NULL if it cannot be moved */
	uint64_t virt_delta;	/* bytes that it has been moved by, virtually */
};

/*
 * Reads a bzImage (64-bit entry, protocol 2.12 or later) or an ELF vmlinux.
 * path must live as long as img. Returns 0, and img is to be freed with
 * image_free; or -1 after one line on stderr, with img zeroed.
 */
int image_open(const char *path, struct image *img);

/* Accepts NULL and a zeroed image; leaves a zeroed one. */
void image_free(struct image *img);

/*
 * Moves the kernel virt_delta bytes up from where it is now, in its virtual
 * addresses only (modulo 2^64: minus d undoes d; 0 does nothing). The sum of
 * all moves must be a multiple of 2 MiB, and at most image_virt_max. Returns
 * 0, or -1 after one line on stderr, with nothing changed.
 */
int image_relocate(struct image *img, uint64_t virt_delta);

/* Largest sum of moves that keeps the kernel in its mapping. Bytes. */
uint64_t image_virt_max(const struct image *img);

#endif
