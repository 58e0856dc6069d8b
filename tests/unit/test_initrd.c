// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_initrd.c - initrds of archives, packed by each format and not, unpacked
 * as Linux would; and those that Linux has to judge itself, which stay as they
 * are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "initrd.h"

#include "../images/cpio.h"
#include "../images/pack.h"

#define ROOM		(1 << 20)
#define BODY		30001	/* no multiple of anything */

static uint8_t archive[ROOM], early[ROOM];	/* as a build would make them */
static size_t archive_len, early_len;
static uint8_t image[ROOM], expected[ROOM];
static size_t image_len, expected_len;

static int setup(void **state)
{
	static uint8_t body[BODY];

	(void)state;
	memset(archive, 0, ROOM);
	memset(early, 0, ROOM);
	memset(image, 0, ROOM);
	image_len = expected_len = 0;
	for (size_t i = 0; i < BODY; i++)
		body[i] = (uint8_t)(i * i >> 7);
	archive_len = cpio_put(archive, "init", body, BODY);
	archive_len += cpio_put(archive + archive_len, "etc/empty", NULL, 0);
	archive_len += cpio_put(archive + archive_len, "TRAILER!!!", NULL, 0);
	early_len = cpio_put(early, "kernel/x86/microcode/GenuineIntel.bin",
			     "microcode", 9);
	early_len += cpio_put(early + early_len, "TRAILER!!!", NULL, 0);
	return 0;
}

static void add(const void *bytes, size_t size)
{
	memcpy(image + image_len, bytes, size);
	image_len += size;
}

static void add_zeroes(size_t size)
{
	image_len += size;
}

static void add_packed(const struct pack_format *format, const uint8_t *bytes,
		       size_t size)
{
	image_len += format->pack(bytes, size, image + image_len,
				  ROOM - image_len);
}

static void expect(const uint8_t *bytes, size_t size)
{
	memcpy(expected + expected_len, bytes, size);
	expected_len += size;
}

/* In a block of its own length and a NUL, so that ASan sees reads beyond. */
static struct file as_read(void)
{
	struct file file = { malloc(image_len + 1), image_len };

	assert_non_null(file.data);
	memcpy(file.data, image, image_len);
	file.data[image_len] = 0;
	return file;
}

static void assert_unpacked(void)
{
	struct file file = as_read();
	const char *why = initrd_unpack(&file, ROOM);

	if (why)
		fail_msg("left as it is: %s", why);
	assert_int_equal(file.size, expected_len);
	assert_memory_equal(file.data, expected, expected_len);
	do
		assert_int_equal(file.data[expected_len], 0);
	while (++expected_len % FILE_PAGE);
	file_free(&file);
}

static void assert_left(const char *need, size_t max)
{
	struct file file = as_read();
	const uint8_t *data = file.data;
	const char *why = initrd_unpack(&file, max);

	assert_ptr_equal(file.data, data);
	assert_int_equal(file.size, image_len);
	assert_memory_equal(file.data, image, image_len);
	if (!why || (need && strcmp(why, need)))
		fail_msg("found \"%s\", need \"%s\"", why ? why : "unpacked",
			 need);
	file_free(&file);
}

static void packed(void **state)
{
	add_packed(*state, archive, archive_len);
	expect(archive, archive_len);
	assert_unpacked();
}

/* As dracut and initramfs-tools put microcode in front of all else. */
static void early_and_packed(void **state)
{
	add(early, early_len);
	add_zeroes(512 - early_len % 512);
	add_packed(*state, archive, archive_len);
	add_zeroes(3);
	expect(early, early_len);
	expect(archive, archive_len);
	assert_unpacked();
}

/* lz4's frames have no end of their own but padding. */
static void packed_and_packed(void **state)
{
	add_packed(*state, early, early_len);
	add_zeroes(8);
	add_packed(*state, archive, archive_len);
	expect(early, early_len);
	expect(archive, archive_len);
	assert_unpacked();
}

static void cut_anywhere(void **state)
{
	size_t whole;

	add_packed(*state, archive, archive_len);
	whole = image_len;
	for (size_t cut = whole - 9; cut > 0; cut -= cut > 500 ? 401 : 1) {
		image_len = cut;
		assert_left(NULL, ROOM);
	}
}

static void more_than_there_is_room_for(void **state)
{
	add_packed(*state, archive, archive_len);
	assert_left(NULL, archive_len - 1);
	assert_left(NULL, 100);
	assert_left(NULL, 0);
}

static void no_archive_in_it(void **state)
{
	static const uint8_t disk[4096];

	add_packed(*state, disk, sizeof(disk));
	assert_left("what is packed in it is no cpio archive", ROOM);
}

/* A boot configuration behind the archives, say, which has to be at the end. */
static void something_behind(void **state)
{
	add_packed(*state, archive, archive_len);
	add_zeroes(4);
	add("#BOOTCONFIG\n", 12);
	assert_left("not all of it is a cpio archive", ROOM);
}

static void nothing_is_packed(void **state)
{
	(void)state;
	add(early, early_len);
	add_zeroes(4);
	add(archive, archive_len);
	assert_left("nothing in it is packed", ROOM);
}

static void not_aligned(void **state)
{
	(void)state;
	add_packed(&pack_formats[0], early, early_len);
	add_zeroes(4 - image_len % 4 + 1);
	add(archive, archive_len);
	assert_left("an archive in it is not aligned", ROOM);
}

static void a_damaged_archive(void **state)
{
	static const size_t spots[] = { 54, 61, 94, 101, 120 + BODY };

	(void)state;
	for (size_t i = 0; i < sizeof(spots) / sizeof(spots[0]); i++) {
		setup(NULL);
		add(archive, archive_len);
		image[spots[i]] = 'f';
		add_packed(&pack_formats[0], early, early_len);
		assert_left("an archive in it is damaged", ROOM);
	}
}

#define EACH(test) \
	{ #test " gzip", test, setup, NULL, (void *)&pack_formats[0] }, \
	{ #test " bzip2", test, setup, NULL, (void *)&pack_formats[1] }, \
	{ #test " lzma", test, setup, NULL, (void *)&pack_formats[2] }, \
	{ #test " xz", test, setup, NULL, (void *)&pack_formats[3] }, \
	{ #test " lzo", test, setup, NULL, (void *)&pack_formats[4] }, \
	{ #test " lz4", test, setup, NULL, (void *)&pack_formats[5] }, \
	{ #test " zstd", test, setup, NULL, (void *)&pack_formats[6] }

int main(void)
{
	static const struct CMUnitTest tests[] = {
		EACH(packed), EACH(early_and_packed), EACH(packed_and_packed),
		EACH(cut_anywhere), EACH(more_than_there_is_room_for),
		EACH(no_archive_in_it), EACH(something_behind),
		cmocka_unit_test_setup(nothing_is_packed, setup),
		cmocka_unit_test_setup(not_aligned, setup),
		cmocka_unit_test_setup(a_damaged_archive, setup),
	};

	return cmocka_run_group_tests_name("initrd", tests, NULL, NULL);
}
