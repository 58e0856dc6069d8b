/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trial.h - a kernel on trial: started with a watchdog that resets the machine
 * unless `kpark commit` comes in time. What is known of it outlives the reset
 * in /var/lib/kpark/trial.
 */
#ifndef KPARK_TRIAL_H
#define KPARK_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "image.h"
#include "state.h"
#include "watchdog.h"

struct trial {
	char boot_id[STATE_BOOT_ID_SIZE];	/* where it was started from */
	char release[IMAGE_RELEASE_MAX];	/* the kernel on trial */
	char driver[WATCHDOG_NAME_SIZE];
	uint64_t seconds;
	uint64_t time;				/* of its start, since 1970 */
	char committed[STATE_BOOT_ID_SIZE];	/* its boot_id, or "" */
	bool begun;				/* the watchdog counts */
};

/* `root` is "" but in tests. 0, or -1 with errno set (see state_error). */
int trial_save(const char *root, const struct trial *trial);
int trial_read(const char *root, struct trial *trial);
void trial_forget(const char *root);

/* Which driver, if the running kernel was started on trial; else -1. */
int trial_driver(const char *root, char driver[WATCHDOG_NAME_SIZE]);
/* Was it, and has not been committed? */
bool trial_is_on(const char *root);

/*
 * Has an exec of this boot armed the watchdog for another kernel, and not
 * jumped? Then which driver it is; else -1.
 */
int trial_armed(const char *root, char driver[WATCHDOG_NAME_SIZE]);
/*
 * Stops that watchdog, and forgets the trial. 0: it is stopped, 1: there was
 * none, -1 after one line on stderr.
 */
int trial_call_off(char driver[WATCHDOG_NAME_SIZE]);

enum trial_state {
	TRIAL_NONE,		/* or long over */
	TRIAL_ON,		/* the running kernel is on trial */
	TRIAL_ARMED,		/* the next one is to be, and was not started */
	TRIAL_FAILED,		/* another was, and this is what came back */
};

/* What there is to tell of it, as a sentence, "" for TRIAL_NONE. */
enum trial_state trial_story(const char *root, char *text, size_t size);

#endif
