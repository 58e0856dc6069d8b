// SPDX-License-Identifier: GPL-2.0-only
/* test_setup_data.c - the running kernel's setup_data: what goes on */
#include "machine.h"

#include "bytes.h"
#include "setup_data.h"

static struct setup_data_list list;

static int teardown(void **state)
{
	setup_data_free(&list);
	return machine_teardown(state);
}

static void node(unsigned int i, uint32_t type, const void *data, size_t size)
{
	char path[128], text[32];

	snprintf(path, sizeof(path),
		 "/sys/kernel/boot_params/setup_data/%u/type", i);
	snprintf(text, sizeof(text), "0x%x\n", type);
	machine_text(path, text);
	snprintf(path, sizeof(path),
		 "/sys/kernel/boot_params/setup_data/%u/data", i);
	machine_file(path, data, size);
}

static void read_it(void)
{
	setup_data_free(&list);
	assert_int_equal(setup_data_read(machine_root(), &list), 0);
}

static void no_nodes_are_fine(void **state)
{
	(void)state;
	read_it();
	assert_int_equal(list.count, 0);
}

/* Each type that Linux knows, and one it does not. */
static void what_describes_hardware_goes_on(void **state)
{
	static const uint32_t types[] = {
		0, SETUP_E820_EXT, SETUP_DTB, SETUP_EFI,
		SETUP_APPLE_PROPERTIES, SETUP_JAILHOUSE, SETUP_CC_BLOB,
		SETUP_IMA, SETUP_RNG_SEED, SETUP_KEXEC_KHO, 11, SETUP_INDIRECT,
		SETUP_INDIRECT | SETUP_DTB, SETUP_KPARK,
	};

	(void)state;
	for (unsigned int i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		node(i, types[i], &types[i], sizeof(types[i]));
	read_it();
	assert_int_equal(list.count, 3);
	for (size_t i = 0; i < list.count; i++) {
		assert_int_equal(list.nodes[i].size, 4);
		assert_int_equal(get32(list.nodes[i].data),
				 list.nodes[i].type);
	}
	assert_int_equal(list.nodes[0].type, SETUP_DTB);
	assert_int_equal(list.nodes[1].type, SETUP_APPLE_PROPERTIES);
	assert_int_equal(list.nodes[2].type, SETUP_JAILHOUSE);
}

static void what_was_given_back_is_gone(void **state)
{
	(void)state;
	node(0, SETUP_APPLE_PROPERTIES, "", 0);
	node(1, SETUP_DTB, "", 0);
	machine_remove("/sys/kernel/boot_params/setup_data/1/data");
	node(2, SETUP_DTB, "x", 1);
	read_it();
	assert_int_equal(list.count, 1);
	assert_memory_equal(list.nodes[0].data, "x", 1);
}

static void a_rom_must_be_in_its_node(void **state)
{
	uint8_t rom[0x30 + 512] = { 0 };

	(void)state;
	put64(rom + 8, 512);
	node(0, SETUP_PCI, rom, sizeof(rom));
	read_it();
	assert_int_equal(list.count, 1);
	assert_int_equal(list.nodes[0].size, sizeof(rom));
	put64(rom + 8, 513);
	node(0, SETUP_PCI, rom, sizeof(rom));
	read_it();
	assert_int_equal(list.count, 0);
	put64(rom + 8, UINT64_MAX);
	node(0, SETUP_PCI, rom, sizeof(rom));
	read_it();
	assert_int_equal(list.count, 0);
	node(0, SETUP_PCI, rom, 0x2f);
	read_it();
	assert_int_equal(list.count, 0);
}

static void there_is_an_end_to_it(void **state)
{
	static uint8_t big[10 << 20];

	(void)state;
	node(0, SETUP_DTB, big, sizeof(big));
	node(1, SETUP_DTB, big, sizeof(big));
	node(2, SETUP_DTB, big, 1);
	read_it();
	assert_int_equal(list.count, 2);
	assert_int_equal(list.nodes[1].size, 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, machine_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_nodes_are_fine),
		TEST(what_describes_hardware_goes_on),
		TEST(what_was_given_back_is_gone),
		TEST(a_rom_must_be_in_its_node),
		TEST(there_is_an_end_to_it),
	};

	return cmocka_run_group_tests_name("setup_data", tests, NULL, NULL);
}
