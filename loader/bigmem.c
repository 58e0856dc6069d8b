// SPDX-License-Identifier: GPL-2.0-only
/*
 * bigmem.c - memory for whole kernels.
 *
 * A kernel is some 60 MiB, three times in a load: by pages of 4 KiB more than
 * half of the CPU time of a load goes into page faults. Systems that give large
 * pages to nobody who does not ask are asked; it is a wish, and may fail.
 */
#include "bigmem.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define LARGE_PAGE	((uintptr_t)2 << 20)

void *bigmem_alloc(size_t size)
{
	void *bytes = calloc(1, size);
	uintptr_t start, end;

	if (!bytes)
		return NULL;
	start = ((uintptr_t)bytes + LARGE_PAGE - 1) & ~(LARGE_PAGE - 1);
	end = ((uintptr_t)bytes + size) & ~(LARGE_PAGE - 1);
	if (start < end)
		madvise((void *)start, end - start, MADV_HUGEPAGE);
	return bytes;
}
