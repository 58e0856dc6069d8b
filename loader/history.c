// SPDX-License-Identifier: GPL-2.0-only
/*
 * history.c - the reports of earlier boots: /var/lib/kpark/history/.
 *
 * They are read back with every type and range checked: what is not as we
 * write it counts as damaged and is passed over.
 */
#include "history.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "state.h"

#define FOLDER		"/var/lib/kpark/history"
#define SUFFIX		".json"
#define NAME_SIZE	(BOOT_ID_SIZE + sizeof(SUFFIX))
#define FILE_SIZE_MAX	(8 << 20)	/* 8192 CPUs are 4 MiB */
#define FILES_MAX	1000		/* of a folder that others filled */
#define SCHEMA		1
#define TIME_MAX_NS	(INT64_MAX / 4)

/* -- one document ---------------------------------------------------------- */

/* One that does not fit is not ours: cut, it might end within a character. */
static bool get_text(const json_t *object, const char *key, char *text,
		     size_t size)
{
	const json_t *value = json_object_get(object, key);

	*text = '\0';
	if (json_is_null(value))
		return true;
	if (!json_is_string(value))
		return false;
	return (size_t)snprintf(text, size, "%s", json_string_value(value)) <
	       size;
}

static bool get_number(const json_t *object, const char *key, int64_t max,
		       int64_t *number)
{
	const json_t *value = json_object_get(object, key);

	*number = 0;
	if (json_is_null(value))
		return true;
	*number = json_integer_value(value);
	return json_is_integer(value) && *number >= 0 && *number <= max;
}

static bool get_count(const json_t *object, const char *key, uint32_t *count)
{
	int64_t number;

	if (!get_number(object, key, INT32_MAX, &number))
		return false;
	*count = (uint32_t)number;
	return true;
}

static bool get_duration(const json_t *object, struct duration *duration)
{
	const json_t *measured = json_object_get(object, "measured");

	duration->known = json_is_true(measured);
	return json_is_boolean(measured) &&
	       get_text(object, "why_not", duration->why_not, WHY_SIZE) &&
	       get_number(object, "ns", TIME_MAX_NS, &duration->ns) &&
	       get_number(object, "error_ns", TIME_MAX_NS,
			  &duration->error_ns);
}

/* The index of `key` in `keys`, or `count`. */
static unsigned int find_key(const char *const *keys, unsigned int count,
			     const char *key)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (key && !strcmp(keys[i], key))
			break;
	return i;
}

static const char *key_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool parse_boot(const json_t *boot, struct past *past)
{
	past->how = find_key(how_keys, HOWS, key_of(boot, "how"));
	return past->how < HOWS &&
	       get_text(boot, "boot_id", past->boot_id, BOOT_ID_SIZE) &&
	       boot_id_is_sound(past->boot_id) &&
	       get_text(boot, "release", past->release, STAMP_RELEASE) &&
	       get_number(boot, "started_ns", INT64_MAX, &past->started_ns) &&
	       get_count(boot, "hop", &past->hop);
}

/* A stage that a document does not name was not measured there. */
static bool parse_stages(const json_t *stages, struct past *past)
{
	for (size_t i = 0; i < STAGES; i++)
		snprintf(past->stages[i].why_not, WHY_SIZE,
			 "not in that report");
	for (size_t i = 0; i < json_array_size(stages); i++) {
		const json_t *entry = json_array_get(stages, i);
		unsigned int id = find_key(stage_keys, STAGES,
					   key_of(entry, "key"));

		if (id < STAGES && !get_duration(entry, &past->stages[id]))
			return false;
	}
	return json_is_array(stages);
}

static bool parse_whole(const json_t *whole, struct past *past)
{
	past->first = find_key(moment_keys, MOMENTS, key_of(whole, "from"));
	past->last = find_key(moment_keys, MOMENTS, key_of(whole, "to"));
	return get_duration(whole, &past->whole);
}

static bool parse_firmware(const json_t *firmware, struct past *past)
{
	int64_t loader_ns;

	past->firmware_known = json_is_true(json_object_get(firmware,
							    "measured"));
	if (!get_number(firmware, "firmware_ns", TIME_MAX_NS,
			&past->firmware_ns) ||
	    !get_number(firmware, "loader_ns", TIME_MAX_NS, &loader_ns))
		return false;
	past->firmware_ns += loader_ns;
	return true;
}

static void count_measured(const json_t *moments, struct past *past)
{
	for (size_t i = 0; i < json_array_size(moments); i++)
		past->measured += json_is_true(json_object_get(
			json_array_get(moments, i), "measured"));
}

static bool parse_document(const json_t *document, struct past *past)
{
	const json_t *cpus = json_object_get(document, "cpus");

	count_measured(json_object_get(document, "moments"), past);
	return json_integer_value(json_object_get(document, "schema")) ==
		SCHEMA &&
	       parse_boot(json_object_get(document, "boot"), past) &&
	       parse_stages(json_object_get(document, "stages"), past) &&
	       get_duration(json_object_get(document, "total"),
			    &past->total) &&
	       get_duration(json_object_get(document, "ready_uptime"),
			    &past->ready_uptime) &&
	       parse_whole(json_object_get(document, "whole"), past) &&
	       parse_firmware(json_object_get(document, "firmware"), past) &&
	       get_count(cpus, "online", &past->online) &&
	       get_count(cpus, "present", &past->present);
}

bool history_parse(const char *json, size_t size, struct past *past)
{
	json_t *document = json_loadb(json, size, JSON_REJECT_DUPLICATES,
				      NULL);
	bool is;

	memset(past, 0, sizeof(*past));
	is = json_is_object(document) && parse_document(document, past);
	json_decref(document);
	return is;
}

/* -- the folder ------------------------------------------------------------ */

static bool is_ours(const char *name, char boot_id[BOOT_ID_SIZE])
{
	size_t length = strlen(name);

	if (length != BOOT_ID_SIZE - 1 + strlen(SUFFIX) ||
	    strcmp(name + BOOT_ID_SIZE - 1, SUFFIX))
		return false;
	snprintf(boot_id, BOOT_ID_SIZE, "%.36s", name);
	return boot_id_is_sound(boot_id);
}

static void file_name(char name[NAME_SIZE], const char *boot_id)
{
	snprintf(name, NAME_SIZE, "%.36s" SUFFIX, boot_id);
}

static bool load(int dir, const char *boot_id, struct past *past)
{
	char name[NAME_SIZE];
	struct file file;
	bool is;

	file_name(name, boot_id);
	if (state_read_large(dir, name, FILE_SIZE_MAX, &file))
		return false;
	is = history_parse((char *)file.data, file.size, past) &&
	     !strcmp(past->boot_id, boot_id);
	file_free(&file);
	return is;
}

static int newest_first(const void *a, const void *b)
{
	const struct past *one = a, *other = b;

	return (one->started_ns < other->started_ns) -
	       (one->started_ns > other->started_ns);
}

static void read_folder(DIR *folder, struct past *past, size_t *count,
			size_t *damaged)
{
	char boot_id[BOOT_ID_SIZE];
	struct dirent *entry;

	while (*count < FILES_MAX && (entry = readdir(folder))) {
		if (!is_ours(entry->d_name, boot_id))
			continue;
		if (load(dirfd(folder), boot_id, &past[*count]))
			++*count;
		else
			++*damaged;
	}
	qsort(past, *count, sizeof(*past), newest_first);
}

/* NULL if it is not there, or not root's own. */
static DIR *open_folder(const char *root)
{
	int dir = state_open_folder(root, FOLDER, false);
	DIR *folder = dir < 0 ? NULL : fdopendir(dir);

	if (!folder && dir >= 0)
		close(dir);
	return folder;
}

int history_read(const char *root, struct past **past, size_t *count,
		 size_t *damaged)
{
	DIR *folder;

	*count = *damaged = 0;
	*past = calloc(FILES_MAX, sizeof(**past));
	if (!*past)
		return -1;
	folder = open_folder(root);
	if (!folder)
		return 0;
	read_folder(folder, *past, count, damaged);
	closedir(folder);
	return 0;
}

/* The oldest go. */
static void prune(const char *root, int dir)
{
	char name[NAME_SIZE];
	struct past *past;
	size_t count, damaged;

	if (history_read(root, &past, &count, &damaged))
		return;
	for (size_t i = HISTORY_MAX; i < count; i++) {
		file_name(name, past[i].boot_id);
		state_remove(dir, name);
	}
	free(past);
}

static int make_folder(const char *root)
{
	int parent = state_open_folder(root, STATE_DIR, true);

	if (parent < 0)
		return -1;
	close(parent);
	return state_open_folder(root, FOLDER, true);
}

/* What knew more stays: the log has lost lines since. */
static int keep(int dir, const struct past *new, const char *json)
{
	char name[NAME_SIZE];
	struct past old;

	if (load(dir, new->boot_id, &old) && old.measured > new->measured)
		return 0;
	file_name(name, new->boot_id);
	return state_write(dir, name, json);
}

int history_save(const char *root, const struct timeline *timeline,
		 const char *json)
{
	struct past new;
	int dir, ret;

	if (!*timeline->boot_id ||
	    !history_parse(json, strlen(json), &new)) {
		warnx("report: this boot has no boot_id to be kept by");
		return -1;
	}
	dir = make_folder(root);
	ret = dir < 0 ? -1 : keep(dir, &new, json);
	if (ret)
		warnx("report: %s" FOLDER ": %s", root, state_error());
	else
		prune(root, dir);
	if (dir >= 0)
		close(dir);
	return ret;
}

/* -- what kexec has saved -------------------------------------------------- */

static const struct past *last_firmware_boot(const struct past *past,
					     size_t count,
					     const struct timeline *timeline)
{
	for (size_t i = 0; i < count; i++)
		if (past[i].how == HOW_FIRMWARE &&
		    past[i].started_ns < timeline->started_ns &&
		    past[i].ready_uptime.known)
			return &past[i];
	return NULL;
}

/* Firmware's own time: as kept with that boot, or as ACPI still has it. */
static int64_t firmware_cost(const struct past *cold,
			     const struct firmware *firmware)
{
	if (cold && cold->firmware_known)
		return cold->firmware_ns;
	if (!firmware->known)
		return -1;
	return firmware->ns +
	       (firmware->loader_ns > 0 ? firmware->loader_ns : 0);
}

static void say_against(const struct past *cold, int64_t firmware_ns,
			struct timeline *timeline)
{
	time_t when = cold ? (time_t)(cold->started_ns / 1000000000) : 0;
	char date[32] = "";
	struct tm tm;

	if (cold && gmtime_r(&when, &tm))
		strftime(date, sizeof(date), " of %Y-%m-%d %H:%M UTC", &tm);
	snprintf(timeline->saved_against, WHY_SIZE, "%s%s, %.1f s of it in"
		 " firmware", cold ? "the firmware boot" :
		 "a firmware boot of this kernel", date,
		 (double)firmware_ns / 1e9);
}

/*
 * From reset until ready, against from exec until ready. Where the firmware
 * boot itself was not kept, this kernel's own time until ready stands for it.
 */
void history_add_saved(const struct past *past, size_t count,
		       struct timeline *timeline)
{
	const struct past *cold = last_firmware_boot(past, count, timeline);
	const struct duration *uptime = cold ? &cold->ready_uptime :
					&timeline->ready_uptime;
	int64_t firmware_ns = firmware_cost(cold, &timeline->firmware);
	struct duration *saved = &timeline->saved;

	memset(saved, 0, sizeof(*saved));
	if (timeline->how == HOW_FIRMWARE)
		snprintf(saved->why_not, WHY_SIZE,
			 "this was a boot through firmware");
	else if (firmware_ns < 0)
		snprintf(saved->why_not, WHY_SIZE,
			 "what a boot through firmware costs is not known");
	else if (!timeline->total.known || !uptime->known)
		memcpy(saved->why_not, timeline->total.known ?
		       uptime->why_not : timeline->total.why_not, WHY_SIZE);
	else {
		saved->known = true;
		saved->ns = firmware_ns + uptime->ns - timeline->total.ns;
		saved->error_ns = uptime->error_ns + timeline->total.error_ns;
		say_against(cold, firmware_ns, timeline);
	}
}
