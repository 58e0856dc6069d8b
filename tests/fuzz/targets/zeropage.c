// SPDX-License-Identifier: GPL-2.0-only
/*
 * zeropage.c - any bytes as the running kernel's zero page, and pieces behind it
 * as what /sys says of EFI, of setup_data and of a PCI device: all of it made
 * into the next kernel's. Includes screen.c.
 */
#include "../fuzz.h"

#include "../../../loader/screen.c"

#include "bootparams.h"

#define PA	0x10000000ull

/* The chain goes through the block, each node behind the one before it. */
static void check_chain(const uint8_t *block, size_t size)
{
	uint64_t at = get64(block + HDR_SETUP_DATA), last = 0;

	while (at) {
		must(at > last && at >= PA + BOOTPARAMS_SIZE);
		must(at - PA <= size - 16);
		must(get32(block + (at - PA) + 12) <= size - 16 - (at - PA));
		last = at;
		at = get64(block + (at - PA));
	}
	must(last);
}

static void build(const uint8_t *page, const struct efi *efi,
		  const struct setup_data_list *list)
{
	struct range ranges[] = { { 0, 0x9f000, E820_RAM },
				  { 0x100000, 0x40000000, E820_RAM } };
	struct memmap e820 = { .ranges = ranges, .count = 2 };
	static struct image image;
	struct bootparams_wish wish = {
		.image = &image, .e820 = &e820, .cmdline = "quiet",
		.running = page, .setup_data = list, .efi = efi->map ? efi : NULL,
		.screen = true, .hop = 2, .note = "from=x\n",
	};
	size_t size = bootparams_size(&wish);
	uint8_t *block = malloc(size);

	must(block && size % 4096 == 0);
	must(!bootparams_build(&wish, block, PA));
	must(block[ZP_E820_ENTRIES] == 2 && !block[ZP_SENTINEL]);
	check_chain(block, size);
	free(block);
}

static void read_screen(const uint8_t *page)
{
	struct file resource;
	struct span lfb;

	if (!frame_buffer(page + ZP_SCREEN_INFO, &lfb))
		return;
	must(lfb.start <= lfb.last);
	if (file_read("", &resource))
		return;
	has_memory_in((char *)resource.data, &lfb);
	file_free(&resource);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t page[BOOTPARAMS_SIZE] = { 0 };
	struct setup_data_list list;
	struct memmap free = { 0 };
	struct efi efi;

	/* of the page, what is copied or read lies in its first KiB */
	memcpy(page, data, size < 1024 ? size : 1024);
	files_cut(data + (size < 1024 ? size : 1024),
		  size < 1024 ? 0 : size - 1024);
	read_screen(page);
	must(!efi_read("", page, &efi));
	must(!setup_data_read("", &list));
	must(!efi.why_not || !efi.map);
	must(!efi_keep(&efi, &free));
	build(page, &efi, &list);
	memmap_free(&free);
	setup_data_free(&list);
	efi_free(&efi);
	return 0;
}
