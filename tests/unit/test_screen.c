// SPDX-License-Identifier: GPL-2.0-only
/* test_screen.c - is the boot loader's frame buffer still where it was? */
#include "machine.h"

#include "bytes.h"
#include "screen.h"

#define VGA	"/sys/bus/pci/devices/0000:00:02.0/"
#define DISK	"/sys/bus/pci/devices/0000:00:03.0/"
#define PORT	"/sys/bus/pci/devices/0000:00:04.0/"

static uint8_t screen[64];

static void lfb(uint8_t type, uint64_t base, uint32_t size)
{
	memset(screen, 0, sizeof(screen));
	screen[SCREEN_VIDEO_TYPE] = type;
	put32(screen + SCREEN_LFB_BASE, (uint32_t)base);
	put32(screen + SCREEN_LFB_SIZE, size);
	if (base >> 32) {
		put32(screen + SCREEN_CAPABILITIES, SCREEN_64BIT_BASE);
		put32(screen + SCREEN_EXT_LFB_BASE, (uint32_t)(base >> 32));
	}
}

static bool valid(void)
{
	return screen_is_valid(machine_root(), screen);
}

static int setup(void **state)
{
	if (machine_setup(state))
		return -1;
	machine_text(VGA "class", "0x030000\n");
	machine_text(VGA "resource",
		     "0x0000000080000000 0x0000000080ffffff 0x0000000000042208\n"
		     "0x0000000000000000 0x0000000000000000 0x0000000000000000\n");
	machine_text(DISK "class", "0x010000\n");
	machine_text(DISK "resource",
		     "0x0000000090000000 0x000000009000ffff 0x0000000000040101\n"
		     "0x00000000a0000000 0x00000000a0000fff 0x0000000000040200\n"
		     "0x0000002000000000 0x0000002000003fff 0x0000000000140204\n");
	machine_text(PORT "class", "0x060400\n");
	machine_text(PORT "resource",
		     "0x0000000080000000 0x00000000afffffff 0x0000000000000200\n");
	return 0;
}

static void a_text_mode_is(void **state)
{
	(void)state;
	lfb(0x22, 0xa0000000, 0x1000);
	assert_true(valid());
	lfb(0, 0xa0000000, 0x1000);
	assert_true(valid());
}

static void a_frame_buffer_in_a_display_is(void **state)
{
	(void)state;
	lfb(SCREEN_TYPE_EFI, 0x80000000, 0x300000);
	assert_true(valid());
	lfb(SCREEN_TYPE_EFI, 0xe0000000, 0x300000);
	assert_true(valid());	/* nobody's: Hyper-V has it there */
	lfb(SCREEN_TYPE_EFI, 0x90000000, 0x1000);
	assert_true(valid());	/* that BAR is I/O ports */
}

static void one_where_another_device_is_now_is_not(void **state)
{
	(void)state;
	lfb(SCREEN_TYPE_EFI, 0x9fffe000, 0x2000);
	assert_true(valid());
	lfb(SCREEN_TYPE_EFI, 0x9fffe000, 0x2001);
	assert_false(valid());
	lfb(SCREEN_TYPE_EFI, 0xa0000fff, 0x10);
	assert_false(valid());
	lfb(SCREEN_TYPE_EFI, 0xa0001000, 0x10);
	assert_true(valid());
	lfb(SCREEN_TYPE_VESA, 0x9fff0000, 1);	/* 64 KiB */
	assert_true(valid());
	lfb(SCREEN_TYPE_VESA, 0x9fff0000, 2);
	assert_false(valid());
	lfb(SCREEN_TYPE_EFI, 0x2000001000, 0x1000);
	assert_false(valid());
}

static void without_pci_it_is(void **state)
{
	(void)state;
	lfb(SCREEN_TYPE_EFI, 0xa0000000, 0x1000);
	assert_true(screen_is_valid("/no/such/root", screen));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, machine_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_text_mode_is),
		TEST(a_frame_buffer_in_a_display_is),
		TEST(one_where_another_device_is_now_is_not),
		TEST(without_pci_it_is),
	};

	return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
