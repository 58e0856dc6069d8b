/* SPDX-License-Identifier: GPL-2.0-only */
/* input.h - a file that the user names to `kpark load`: kernel or initrd. */
#ifndef KPARK_INPUT_H
#define KPARK_INPUT_H

#include "file.h"

/* A regular file of max bytes or fewer. 0, or -1 after one line on stderr. */
int input_read(const char *path, size_t max, struct file *file);

#endif
