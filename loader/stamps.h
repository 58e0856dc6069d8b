/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stamps.h - the moments that userland sees, kept in files.
 */
#ifndef KPARK_STAMPS_H
#define KPARK_STAMPS_H

#include <stdint.h>

#include "clock.h"

#define STAMP_EXEC	"/var/lib/kpark/exec"	/* outlives the reboot */
#define STAMP_READY	"/run/kpark/ready"	/* does not */

#define BOOT_ID_SIZE	37			/* with its NUL */
#define STAMP_RELEASE	65
#define STAMP_CMDLINE	2049

struct stamp {
	char     boot_id[BOOT_ID_SIZE];	/* of the kernel it was written in */
	int64_t  tsc;
	int64_t  realtime_ns;
	uint32_t hop;			/* of that kernel; 0: not kpark's */
	char     release[STAMP_RELEASE];
	char     cmdline[STAMP_CMDLINE];
};

/* Now, in this kernel. Never fails: what cannot be read is empty. */
void stamp_take(const char *root, struct stamp *stamp);

/* 0, or -1 with errno set. */
int stamp_write(const char *root, const char *path, const struct stamp *stamp);

/* 0; -1 and why it is of no use. */
int stamp_read(const char *root, const char *path, struct stamp *stamp,
	       char why[WHY_SIZE]);

/* Does it look like one? */
int boot_id_is_sound(const char *boot_id);

#endif
