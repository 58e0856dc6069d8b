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

static void fields_are_where_the_protocol_says(void **state)
{
	uint8_t *zp = build();

	(void)state;
	assert_int_equal(zp[HDR_JUMP], 0xeb);
	assert_int_equal(zp[HDR_TYPE_OF_LOADER], 0xff);
	assert_int_equal(zp[ZP_SENTINEL], 0);
	assert_int_equal(get64(zp + ZP_ACPI_RSDP_ADDR), 0xf5a10);
	assert_int_equal(get32(zp + HDR_RAMDISK_IMAGE), 0x34567000);
	assert_int_equal(get32(zp + ZP_EXT_RAMDISK_IMAGE), 0x12);
	assert_int_equal(get32(zp + HDR_RAMDISK_SIZE), 0x1000);
	assert_int_equal(get32(zp + ZP_EXT_RAMDISK_SIZE), 2);
	assert_int_equal(get32(zp + HDR_CMD_LINE_PTR), PA + BOOTPARAMS_SIZE);
	assert_string_equal((char *)zp + BOOTPARAMS_SIZE, wish.cmdline);
	assert_int_equal(zp[ZP_SCREEN_INFO + ZP_SCREEN_INFO_SIZE - 1], 0x77);
	assert_int_equal(zp[ZP_SCREEN_INFO + ZP_SCREEN_INFO_SIZE], 0);
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

static void too_many_e820_entries_are_refused(void **state)
{
	uint8_t *block;

	(void)state;
	for (uint64_t i = 0; i < 130; i++)
		memmap_set(&e820, 0x50000000 + i * 0x2000,
			   0x50001000 + i * 0x2000, E820_RAM);
	block = malloc(bootparams_size(&wish));
	assert_int_equal(bootparams_build(&wish, block, PA), -1);
	free(block);
}

static void setup_data_is_a_chain(void **state)
{
	uint8_t *zp = build();
	uint8_t *seed = zp + (get64(zp + HDR_SETUP_DATA) - PA);
	uint8_t *hop = zp + (get64(seed) - PA);

	(void)state;
	assert_int_equal(get32(seed + 8), SETUP_RNG_SEED);
	assert_int_equal(get32(seed + 12), 32);
	assert_int_equal(get32(hop + 8), SETUP_KPARK);
	assert_int_equal(get32(hop + 12), 4);
	assert_int_equal(get32(hop + 16), 3);
	assert_int_equal(get64(hop), 0);
	assert_true((size_t)(hop + 20 - zp) <= bootparams_size(&wish));
	free(zp);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fields_are_where_the_protocol_says),
		TEST(kaslr_flag_is_ours_to_set),
		TEST(e820_is_complete),
		TEST(too_many_e820_entries_are_refused),
		TEST(setup_data_is_a_chain),
	};

	return cmocka_run_group_tests_name("bootparams", tests, NULL, NULL);
}
