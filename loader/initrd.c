// SPDX-License-Identifier: GPL-2.0-only
/*
 * initrd.c - unpacks an initrd as Linux would: archives, packed or not, with
 * zeroes between. Called by job_initrd.c. What Linux would not take is left for
 * Linux to refuse.
 */
#include "initrd.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "decompress.h"

/* cpio's "newc": a magic, and 13 fields of 8 hexadecimal digits */
#define HEADER		110
#define MAGIC		6
#define FILE_SIZE_AT	(MAGIC + 6 * 8)
#define NAME_SIZE_AT	(MAGIC + 11 * 8)
#define ALIGN		4

static const char trailer[] = "TRAILER!!!";

static size_t aligned(size_t n)
{
	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static bool is_archive(const uint8_t *in, size_t len)
{
	return len >= HEADER && !memcmp(in, "07070", MAGIC - 1) &&
	       (in[MAGIC - 1] == '1' || in[MAGIC - 1] == '2');
}

static bool read_field(const uint8_t *digits, size_t *value)
{
	*value = 0;
	for (int i = 0; i < 8; i++) {
		uint8_t c = digits[i] | 0x20;	/* to lower case */

		if (c >= '0' && c <= '9')
			*value = *value << 4 | (size_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*value = *value << 4 | (size_t)(c - 'a' + 10);
		else
			return false;
	}
	return true;
}

size_t initrd_archive_length(const uint8_t *in, size_t len)
{
	size_t at = 0, name, bytes;

	while (at < len && is_archive(in + at, len - at)) {
		const uint8_t *header = in + at;

		if (!read_field(header + NAME_SIZE_AT, &name) ||
		    !read_field(header + FILE_SIZE_AT, &bytes))
			return 0;
		if (name > len - at - HEADER)
			return 0;
		at += aligned(HEADER + name);
		if (name == sizeof(trailer) &&
		    !memcmp(header + HEADER, trailer, sizeof(trailer)))
			return at < len ? at : len;
		at += aligned(bytes);
	}
	return 0;
}

static const char *pad(struct decompress *d)
{
	size_t zeroes = aligned(d->out_len) - d->out_len;

	if (!zeroes)
		return NULL;
	if (decompress_make_room(d, zeroes))
		return d->why;
	if (zeroes > d->out_max - d->out_len)
		return "too large unpacked";
	memset(d->out + d->out_len, 0, zeroes);
	d->out_len += zeroes;
	return NULL;
}

static const char *add_archive(struct decompress *d)
{
	size_t length = initrd_archive_length(d->in, d->in_len);

	if (!length)
		return "an archive in it is damaged";
	if (decompress_make_room(d, length))
		return d->why;
	if (length > d->out_max - d->out_len)
		return "too large unpacked";
	memcpy(d->out + d->out_len, d->in, length);
	d->out_len += length;
	d->in_used = length;
	return NULL;
}

static const char *add_packed(struct decompress *d)
{
	const struct decompress_format *format = decompress_find(d->in,
								 d->in_len);
	size_t start = d->out_len;

	if (!format)
		return "not all of it is a cpio archive";
	if (format->unpack(d))
		return d->why;
	if (d->out_len == start ||	/* there may be no `out` then */
	    !is_archive(d->out + start, d->out_len - start))
		return "what is packed in it is no cpio archive";
	return NULL;
}

/* A step from one archive to the next. Linux wants those that are not packed
 * where it wants the parts of them. */
static const char *add_next(struct decompress *d, size_t at)
{
	const char *why = pad(d);

	if (why)
		return why;
	if (!is_archive(d->in, d->in_len))
		return add_packed(d);
	return at % ALIGN ? "an archive in it is not aligned" : add_archive(d);
}

/* Up to what is neither zeroes nor an archive as it is. */
static bool has_packed(const struct file *initrd)
{
	size_t at = 0;

	while (at < initrd->size) {
		size_t length = initrd_archive_length(initrd->data + at,
						      initrd->size - at);

		if (initrd->data[at] && !length)
			return true;
		at += length ? length : 1;
	}
	return false;
}

static const char *add_all(struct decompress *d, const struct file *initrd)
{
	size_t at = 0;

	while (at < initrd->size) {
		const char *why;

		if (!initrd->data[at]) {
			at++;
			continue;
		}
		d->in = initrd->data + at;
		d->in_len = initrd->size - at;
		why = add_next(d, at);
		if (why)
			return why;
		at += d->in_used;
	}
	return NULL;
}

/* As file.h has it: a NUL, and zeroes to the page's end. */
static const char *finish(struct decompress *d)
{
	size_t zeroes = FILE_PAGE - d->out_len % FILE_PAGE;

	d->out_max += FILE_PAGE;
	if (decompress_make_room(d, zeroes))
		return d->why;
	memset(d->out + d->out_len, 0, zeroes);
	return NULL;
}

const char *initrd_unpack(struct file *initrd, size_t max)
{
	struct decompress d = {
		.out_max = max < DECOMPRESS_MAX - FILE_PAGE ?
			   max : DECOMPRESS_MAX - FILE_PAGE,
	};
	const char *why;

	if (initrd->size > DECOMPRESS_MAX)
		return "too large";
	if (!has_packed(initrd))
		return "nothing in it is packed";
	why = add_all(&d, initrd);
	if (!why)
		why = finish(&d);
	if (why) {
		free(d.out);
		return why;
	}
	file_free(initrd);
	initrd->data = d.out;
	initrd->size = d.out_len;
	return NULL;
}
