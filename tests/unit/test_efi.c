// SPDX-License-Identifier: GPL-2.0-only
/* test_efi.c - the EFI firmware below a kernel, from made-up /sys files */
#include "machine.h"

#include "bootparams.h"
#include "bytes.h"
#include "efi.h"

static uint8_t running[BOOTPARAMS_SIZE];
static struct efi efi;

static void entry(unsigned int i, const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/firmware/efi/runtime-map/%u/%s", i,
		 name);
	machine_text(path, text);
}

static void map_entry(unsigned int i, const char *pa, const char *va,
		      const char *pages)
{
	entry(i, "type", "0x6\n");
	entry(i, "phys_addr", pa);
	entry(i, "virt_addr", va);
	entry(i, "num_pages", pages);
	entry(i, "attribute", "0x800000000000000f\n");
}

/* What OVMF and Linux 6.12 show, shortened. */
static int setup(void **state)
{
	if (machine_setup(state))
		return -1;
	memset(running, 0, sizeof(running));
	memcpy(running + 0x1c0, "EL64\x18\xb0\x9e\x5f", 8);
	put32(running + 0x1d8, 0x2);
	machine_text("/sys/firmware/efi/systab", "ACPI20=0x5fb7d014\n"
		     "ACPI=0x5fb7d000\nSMBIOS3=0x1\nSMBIOS=0x5f920000\n");
	machine_text("/sys/firmware/efi/fw_vendor", "0x5f92aa18\n");
	machine_text("/sys/firmware/efi/runtime", "0x5f9ebb98\n");
	machine_text("/sys/firmware/efi/config_table", "0x5f9ebc98\n");
	map_entry(0, "0xffc00000\n", "0xfffffffeffc00000\n", "0x400\n");
	map_entry(1, "0x5ce67000\n", "0xfffffffefca67000\n", "0x1\n");
	return 0;
}

static int teardown(void **state)
{
	efi_free(&efi);
	return machine_teardown(state);
}

static void read_it(void)
{
	efi_free(&efi);
	assert_int_equal(efi_read(machine_root(), running, &efi), 0);
}

static void refused(void)
{
	read_it();
	assert_non_null(efi.why_not);
	assert_null(efi.map);
	assert_int_equal(efi.count, 0);
	assert_int_equal(efi.rsdp_pa, 0x5fb7d014);	/* is one all the same */
}

static void all_is_read(void **state)
{
	(void)state;
	read_it();
	assert_null(efi.why_not);
	assert_int_equal(efi.rsdp_pa, 0x5fb7d014);
	assert_int_equal(efi.systab_pa, 0x25f9eb018);
	assert_int_equal(efi.setup.fw_vendor_pa, 0x5f92aa18);
	assert_int_equal(efi.setup.runtime_pa, 0x5f9ebb98);
	assert_int_equal(efi.setup.config_table_pa, 0x5f9ebc98);
	assert_int_equal(efi.setup.smbios_pa, 0x5f920000);
	assert_int_equal(efi.count, 2);
	assert_int_equal(efi.map[0].type, 6);
	assert_int_equal(efi.map[0].reserved, 0);
	assert_int_equal(efi.map[0].pa, 0xffc00000);
	assert_int_equal(efi.map[0].va, 0xfffffffeffc00000);
	assert_int_equal(efi.map[0].pages, 0x400);
	assert_int_equal(efi.map[0].attribute, 0x800000000000000f);
	assert_int_equal(efi.map[1].pa, 0x5ce67000);
}

static void a_virtual_runtime_is_left_out(void **state)
{
	(void)state;
	machine_text("/sys/firmware/efi/runtime", "0xfffffffeff5ebb98\n");
	read_it();
	assert_null(efi.why_not);
	assert_int_equal(efi.setup.runtime_pa, 0);
}

static void the_older_rsdp_will_do(void **state)
{
	(void)state;
	machine_text("/sys/firmware/efi/systab", "ACPI=0x5fb7d000\n");
	read_it();
	assert_int_equal(efi.rsdp_pa, 0x5fb7d000);
	assert_int_equal(efi.setup.smbios_pa, 0);
	machine_text("/sys/firmware/efi/systab", "XACPI20=0x1\nACPI20X=0x2\n");
	read_it();
	assert_int_equal(efi.rsdp_pa, 0);
}

static void without_a_signature_there_is_none(void **state)
{
	(void)state;
	memset(running, 0, sizeof(running));
	read_it();
	assert_null(efi.why_not);
	assert_null(efi.map);
	assert_int_equal(efi.rsdp_pa, 0);
}

static void what_cannot_be_handed_on_is_not(void **state)
{
	(void)state;
	memcpy(running + 0x1c0, "EL32", 4);
	refused();
	memcpy(running + 0x1c0, "EL64", 4);
	read_it();
	assert_null(efi.why_not);
	machine_text("/sys/firmware/efi/config_table", "no number\n");
	refused();
	machine_text("/sys/firmware/efi/config_table", "0x5f9ebc98\n");
	/* noefi: all is there but the map */
	machine_remove("/sys/firmware/efi/runtime-map/0/type");
	refused();
}

static void a_map_that_makes_no_sense_is_none(void **state)
{
	(void)state;
	map_entry(1, "0x5ce67000\n", "0xfffffffefca67000\n", "0x0\n");
	refused();
	map_entry(1, "0x5ce67001\n", "0xfffffffefca67000\n", "0x1\n");
	refused();
	map_entry(1, "0xffffffffff000\n", "0xfffffffefca67000\n", "0x2\n");
	refused();
	map_entry(1, "0x5ce67000\n", "0xfffffffefca67000\n",
		  "0x10000000000001\n");
	refused();
	map_entry(1, "0x5ce67000\n", "0xfffffffffffff000\n", "0x2\n");
	refused();
	map_entry(1, "0x5ce67000\n", "-\n", "0x1\n");
	refused();
	map_entry(1, "0x5ce67000\n", "0xfffffffffffff000\n", "0x1\n");
	entry(1, "type", "0x100000006\n");
	refused();
	entry(1, "type", "0x6\n");
	read_it();
	assert_null(efi.why_not);
}

static void its_memory_is_kept(void **state)
{
	struct memmap free = { 0 };

	(void)state;
	memmap_set(&free, 0x100000, 0x60000000, E820_RAM);
	read_it();
	assert_int_equal(efi_keep(&efi, &free), 0);
	assert_true(memmap_is(&free, 0x100000, 0x5ce67000, E820_RAM));
	assert_true(memmap_is(&free, 0x5ce67000, 0x5ce68000, E820_RESERVED));
	assert_true(memmap_is(&free, 0x5ce68000, 0x60000000, E820_RAM));
	memmap_free(&free);
}

static void the_image_must_say_that_it_can(void **state)
{
	const uint16_t can = 0x10;	/* XLF_EFI_KEXEC */

	(void)state;
	read_it();
	assert_null(efi_objection(&efi, can | XLF_KERNEL_64));
	assert_non_null(efi_objection(&efi, (uint16_t)~can));
	machine_remove("/sys/firmware/efi/runtime-map/0/type");
	read_it();
	assert_non_null(efi_objection(&efi, can));
	memset(running, 0, sizeof(running));
	read_it();
	assert_null(efi_objection(&efi, can));
	assert_null(efi_objection(&efi, 0));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_is_read),
		TEST(a_virtual_runtime_is_left_out),
		TEST(the_older_rsdp_will_do),
		TEST(without_a_signature_there_is_none),
		TEST(what_cannot_be_handed_on_is_not),
		TEST(a_map_that_makes_no_sense_is_none),
		TEST(its_memory_is_kept),
		TEST(the_image_must_say_that_it_can),
	};

	return cmocka_run_group_tests_name("efi", tests, NULL, NULL);
}
