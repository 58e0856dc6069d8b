// SPDX-License-Identifier: GPL-2.0-only
/* record.c - what `kpark load` loaded last, kept in /var/lib/kpark/loaded */
#include "record.h"

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define NAME	"loaded"
#define ASIDE	"loaded.before"
#define VERSION	"1"
#define LOCK_TRIES	200
#define LOCK_TRY_NS	50000000	/* 200 of them are 10 s */

/* "yes", or "no" and the reason */
static char *add_verdict(char *text, const char *key, const char *reason_key,
			 const char *reason)
{
	text = state_add(text, key, *reason ? "no" : "yes");
	return text ? state_add(text, reason_key, reason) : NULL;
}

static char *to_text(const struct record *record)
{
	const struct {
		const char *key, *value;
	} lines[] = {
		{ "boot_id", record->boot_id },
		{ "from", record->from },
		{ "kernel", record->kernel },
		{ "release", record->release },
		{ "cmdline", record->cmdline },
		{ "path", record->path },
	};
	char *text = state_add(NULL, "version", VERSION);

	for (size_t i = 0; text && i < sizeof(lines) / sizeof(lines[0]); i++)
		text = state_add(text, lines[i].key, lines[i].value);
	if (text)
		text = state_add_number(text, "hop", record->hop);
	if (text)
		text = state_add_number(text, "time", record->time);
	if (text)
		text = add_verdict(text, "parked", "reason",
				   record->verdict.not_parked);
	if (text)
		text = add_verdict(text, "mailbox", "mailbox_reason",
				   record->verdict.no_mailbox);
	return text;
}

int record_save(const char *root, const struct record *record)
{
	int dir = state_open(root, true);
	int ret = -1, saved;
	char *text;

	if (dir < 0)
		return -1;
	text = to_text(record);
	if (text)
		ret = state_write(dir, NAME, text);
	saved = errno;
	/* none is better than one of an earlier load */
	if (ret)
		state_remove(dir, NAME);
	state_remove(dir, ASIDE);
	free(text);
	close(dir);
	errno = saved;
	return ret;
}

#define VALUE(key, field) \
	state_value(text, key, record->field, sizeof(record->field))

static int from_text(const char *text, struct record *record)
{
	char version[8];
	uint64_t hop;

	if (state_value(text, "version", version, sizeof(version)) ||
	    strcmp(version, VERSION) ||
	    VALUE("boot_id", boot_id) || VALUE("from", from) ||
	    VALUE("kernel", kernel) || VALUE("release", release) ||
	    VALUE("cmdline", cmdline) || VALUE("path", path) ||
	    VALUE("reason", verdict.not_parked) ||
	    VALUE("mailbox_reason", verdict.no_mailbox) ||
	    state_number(text, "time", &record->time) ||
	    state_number(text, "hop", &hop) || hop > UINT32_MAX) {
		errno = EINVAL;
		return -1;
	}
	record->hop = (uint32_t)hop;
	return 0;
}

int record_read(const char *root, struct record *record)
{
	int dir = state_open(root, false);
	struct file file;
	int ret, saved;

	memset(record, 0, sizeof(*record));
	if (dir < 0)
		return -1;
	ret = state_read(dir, NAME, &file);
	if (!ret) {
		ret = from_text((char *)file.data, record);
		saved = errno;
		file_free(&file);
		errno = saved;
	}
	saved = errno;
	close(dir);
	errno = saved;
	if (ret)
		memset(record, 0, sizeof(*record));
	return ret;
}

void record_forget(const char *root)
{
	int dir = state_open(root, false);

	if (dir < 0)
		return;
	state_remove(dir, NAME);
	state_remove(dir, ASIDE);
	close(dir);
}

/* What lies aside already is of a load that was killed: nobody wants it back. */
void record_put_aside(const char *root)
{
	int dir = state_open(root, false);

	if (dir < 0)
		return;
	state_remove(dir, ASIDE);
	state_rename(dir, NAME, ASIDE);
	close(dir);
}

void record_put_back(const char *root)
{
	int dir = state_open(root, false);

	if (dir < 0)
		return;
	state_rename(dir, ASIDE, NAME);
	close(dir);
}

int record_lock(const char *root, const char *command)
{
	const struct timespec pause = { .tv_nsec = LOCK_TRY_NS };
	int dir = state_open(root, true);

	for (int try = 1; dir >= 0 && flock(dir, LOCK_EX | LOCK_NB); try++) {
		if (errno == EWOULDBLOCK && try < LOCK_TRIES) {
			nanosleep(&pause, NULL);
			continue;
		}
		if (errno != EWOULDBLOCK)
			break;		/* no locks here: go on without */
		close(dir);
		warnx("%s: another kpark has been loading for 10 s", command);
		return RECORD_LOCK_BUSY;
	}
	return dir;
}

void record_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}
