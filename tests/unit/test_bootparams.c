// SPDX-License-Identifier: GPL-2.0-only
/* test_bootparams.c - the zero page, read back as a kernel would */
#include "machine.h"

#include "bootparams.h"
#include "bytes.h"

#define PA	0x12345000ULL

static struct image image;
static struct memmap e820;
static struct bootparams_wish wish;
static uint8_t running[BOOTPARAMS_SIZE];

static int setup(void **state)
{
	(void)state;
	memset(&image, 0, sizeof(image));
	image.header_len = HDR_KERNEL_INFO_OFFSET + 4 - HDR_START;
	image.header[HDR_JUMP - HDR_START] = 0xeb;
	image.header[HDR_LOADFLAGS - HDR_START] = HDR_LOADED_HIGH |
						  HDR_KASLR_FLAG;
	memset(running, 0x77, sizeof(running));
	memmap_set(&e820, 0, 0x9f000, E820_RAM);
	memmap_set(&e820, 0x9f000, 0xa0000, E820_RESERVED);
	memmap_set(&e820, 0x100000, 0x40000000, E820_RAM);
	wish = (struct bootparams_wish){
		.image = &image, .e820 = &e820, .cmdline = "console=ttyS0 ro",
		.initrd_pa = 0x1234567000, .initrd_size = 0x200001000,
		.rsdp_pa = 0xf5a10, .running = running, .hop = 3,
		.screen = true,
	};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	memmap_free(&e820);
	return 0;
}

static uint8_t *build(void)
{
	uint8_t *block = malloc(bootparams_size(&wish));

	assert_non_null(block);
	assert_int_equal(bootparams_build(&wish, block, PA), 0);
	return block;
}

static bool all_are(const uint8_t *bytes, size_t size, uint8_t value)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

/* The next node of the chain, from where its address lies. */
static uint8_t *node_after(uint8_t *zp, const uint8_t *link)
{
	uint64_t pa = get64(link);

	if (!pa)
		return NULL;
	assert_true(pa >= PA + BOOTPARAMS_SIZE && pa % 8 == 0);
	assert_true(pa + 16 <= PA + bootparams_size(&wish));
	assert_true(pa + 16 + get32(zp + (pa - PA) + 12) <=
		    PA + bootparams_size(&wish));
	return zp + (pa - PA);
}

/* The only node of that type; its data from 16 on. NULL: there is none. */
static uint8_t *find_node(uint8_t *zp, uint32_t type)
{
	uint8_t *found = NULL;

	for (uint8_t *node = node_after(zp, zp + HDR_SETUP_DATA); node;
	     node = node_after(zp, node))
		if (get32(node + 8) == type) {
			assert_null(found);
			found = node;
		}
	return found;
}

/* By the numbers of "Zero Page", not by our names for them. */
static void fields_are_where_the_protocol_says(void **state)
{
	uint8_t *zp = build();

	(void)state;
	assert_int_equal(zp[0x200], 0xeb);
	assert_int_equal(zp[0x210], 0xff);	/* type_of_loader: undefined */
	assert_int_equal(zp[0x226], 0);		/* ext_loader_ver */
	assert_int_equal(zp[0x227], 0);		/* ext_loader_type */
	assert_int_equal(zp[0x1ef], 0);		/* sentinel */
	assert_int_equal(get64(zp + 0x070), 0xf5a10);
	assert_int_equal(get32(zp + 0x218), 0x34567000);
	assert_int_equal(get32(zp + 0x0c0), 0x12);
	assert_int_equal(get32(zp + 0x21c), 0x1000);
	assert_int_equal(get32(zp + 0x0c4), 2);
	assert_int_equal(get32(zp + 0x228), PA + 4096);
	assert_int_equal(get32(zp + 0x0c8), 0);
	assert_string_equal((char *)zp + 4096, wish.cmdline);
	assert_int_equal(zp[0x1e8], 3);		/* e820_entries */
	assert_int_equal(get64(zp + 0x2d0 + 20), 0x9f000);
	assert_int_equal(get32(zp + 0x1e0), 0x3ff00000 >> 10);
	assert_int_equal(get16(zp + 0x002), 0xfc00);	/* ext_mem_k */
	free(zp);
}

static void facts_of_the_firmware_are_handed_on(void **state)
{
	uint8_t *zp = build();

	(void)state;
	assert_true(all_are(zp, 2, 0x77));		/* screen_info */
	assert_true(all_are(zp + 4, 0x40 - 4, 0x77));
	assert_true(all_are(zp + 0x140, 0x80, 0x77));	/* edid_info */
	assert_int_equal(zp[0x1e9], 0x77);		/* eddbuf_entries */
	assert_int_equal(zp[0x1ea], 0x77);		/* edd_mbr_sig_... */
	assert_int_equal(zp[0x1eb], 0x77);		/* kbd_status */
	assert_int_equal(zp[0x1ec], 0x77);		/* secure_boot */
	assert_true(all_are(zp + 0x290, 0x40, 0x77));	/* edd_mbr_sig_buffer */
	assert_true(all_are(zp + 0xd00, 0x1ec, 0x77));	/* eddbuf */
	assert_int_equal(get32(zp + 0x23c), 0x77777777);
	free(zp);
}

static void what_is_gone_is_zero(void **state)
{
	uint8_t *zp = build();

	(void)state;
	assert_true(all_are(zp + 0x040, 0x70 - 0x40, 0)); /* apm, tboot, ist */
	assert_true(all_are(zp + 0x078, 0xc0 - 0x78, 0)); /* hd, sysdesc, olpc */
	assert_true(all_are(zp + 0x0cc, 0x140 - 0xcc, 0)); /* cc_blob_address */
	assert_true(all_are(zp + 0x1c0, 0x20, 0));	/* efi_info */
	assert_int_equal(get32(zp + 0x1e4), 0);		/* scratch */
	assert_true(all_are(zp + 0xeec, 0x1000 - 0xeec, 0));
	free(zp);
}

static void a_screen_that_moved_is_not_handed_on(void **state)
{
	uint8_t *zp;

	(void)state;
	wish.screen = false;
	zp = build();
	assert_true(all_are(zp, 2, 0));
	assert_int_equal(get16(zp + 2), 0xfc00);
	assert_true(all_are(zp + 4, 0x40 - 4, 0));
	free(zp);
}

static void kaslr_flag_is_ours_to_set(void **state)
{
	uint8_t *zp = build();

	(void)state;
	assert_false(zp[HDR_LOADFLAGS] & HDR_KASLR_FLAG);
	free(zp);
	wish.kaslr = 1;
	zp = build();
	assert_true(zp[HDR_LOADFLAGS] & HDR_KASLR_FLAG);
	assert_true(zp[HDR_LOADFLAGS] & HDR_LOADED_HIGH);
	free(zp);
}

static void e820_is_complete(void **state)
{
	uint8_t *zp = build(), *entry = zp + ZP_E820_TABLE + 20;

	(void)state;
	assert_int_equal(zp[ZP_E820_ENTRIES], 3);
	assert_int_equal(get64(entry), 0x9f000);
	assert_int_equal(get64(entry + 8), 0x1000);
	assert_int_equal(get32(entry + 16), E820_RESERVED);
	assert_int_equal(get32(zp + ZP_ALT_MEM_K), (0x40000000 - 0x100000) >> 10);
	free(zp);
}

static void make_ranges(size_t count)
{
	memmap_free(&e820);
	for (uint64_t i = 0; i < count; i++)
		memmap_set(&e820, 0x50000000 + i * 0x2000,
			   0x50001000 + i * 0x2000,
			   i % 2 ? E820_RAM : E820_NVS);
	assert_int_equal(e820.count, count);
}

static void entry_is(const uint8_t *entry, uint64_t i)
{
	assert_int_equal(get64(entry), 0x50000000 + i * 0x2000);
	assert_int_equal(get64(entry + 8), 0x1000);
	assert_int_equal(get32(entry + 16), i % 2 ? E820_RAM : E820_NVS);
}

static void e820_goes_on_where_the_zero_page_ends(void **state)
{
	uint8_t *zp, *rest;

	(void)state;
	make_ranges(300);
	zp = build();
	rest = find_node(zp, SETUP_E820_EXT);
	assert_int_equal(zp[ZP_E820_ENTRIES], 128);
	entry_is(zp + 0x2d0, 0);
	entry_is(zp + 0x2d0 + 127 * 20, 127);
	assert_int_equal(get32(zp + 0x2d0 + 128 * 20), 0);
	assert_non_null(rest);
	assert_int_equal(get32(rest + 12), (300 - 128) * 20);
	for (uint64_t i = 128; i < 300; i++)
		entry_is(rest + 16 + (i - 128) * 20, i);
	free(zp);
}

static void the_last_entry_that_fits_needs_no_more(void **state)
{
	uint8_t *zp;

	(void)state;
	make_ranges(128);
	zp = build();
	assert_int_equal(zp[ZP_E820_ENTRIES], 128);
	entry_is(zp + 0x2d0 + 127 * 20, 127);
	assert_null(find_node(zp, SETUP_E820_EXT));
	free(zp);
	make_ranges(129);
	zp = build();
	assert_int_equal(zp[ZP_E820_ENTRIES], 128);
	assert_int_equal(get32(find_node(zp, SETUP_E820_EXT) + 12), 20);
	free(zp);
}

static void memory_size_is_that_up_to_the_first_hole(void **state)
{
	uint8_t *zp;

	(void)state;
	memmap_set(&e820, 0x200000, 0x201000, E820_NVS);
	zp = build();
	assert_int_equal(get32(zp + ZP_ALT_MEM_K), 1024);
	assert_int_equal(get16(zp + 2), 1024);
	free(zp);
	memmap_set(&e820, 0, 1ULL << 44, E820_RAM);
	zp = build();
	assert_int_equal(get32(zp + ZP_ALT_MEM_K), UINT32_MAX);
	free(zp);
	memmap_set(&e820, 0x100000, 1ULL << 44, E820_NVS);
	zp = build();
	assert_int_equal(get32(zp + ZP_ALT_MEM_K), 0);
	free(zp);
}

static void setup_data_is_a_chain(void **state)
{
	uint8_t *zp = build(), *seed, *hop;

	(void)state;
	seed = find_node(zp, SETUP_RNG_SEED);
	hop = find_node(zp, SETUP_KPARK);
	assert_int_equal(get32(seed + 12), 32);
	assert_false(all_are(seed + 16, 32, 0));
	assert_int_equal(get32(hop + 12), 4);
	assert_int_equal(get32(hop + 16), 3);
	assert_null(find_node(zp, SETUP_EFI));
	free(zp);
}

static void nodes_are_copied(void **state)
{
	struct setup_node nodes[] = {
		{ SETUP_PCI, 5, "rom 1" }, { SETUP_DTB, 9, "a dt blob" },
	};
	struct setup_data_list list = { nodes, 2 };
	uint8_t *zp;

	(void)state;
	wish.setup_data = &list;
	zp = build();
	assert_memory_equal(find_node(zp, SETUP_PCI) + 16, "rom 1", 5);
	assert_int_equal(get32(find_node(zp, SETUP_PCI) + 12), 5);
	assert_memory_equal(find_node(zp, SETUP_DTB) + 16, "a dt blob", 9);
	assert_non_null(find_node(zp, SETUP_RNG_SEED));
	assert_non_null(find_node(zp, SETUP_KPARK));
	free(zp);
}

static void efi_is_handed_on(void **state)
{
	struct efi_memory map[200];
	struct efi efi = {
		.systab_pa = 0x1234567018, .map = map, .count = 200,
		.setup = { 1, 2, 3, 4, { 0 } },
	};
	uint8_t *zp, *node;
	uint64_t map_pa;

	(void)state;
	memset(map, 0x55, sizeof(map));
	map[199].attribute = 7;
	wish.efi = &efi;
	zp = build();
	assert_memory_equal(zp + 0x1c0, "EL64", 4);
	assert_int_equal(get32(zp + 0x1c4), 0x34567018);	/* systab */
	assert_int_equal(get32(zp + 0x1d8), 0x12);		/* systab_hi */
	assert_int_equal(get32(zp + 0x1c8), 40);	/* memdesc_size */
	assert_int_equal(get32(zp + 0x1cc), 1);		/* memdesc_version */
	assert_int_equal(get32(zp + 0x1d4), 200 * 40);	/* memmap_size */
	map_pa = get32(zp + 0x1d0) | (uint64_t)get32(zp + 0x1dc) << 32;
	assert_int_equal(map_pa % 4096, 0);
	assert_true(map_pa > PA);
	assert_true(map_pa + sizeof(map) <= PA + bootparams_size(&wish));
	assert_memory_equal(zp + (map_pa - PA), map, sizeof(map));
	node = find_node(zp, SETUP_EFI);
	assert_int_equal(get32(node + 12), 96);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(get64(node + 16 + 8 * i), i + 1);
	assert_true(all_are(node + 16 + 32, 64, 0));
	free(zp);
}

/* For `kpark status` in the next kernel; all of it, and within the block. */
static void note_follows_the_hop(void **state)
{
	static char note[5000];
	uint8_t *zp, *hop;

	(void)state;
	memset(note, 'n', sizeof(note) - 1);
	wish.note = note;
	zp = build();
	hop = find_node(zp, SETUP_KPARK);
	assert_non_null(hop);
	assert_int_equal(get32(hop + 12), 4 + strlen(note));
	assert_int_equal(get32(hop + 16), 3);
	assert_memory_equal(hop + 20, note, strlen(note));
	assert_true((size_t)(hop + 20 - zp) + strlen(note) <=
		    bootparams_size(&wish));
	free(zp);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fields_are_where_the_protocol_says),
		TEST(facts_of_the_firmware_are_handed_on),
		TEST(what_is_gone_is_zero),
		TEST(a_screen_that_moved_is_not_handed_on),
		TEST(kaslr_flag_is_ours_to_set),
		TEST(e820_is_complete),
		TEST(e820_goes_on_where_the_zero_page_ends),
		TEST(the_last_entry_that_fits_needs_no_more),
		TEST(memory_size_is_that_up_to_the_first_hole),
		TEST(setup_data_is_a_chain),
		TEST(nodes_are_copied),
		TEST(efi_is_handed_on),
		TEST(note_follows_the_hop),
	};

	return cmocka_run_group_tests_name("bootparams", tests, NULL, NULL);
}
