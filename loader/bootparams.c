// SPDX-License-Identifier: GPL-2.0-only
/*
 * bootparams.c - builds the zero page and what hangs on it.
 *
 * "The Linux/x86 Boot Protocol", section "64-bit Boot Protocol": a zeroed page
 * (so the sentinel is 0), the setup header of the image, the rest filled in.
 * Block: zero page, command line, setup_data nodes, EFI memory map.
 */
#include "bootparams.h"

#include <string.h>

#include "e820.h"
#include "random.h"
#include "screen.h"
#include "units.h"

#define RNG_SEED_SIZE	32
/*
 * "type_of_loader": loaders without an ID enter this. kexec-tools has one
 * (0xd0); it is not ours to claim.
 */
#define LOADER_UNKNOWN	0xff

/* struct setup_data, without the data */
struct setup_data {
	uint64_t next;		/* physical, 0 = last */
	uint32_t type;
	uint32_t length;
};

/*
 * What firmware or a boot loader once found out, and only they could: handed
 * on from the running kernel's zero page. The other fields of "Zero Page":
 *
 *   made anew   acpi_rsdp_addr, ext_ramdisk_*, ext_cmd_line_ptr, efi_info,
 *               alt_mem_k, e820_*; of screen_info, ext_mem_k
 *   zero        apm_bios_info, ist_info, olpc_ofw_header: 32-bit kernels' only;
 *               hd0_info, hd1_info, sys_desc_table: obsolete;
 *               scratch: the real-mode code's;
 *               tboot_addr, cc_blob_address: pages of a launch environment
 *               that must know of each kernel it starts
 *
 * Of the setup header the image's own is taken, but for hardware_subarch;
 * hardware_subarch_data is a pointer to what we do not know.
 */
static const struct { uint16_t at, size; } handed_on[] = {
	{ ZP_EDID_INFO, ZP_EDID_INFO_SIZE },
	{ ZP_EDDBUF_ENTRIES, 1 },
	{ ZP_EDDBUF, ZP_EDDBUF_SIZE },
	{ ZP_EDD_MBR_SIG_ENTRIES, 1 },
	{ ZP_EDD_MBR_SIG, ZP_EDD_MBR_SIG_SIZE },
	{ ZP_KBD_STATUS, 1 },
	{ ZP_SECURE_BOOT, 1 },
	{ HDR_HARDWARE_SUBARCH, 4 },
};

/* The block as it grows. Without `block` it is only measured. */
struct writer {
	uint8_t *block;
	uint64_t pa;
	size_t   end;		/* taken so far */
	size_t   link;		/* where the next node's address is to go */
};

static size_t aligned(size_t size, size_t align)
{
	return (size + align - 1) / align * align;
}

static void put(uint8_t *page, size_t at, uint64_t value, size_t size)
{
	memcpy(page + at, &value, size);	/* little-endian as x86 is */
}

/* Room in the block; its offset. */
static size_t take(struct writer *writer, size_t size, size_t align)
{
	size_t at = aligned(writer->end, align);

	writer->end = at + size;
	return at;
}

/* Appends a node to the chain; where its data go, NULL when measuring. */
static uint8_t *add_node(struct writer *writer, uint32_t type, size_t size)
{
	struct setup_data node = { .type = type, .length = (uint32_t)size };
	size_t at = take(writer, sizeof(node) + size, 8);

	if (!writer->block)
		return NULL;
	memcpy(writer->block + at, &node, sizeof(node));
	put(writer->block, writer->link, writer->pa + at, 8);
	writer->link = at + offsetof(struct setup_data, next);
	return writer->block + at + sizeof(node);
}

static void copy_node(struct writer *writer, uint32_t type, const void *data,
		      size_t size)
{
	uint8_t *to = add_node(writer, type, size);

	if (to)
		memcpy(to, data, size);
}

static void put_header(const struct bootparams_wish *wish, uint8_t *page)
{
	const struct image *image = wish->image;
	uint8_t loadflags;

	memcpy(page + HDR_START, image->header, image->header_len);
	put(page, HDR_TYPE_OF_LOADER, LOADER_UNKNOWN, 1);
	/* The decompressor clears or sets it; if it runs at all. */
	loadflags = page[HDR_LOADFLAGS] & (uint8_t)~HDR_KASLR_FLAG;
	if (wish->kaslr)
		loadflags |= HDR_KASLR_FLAG;
	page[HDR_LOADFLAGS] = loadflags;
}

static void put_handed_on(const struct bootparams_wish *wish, uint8_t *page)
{
	for (size_t i = 0; i < sizeof(handed_on) / sizeof(handed_on[0]); i++)
		memcpy(page + handed_on[i].at, wish->running + handed_on[i].at,
		       handed_on[i].size);
	if (wish->screen)
		memcpy(page + ZP_SCREEN_INFO, wish->running + ZP_SCREEN_INFO,
		       ZP_SCREEN_INFO_SIZE);
}

static void put_initrd(const struct bootparams_wish *wish, uint8_t *page)
{
	put(page, HDR_RAMDISK_IMAGE, wish->initrd_pa, 4);
	put(page, ZP_EXT_RAMDISK_IMAGE, wish->initrd_pa >> 32, 4);
	put(page, HDR_RAMDISK_SIZE, wish->initrd_size, 4);
	put(page, ZP_EXT_RAMDISK_SIZE, wish->initrd_size >> 32, 4);
}

/* RAM from 1 MiB on, in KiB: only very old code asks for it. */
static void put_memory_size(const struct bootparams_wish *wish, uint8_t *page)
{
	uint64_t size_k = e820_above_1m(wish->e820) >> 10;

	put(page, ZP_ALT_MEM_K, size_k < UINT32_MAX ? size_k : UINT32_MAX, 4);
	put(page, ZP_SCREEN_INFO + SCREEN_EXT_MEM_K,
	    size_k < SCREEN_EXT_MEM_K_MAX ? size_k : SCREEN_EXT_MEM_K_MAX, 2);
}

static void put_zero_page(const struct bootparams_wish *wish, uint8_t *page)
{
	put_header(wish, page);
	if (wish->running)
		put_handed_on(wish, page);
	put_initrd(wish, page);
	put(page, ZP_ACPI_RSDP_ADDR, wish->rsdp_pa, 8);
	page[ZP_E820_ENTRIES] = (uint8_t)e820_write(wish->e820, 0, ZP_E820_MAX,
						    page + ZP_E820_TABLE);
	put_memory_size(wish, page);
}

static void add_cmdline(const struct bootparams_wish *wish,
			struct writer *writer)
{
	size_t size = strlen(wish->cmdline) + 1;
	size_t at = take(writer, size, 1);

	if (!writer->block)
		return;
	memcpy(writer->block + at, wish->cmdline, size);
	put(writer->block, HDR_CMD_LINE_PTR, writer->pa + at, 4);
	put(writer->block, ZP_EXT_CMD_LINE_PTR, (writer->pa + at) >> 32, 4);
}

/* What the zero page has no room for. */
static void add_e820_rest(const struct bootparams_wish *wish,
			  struct writer *writer)
{
	size_t count = wish->e820->count;
	uint8_t *to;

	if (count <= ZP_E820_MAX)
		return;
	count -= ZP_E820_MAX;
	to = add_node(writer, SETUP_E820_EXT, count * E820_ENTRY_SIZE);
	if (to)
		e820_write(wish->e820, ZP_E820_MAX, count, to);
}

static void add_hop(const struct bootparams_wish *wish, struct writer *writer)
{
	size_t size = wish->note ? strlen(wish->note) : 0;
	uint8_t *to = add_node(writer, SETUP_KPARK, sizeof(wish->hop) + size);

	if (!to)
		return;
	memcpy(to, &wish->hop, sizeof(wish->hop));
	if (wish->note)
		memcpy(to + sizeof(wish->hop), wish->note, size);
}

/* Linux maps the memory map by whole pages: it gets its own. */
static void add_efi(const struct efi *efi, struct writer *writer)
{
	size_t size = efi->count * sizeof(*efi->map);
	struct efi_info info;
	size_t at;

	copy_node(writer, SETUP_EFI, &efi->setup, sizeof(efi->setup));
	at = take(writer, size, PAGE);
	if (!writer->block)
		return;
	memcpy(writer->block + at, efi->map, size);
	efi_describe(efi, writer->pa + at, &info);
	memcpy(writer->block + ZP_EFI_INFO, &info, sizeof(info));
}

static void add_all(const struct bootparams_wish *wish, const uint8_t *seed,
		    struct writer *writer)
{
	take(writer, BOOTPARAMS_SIZE, PAGE);
	writer->link = HDR_SETUP_DATA;
	add_cmdline(wish, writer);
	add_e820_rest(wish, writer);
	copy_node(writer, SETUP_RNG_SEED, seed, RNG_SEED_SIZE);
	add_hop(wish, writer);
	for (size_t i = 0; wish->setup_data && i < wish->setup_data->count; i++)
		copy_node(writer, wish->setup_data->nodes[i].type,
			  wish->setup_data->nodes[i].data,
			  wish->setup_data->nodes[i].size);
	if (wish->efi)
		add_efi(wish->efi, writer);
}

size_t bootparams_size(const struct bootparams_wish *wish)
{
	struct writer writer = { 0 };

	add_all(wish, NULL, &writer);
	return aligned(writer.end, PAGE);
}

int bootparams_build(const struct bootparams_wish *wish, uint8_t *block,
		     uint64_t pa)
{
	struct writer writer = { .block = block, .pa = pa };
	uint8_t seed[RNG_SEED_SIZE];

	if (random_bytes(seed, sizeof(seed)))
		return -1;
	memset(block, 0, bootparams_size(wish));
	put_zero_page(wish, block);
	add_all(wish, seed, &writer);
	explicit_bzero(seed, sizeof(seed));
	return 0;
}
