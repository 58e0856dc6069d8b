/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmdline.h - the next kernel's command line.
 */
#ifndef KPARK_CMDLINE_H
#define KPARK_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

/* kpark's mark on the line of a kernel that it loaded as a file; a boot_id. */
#define CMDLINE_MARK	"kpark.loaded_by="

/*
 * Made of `running` (the running kernel's, NULL if not to be reused) and
 * `given` (the user's, may be NULL), less what only the boot loader of the
 * running kernel meant. Returns it, to be freed, or NULL without memory.
 */
char *cmdline_make(const char *running, const char *given);

/*
 * Adds a word for the kernel: at the end, or before the "--" behind which all
 * is for init. Frees the old one; NULL without memory.
 */
char *cmdline_add(char *cmdline, const char *word);

/* Takes these words out, wherever they stand so, one blank between. */
void cmdline_cut(char *cmdline, const char *words);

/* The next word for the kernel from *at, or NULL; *at moves behind it. */
const char *cmdline_next(const char **at, size_t *length);

/*
 * What follows the last word `name`, or the last that starts with it if it ends
 * in '='; the word ends at a blank. NULL: there is none.
 */
const char *cmdline_find(const char *cmdline, const char *name);
/* Is there such a word? */
bool cmdline_has(const char *cmdline, const char *name);
/* What cmdline_find finds, up to its end; -1 if none, or no room. */
int cmdline_value(const char *cmdline, const char *name, char *value,
		  size_t room);

#endif
