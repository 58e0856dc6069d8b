// SPDX-License-Identifier: GPL-2.0-only
/* test_cmdline.c - the next kernel's command line */
#include "machine.h"

#include "cmdline.h"

static void assert_made(const char *running, const char *given,
			const char *want)
{
	char *made = cmdline_make(running, given);

	assert_non_null(made);
	assert_string_equal(made, want);
	free(made);
}

static void words_are_joined(void **state)
{
	(void)state;
	assert_made(NULL, NULL, "");
	assert_made(NULL, "a b", "a b");
	assert_made("a b\n", NULL, "a b");
	assert_made("a b\n", "c", "a b c");
	assert_made("  a \t b\n", "  c  ", "a b c");
}

static void the_old_loaders_words_go(void **state)
{
	(void)state;
	assert_made("BOOT_IMAGE=/vmlinuz ro quiet\n", "x", "ro quiet x");
	assert_made("ro acpi_rsdp=0xf0000\n", "acpi_rsdp=0x1 y", "ro y");
	assert_made("ro acpi-rsdp=0xf0000", NULL, "ro");
	assert_made("BOOT_IMAGES=1 xBOOT_IMAGE=2", NULL,
		    "BOOT_IMAGES=1 xBOOT_IMAGE=2");
}

static void quotes_hold_words_together(void **state)
{
	(void)state;
	assert_made("dyndbg=\"file x +p; file y +p\" BOOT_IMAGE=\"a b\" z",
		    NULL, "dyndbg=\"file x +p; file y +p\" z");
	assert_made("a=\"unterminated b", NULL, "a=\"unterminated b");
	assert_made("a=\"b", "c\" acpi_rsdp=0x1 d", "a=\"b c\" d");
}

static void words_are_found(void **state)
{
	(void)state;
	assert_true(cmdline_has("a nokaslr b", "nokaslr"));
	assert_false(cmdline_has("a nokaslrx b", "nokaslr"));
	assert_true(cmdline_has("mem_sleep_default=deep", "mem_sleep_default="));
	assert_false(cmdline_has("xmem_sleep_default=deep",
				 "mem_sleep_default="));
	assert_false(cmdline_has("", "nokaslr"));
}

static void values_are_found(void **state)
{
	(void)state;
	assert_string_equal(cmdline_find("a acpi_rsdp=0x1 b", "acpi_rsdp="),
			    "0x1 b");
	assert_string_equal(cmdline_find("x=1 x=2", "x="), "2");
	assert_string_equal(cmdline_find("x=", "x="), "");
	assert_null(cmdline_find("xx=1 \"a x=1\"", "x="));
}

static void words_are_added(void **state)
{
	char *cmdline = cmdline_make(NULL, NULL);

	(void)state;
	cmdline = cmdline_add(cmdline, "a");
	cmdline = cmdline_add(cmdline, "b=c");
	assert_string_equal(cmdline, "a b=c");
	free(cmdline);
}

static void words_behind_two_dashes_are_for_init(void **state)
{
	char *cmdline = cmdline_make("a --b \"x -- y\" -- nosmp c=1", NULL);
	char value[4];

	(void)state;
	assert_false(cmdline_has(cmdline, "nosmp"));
	assert_true(cmdline_has(cmdline, "--b"));
	assert_int_equal(cmdline_value(cmdline, "c=", value, 4), -1);
	cmdline = cmdline_add(cmdline, "added");
	assert_string_equal(cmdline,
			    "a --b \"x -- y\" added -- nosmp c=1");
	free(cmdline);
	cmdline = cmdline_add(cmdline_make("--", NULL), "added");
	assert_string_equal(cmdline, "added --");
	free(cmdline);
}

static void values_are_copied(void **state)
{
	char value[4];

	(void)state;
	assert_int_equal(cmdline_value("a=b c=1 c=2", "c=", value, 4), 0);
	assert_string_equal(value, "2");
	assert_int_equal(cmdline_value("c=", "c=", value, 1), 0);
	assert_string_equal(value, "");
	assert_int_equal(cmdline_value("c=123", "c=", value, 4), 0);
	assert_int_equal(cmdline_value("c=1234", "c=", value, 4), -1);
	assert_int_equal(cmdline_value("d=1", "c=", value, 4), -1);
}

static void the_mark_of_another_load_goes(void **state)
{
	(void)state;
	assert_made("a " CMDLINE_MARK "0123 b\n", NULL, "a b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_joined),
		cmocka_unit_test(the_old_loaders_words_go),
		cmocka_unit_test(quotes_hold_words_together),
		cmocka_unit_test(words_are_found),
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(words_are_added),
		cmocka_unit_test(words_behind_two_dashes_are_for_init),
		cmocka_unit_test(values_are_copied),
		cmocka_unit_test(the_mark_of_another_load_goes),
	};

	return cmocka_run_group_tests_name("cmdline", tests, NULL, NULL);
}
