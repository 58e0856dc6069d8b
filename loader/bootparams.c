// SPDX-License-Identifier: GPL-2.0-only
/*
 * bootparams.c - builds the zero page and what hangs on it.
 *
 * "The Linux/x86 Boot Protocol", section "64-bit Boot Protocol": a zeroed page
 * (so the sentinel is 0), the setup header of the image, the rest filled in.
 * Block: zero page, command line, setup_data nodes.
 */
#include "bootparams.h"

#include <err.h>
#include <string.h>

#include "random.h"

#define PAGE		4096
#define RNG_SEED_SIZE	32
#define LOADER_UNKNOWN	0xff	/* "type_of_loader": no ID assigned */

/* struct setup_data, without the data */
struct setup_data {
	uint64_t next;		/* physical, 0 = last */
	uint32_t type;
	uint32_t length;
};

/* struct boot_e820_entry: 20 bytes, not aligned */
struct e820_entry {
	uint64_t start;
	uint64_t size;
	uint32_t type;
} __attribute__((packed));

static size_t aligned(size_t size, size_t align)
{
	return (size + align - 1) / align * align;
}

static size_t cmdline_room(const struct bootparams_wish *wish)
{
	return aligned(strlen(wish->cmdline) + 1, 8);
}

static size_t seed_at(const struct bootparams_wish *wish)
{
	return BOOTPARAMS_SIZE + cmdline_room(wish);
}

static size_t hop_at(const struct bootparams_wish *wish)
{
	return seed_at(wish) + sizeof(struct setup_data) + RNG_SEED_SIZE;
}

size_t bootparams_size(const struct bootparams_wish *wish)
{
	return aligned(hop_at(wish) + sizeof(struct setup_data) + 8, PAGE);
}

static void put(uint8_t *page, size_t at, uint64_t value, size_t size)
{
	memcpy(page + at, &value, size);	/* little-endian as x86 is */
}

static void put_header(const struct bootparams_wish *wish, uint8_t *page)
{
	const struct image *image = wish->image;
	uint8_t loadflags;

	memcpy(page + HDR_START, image->header, image->header_len);
	put(page, HDR_TYPE_OF_LOADER, LOADER_UNKNOWN, 1);
	/* The decompressor clears or sets it; it does not run. */
	loadflags = page[HDR_LOADFLAGS] & (uint8_t)~HDR_KASLR_FLAG;
	if (wish->kaslr)
		loadflags |= HDR_KASLR_FLAG;
	page[HDR_LOADFLAGS] = loadflags;
}

static void put_initrd(const struct bootparams_wish *wish, uint8_t *page)
{
	put(page, HDR_RAMDISK_IMAGE, wish->initrd_pa, 4);
	put(page, ZP_EXT_RAMDISK_IMAGE, wish->initrd_pa >> 32, 4);
	put(page, HDR_RAMDISK_SIZE, wish->initrd_size, 4);
	put(page, ZP_EXT_RAMDISK_SIZE, wish->initrd_size >> 32, 4);
}

static void put_cmdline(const struct bootparams_wish *wish, uint8_t *page,
			uint64_t pa)
{
	strcpy((char *)page + BOOTPARAMS_SIZE, wish->cmdline);
	put(page, HDR_CMD_LINE_PTR, pa + BOOTPARAMS_SIZE, 4);
	put(page, ZP_EXT_CMD_LINE_PTR, (pa + BOOTPARAMS_SIZE) >> 32, 4);
}

static int put_e820(const struct bootparams_wish *wish, uint8_t *page)
{
	const struct memmap *map = wish->e820;

	if (map->count > ZP_E820_MAX) {
		warnx("load: memory map: too many entries (found %zu,"
		      " at most %d)", map->count, ZP_E820_MAX);
		return -1;
	}
	for (size_t i = 0; i < map->count; i++) {
		struct e820_entry entry = {
			map->ranges[i].start,
			map->ranges[i].end - map->ranges[i].start,
			map->ranges[i].type,
		};

		memcpy(page + ZP_E820_TABLE + i * sizeof(entry), &entry,
		       sizeof(entry));
		/* RAM from 1 MiB on, in KiB: only very old code asks for it */
		if (entry.type == E820_RAM && entry.start == 0x100000)
			put(page, ZP_ALT_MEM_K, entry.size >> 10, 4);
	}
	page[ZP_E820_ENTRIES] = (uint8_t)map->count;
	return 0;
}

static int put_setup_data(const struct bootparams_wish *wish, uint8_t *block,
			  uint64_t pa)
{
	struct setup_data seed = {
		.next = pa + hop_at(wish),
		.type = SETUP_RNG_SEED,
		.length = RNG_SEED_SIZE,
	};
	struct setup_data hop = {
		.type = SETUP_KPARK,
		.length = sizeof(wish->hop),
	};

	memcpy(block + seed_at(wish), &seed, sizeof(seed));
	memcpy(block + hop_at(wish), &hop, sizeof(hop));
	memcpy(block + hop_at(wish) + sizeof(hop), &wish->hop,
	       sizeof(wish->hop));
	put(block, HDR_SETUP_DATA, pa + seed_at(wish), 8);
	return random_bytes(block + seed_at(wish) + sizeof(seed),
			    RNG_SEED_SIZE);
}

int bootparams_build(const struct bootparams_wish *wish, uint8_t *block,
		     uint64_t pa)
{
	memset(block, 0, bootparams_size(wish));
	put_header(wish, block);
	if (wish->running)
		memcpy(block + ZP_SCREEN_INFO, wish->running + ZP_SCREEN_INFO,
		       ZP_SCREEN_INFO_SIZE);
	put_initrd(wish, block);
	put_cmdline(wish, block, pa);
	put(block, ZP_ACPI_RSDP_ADDR, wish->rsdp_pa, 8);
	if (put_e820(wish, block))
		return -1;
	return put_setup_data(wish, block, pa);
}
