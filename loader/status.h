/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * status.h - what `kpark status` has found out, before it is printed.
 */
#ifndef KPARK_STATUS_H
#define KPARK_STATUS_H

#include "kprk.h"
#include "note.h"
#include "record.h"
#include "trial.h"

enum boot {
	BOOT_OTHER,		/* nothing of kpark's is to be seen */
	BOOT_INHERITED,		/* plain kexec from a kernel with our tables */
	BOOT_PARKED,		/* by kpark, and its CPUs were parked */
	BOOT_UNPARKED,		/* by kpark, and they were not */
	BOOT_OTHER_VERSION,	/* by kpark, whose table we cannot read */
	BOOT_FILE,		/* by kpark, with kexec_file_load(2) */
};

struct status {
	enum { LOADED_NO, LOADED_YES, LOADED_UNKNOWN } loaded;
	struct record *record;		/* of what is loaded; NULL: none */
	char no_record[REASON_SIZE];	/* why there is none */
	unsigned int online, present;	/* CPUs */
	enum boot boot;
	uint32_t hop;			/* 0: not known */
	char from[IMAGE_RELEASE_MAX];	/* release before; "": not known */
	char why[2 * REASON_SIZE];	/* INIT/SIPI and no mailbox, or "" */
	bool distrusted;		/* the park was, or firmware's tables */
	struct kprk kprk;		/* of this boot if BOOT_PARKED */
	uint32_t released, lost;	/* APs by the mailbox */
	enum trial_state trial;
	char story[512];		/* of the trial, "" for TRIAL_NONE */
};

/* Never fails: what cannot be read is not known. `root` is "" but in tests. */
void status_read(const char *root, struct status *status);
void status_free(struct status *status);
/* An exit code: was this kernel offered all that it was to be? */
int status_code(const struct status *status);

/* Microseconds between two stamps, 0 if they are not that. */
uint64_t status_us(const struct kprk_table *table, uint64_t from, uint64_t to);

/* status_json.c; 0, or -1 with errno set */
int status_print_json(const struct status *status);

#endif
