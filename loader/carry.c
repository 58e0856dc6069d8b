// SPDX-License-Identifier: GPL-2.0-only
/*
 * carry.c - what the next kernel need not find out again, with the evidence.
 *
 * tsc=reliable spares it a test of each CPU's TSC against another's (2 ms, and
 * 20 ms for the first CPU of a package, where the CPU has no TSC_ADJUST), one
 * after the other; and takes its watchdog from the TSC. So the CPU has to
 * promise that the TSC counts on at one rate, the running kernel has to trust
 * it still, and every CPU there is has to have been tested just now. A kernel
 * that was told so itself has not watched its TSC: from the second hop on it is
 * the first kernel's judgement, and a new test for each hop.
 */
#include "carry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmdline.h"
#include "cpulist.h"
#include "file.h"

#define CPU		"/sys/devices/system/cpu"
#define CLOCKSOURCE	"/sys/devices/system/clocksource/clocksource0"
#define RECORDS_MAX	(1 << 20)	/* a log may grow while it is read */

void carry_warp_test(const unsigned int *cpus, size_t count, struct warp *warp)
{
	warp_test(cpus, count, warp_tsc, warp);
}

void carry_forget(char *cmdline)
{
	cmdline_cut(cmdline, CARRY_WORDS);
}

static int read_below(const char *root, const char *path, struct file *file)
{
	char full[512];

	snprintf(full, sizeof(full), "%s%s", root, path);
	return file_read(full, file);
}

static size_t cpus_below(const char *root, const char *path,
			 unsigned int **cpus)
{
	char full[512];

	snprintf(full, sizeof(full), "%s%s", root, path);
	return cpulist_read(full, cpus);
}

/* Is `word` one of those that blanks set apart? */
static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (text += strspn(text, " \t\n"); *text; ) {
		size_t found = strcspn(text, " \t\n");

		if (found == length && !memcmp(text, word, length))
			return true;
		text += found;
		text += strspn(text, " \t\n");
	}
	return false;
}

static const char *word_of_the_user(const char *cmdline)
{
	if (cmdline_has(cmdline, "tsc="))
		return "the command line has its own tsc=";
	if (cmdline_has(cmdline, "notsc"))
		return "the command line says notsc";
	return NULL;
}

static const char *word_of_the_running(const char *root)
{
	struct file cmdline;
	const char *why = NULL;

	if (read_below(root, "/proc/cmdline", &cmdline))
		return "/proc/cmdline cannot be read";
	if (cmdline_has((char *)cmdline.data, "tsc=unstable"))
		why = "the running kernel was told tsc=unstable";
	else if (cmdline_has((char *)cmdline.data, "notsc"))
		why = "the running kernel was told notsc";
	file_free(&cmdline);
	return why;
}

/* A CPU that is offline now may be online in the next kernel, untested. */
static const char *cpus_amiss(const char *root)
{
	unsigned int *online, *present;
	size_t n_online = cpus_below(root, CPU "/online", &online);
	size_t n_present = cpus_below(root, CPU "/present", &present);

	free(online);
	free(present);
	if (!n_online || !n_present)
		return CPU " cannot be read";
	if (n_present == 1)
		return "one CPU has nothing to agree with";
	return n_online < n_present ? "a CPU is offline, and cannot be tested"
				    : NULL;
}

/* The "flags" lines of /proc/cpuinfo, one a CPU; each must hold `flag`. */
static bool all_have(const char *cpuinfo, const char *flag)
{
	const char *line = cpuinfo, *end;
	bool any = false;
	char *flags;

	for (; line; line = *end ? end + 1 : NULL) {
		end = line + strcspn(line, "\n");
		if (strncmp(line, "flags", 5))
			continue;
		flags = strndup(line, (size_t)(end - line));
		any = flags && has_word(flags, flag);
		free(flags);
		if (!any)
			return false;
	}
	return any;
}

static const char *flags_amiss(const char *root, bool *bare)
{
	struct file cpuinfo;
	const char *why = NULL;

	if (read_below(root, "/proc/cpuinfo", &cpuinfo))
		return "/proc/cpuinfo cannot be read";
	*bare = !all_have((char *)cpuinfo.data, "hypervisor");
	if (!all_have((char *)cpuinfo.data, "constant_tsc"))
		why = "the CPU has no constant_tsc";
	else if (!all_have((char *)cpuinfo.data, "nonstop_tsc"))
		why = "the CPU has no nonstop_tsc";
	file_free(&cpuinfo);
	return why;
}

/* Guests may keep time by their hypervisor's clock and trust the TSC too. */
static const char *clock_amiss(const char *root, bool bare)
{
	const char *file = bare ? CLOCKSOURCE "/current_clocksource"
				: CLOCKSOURCE "/available_clocksource";
	struct file names;
	bool tsc;

	if (read_below(root, file, &names))
		return CLOCKSOURCE " cannot be read";
	tsc = has_word((char *)names.data, "tsc");
	file_free(&names);
	if (tsc)
		return NULL;
	return bare ? "the running kernel does not keep time by the TSC"
		    : "the running kernel does not offer the TSC as a clock";
}

/* Linux: mark_tsc_unstable(), the clocksource watchdog, the TSC's own tests. */
static const char *line_amiss(const char *record)
{
	static const char *const lines[] = {
		"Marking TSC unstable",
		"TSC found unstable",
		"Marking clocksource 'tsc' as unstable",
		"TSC warp between CPUs",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strstr(record, lines[i]))
			return "the running kernel found the TSC unstable";
	return NULL;
}

/* /dev/kmsg gives a record a read, and EPIPE for those that it has lost. */
static const char *log_amiss(const char *root)
{
	char path[512], record[8192 + 1];
	const char *why = NULL;
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "%s/dev/kmsg", root);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	for (int i = 0; !why && i < RECORDS_MAX; i++) {
		got = read(fd, record, sizeof(record) - 1);
		if (!got || (got < 0 && errno != EPIPE))
			break;
		record[got > 0 ? got : 0] = '\0';
		why = line_amiss(record);
	}
	close(fd);
	return why;
}

/* All that is known without a test of our own. */
static const char *anything_amiss(const struct carry_wish *wish)
{
	const char *why;
	bool bare = true;

	if ((why = word_of_the_user(wish->cmdline)) ||
	    (why = word_of_the_running(wish->root)) ||
	    (why = cpus_amiss(wish->root)) ||
	    (why = flags_amiss(wish->root, &bare)) ||
	    (why = clock_amiss(wish->root, bare)))
		return why;
	return log_amiss(wish->root);
}

/* `why`: what was known before the test, or NULL */
static void tell(const struct warp *warp, const char *why,
		 struct carry *carry)
{
	char *text = carry->text;
	size_t room = sizeof(carry->text);

	if (*warp->why_not)
		snprintf(text, room, "no tsc=reliable: %s%s%s", why ? why : "",
			 why ? "; and " : "", warp->why_not);
	else
		snprintf(text, room, "largest warp %llu ticks over %llu samples"
			 " on %u CPUs: %s%s%s",
			 (unsigned long long)warp->largest,
			 (unsigned long long)warp->samples, warp->cpus,
			 carry->tsc ? "tsc=reliable added"
				    : "no tsc=reliable",
			 why ? ": " : "", why ? why : "");
}

void carry_decide(const struct carry_wish *wish, struct carry *carry)
{
	const char *why = wish->unwanted ? wish->unwanted
					 : anything_amiss(wish);
	struct warp warp;
	unsigned int *cpus;
	size_t count;

	memset(carry, 0, sizeof(*carry));
	if (wish->unwanted || (why && !wish->thorough)) {
		snprintf(carry->text, sizeof(carry->text),
			 "no tsc=reliable: %s", why);
		return;
	}
	count = cpus_below(wish->root, CPU "/online", &cpus);
	wish->test(cpus, count, &warp);
	free(cpus);
	carry->tsc = !why && !*warp.why_not && !warp.largest;
	tell(&warp, why, carry);
}
