// SPDX-License-Identifier: GPL-2.0-only
/* test_jput.c - what is written, and what is not */
#include "machine.h"

#include "jput.h"

static struct jput jput;
static char *text;
static size_t size;
static FILE *out;

static int setup(void **state)
{
	(void)state;
	out = open_memstream(&text, &size);
	jput_begin(&jput);
	return out ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	fclose(out);
	free(text);
	return 0;
}

static void values_nest(void **state)
{
	(void)state;
	jput_object(&jput, NULL);
	jput_number(&jput, "n", INT64_MAX);
	jput_array(&jput, "list");
	jput_string(&jput, NULL, "a");
	jput_object(&jput, NULL);
	jput_close(&jput);
	jput_array(&jput, NULL);
	jput_close(&jput);
	jput_bool(&jput, NULL, true);
	jput_close(&jput);
	jput_null(&jput, "none");
	jput_string(&jput, "absent", NULL);
	jput_bool(&jput, "no", false);
	jput_close(&jput);
	assert_int_equal(jput_end(&jput, out), 0);
	assert_string_equal(text, "{\n"
			    "  \"n\": 9223372036854775807,\n"
			    "  \"list\": [\n"
			    "    \"a\",\n"
			    "    {},\n"
			    "    [],\n"
			    "    true\n"
			    "  ],\n"
			    "  \"none\": null,\n"
			    "  \"absent\": null,\n"
			    "  \"no\": false\n"
			    "}\n");
}

static void what_is_no_utf8_is_not_written(void **state)
{
	(void)state;
	jput_array(&jput, NULL);
	jput_string(&jput, NULL, "\xc3\xa9");
	jput_string(&jput, NULL, "\xc3");
	jput_close(&jput);
	assert_int_equal(jput_end(&jput, out), 0);
	assert_string_equal(text, "[\n  \"\xc3\xa9\",\n  \"?\"\n]\n");
}

static void what_is_left_open_is_an_error(void **state)
{
	(void)state;
	jput_object(&jput, NULL);
	assert_int_equal(jput_end(&jput, out), -1);
	jput_begin(&jput);
	jput_close(&jput);
	assert_int_equal(jput_end(&jput, out), -1);
}

static void too_deep_is_an_error(void **state)
{
	(void)state;
	for (int i = 0; i <= JPUT_DEPTH_MAX; i++)
		jput_array(&jput, NULL);
	for (int i = 0; i < JPUT_DEPTH_MAX; i++)
		jput_close(&jput);
	assert_int_equal(jput_end(&jput, out), -1);
}

static void a_full_disk_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	jput_array(&jput, NULL);
	jput_close(&jput);
	assert_int_equal(jput_end(&jput, full), -1);
	fclose(full);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_nest),
		TEST(what_is_no_utf8_is_not_written),
		TEST(what_is_left_open_is_an_error),
		TEST(too_deep_is_an_error),
		TEST(a_full_disk_is_told),
	};

	return cmocka_run_group_tests_name("jput", tests, NULL, NULL);
}
