// SPDX-License-Identifier: GPL-2.0-only
/* test_rsdp.c - an RSDP where the user says it is, or not */
#include "machine.h"

#include "acpi.h"
#include "rsdp.h"

static struct memmap e820;
static uint8_t memory[0x4000];	/* /dev/mem, as far as it can be read */

static int setup(void **state)
{
	struct acpi_rsdp rsdp = { .signature = "RSD PTR ", .revision = 2 };

	if (machine_setup(state))
		return -1;
	rsdp.checksum = (uint8_t)-acpi_sum(&rsdp, ACPI_RSDP_V1_LENGTH);
	memset(memory, 0, sizeof(memory));
	memcpy(memory + 0x2014, &rsdp, sizeof(rsdp));
	machine_file("/dev/mem", memory, sizeof(memory));
	memmap_set(&e820, 0, 0x9f000, E820_RAM);
	memmap_set(&e820, 0x100000, 0x5fb00000, E820_RAM);
	memmap_set(&e820, 0x5fb6c000, 0x5fb7e000, E820_ACPI);
	memmap_set(&e820, 0x5fb7e000, 0x5fb80000, E820_NVS);
	memmap_set(&e820, 0x5fb90000, 0x5fba0000, E820_RESERVED);
	return 0;
}

static int teardown(void **state)
{
	memmap_free(&e820);
	return machine_teardown(state);
}

static bool usable(uint64_t pa)
{
	return !rsdp_objection(machine_root(), &e820, pa);
}

static void numbers_are_hex(void **state)
{
	uint64_t pa;

	(void)state;
	assert_int_equal(rsdp_parse("0x5fb7d014 ro", &pa), 0);
	assert_int_equal(pa, 0x5fb7d014);
	assert_int_equal(rsdp_parse("f5a10", &pa), 0);
	assert_int_equal(pa, 0xf5a10);
	assert_int_equal(rsdp_parse("", &pa), -1);
	assert_int_equal(rsdp_parse(" 1", &pa), -1);
	assert_int_equal(rsdp_parse("-1", &pa), -1);
	assert_int_equal(rsdp_parse("0", &pa), -1);
	assert_int_equal(rsdp_parse("0x12xy", &pa), -1);
	assert_int_equal(rsdp_parse("0x11111111111111111", &pa), -1);
}

static void it_is_read_where_it_may_be(void **state)
{
	(void)state;
	assert_true(usable(0x2014));
	assert_false(usable(0x2010));	/* no signature */
	memory[0x2014 + 12] ^= 1;
	machine_file("/dev/mem", memory, sizeof(memory));
	assert_false(usable(0x2014));	/* no checksum */
}

static void else_the_type_of_its_memory_decides(void **state)
{
	(void)state;
	assert_true(usable(0xf5a10));		/* the legacy area */
	assert_false(usable(0xffff0));		/* across the end of it */
	assert_true(usable(0x5fb7d014));	/* ACPI */
	assert_true(usable(0x5fb7e000));	/* NVS */
	assert_true(usable(0x5fb90000));	/* Reserved: ours, say */
	assert_false(usable(0x5fb7fff0));	/* NVS to its end */
	assert_false(usable(0x200000));		/* RAM */
	assert_false(usable(0x5fb85000));	/* a hole */
	assert_false(usable(UINT64_MAX));
	assert_false(usable(UINT64_MAX - 36));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_hex),
		TEST(it_is_read_where_it_may_be),
		TEST(else_the_type_of_its_memory_decides),
	};

	return cmocka_run_group_tests_name("rsdp", tests, NULL, NULL);
}
