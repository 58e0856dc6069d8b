/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * initrd.h - an initial RAM disk unpacked beforehand.
 *
 * Linux unpacks it on the boot CPU while the machine is down; here it is done
 * while the old kernel still works. What comes out is for Linux the same:
 * Documentation/driver-api/early-userspace/buffer-format.rst,
 * "initramfs buffer format".
 */
#ifndef KPARK_INITRD_H
#define KPARK_INITRD_H

#include <stddef.h>

#include "file.h"

/*
 * Replaces `initrd` by its cpio archives, one behind the other, none of them
 * packed. NULL; or it is untouched, and this is why: it has something else in
 * it, or would take more than `max` bytes.
 */
const char *initrd_unpack(struct file *initrd, size_t max);

/* Bytes of the cpio archive that begins here, or 0 if there is no whole one. */
size_t initrd_archive_length(const uint8_t *in, size_t len);

#endif
