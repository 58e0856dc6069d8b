// SPDX-License-Identifier: GPL-2.0-only
/* kaslr.c - the kernel's virtual address, chosen at random. */
#include "kaslr.h"

#include "random.h"

uint64_t kaslr_slots(const struct image *img)
{
	return image_virt_max(img) / img->kernel_alignment + 1;
}

int kaslr_pick(const struct image *img, uint64_t *delta)
{
	uint64_t slot;

	if (random_below(kaslr_slots(img), &slot))
		return -1;
	*delta = slot * img->kernel_alignment;
	return 0;
}
