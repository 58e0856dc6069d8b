// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay.c - a fuzz target over its known inputs: the small corpus in the
 * tree and what fuzzing once found, a test for each file. One target a
 * program; which one, its own name says (fuzz_NAME).
 */
#include <setjmp.h>
#include <stdarg.h>

#include "fuzz.h"

#include <glob.h>

#include <cmocka.h>

/* In a block of its own length, so that ASan sees a read beyond it. */
static void replay(void **state)
{
	FILE *f = fopen(*state, "rb");
	uint8_t *data;
	long size;

	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	size = ftell(f);
	assert_true(size >= 0);
	rewind(f);
	data = malloc((size_t)size);
	assert_int_equal(fread(data, 1, (size_t)size, f), size);
	fclose(f);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
}

static void find(const char *folder, const char *target, glob_t *files)
{
	char pattern[256];
	int flags = files->gl_pathc ? GLOB_APPEND : 0;

	snprintf(pattern, sizeof(pattern), "tests/fuzz/%s/%s/*", folder,
		 target);
	glob(pattern, flags, NULL, files);
}

static void is_not_empty(void **state)
{
	(void)state;
	fail_msg("no inputs found; run from the top of the tree");
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	const char *target = strstr(name ? name : argv[0], "fuzz_");
	struct CMUnitTest *tests;
	glob_t files = { 0 };
	int failed;

	(void)argc;
	must(target);
	target += strlen("fuzz_");
	find("corpus", target, &files);
	find("regressions", target, &files);
	tests = calloc(files.gl_pathc + 1, sizeof(*tests));
	must(tests);
	tests[0] = (struct CMUnitTest)cmocka_unit_test(is_not_empty);
	for (size_t i = 0; i < files.gl_pathc; i++)
		tests[i] = (struct CMUnitTest){
			.name = files.gl_pathv[i], .test_func = replay,
			.initial_state = files.gl_pathv[i],
		};
	failed = _cmocka_run_group_tests(target, tests,
					 files.gl_pathc ? files.gl_pathc : 1,
					 NULL, NULL);
	free(tests);
	globfree(&files);
	return failed;
}
