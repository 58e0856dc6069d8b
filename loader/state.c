// SPDX-License-Identifier: GPL-2.0-only
/*
 * state.c - small files of kpark's own in /var/lib/kpark.
 */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replace.h"

#define PATH_SIZE	256

/* Ours, which is root's, and nobody else may write to it. */
static int check_owner(int fd, mode_t type)
{
	struct stat st;

	if (fstat(fd, &st))
		return -1;
	if ((st.st_mode & S_IFMT) == type && st.st_uid == geteuid() &&
	    !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	errno = EPERM;
	return -1;
}

static int close_failed(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

/* Not through umask; and one of an earlier version was for all to read. */
static int close_to_others(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -1;
	return (st.st_mode & 07777) == 0700 ? 0 : fchmod(fd, 0700);
}

static int open_folder(const char *path, bool make)
{
	int fd, not_made;

	not_made = make && mkdir(path, 0700) ? errno : 0;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		if (not_made && errno == ENOENT)
			errno = not_made;
		return -1;
	}
	if (check_owner(fd, S_IFDIR) || (make && close_to_others(fd)))
		return close_failed(fd);
	return fd;
}

int state_open(const char *root, bool make)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s" STATE_DIR, root);
	return open_folder(path, make);
}

int state_open_folder(const char *root, const char *folder, bool make)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s%s", root, folder);
	if (make && replace_make_folders(path))
		return -1;
	return open_folder(path, make);
}

int state_write(int dir, const char *name, const char *text)
{
	return replace_at(dir, name, 0600, text, strlen(text));
}

/* All of it; one byte more than there should be is seen. */
static int read_text(int fd, size_t max, struct file *file)
{
	struct stat st;
	size_t room;

	if (fstat(fd, &st))
		return -1;
	room = (st.st_size < (off_t)max ? (size_t)st.st_size : max) + 1;
	file->data = malloc(room);
	if (!file->data)
		return -1;
	while (file->size < room) {
		ssize_t n = read(fd, file->data + file->size,
				 room - file->size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		file->size += (size_t)n;
	}
	errno = EINVAL;
	if (file->size == room || memchr(file->data, '\0', file->size))
		return -1;
	file->data[file->size] = '\0';
	return 0;
}

int state_read_large(int dir, const char *name, size_t max, struct file *file)
{
	/* not blocked by a FIFO that somebody left there */
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
				   O_CLOEXEC);

	memset(file, 0, sizeof(*file));
	if (fd < 0)
		return -1;
	if (check_owner(fd, S_IFREG) || read_text(fd, max, file)) {
		close_failed(fd);
		free(file->data);
		memset(file, 0, sizeof(*file));
		return -1;
	}
	close(fd);
	return 0;
}

int state_read(int dir, const char *name, struct file *file)
{
	return state_read_large(dir, name, STATE_SIZE_MAX, file);
}

int state_remove(int dir, const char *name)
{
	return unlinkat(dir, name, 0) && errno != ENOENT ? -1 : 0;
}

int state_rename(int dir, const char *from, const char *to)
{
	return renameat(dir, from, dir, to) && errno != ENOENT ? -1 : 0;
}

const char *state_error(void)
{
	switch (errno) {
	case EPERM:
		return "not root's own";
	case ENOTDIR:
	case ELOOP:
		return "a symbolic link, or no folder";
	case EINVAL:
		return "damaged";
	case EBUSY:
		return "another kpark is writing there";
	default:
		return strerror(errno);
	}
}

/* One byte of a value; escaped it takes up to 4 characters. */
static size_t escape(char *to, char byte)
{
	if (byte == '\\')
		return (size_t)sprintf(to, "\\\\");
	if ((unsigned char)byte < ' ' || byte == 0x7f)
		return (size_t)sprintf(to, "\\x%02x", (unsigned char)byte);
	*to = byte;
	return 1;
}

char *state_add(char *text, const char *key, const char *value)
{
	size_t size = text ? strlen(text) : 0;
	char *longer = realloc(text, size + strlen(key) + 1 +
				     4 * strlen(value) + 2);

	if (!longer) {
		free(text);
		return NULL;
	}
	size += (size_t)sprintf(longer + size, "%s=", key);
	for (; *value; value++)
		size += escape(longer + size, *value);
	strcpy(longer + size, "\n");
	return longer;
}

char *state_add_number(char *text, const char *key, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	return state_add(text, key, digits);
}

static int hex_digit(char c)
{
	const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The byte at *at, which moves on; -1 if it is escaped wrongly. */
static int unescape(const char **at)
{
	const char *p = *at;
	int high, low;

	if (*p != '\\') {
		*at += 1;
		return (unsigned char)*p;
	}
	if (p[1] == '\\') {
		*at += 2;
		return '\\';
	}
	high = p[1] == 'x' ? hex_digit(p[2]) : -1;
	low = high < 0 ? -1 : hex_digit(p[3]);
	if (low < 0)
		return -1;
	*at += 4;
	return high << 4 | low;
}

static int take_value(const char *from, char *value, size_t room)
{
	while (*from && *from != '\n') {
		int byte = unescape(&from);

		if (byte <= 0 || room < 2)
			return -1;
		*value++ = (char)byte;
		room--;
	}
	*value = '\0';
	return 0;
}

int state_value(const char *text, const char *key, char *value, size_t room)
{
	size_t length = strlen(key);

	while (*text) {
		const char *end = strchr(text, '\n');

		if (!strncmp(text, key, length) && text[length] == '=') {
			if (!take_value(text + length + 1, value, room))
				return 0;
			break;
		}
		if (!end)
			break;
		text = end + 1;
	}
	errno = EINVAL;
	return -1;
}

int state_number(const char *text, const char *key, uint64_t *number)
{
	char digits[24], *end;

	if (state_value(text, key, digits, sizeof(digits)))
		return -1;
	errno = 0;
	*number = strtoull(digits, &end, 10);
	if (errno || end == digits || *end) {
		errno = EINVAL;
		return -1;
	}
	return 0;
}

int state_boot_id(const char *root, char *id)
{
	char path[PATH_SIZE];
	struct file file;
	bool whole;

	snprintf(path, sizeof(path), "%s/proc/sys/kernel/random/boot_id",
		 root);
	if (file_read(path, &file))
		return -1;
	whole = file.size >= STATE_BOOT_ID_SIZE - 1 &&
		strspn((char *)file.data, "0123456789abcdef-") ==
		STATE_BOOT_ID_SIZE - 1;
	if (whole) {
		memcpy(id, file.data, STATE_BOOT_ID_SIZE - 1);
		id[STATE_BOOT_ID_SIZE - 1] = '\0';
	}
	file_free(&file);
	errno = EINVAL;
	return whole ? 0 : -1;
}
