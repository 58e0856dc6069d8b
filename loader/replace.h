/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replace.h - a file's whole content, old or new and never half.
 */
#ifndef KPARK_REPLACE_H
#define KPARK_REPLACE_H

#include <stddef.h>

/*
 * Written beside it, synced, renamed, the folder synced too. Missing folders
 * are made. 0, or -1 with errno set and the old content in place.
 */
int replace_file(const char *path, const void *data, size_t size);

#endif
