// SPDX-License-Identifier: GPL-2.0-only
/*
 * klog.c - what the running kernel's log says of its own start.
 *
 * A record is "priority,sequence,microseconds,flags[,..];text", and lines that
 * begin with a blank belong to it (Linux, "ABI/testing/dev-kmsg"). Only the
 * kernel writes with facility 0, so nobody else can pretend to be it.
 */
#include "klog.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RECORD_MAX	8192		/* a record of the device is shorter */
#define RECORDS_MAX	(1 << 20)
#define OFFSET_MAX_NS	3600000000000LL		/* an hour; ticks lose ms */

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static void note(struct klog *klog, enum klog_line line, int64_t us)
{
	if (klog->us[line] < 0)
		klog->us[line] = us;
}

/* "2594.002 MHz" in kHz */
static uint32_t parse_mhz(const char *text)
{
	unsigned int mhz, khz;

	if (sscanf(text, "%5u.%3u MHz", &mhz, &khz) != 2 || khz > 999)
		return 0;
	return mhz * 1000 + khz;
}

static void parse_trouble(struct klog *klog, const char *text)
{
	if (!strstr(text, "do_boot_cpu failed") &&
	    !strstr(text, "failed to report alive state"))
		return;
	if (klog->troubles < KLOG_TROUBLES)
		snprintf(klog->trouble[klog->troubles++], KLOG_TEXT, "%s",
			 text);
}

static void parse_kernel(struct klog *klog, int64_t us, const char *text)
{
	static const char stable[] = "sched_clock: Marking stable";
	static const char detected[] = "tsc: Detected ";
	static const char refined[] =
		"tsc: Refined TSC clocksource calibration: ";
	long long part[4];

	if (starts(text, "Linux version "))
		klog->complete = true;
	else if (starts(text, "smp: Bringing up secondary CPUs"))
		note(klog, KLOG_BRINGUP, us);
	else if (starts(text, "smp: Brought up "))
		note(klog, KLOG_ONLINE, us);
	else if (starts(text, "Run ") && strstr(text, " as init process"))
		note(klog, KLOG_INIT, us);
	else if (starts(text, detected) && strstr(text, "processor"))
		klog->detected_khz = parse_mhz(text + strlen(detected));
	else if (strstr(text, "clocksource") && strstr(text, "unstable"))
		klog->tsc_unstable |= strstr(text, "tsc") != NULL;
	else if (starts(text, "tsc: Marking TSC unstable"))
		klog->tsc_unstable = true;
	else if (starts(text, refined)) {
		klog->refined_khz = parse_mhz(text + strlen(refined));
		note(klog, KLOG_REFINED, us);
	} else if (starts(text, stable) &&
		   sscanf(text + strlen(stable), " (%lld, %lld)->(%lld, %lld)",
			  &part[0], &part[1], &part[2], &part[3]) == 4 &&
		   part[3] >= -OFFSET_MAX_NS && part[3] <= OFFSET_MAX_NS) {
		klog->sched_offset_ns = part[3];
		note(klog, KLOG_STABLE, us);
	} else
		parse_trouble(klog, text);
}

static void parse_mark(struct klog *klog, int64_t us, const char *text)
{
	struct klog_mark mark = { .us = us };

	if (!starts(text, KLOG_MARK) ||
	    sscanf(text + strlen(KLOG_MARK), "%" SCNd64 " %" SCNd64,
		   &mark.run, &mark.tsc) != 2 || mark.tsc < 0)
		return;
	if (klog->marks == KLOG_MARKS)
		memmove(klog->mark, klog->mark + 1,
			--klog->marks * sizeof(mark));
	klog->mark[klog->marks++] = mark;
}

static void parse_line(struct klog *klog, char *line)
{
	char *text = strchr(line, ';');
	unsigned int priority;
	int64_t us;

	if (!text || sscanf(line, "%u,%*u,%" SCNd64 ",", &priority, &us) != 2 ||
	    us < 0 || us > KLOG_US_MAX)
		return;
	text++;
	if (!(priority >> 3))
		parse_kernel(klog, us, text);
	else
		parse_mark(klog, us, text);
}

/* The device gives a record at a time, a file (in tests) many. */
static size_t parse_lines(struct klog *klog, char *buffer, size_t size)
{
	char *line = buffer, *end;

	while ((end = memchr(line, '\n', size - (size_t)(line - buffer)))) {
		*end = '\0';
		parse_line(klog, line);
		line = end + 1;
	}
	size -= (size_t)(line - buffer);
	memmove(buffer, line, size);
	return size;
}

static int read_records(int fd, struct klog *klog)
{
	char buffer[2 * RECORD_MAX];
	size_t held = 0;

	for (int i = 0; i < RECORDS_MAX; i++) {
		ssize_t got = read(fd, buffer + held, sizeof(buffer) - held);

		if (got < 0 && (errno == EPIPE || errno == EINTR))
			continue;	/* overwritten before we read it */
		if (got < 0 && errno != EAGAIN)
			return -1;
		if (got <= 0)
			return 0;
		held = parse_lines(klog, buffer, held + (size_t)got);
		if (held > RECORD_MAX)
			held = 0;	/* no record is so long */
	}
	return 0;
}

int klog_read(const char *root, struct klog *klog)
{
	char path[256];
	int fd, ret, saved;

	memset(klog, 0, sizeof(*klog));
	for (int i = 0; i < KLOG_LINES; i++)
		klog->us[i] = -1;
	snprintf(path, sizeof(path), "%s/dev/kmsg", root);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = read_records(fd, klog);
	saved = errno;
	close(fd);
	errno = saved;
	return ret;
}
