// SPDX-License-Identifier: GPL-2.0-only
/* test_file.c - whole files, and what is behind them */
#include "machine.h"

#include "file.h"

static void zeroes_follow_to_the_page_s_end(void **state)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 65535, 65536,
					65537, 300000 };
	static uint8_t bytes[300000];
	char path[64];

	(void)state;
	memset(bytes, 0xaa, sizeof(bytes));
	snprintf(path, sizeof(path), "%s/file", machine_root());
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t end = (sizes[i] + FILE_PAGE) / FILE_PAGE * FILE_PAGE;
		struct file file;

		machine_file("/file", bytes, sizes[i]);
		assert_int_equal(file_read(path, &file), 0);
		assert_int_equal(file.size, sizes[i]);
		assert_memory_equal(file.data, bytes, sizes[i]);
		for (size_t at = sizes[i]; at < end; at++)
			assert_int_equal(file.data[at], 0);
		file_free(&file);
	}
}

/* stat says 0 bytes, as of all in /proc. */
static void files_without_a_size_are_read_to_the_end(void **state)
{
	struct file file;
	char line[128];
	FILE *pipe = popen("wc -c </proc/kallsyms", "r");
	unsigned long size;

	(void)state;
	assert_non_null(pipe);
	assert_non_null(fgets(line, sizeof(line), pipe));
	pclose(pipe);
	size = strtoul(line, NULL, 10);
	assert_int_equal(file_read("/proc/kallsyms", &file), 0);
	assert_int_equal(file.size, size);
	assert_int_equal(file.data[size], 0);
	file_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(zeroes_follow_to_the_page_s_end),
		cmocka_unit_test(files_without_a_size_are_read_to_the_end),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
