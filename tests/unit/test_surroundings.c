// SPDX-License-Identifier: GPL-2.0-only
/* test_surroundings.c - what children see of the environment */
#include "machine.h"

#include "surroundings.h"

extern char **environ;

static void only_what_is_harmless_stays(void **state)
{
	static char *given[] = {
		"PATH=/tmp/evil", "MODPROBE_OPTIONS=-C /tmp/evil", "LANG=C",
		"LD_PRELOAD=/tmp/evil.so", "SYSTEMD_PAGER=/tmp/evil",
		"TERM=dumb", "LANGUAGE=xx", "TERMINFO=/tmp/evil", "broken",
		"KPARK_HANDED_ON=1", NULL
	};
	char **before = environ;

	(void)state;
	environ = given;
	surroundings_clean_environment();
	assert_string_equal(getenv("PATH"), "/usr/sbin:/usr/bin:/sbin:/bin");
	assert_string_equal(getenv("LANG"), "C");
	assert_string_equal(getenv("TERM"), "dumb");
	assert_string_equal(getenv("KPARK_HANDED_ON"), "1");
	assert_non_null(environ[3]);
	assert_null(environ[4]);
	assert_int_equal(setenv("KPARK_HANDED_ON", "2", 1), 0);
	environ = before;
}

static void none_is_no_harm(void **state)
{
	char **before = environ;

	(void)state;
	environ = NULL;
	surroundings_clean_environment();
	assert_non_null(environ[0]);
	assert_null(environ[1]);
	environ = before;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_harmless_stays),
		cmocka_unit_test(none_is_no_harm),
	};

	return cmocka_run_group_tests_name("surroundings", tests, NULL, NULL);
}
