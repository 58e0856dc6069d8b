// SPDX-License-Identifier: GPL-2.0-only
/*
 * stamps.c - the moments that userland sees, kept in files.
 *
 * Lines "name value", the first one "kpark-stamp" and the format's version.
 * They are read back as what they are: files that anything may have happened
 * to since.
 */
#include "stamps.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "file.h"
#include "kprk.h"
#include "state.h"

#define VERSION		1
#define PATH_SIZE	256
#define FILE_MAX	8192

int boot_id_is_sound(const char *boot_id)
{
	size_t i;

	for (i = 0; boot_id[i]; i++)
		if (!isxdigit((unsigned char)boot_id[i]) && boot_id[i] != '-')
			return 0;
	return i == BOOT_ID_SIZE - 1;
}

void stamp_take(const char *root, struct stamp *stamp)
{
	struct clock_sample now;
	struct utsname uts;
	struct kprk kprk;

	memset(stamp, 0, sizeof(*stamp));
	clock_look(&now);
	stamp->tsc = now.tsc;
	stamp->realtime_ns = now.real_ns;
	if (state_boot_id(root, stamp->boot_id))
		*stamp->boot_id = '\0';
	file_line(root, "/proc/cmdline", stamp->cmdline,
		  sizeof(stamp->cmdline));
	if (!uname(&uts))
		snprintf(stamp->release, sizeof(stamp->release), "%.64s",
			 uts.release);
	kprk_read(root, &kprk);
	stamp->hop = kprk_hop(&kprk);
	kprk_free(&kprk);
}

/* The folder of a stamp, and its name there. */
static int open_folder(const char *root, const char *path, bool make,
		       const char **name)
{
	char folder[PATH_SIZE];

	*name = strrchr(path, '/') + 1;
	snprintf(folder, sizeof(folder), "%.*s", (int)(*name - path - 1),
		 path);
	return state_open_folder(root, folder, make);
}

int stamp_write(const char *root, const char *path, const struct stamp *stamp)
{
	char text[FILE_MAX];
	const char *name;
	int dir, ret, saved;

	dir = open_folder(root, path, true, &name);
	if (dir < 0)
		return -1;
	snprintf(text, sizeof(text), "kpark-stamp %d\nboot_id %s\n"
		 "tsc %" PRId64 "\nrealtime_ns %" PRId64 "\nhop %" PRIu32
		 "\nrelease %s\ncmdline %s\n", VERSION, stamp->boot_id,
		 stamp->tsc, stamp->realtime_ns, stamp->hop, stamp->release,
		 stamp->cmdline);
	ret = state_write(dir, name, text);
	saved = errno;
	close(dir);
	errno = saved;
	return ret;
}

static int parse_number(const char *text, int64_t max, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 10);
	return errno || end == text || *end || *number < 0 || *number > max
	       ? -1 : 0;
}

static int parse_field(struct stamp *stamp, const char *name,
		       const char *value)
{
	int64_t number;

	if (!strcmp(name, "boot_id")) {
		snprintf(stamp->boot_id, BOOT_ID_SIZE, "%s", value);
		return boot_id_is_sound(value) ? 0 : -1;
	}
	if (!strcmp(name, "tsc"))
		return parse_number(value, INT64_MAX, &stamp->tsc);
	if (!strcmp(name, "realtime_ns"))
		return parse_number(value, INT64_MAX, &stamp->realtime_ns);
	if (!strcmp(name, "hop")) {
		if (parse_number(value, UINT32_MAX, &number))
			return -1;
		stamp->hop = (uint32_t)number;
	}
	if (!strcmp(name, "release"))
		snprintf(stamp->release, sizeof(stamp->release), "%s", value);
	if (!strcmp(name, "cmdline"))
		snprintf(stamp->cmdline, sizeof(stamp->cmdline), "%s", value);
	return 0;		/* a later version may say more */
}

static const char *parse(struct stamp *stamp, char *text)
{
	char *line, *value;
	int64_t version;

	if (strncmp(text, "kpark-stamp ", 12))
		return "is not a stamp of kpark's";
	line = strsep(&text, "\n");
	if (parse_number(line + 12, INT32_MAX, &version) || version != VERSION)
		return "is of another version";
	while ((line = strsep(&text, "\n"))) {
		if (!text)
			return *line ? "is cut off" : NULL;
		value = strchr(line, ' ');
		if (!value)
			return "is damaged";
		*value++ = '\0';
		if (parse_field(stamp, line, value))
			return "is damaged";
	}
	return "is cut off";
}

static int read_file(const char *root, const char *path, struct file *file)
{
	const char *name;
	int dir = open_folder(root, path, false, &name);
	int ret, saved;

	if (dir < 0)
		return -1;
	ret = state_read(dir, name, file);
	saved = errno;
	close(dir);
	errno = saved;
	return ret;
}

int stamp_read(const char *root, const char *path, struct stamp *stamp,
	       char why[WHY_SIZE])
{
	struct file file;
	const char *wrong;

	memset(stamp, 0, sizeof(*stamp));
	if (read_file(root, path, &file)) {
		if (errno == ENOENT)
			snprintf(why, WHY_SIZE, "no stamp of it was kept");
		else
			snprintf(why, WHY_SIZE, "%.64s: %s", path,
				 state_error());
		return -1;
	}
	wrong = parse(stamp, (char *)file.data);
	if (!wrong && (!stamp->tsc || !stamp->realtime_ns ||
		       !*stamp->boot_id))
		wrong = "is damaged";
	file_free(&file);
	if (!wrong)
		return 0;
	snprintf(why, WHY_SIZE, "%.64s %s", path, wrong);
	return -1;
}
