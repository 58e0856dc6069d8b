/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * state.h - small files of kpark's own in /var/lib/kpark, which outlive a
 * reboot: lines of key=value, written whole or not at all. The stamps (stamps.h)
 * and the history lie there, too.
 *
 * All return 0 (or a descriptor), or -1 with errno set; nothing is printed.
 * What is read is not trusted: it may be anything, but root wrote it.
 */
#ifndef KPARK_STATE_H
#define KPARK_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file.h"

#define STATE_DIR		"/var/lib/kpark"
#define STATE_SIZE_MAX		(64 * 1024)	/* bytes of a file */
#define STATE_BOOT_ID_SIZE	37		/* a UUID as text, and a NUL */

/*
 * The folder's descriptor, to be closed; made, and closed to all but root, if
 * `make`. A symlink, and a folder that others than root own or may write to, is
 * refused. `root` is "" but in tests.
 */
int state_open(const char *root, bool make);
/* The same of another one; what is missing above it is made, too. */
int state_open_folder(const char *root, const char *folder, bool make);

/* The file appears with all of the text, for root only, or stays as it was. */
int state_write(int dir, const char *name, const char *text);
/* A regular file of root's without NULs, free with file_free. */
int state_read(int dir, const char *name, struct file *file);
/* The same, of up to `max` bytes. */
int state_read_large(int dir, const char *name, size_t max, struct file *file);
/* Both: a file that is not there is no error. */
int state_remove(int dir, const char *name);
int state_rename(int dir, const char *from, const char *to);

/* What errno means of a state file, for people. */
const char *state_error(void);

/* Appends "key=value\n" to `text`, a malloc'ed string or NULL; NULL if there
 * is no memory, `text` freed then. A line break in a value is escaped. */
char *state_add(char *text, const char *key, const char *value);
/* The value of the first line "key=..."; -1 if none, damaged, or too long. */
int state_value(const char *text, const char *key, char *value, size_t room);

/* The same for numbers. */
char *state_add_number(char *text, const char *key, uint64_t number);
int state_number(const char *text, const char *key, uint64_t *number);

/* The running kernel's boot_id. */
int state_boot_id(const char *root, char *id);

#endif
