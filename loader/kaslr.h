/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kaslr.h - the kernel's virtual address, chosen here as its own decompressor
 * would: any step of kernel_alignment within its mapping. The physical one is
 * place_random's.
 */
#ifndef KPARK_KASLR_H
#define KPARK_KASLR_H

#include "image.h"

/* How many addresses there are; 1 for a kernel that cannot be moved. */
uint64_t kaslr_slots(const struct image *img);

/*
 * Picks one, all with the same probability: so many bytes above the one it
 * was linked for. 0, or -1 after one line on stderr.
 */
int kaslr_pick(const struct image *img, uint64_t *delta);

#endif
