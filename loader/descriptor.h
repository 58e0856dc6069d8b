/* SPDX-License-Identifier: GPL-2.0-only */
/* descriptor.h - all that an open file holds, into memory. */
#ifndef KPARK_DESCRIPTOR_H
#define KPARK_DESCRIPTOR_H

#include "file.h"

/*
 * Into a file that is all zeroes. 0; or -1 with errno set, EFBIG if there are
 * more than max bytes, and what was read is the caller's to free. Says nothing.
 */
int descriptor_read(int fd, size_t max, struct file *file);

#endif
