// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_image.c - image_open and all under it, over kernels that are made up
 * (tests/images/cases.c) and over real ones, vmlinuz-6.12 and vmlinuz-6.1 in
 * the directory $KPARK_KERNELS (default .cache/kernels; absent: skipped), and
 * programs in ../programs beside it.
 */
#define _GNU_SOURCE 1	/* memfd_create */
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>

#include "capture.h"
#include "../../loader/bytes.h"
#include "../../loader/image.h"
#include "../images/cases.h"

/* A file of its own for each image; path is filled, fd is to be closed. */
static int write_image(const struct made *m, char path[64])
{
	int fd = memfd_create("image", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, m->data, m->len), m->len);
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

static int open_made(const struct made *m, struct image *img,
		     struct capture *log)
{
	static char path[64];
	int fd = write_image(m, path);
	int ret;

	capture_begin(log);
	ret = image_open(path, img);
	capture_end(log);
	close(fd);
	return ret;
}

static int open_case(const struct image_case *c, struct image *img,
		     struct capture *log)
{
	struct made m = case_make(c);
	int ret = open_made(&m, img, log);

	free(m.data);
	return ret;
}

static bool is_zero(const struct image *img)
{
	static const struct image zero;

	return !memcmp(img, &zero, sizeof(zero));
}

/* The line behind "load: PATH: ", its newline cut off; NULL: not one line. */
static const char *message(char *text)
{
	char *load = strstr(text, ": load: /proc/self/fd/");
	char *end = strchr(text, '\n');
	char *what;

	if (!load || !end || end[1])
		return NULL;
	*end = '\0';
	what = strstr(load + strlen(": load: "), ": ");
	return what ? what + 2 : NULL;
}

/* The code as it is in the file, and nothing of an ELF. */
static void check_whole(struct image *img)
{
	size_t i;

	assert_true(img->whole);
	assert_int_equal(img->entry, HDR_ENTRY_64);
	assert_int_equal(img->size, 0x800000);	/* init_size */
	assert_true(img->link_pa == CASE_PA && img->link_va == 0);
	for (i = 0; i < CASE_PAYLOAD - CASE_CODE; i++)
		assert_int_equal(img->mem[i], 0x7a);
	assert_false(img->mailbox_v1);	/* nobody can see that */
	assert_int_equal(image_virt_max(img), 0);
	image_free(img);
}

/*
 * One test for each row: refused with its one line, or to be loaded whole for
 * that reason, and nothing left.
 */
static void judged(void **state)
{
	const struct image_case *c = *state;
	struct capture log;
	struct image img;
	const char *line;

	assert_int_equal(open_case(c, &img, &log), c->whole ? 0 : -1);
	line = c->whole ? img.why_whole : message(log.text);
	if (!line)
		fail_msg("not one line: %s", log.text);
	if (fnmatch(c->message, line, 0))
		fail_msg("found: %s\n    need:  %s", line, c->message);
	if (c->whole) {
		assert_string_equal(log.text, "");
		check_whole(&img);
	}
	assert_true(is_zero(&img));
	assert_int_equal(__lsan_do_recoverable_leak_check(), 0);
}

static const struct image_case whole = { "whole", CASE_BZIMAGE,
					 .message = "" };
static const struct image_case whole_elf = { "whole ELF", CASE_ELF,
					     .message = "" };

static void open_whole(const struct image_case *c, struct image *img)
{
	struct capture log;

	if (open_case(c, img, &log) < 0)
		fail_msg("%s", log.text);
	assert_string_equal(log.text, "");
}

static void check_memory(const struct image *img)
{
	assert_int_equal(img->size, 0x400000);
	assert_true(img->link_pa == CASE_PA && img->link_va == CASE_VA);
	assert_int_equal(img->entry, CASE_ENTRY);
	assert_int_equal(img->mem[0x1fffff], 0);
	assert_int_equal(img->mem[0x200000], 0x5a);
	assert_int_equal(img->mem[0x200fff], 0x5a);
	assert_int_equal(img->mem[0x201000], 0);
	assert_string_equal(img->release, CASE_RELEASE);
	assert_true(img->mailbox_v1);
	assert_false(img->lass);
	assert_int_equal(img->relocs.abs64.n, CASE_PLACES);
	assert_int_equal(img->relocs.inverse32.n, CASE_PLACES);
	assert_int_equal(img->relocs.abs32.n, CASE_PLACES);
}

static void bzimage(void **state)
{
	struct image img;

	(void)state;
	open_whole(&whole, &img);
	check_memory(&img);
	assert_int_equal(img.header_len, 0x26c - 0x1f1);
	assert_int_equal(img.init_size, 0x800000);
	assert_int_equal(img.xloadflags, 0x7f);
	assert_null(img.no_5level);
	image_free(&img);
	assert_true(is_zero(&img));
	image_free(&img);
	image_free(NULL);
}

static void elf_file(void **state)
{
	struct image img;

	(void)state;
	open_whole(&whole_elf, &img);
	check_memory(&img);
	assert_int_equal(img.header_len, 0x26c - 0x1f1);
	assert_int_equal(get32(img.header + HDR_HEADER - HDR_START),
			 HDR_HEADER_MAGIC);
	assert_int_equal(img.header[HDR_JUMP + 1 - HDR_START], 0x6a);
	assert_int_equal(img.cmdline_size, 2047);
	assert_int_equal(img.init_size, img.size);
	assert_string_equal(img.no_5level, "no XLF_5LEVEL_ENABLED");
	image_free(&img);
}

/* Wherever its text lies in the kernel. */
static void lass(void **state)
{
	struct made made = case_make(&whole_elf);
	int fd = memfd_create("lass", 0);
	struct image img;
	char path[64];

	(void)state;
	strcpy((char *)made.data + CASE_SEG + 0x241,
	       "probably LASS violation for address");
	assert_int_equal(write(fd, made.data, made.len), made.len);
	free(made.data);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(image_open(path, &img), 0);
	close(fd);
	assert_true(img.lass);
	image_free(&img);
}

#define PROGRAM_SIZE	0x3000

/* A bzImage's header, no payload, and code behind it. */
static int open_program(uint8_t relocatable, struct image *img,
			struct capture *log)
{
	static uint8_t file[PROGRAM_SIZE];
	struct made made = case_make(&whole);
	int fd = memfd_create("program", 0), ret;
	char path[64];

	memset(file, 0x99, sizeof(file));
	memcpy(file, made.data, CASE_CODE);
	free(made.data);
	put32(file + HDR_PAYLOAD_LENGTH, 0);
	file[HDR_RELOCATABLE_KERNEL] = relocatable;
	assert_int_equal(write(fd, file, sizeof(file)), sizeof(file));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	capture_begin(log);
	ret = image_open(path, img);
	capture_end(log);
	close(fd);
	return ret;
}

/* A program in a bzImage's shape is loaded as it is, wherever. */
static void program(void **state)
{
	struct capture log;
	struct image img;

	(void)state;
	assert_int_equal(open_program(1, &img, &log), 0);
	assert_string_equal(log.text, "");
	assert_int_equal(img.entry, HDR_ENTRY_64);
	assert_int_equal(img.size, 0x800000);	/* init_size */
	assert_int_equal(img.mem[0], 0x99);
	assert_int_equal(img.mem[PROGRAM_SIZE - 1024 - 1], 0x99);
	assert_int_equal(img.mem[PROGRAM_SIZE - 1024], 0);
	assert_int_equal(image_virt_max(&img), 0);
	assert_false(img.mailbox_v1);
	assert_false(img.lass);
	image_free(&img);
}

/* Without relocatable_kernel it has one place, and asks for it. */
static void program_of_one_place(void **state)
{
	struct capture log;
	struct image img;

	(void)state;
	assert_int_equal(open_program(0, &img, &log), 0);
	assert_string_equal(log.text, "");
	assert_true(img.whole && img.fixed && img.link_pa == CASE_PA);
	image_free(&img);
}

/* relocatable_kernel is the decompressor's: an ELF may go anywhere. */
static void elf_of_any_place(void **state)
{
	struct image_case c = whole;
	struct image img;

	(void)state;
	c.file[0] = (struct case_patch){ HDR_RELOCATABLE_KERNEL, 1, 0 };
	open_whole(&c, &img);
	assert_true(!img.whole && !img.fixed);
	image_free(&img);
}

/* What has to unpack itself is entered elsewhere, which has its own flag. */
static void levels_of_page_tables(void **state)
{
	static const struct {
		unsigned int flags;
		const char *direct, *whole;
	} rows[] = {
		{ 0x7f, NULL, NULL },
		{ 0x3f, "no XLF_5LEVEL_ENABLED", "no XLF_5LEVEL_ENABLED" },
		{ 0x5f, NULL, "no XLF_5LEVEL" },
		{ 0x1f, "no XLF_5LEVEL_ENABLED", "no XLF_5LEVEL_ENABLED" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		const char *need = i % 2 ? rows[i / 2].whole
					 : rows[i / 2].direct;
		struct image_case c = whole;
		struct capture log;
		struct image img;

		c.file[0] = (struct case_patch){ HDR_XLOADFLAGS, 2,
						 rows[i / 2].flags };
		if (i % 2)
			c.file[1] = (struct case_patch){ CASE_PAYLOAD, 4, 0 };
		assert_int_equal(open_case(&c, &img, &log), 0);
		assert_int_equal(img.whole, i % 2);
		if (need)
			assert_string_equal(img.no_5level, need);
		else
			assert_null(img.no_5level);
		image_free(&img);
	}
}

/* An ELF without relocation lists is loaded, but stays where it is. */
static void cannot_move(void **state)
{
	struct image_case c = whole_elf;
	struct capture log;
	struct image img;

	(void)state;
	c.file_len = CASE_RELOCS;
	open_whole(&c, &img);
	assert_int_equal(image_virt_max(&img), 0);
	assert_int_equal(image_relocate(&img, 0), 0);
	capture_begin(&log);
	assert_int_equal(image_relocate(&img, 0x200000), -1);
	capture_end(&log);
	assert_string_equal(message(log.text), "no relocation lists, "
			    "cannot move the kernel by 0x200000");
	image_free(&img);
}

/* As from 6.15 on: the last list gone, the one before it holds addresses. */
static void no_inverse_list(void **state)
{
	struct made m = case_make(&whole_elf);
	struct capture log;
	struct image img;
	int i;

	(void)state;
	for (i = 0; i < CASE_PLACES; i++)
		put32(m.data + CASE_SEG + CASE_INVERSE + 4 * i,
		      (uint32_t)CASE_VA);
	m.len -= 4 * (1 + CASE_PLACES);
	assert_int_equal(open_made(&m, &img, &log), 0);
	free(m.data);
	assert_string_equal(log.text, "");
	assert_int_equal(img.relocs.abs64.n, CASE_PLACES);
	assert_int_equal(img.relocs.inverse32.n, 0);
	assert_int_equal(img.relocs.abs32.n, CASE_PLACES);
	image_free(&img);
}

static void relocate_made(void **state)
{
	const uint64_t d = 0x4000000;
	struct image img;
	int i;

	(void)state;
	open_whole(&whole, &img);
	assert_int_equal(image_relocate(&img, d), 0);
	for (i = 0; i < CASE_PLACES; i++) {
		uint64_t va = CASE_VA + 0x100 + 0x10 * (uint64_t)i + d;

		assert_true(get64(img.mem + CASE_ABS64 + 8 * i) == va);
		assert_int_equal(get32(img.mem + CASE_ABS32 + 4 * i),
				 (uint32_t)va);
		assert_int_equal(get32(img.mem + CASE_INVERSE + 4 * i),
				 0x7f000000u - (uint32_t)i - (uint32_t)d);
	}
	image_free(&img);
}

/* Refused with this line, and not one byte changed. */
static void move_refused(const struct image_case *c, uint64_t delta,
			 const char *pattern)
{
	struct capture log;
	struct image img;
	const char *line;
	uint8_t *before;
	int ret;

	open_whole(c, &img);
	before = malloc(img.size);
	assert_non_null(before);
	memcpy(before, img.mem, img.size);
	capture_begin(&log);
	ret = image_relocate(&img, delta);
	capture_end(&log);
	assert_int_equal(ret, -1);
	line = message(log.text);
	if (!line || fnmatch(pattern, line, 0))
		fail_msg("found: %s\n    need:  %s", log.text, pattern);
	assert_memory_equal(before, img.mem, img.size);
	assert_int_equal(img.virt_delta, 0);
	free(before);
	image_free(&img);
}

/* A place that is named twice would be moved twice. */
static void relocation_named_twice(void **state)
{
	static const struct {
		int entry, same_as;
		const char *pattern;
	} rows[] = {
		{ 2, 1, "relocation 0 of the 64-bit list went wrong (found "
		  "0xffffffff81400100, need 0xffffffff81200100)" },
		{ 20, 19, "relocation 1 of the inverse 32-bit list went wrong "
		  "(found 0x7ebfffff, need 0x7edfffff)" },
		{ 50, 49, "relocation 14 of the 32-bit list went wrong *" },
	};
	struct made m = case_make(&whole_elf);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image_case c = whole;

		c.elf[0] = (struct case_patch){
			CASE_RELOCS + 4 * rows[i].entry, 4,
			get32(m.data + CASE_RELOCS + 4 * rows[i].same_as) };
		move_refused(&c, 0x200000, rows[i].pattern);
	}
	free(m.data);
}

static void move_too_far(void **state)
{
	(void)state;
	move_refused(&whole, 0x1000, "cannot move the kernel by 0x1000 "
		     "(need a multiple of 2 MiB, 0x3ec00000 or less)");
	move_refused(&whole, 0x3ee00000, "cannot move the kernel by *");
	move_refused(&whole, -0x200000ull, "cannot move the kernel by *");
}

/* Any byte of the headers may be anything: refused in one line, or opened. */
static void one_bad_byte(const struct image_case *c, size_t from, size_t to)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct made m = case_make(c);
	struct capture log;
	struct image img;
	size_t i, j;

	for (i = from; i < to; i++) {
		for (j = 0; j < sizeof(values); j++) {
			uint8_t was = m.data[i];

			m.data[i] = values[j];
			if (open_made(&m, &img, &log) == 0)
				image_free(&img);
			else if (!message(log.text))
				fail_msg("byte 0x%zx: %s", i, log.text);
			m.data[i] = was;
		}
	}
	free(m.data);
}

static void any_byte_of_setup_header(void **state)
{
	(void)state;
	one_bad_byte(&whole, HDR_START, HDR_END_MAX);
}

static void any_byte_of_elf_headers(void **state)
{
	(void)state;
	one_bad_byte(&whole_elf, 0, CASE_PH2 + 56);
	one_bad_byte(&whole_elf, CASE_SH, CASE_SH + 128);
}

static void missing_file(void **state)
{
	struct capture log;
	struct image img;

	(void)state;
	capture_begin(&log);
	assert_int_equal(image_open("/proc/self/fd/none", &img), -1);
	capture_end(&log);
	assert_string_equal(message(log.text), "No such file or directory");
}

static void empty_file(void **state)
{
	const struct made none = { .data = (uint8_t *)"", .len = 0 };
	struct capture log;
	struct image img;

	(void)state;
	assert_int_equal(open_made(&none, &img, &log), -1);
	assert_string_equal(message(log.text),
			    "file is empty, need a bzImage or ELF");
}

static void a_directory(void **state)
{
	struct capture log;
	struct image img;

	(void)state;
	capture_begin(&log);
	assert_int_equal(image_open("/proc/self/fd/", &img), -1);
	capture_end(&log);
	assert_string_equal(message(log.text),
			    "not a regular file (mode 040500)");
}

/* What is known of a real kernel. */
struct real {
	const char *file;
	const char *release;	/* fnmatch(3) pattern */
	bool mailbox_v1;
};

static struct real real_612 = { "vmlinuz-6.12", "6.12.*", true };
static struct real real_61 = { "vmlinuz-6.1", "6.1.*", false };

/* In the kernels' directory; NULL, and the test is skipped, if it is not. */
static const char *real_path(const char *file)
{
	static char path[4096];
	const char *dir = getenv("KPARK_KERNELS");

	snprintf(path, sizeof(path), "%s/%s", dir ? dir : ".cache/kernels",
		 file);
	if (access(path, R_OK) == 0)
		return path;
	print_message("[     SKIP ] %s is not there\n", path);
	skip();
	return NULL;
}

static void open_real(const struct real *real, struct image *img)
{
	assert_int_equal(image_open(real_path(real->file), img), 0);
}

/* It offers a 64-bit entry, at one place, and not on five levels. */
static void real_memtest86(void **state)
{
	struct image img;

	(void)state;
	assert_int_equal(image_open(real_path("../programs/memtest86+x64.bin"),
				    &img), 0);
	assert_true(img.whole && img.fixed && img.link_pa == 0x100000);
	assert_string_equal(img.why_whole, "");
	assert_true(img.size >= img.init_size && img.size < 1 << 20);
	assert_int_equal(img.entry, HDR_ENTRY_64);
	assert_non_null(img.no_5level);
	assert_false(img.mailbox_v1);
	image_free(&img);
}

/* It does not: it is older, and starts in real mode. */
static void real_ipxe(void **state)
{
	const char *path = real_path("../programs/ipxe.lkrn");
	struct capture log;
	struct image img;

	(void)state;
	capture_begin(&log);
	assert_int_equal(image_open(path, &img), -1);
	capture_end(&log);
	assert_non_null(strstr(log.text, "ipxe.lkrn: boot protocol 2.07 has no "
			       "64-bit entry, need 2.12 or later\n"));
	assert_true(is_zero(&img));
}

static void real_fields(void **state)
{
	const struct real *real = *state;
	struct image img;

	open_real(real, &img);
	assert_int_equal(fnmatch(real->release, img.release, 0), 0);
	assert_int_equal(img.mailbox_v1, real->mailbox_v1);
	assert_false(img.lass);
	assert_true(img.link_pa == CASE_PA && img.link_va == CASE_VA);
	assert_in_range(img.size, 16 << 20, 128 << 20);
	assert_true(img.entry < img.size);
	assert_int_equal(img.cmdline_size, 2047);
	assert_int_equal(img.kernel_alignment, 2 << 20);
	assert_true(img.init_size >= img.size);
	assert_null(img.no_5level);
	/* A startup_64 of nothing but zeroes would be a wrong offset. */
	assert_true(get64(img.mem + img.entry) != 0);
	image_free(&img);
}

static void check_moved(const struct image *img, const uint8_t *before,
			const struct reloc_list *l, uint32_t low_delta)
{
	size_t i;

	assert_in_range(l->n, 1000, 1000000);
	for (i = 0; i < l->n; i += i < 16 ? 1 : l->n / 16) {
		size_t at = (uint64_t)(int64_t)l->entry[i] - img->link_va;

		assert_int_equal((uint32_t)(get32(img->mem + at) -
					    get32(before + at)), low_delta);
	}
}

static void real_relocate(void **state)
{
	const uint64_t d = 0x12600000;
	struct image img;
	uint8_t *before;

	open_real(*state, &img);
	before = malloc(img.size);
	assert_non_null(before);
	memcpy(before, img.mem, img.size);

	assert_int_equal(image_relocate(&img, 0), 0);
	assert_memory_equal(before, img.mem, img.size);
	assert_int_equal(image_relocate(&img, d), 0);
	assert_true(img.virt_delta == d);
	check_moved(&img, before, &img.relocs.abs64, d);
	check_moved(&img, before, &img.relocs.inverse32, 0 - (uint32_t)d);
	check_moved(&img, before, &img.relocs.abs32, d);

	assert_int_equal(image_relocate(&img, -d), 0);
	assert_true(img.virt_delta == 0);
	assert_memory_equal(before, img.mem, img.size);
	free(before);
	image_free(&img);
}

#define REAL(test, which) \
	{ #test " " #which, test, NULL, NULL, &real_##which }

/* Fuzzing gets nowhere from what is refused at once. */
static void seeds_are_kernels(void **state)
{
	static const char *const seeds[] = {
		"tests/fuzz/corpus/image/bzimage",
		"tests/fuzz/corpus/image/two-lists",
		"tests/fuzz/corpus/bzimage/bzimage",
		"tests/fuzz/corpus/bzimage/two-lists",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		struct image img;

		if (image_open(seeds[i], &img) < 0 || img.whole)
			fail_msg("%s: not unpacked: %s", seeds[i],
				 img.why_whole);
		assert_int_equal(img.relocs.abs64.n, CASE_PLACES);
		image_free(&img);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(seeds_are_kernels),
	cmocka_unit_test(bzimage),
	cmocka_unit_test(elf_file),
	cmocka_unit_test(lass),
	cmocka_unit_test(program),
	cmocka_unit_test(program_of_one_place),
	cmocka_unit_test(elf_of_any_place),
	cmocka_unit_test(levels_of_page_tables),
	cmocka_unit_test(cannot_move),
	cmocka_unit_test(no_inverse_list),
	cmocka_unit_test(relocate_made),
	cmocka_unit_test(relocation_named_twice),
	cmocka_unit_test(move_too_far),
	cmocka_unit_test(missing_file),
	cmocka_unit_test(empty_file),
	cmocka_unit_test(a_directory),
	cmocka_unit_test(any_byte_of_setup_header),
	cmocka_unit_test(any_byte_of_elf_headers),
	cmocka_unit_test(real_memtest86),
	cmocka_unit_test(real_ipxe),
	REAL(real_fields, 612),
	REAL(real_fields, 61),
	REAL(real_relocate, 612),
	REAL(real_relocate, 61),
};

static int run_cases(void)
{
	struct CMUnitTest *rows = calloc(image_cases_n, sizeof(*rows));
	size_t i;
	int failed;

	for (i = 0; i < image_cases_n; i++)
		rows[i] = (struct CMUnitTest){
			.name = image_cases[i].name,
			.test_func = judged,
			.initial_state = (void *)&image_cases[i],
		};
	failed = _cmocka_run_group_tests("broken images", rows, image_cases_n,
					 NULL, NULL);
	free(rows);
	return failed;
}

int main(void)
{
	int failed;

	/* Not into a capture, where nobody would see it. */
	__sanitizer_set_report_fd((void *)(intptr_t)dup(2));
	failed = run_cases();
	return failed + cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
