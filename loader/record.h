/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * record.h - what `kpark load` loaded last, in /var/lib/kpark/loaded: for
 * `kpark status`, before the jump and after it.
 */
#ifndef KPARK_RECORD_H
#define KPARK_RECORD_H

#include "parkable.h"
#include "state.h"

#define RECORD_KERNEL_SIZE	4096
#define RECORD_CMDLINE_SIZE	4096
#define RECORD_BY_SEGMENTS	"kexec_load"
#define RECORD_BY_FILE		"kexec_file_load"

struct record {
	char boot_id[STATE_BOOT_ID_SIZE];	/* where it was loaded */
	char from[IMAGE_RELEASE_MAX];		/* that kernel's release */
	uint32_t hop;
	uint64_t time;				/* seconds since 1970 */
	char kernel[RECORD_KERNEL_SIZE];
	char release[IMAGE_RELEASE_MAX];
	char cmdline[RECORD_CMDLINE_SIZE];
	char path[32];				/* RECORD_BY_* */
	struct parkable verdict;
};

/* `root` is "" but in tests. 0, or -1 with errno set (see state_error). */
int record_save(const char *root, const struct record *record);
int record_read(const char *root, struct record *record);
void record_forget(const char *root);

/*
 * One load or unload at a time, so that the record is of what is loaded. The
 * lock; -1 where there is none to be had, and no record either; RECORD_LOCK_BUSY,
 * and `command` has said so, if another kpark has had it for 10 s.
 */
#define RECORD_LOCK_BUSY	(-2)
int record_lock(const char *root, const char *command);
void record_unlock(int lock);

/*
 * Around a load: whoever is killed between the kernel's answer and record_save
 * leaves no record, and not that of an earlier load. Both fail in silence.
 */
void record_put_aside(const char *root);
void record_put_back(const char *root);

#endif
