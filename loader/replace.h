/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replace.h - a file's whole content, old or new and never half.
 *
 * It is written beside the old one, synced and renamed. Whoever is killed on
 * the way leaves at most one file behind in a folder, REPLACE_TEMPORARY, which
 * the next one who writes there takes over.
 */
#ifndef KPARK_REPLACE_H
#define KPARK_REPLACE_H

#include <stddef.h>
#include <sys/types.h>

#define REPLACE_TEMPORARY	".kpark.new"

/* Both: 0, or -1 with errno set and the old content in place. EBUSY: another
 * kpark has been writing in that folder for seconds. */
int replace_at(int dir, const char *name, mode_t mode, const void *data,
	       size_t size);
/* Makes, for all to read, what is missing of a path up to its last slash. */
int replace_make_folders(char *path);
/* For all to read; missing folders are made. */
int replace_file(const char *path, const void *data, size_t size);

#endif
