// SPDX-License-Identifier: GPL-2.0-only
/*
 * whole.c - a bzImage that is loaded whole. Called by image.c.
 *
 * "The Linux/x86 Boot Protocol": everything behind the setup sectors goes to
 * one place, with init_size bytes of room there, aligned to kernel_alignment
 * if it is relocatable and at pref_address if not; it starts 0x200 bytes
 * further on ("64-bit Boot Protocol"). A kernel's decompressor runs then, and
 * chooses another place by itself (KASLR).
 */
#include "whole.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "elf.h"
#include "units.h"

typedef unsigned long long ull;

/* One line for whatever is wrong with it, behind why it has to go whole. */
static int refuse(const struct image *img, const char *what, uint64_t found,
		  const char *need)
{
	const char *why = img->why_whole;

	warnx("load: %s: %s%s%s 0x%llx, need %s", img->path, why,
	      *why ? "; cannot be loaded whole either: " : "", what,
	      (ull)found, need);
	return -1;
}

static int check_place(struct image *img)
{
	if (img->fixed && img->link_pa % PAGE)
		return refuse(img, "not relocatable, and pref_address",
			      img->link_pa, "a multiple of 0x1000");
	if (img->fixed)
		return 0;
	if (img->kernel_alignment < PAGE ||
	    (img->kernel_alignment & (img->kernel_alignment - 1)))
		return refuse(img, "kernel_alignment", img->kernel_alignment,
			      "a power of two of 0x1000 or more");
	if (img->kernel_alignment < ELF_ALIGN)
		img->kernel_alignment = (uint32_t)ELF_ALIGN;
	return 0;
}

static int lay_out(struct image *img, const struct bzimage *bz)
{
	size_t need = bz->code_len > img->init_size ? bz->code_len
						    : img->init_size;

	if (need > ELF_SIZE_MAX)
		return refuse(img, "init_size", need, "0x40000000 or less");
	img->size = (need + PAGE - 1) / PAGE * PAGE;
	img->mem = calloc(1, img->size);
	if (!img->mem) {
		warn("load: %s: %zu bytes", img->path, img->size);
		return -1;
	}
	memcpy(img->mem, bz->code, bz->code_len);
	return 0;
}

int whole_take(struct image *img, const struct bzimage *bz)
{
	img->whole = true;
	img->fixed = !img->header[HDR_RELOCATABLE_KERNEL - HDR_START];
	img->link_pa = get64(&img->header[HDR_PREF_ADDRESS - HDR_START]);
	img->entry = HDR_ENTRY_64;
	return check_place(img) < 0 || lay_out(img, bz) < 0 ? -1 : 0;
}
