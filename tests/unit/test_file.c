// SPDX-License-Identifier: GPL-2.0-only
/* test_file.c - whole files, and what is behind them */
#include "machine.h"

#include <sys/stat.h>

#include "capture.h"
#include "file.h"
#include "input.h"

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

static void assert_no_input(const char *path, size_t max, const char *why)
{
	struct file file = { (uint8_t *)path, 1 };
	struct capture said;
	char line[512];
	int ret;

	capture_begin(&said);
	ret = input_read(path, max, &file);
	capture_end(&said);
	assert_int_equal(ret, -1);
	assert_null(file.data);
	snprintf(line, sizeof(line), "load: %s: %s\n", path, why);
	assert_non_null(strstr(said.text, line));
}

static void inputs_are_regular_files_that_end(void **state)
{
	struct file file;
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/fifo", machine_root());
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_no_input(path, 8, "not a regular file (mode 010600)");
	assert_no_input("/dev/zero", 8, "not a regular file (mode 020666)");
	assert_no_input("/nowhere", 8, "No such file or directory");
	snprintf(path, sizeof(path), "%s/file", machine_root());
	machine_text("/file", "12345678");
	assert_no_input(path, 7, "file has 8 bytes, need 7 or less");
	assert_int_equal(input_read(path, 8, &file), 0);
	assert_memory_equal(file.data, "12345678", file.size);
	file_free(&file);
	/* stat knows no size */
	assert_no_input("/proc/kallsyms", 100000,
			"file has more than 100000 bytes, need 100000 or less");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(zeroes_follow_to_the_page_s_end),
		cmocka_unit_test(files_without_a_size_are_read_to_the_end),
		MACHINE_TEST(inputs_are_regular_files_that_end),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
