// SPDX-License-Identifier: GPL-2.0-only
/* test_json.c - what is written, byte for byte */
#include "machine.h"

#include <math.h>

#include "json.h"

static struct json json;
static char *text;
static size_t size;
static FILE *out;

static int setup(void **state)
{
	(void)state;
	out = open_memstream(&text, &size);
	json_begin(&json, out);
	return out ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	fclose(out);
	free(text);
	return 0;
}

static void assert_written(const char *want)
{
	assert_int_equal(json_end(&json), 0);
	assert_string_equal(text, want);
}

static void values_nest_with_commas_between(void **state)
{
	(void)state;
	json_object(&json, NULL);
	json_number(&json, "n", UINT64_MAX);
	json_array(&json, "list");
	json_string(&json, NULL, "a");
	json_object(&json, NULL);
	json_close(&json);
	json_array(&json, NULL);
	json_close(&json);
	json_bool(&json, NULL, true);
	json_close(&json);
	json_null(&json, "none");
	json_string(&json, "absent", NULL);
	json_real(&json, "real", 1.25, 3);
	json_real(&json, "nan", NAN, 3);
	json_bool(&json, "no", false);
	json_close(&json);
	assert_written("{\n"
		       "  \"n\": 18446744073709551615,\n"
		       "  \"list\": [\n"
		       "    \"a\",\n"
		       "    {},\n"
		       "    [],\n"
		       "    true\n"
		       "  ],\n"
		       "  \"none\": null,\n"
		       "  \"absent\": null,\n"
		       "  \"real\": 1.250,\n"
		       "  \"nan\": null,\n"
		       "  \"no\": false\n"
		       "}\n");
}

static void text_is_escaped(void **state)
{
	(void)state;
	json_string(&json, NULL, "a \"b\" \\ \n\t\x01\x7f/");
	assert_written("\"a \\\"b\\\" \\\\ \\u000a\\u0009\\u0001\\u007f/\"\n");
}

static void utf8_stays_and_what_is_none_goes(void **state)
{
	(void)state;
	json_array(&json, NULL);
	json_string(&json, NULL, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	json_string(&json, NULL, "\xc3");		/* cut off */
	json_string(&json, NULL, "\xe2\x82" "x");
	json_string(&json, NULL, "\xff\x80");
	json_string(&json, NULL, "\xc0\xaf");		/* too long a '/' */
	json_string(&json, NULL, "\xed\xa0\x80");	/* a surrogate */
	json_string(&json, NULL, "\xf4\x90\x80\x80");	/* above U+10FFFF */
	json_close(&json);
#define BAD "\\ufffd"
	assert_written("[\n  \"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\",\n"
		       "  \"" BAD "\",\n  \"" BAD BAD "x\",\n"
		       "  \"" BAD BAD "\",\n  \"" BAD BAD "\",\n"
		       "  \"" BAD BAD BAD "\",\n"
		       "  \"" BAD BAD BAD BAD "\"\n]\n");
}

static void a_full_disk_is_told(void **state)
{
	struct json full;
	FILE *dev = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(dev);
	json_begin(&full, dev);
	json_bool(&full, NULL, true);
	assert_int_equal(json_end(&full), -1);
	fclose(dev);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(values_nest_with_commas_between),
		TEST(text_is_escaped),
		TEST(utf8_stays_and_what_is_none_goes),
		TEST(a_full_disk_is_told),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
