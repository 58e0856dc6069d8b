// SPDX-License-Identifier: GPL-2.0-only
/*
 * job_record.c - what this load leaves for `kpark status`: a note to the next
 * kernel in its setup_data, and a record in /var/lib/kpark. Neither is needed
 * for the jump: the record may fail, and status says then that there is none.
 */
#include "job.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "note.h"
#include "record.h"

int job_make_note(struct job *job)
{
	struct utsname uts;

	if (uname(&uts))
		*uts.release = '\0';
	job->note = note_make(uts.release, &job->verdict);
	if (job->note)
		return 0;
	warn("load: the note to the next kernel");
	return -1;
}

/* From the root: status may be asked in another folder. */
static void take_path(const char *path, struct record *record)
{
	char *folder = *path == '/' ? NULL : getcwd(NULL, 0);

	snprintf(record->kernel, sizeof(record->kernel), "%s%s%s",
		 folder ? folder : "", folder ? "/" : "", path);
	free(folder);
}

static void fill(const struct job *job, struct record *record)
{
	struct utsname uts;

	if (!uname(&uts))
		snprintf(record->from, sizeof(record->from), "%.*s",
			 (int)sizeof(record->from) - 1, uts.release);
	record->hop = job->hop;
	record->time = (uint64_t)time(NULL);
	take_path(job->options.kernel, record);
	memcpy(record->release, job->image.release, sizeof(record->release));
	snprintf(record->cmdline, sizeof(record->cmdline), "%s",
		 job->cmdline);
	snprintf(record->path, sizeof(record->path), "%s",
		 job->by_file ? RECORD_BY_FILE : RECORD_BY_SEGMENTS);
	record->verdict = job->verdict;
}

/*
 * No record is no harm, status says so. One of an earlier load is, and on a
 * folder that went read-only it stays.
 */
static void save(struct record *record)
{
	const char *why;

	if (!record_save("", record))
		return;
	why = state_error();
	if (!record_read("", record))
		warnx("load: " STATE_DIR "/loaded: %s (kpark status tells of an"
		      " earlier load)", why);
}

void job_record(const struct job *job)
{
	struct record *record = calloc(1, sizeof(*record));

	if (!record || state_boot_id("", record->boot_id)) {
		record_forget("");
	} else {
		fill(job, record);
		save(record);
	}
	free(record);
}
