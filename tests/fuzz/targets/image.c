// SPDX-License-Identifier: GPL-2.0-only
/*
 * image.c - any file as a kernel: read, moved, moved back. Includes the file
 * under test: what image_open does after it has read the file.
 */
#include "../fuzz.h"

#include "../../../loader/image.c"

static void move(struct image *img, uint64_t delta)
{
	if (image_relocate(img, delta) == 0 && delta)
		must(img->virt_delta == delta &&
		     image_relocate(img, -delta) == 0);
	must(img->virt_delta == 0);
}

static void check(struct image *img)
{
	uint64_t max;

	must(img->size > 0 && img->size % 4096 == 0);
	must(img->size <= ELF_SIZE_MAX);
	must(img->entry < img->size);
	must(img->header_len <= sizeof(img->header));
	must(memchr(img->release, '\0', sizeof(img->release)));
	if (img->whole)
		return;
	max = image_virt_max(img);
	must(max % ELF_ALIGN == 0 && max <= ELF_SIZE_MAX);
	move(img, ELF_ALIGN);
	move(img, max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct image img = { .path = "fuzz" };
	struct file file = { (uint8_t *)data, size };

	if (size > 0 && open_any(&img, &file) == 0)
		check(&img);
	image_free(&img);
	return 0;
}
