// SPDX-License-Identifier: GPL-2.0-only
/* trial.c - a kernel on trial, kept in /var/lib/kpark/trial */
#include "trial.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmdline.h"

#define NAME	"trial"
#define VERSION	"1"

static char *to_text(const struct trial *trial)
{
	const struct {
		const char *key, *value;
	} lines[] = {
		{ "boot_id", trial->boot_id },
		{ "release", trial->release },
		{ "driver", trial->driver },
		{ "committed", trial->committed },
		{ "begun", trial->begun ? "yes" : "no" },
	};
	char *text = state_add(NULL, "version", VERSION);

	for (size_t i = 0; text && i < sizeof(lines) / sizeof(lines[0]); i++)
		text = state_add(text, lines[i].key, lines[i].value);
	if (text)
		text = state_add_number(text, "seconds", trial->seconds);
	return text ? state_add_number(text, "time", trial->time) : NULL;
}

int trial_save(const char *root, const struct trial *trial)
{
	char *text = to_text(trial);
	int dir, ret = -1;

	if (!text)
		return -1;
	dir = state_open(root, true);
	if (dir >= 0) {
		ret = state_write(dir, NAME, text);
		close(dir);
	}
	free(text);
	return ret;
}

static int from_text(const char *text, struct trial *trial)
{
	char version[8], begun[8];

	/* one of an earlier version is not told when not */
	trial->begun = state_value(text, "begun", begun, sizeof(begun)) ||
		       strcmp(begun, "no");
	if (!state_value(text, "version", version, sizeof(version)) &&
	    !strcmp(version, VERSION) &&
	    !state_value(text, "boot_id", trial->boot_id,
			 sizeof(trial->boot_id)) &&
	    !state_value(text, "release", trial->release,
			 sizeof(trial->release)) &&
	    !state_value(text, "driver", trial->driver,
			 sizeof(trial->driver)) &&
	    !state_value(text, "committed", trial->committed,
			 sizeof(trial->committed)) &&
	    !state_number(text, "seconds", &trial->seconds) &&
	    !state_number(text, "time", &trial->time))
		return 0;
	errno = EINVAL;
	return -1;
}

int trial_read(const char *root, struct trial *trial)
{
	int dir = state_open(root, false), ret;
	struct file file;

	memset(trial, 0, sizeof(*trial));
	if (dir < 0)
		return -1;
	ret = state_read(dir, NAME, &file);
	close(dir);
	if (ret)
		return -1;
	ret = from_text((char *)file.data, trial);
	file_free(&file);
	return ret;
}

void trial_forget(const char *root)
{
	int dir = state_open(root, false);

	if (dir < 0)
		return;
	state_remove(dir, NAME);
	close(dir);
}

int trial_driver(const char *root, char driver[WATCHDOG_NAME_SIZE])
{
	struct file cmdline;
	char path[256];
	int ret;

	snprintf(path, sizeof(path), "%s/proc/cmdline", root);
	if (file_read(path, &cmdline))
		return -1;
	ret = cmdline_value((char *)cmdline.data, WATCHDOG_WORD, driver,
			    WATCHDOG_NAME_SIZE);
	file_free(&cmdline);
	return ret;
}

static bool is_this_boot(const char *root, const char *boot_id)
{
	char id[STATE_BOOT_ID_SIZE];

	return !state_boot_id(root, id) && !strcmp(id, boot_id);
}

/* Who has begun the next kernel's trial was committed itself: load asks for it. */
bool trial_is_on(const char *root)
{
	char driver[WATCHDOG_NAME_SIZE];
	struct trial trial;

	return !trial_driver(root, driver) &&
	       (trial_read(root, &trial) ||
		(!is_this_boot(root, trial.committed) &&
		 !is_this_boot(root, trial.boot_id)));
}

/* Whether exec came to say that it counts or not: it may count. */
int trial_armed(const char *root, char driver[WATCHDOG_NAME_SIZE])
{
	struct trial trial;

	if (trial_is_on(root) || trial_read(root, &trial) ||
	    *trial.committed || !is_this_boot(root, trial.boot_id))
		return -1;
	memcpy(driver, trial.driver, sizeof(trial.driver));
	return 0;
}

/* If the running kernel was on trial, that it is committed stays known. */
static void forget_next(void)
{
	char driver[WATCHDOG_NAME_SIZE];
	struct trial trial;

	if (trial_driver("", driver) || trial_read("", &trial) ||
	    state_boot_id("", trial.committed) || trial_save("", &trial))
		trial_forget("");
}

int trial_call_off(char driver[WATCHDOG_NAME_SIZE])
{
	int ret;

	if (trial_armed("", driver))
		return 1;
	ret = watchdog_take_over(driver);
	if (!ret)
		forget_next();
	return ret;
}

static void tell_failed(const struct trial *trial, char *text, size_t size)
{
	time_t started = (time_t)trial->time;
	struct tm tm;
	char when[32] = "?";

	if (gmtime_r(&started, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S UTC", &tm);
	snprintf(text, size, "the kernel %s, started on trial at %s, did not"
		 " commit within %" PRIu64 " s: the watchdog %s reset the"
		 " machine, or it was reset before", trial->release, when,
		 trial->seconds, trial->driver);
}

enum trial_state trial_story(const char *root, char *text, size_t size)
{
	char driver[WATCHDOG_NAME_SIZE];
	struct trial trial;

	*text = '\0';
	if (trial_is_on(root)) {
		trial_driver(root, driver);
		snprintf(text, size, "this kernel is on trial: the watchdog %s"
			 " resets the machine unless `kpark commit` comes in"
			 " time", driver);
		return TRIAL_ON;
	}
	if (!trial_armed(root, driver)) {
		snprintf(text, size, "`kpark exec --watchdog` has not jumped:"
			 " the watchdog %s may count, and reset the machine,"
			 " until `kpark commit` or `kpark unload` stops it",
			 driver);
		return TRIAL_ARMED;
	}
	if (trial_read(root, &trial) || *trial.committed ||
	    !trial.begun || is_this_boot(root, trial.boot_id))
		return TRIAL_NONE;
	tell_failed(&trial, text, size);
	return TRIAL_FAILED;
}
