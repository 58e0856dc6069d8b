// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_refusals.c - is each refusal of an image provoked by some image? Reads
 * the messages out of the sources, opens all broken images that there are, and
 * names the messages that never came.
 */
#include <elf.h>
#include <err.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "../images/cases.h"
#include "bytes.h"
#include "image.h"

#define MESSAGES_MAX	512
#define TEXT_MAX	1024

static const char *said[MESSAGES_MAX];
static size_t said_n;

/* From this size on an allocation fails. No whole image needs as much. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1:max_allocation_size_mb=64";
}

static void keep(const char *format)
{
	assert_true(said_n < MESSAGES_MAX);
	said[said_n++] = format;
}

/* In place of the C library's. */
void warn(const char *format, ...)
{
	keep(format);
}

void warnx(const char *format, ...)
{
	keep(format);
}

static char *kept;

/* In place of complaint.c's. */
void complain(const char *path, const char *format, ...)
{
	(void)path;
	keep(format);
	if (kept && !*kept)
		snprintf(kept, COMPLAINT_MAX, "%s", format);
}

void complaint_keep(char *text)
{
	if (text)
		*text = '\0';
	kept = text;
}

/* The image moved, too, if it can be opened. */
static void open_file(int fd, uint64_t move)
{
	struct image img;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (image_open(path, &img) == 0)
		image_relocate(&img, move);
	image_free(&img);
	close(fd);
}

static int file_of(const void *data, size_t len)
{
	int fd = memfd_create("image", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	return fd;
}

static void open_case(const struct image_case *c, uint64_t move)
{
	struct made m = case_make(c);

	open_file(file_of(m.data, m.len), move);
	free(m.data);
}

#define PHDR2_MEMSZ	(CASE_PH2 + 40)
#define RELOC(i)	(CASE_RELOCS + 4 * (i))

/* Those that open, or that need more than one change of a byte. */
static const struct {
	struct image_case image;
	uint64_t move;
} more[] = {
	{ { .name = "move-by-a-page", .kind = CASE_BZIMAGE }, 0x1000 },
	{ { .name = "no-lists", .kind = CASE_ELF,
	    .file_len = CASE_RELOCS }, 0x200000 },
	{ { .name = "entry-below", .kind = CASE_BZIMAGE,
	    .elf = { { RELOC(1), 4, 0x80fffff8 } } }, 0x200000 },
	{ { .name = "lists-of-another-kernel", .kind = CASE_BZIMAGE,
	    .elf = { { CASE_SEG + CASE_ABS64, 8, 0 },
		     { CASE_SEG + CASE_ABS64 + 8, 8, 0 },
		     { CASE_SEG + CASE_ABS32, 8, 0 } } }, 0x200000 },
	{ { .name = "named-twice", .kind = CASE_BZIMAGE,
	    .elf = { { RELOC(2), 4, 0x81000000 + CASE_ABS64 } } }, 0x200000 },
	{ { .name = "no-memory-for-elf", .kind = CASE_ELF,
	    .elf = { { PHDR2_MEMSZ, 8, 0x30000000 } } }, 0 },
	{ { .name = "no-memory-to-unpack", .kind = CASE_BZIMAGE,
	    .file = { { -4, 4, 0x30000000 } } }, 0 },
};

/* A bzImage without payload: what lies behind the setup is a program. */
static void open_program(uint8_t relocatable, uint32_t init_size)
{
	static const struct image_case whole = {
		.name = "whole", .kind = CASE_BZIMAGE
	};
	struct made m = case_make(&whole);
	uint8_t file[4096] = { 0 };

	memcpy(file, m.data, 1024);
	free(m.data);
	put32(file + HDR_PAYLOAD_LENGTH, 0);
	file[HDR_RELOCATABLE_KERNEL] = relocatable;
	put32(file + HDR_INIT_SIZE, init_size);
	open_file(file_of(file, sizeof(file)), 0);
}

#define LOADS	17

static void open_many_loads(void)
{
	static const struct image_case elf = {
		.name = "many-loads", .kind = CASE_ELF,
		.file = { { offsetof(Elf64_Ehdr, e_phnum), 2, LOADS } }
	};
	struct made m = case_make(&elf);
	Elf64_Phdr *load = (Elf64_Phdr *)(m.data + CASE_PH);
	int i;

	for (i = 0; i < LOADS; i++)
		load[i] = (Elf64_Phdr){
			.p_type = PT_LOAD, .p_memsz = 1,
			.p_paddr = CASE_PA + 0x1000 * (uint64_t)i,
		};
	open_file(file_of(m.data, m.len), 0);
	free(m.data);
}

static void open_no_images(void)
{
	int huge = file_of("", 0);
	struct image img;

	assert_int_equal(ftruncate(huge, (off_t)3 << 30), 0);
	open_file(huge, 0);
	open_file(file_of("", 0), 0);
	assert_int_equal(image_open("/nowhere", &img), -1);
	assert_int_equal(image_open("/", &img), -1);
}

static int open_all(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < image_cases_n; i++)
		open_case(&image_cases[i], 0);
	for (i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		open_case(&more[i].image, more[i].move);
	open_program(0, 0x3000);
	open_program(1, 0x30000000);
	open_many_loads();
	open_no_images();
	return 0;
}

/* The literals from here on, one behind the other, are one format. */
static void read_format(const char *p, char *format)
{
	size_t n = 0;

	while (*p == '"') {
		for (p++; *p != '"'; p++) {
			assert_true(n + 1 < TEXT_MAX && *p && *p != '\\');
			format[n++] = *p;
		}
		p++;
		p += strspn(p, " \t\n");
	}
	format[n] = '\0';
}

/* What the lists are copied from is in memory by then, and was larger. */
static bool cannot_come(const char *format)
{
	return strstr(format, "bytes for relocation lists");
}

static bool came(const char *format)
{
	for (size_t i = 0; i < said_n; i++)
		if (!strcmp(format, said[i]))
			return true;
	return cannot_come(format);
}

static char *read_source(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 16);

	assert_non_null(f);
	assert_non_null(text);
	assert_in_range(fread(text, 1, (1 << 16) - 1, f), 1, (1 << 16) - 2);
	fclose(f);
	return text;
}

/* The format of a call of warn, warnx or complain at or behind p; NULL: none. */
static const char *next_format(const char *p)
{
	static const char *const calls[] = {
		"warn(\"", "warnx(\"", "complain(path, \"",
		"complain(img->path, \"",
	};
	const char *first = NULL;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		const char *call = strstr(p, calls[i]);

		if (call && (!first || call < first))
			first = call;
	}
	return first ? strchr(first, '"') : NULL;
}

/* Each call of warn, warnx and complain in this source. */
static void each_refusal_comes(void **state)
{
	const char *path = *state;
	char *text = read_source(path);
	const char *p = text;
	char format[TEXT_MAX];
	int found = 0, missing = 0;

	while ((p = next_format(p))) {
		read_format(p, format);
		p++;
		found++;
		if (came(format))
			continue;
		print_error("%s: no image provokes: %s\n", path, format);
		missing++;
	}
	free(text);
	assert_true(found > 0);
	assert_int_equal(missing, 0);
}

#define SOURCE(name) \
	{ name, each_refusal_comes, NULL, NULL, "loader/" name }

int main(void)
{
	static const struct CMUnitTest tests[] = {
		SOURCE("bzimage.c"), SOURCE("elf.c"), SOURCE("relocs.c"),
		SOURCE("payload.c"), SOURCE("image.c"), SOURCE("whole.c"),
	};

	return cmocka_run_group_tests_name("refusals", tests, open_all,
					   NULL);
}
