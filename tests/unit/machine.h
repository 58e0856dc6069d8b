/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.h - a made-up machine for unit tests: files of /proc and /sys below
 * a temporary folder that goes away with the test. Includes what every cmocka
 * test needs.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char machine_folder[] = "/tmp/kpark-unit-XXXXXX";

static inline const char *machine_root(void)
{
	return machine_folder;
}

static inline int machine_setup(void **state)
{
	(void)state;
	strcpy(machine_folder + strlen(machine_folder) - 6, "XXXXXX");
	return mkdtemp(machine_folder) ? 0 : -1;
}

static inline int machine_teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", machine_folder);
	return system(command);
}

static inline void machine_file(const char *path, const void *data,
				size_t size)
{
	char full[512];
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", machine_folder, path);
	for (char *slash = full + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(full, 0700);
		*slash = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static inline void machine_text(const char *path, const char *text)
{
	machine_file(path, text, strlen(text));
}

static inline void machine_remove(const char *path)
{
	char full[512];

	snprintf(full, sizeof(full), "%s%s", machine_folder, path);
	assert_int_equal(unlink(full), 0);
}

/* An entry of /sys/firmware/memmap; `last` is the last byte, as there. */
static inline void machine_memmap(unsigned int i, uint64_t start,
				  uint64_t last, const char *type)
{
	char path[128], text[64];

	snprintf(path, sizeof(path), "/sys/firmware/memmap/%u/start", i);
	snprintf(text, sizeof(text), "0x%llx\n", (unsigned long long)start);
	machine_text(path, text);
	snprintf(path, sizeof(path), "/sys/firmware/memmap/%u/end", i);
	snprintf(text, sizeof(text), "0x%llx\n", (unsigned long long)last);
	machine_text(path, text);
	snprintf(path, sizeof(path), "/sys/firmware/memmap/%u/type", i);
	snprintf(text, sizeof(text), "%s\n", type);
	machine_text(path, text);
}

#define MACHINE_TEST(test) \
	cmocka_unit_test_setup_teardown(test, machine_setup, machine_teardown)

#endif
