// SPDX-License-Identifier: GPL-2.0-only
/* exec.c - `kpark exec`: jump into the loaded kernel, now */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmdline.h"
#include "file.h"
#include "kpark.h"
#include "record.h"
#include "stamps.h"
#include "syscalls.h"
#include "trial.h"
#include "watchdog.h"

#define SECONDS_MAX	3600

static const char help[] =
"usage: kpark exec [--services] [--watchdog=SECONDS] [--no-sync]\n"
"\n"
"Jumps into the loaded kernel at once: writes dirty data to disk, and asks no\n"
"service to stop. `systemctl kexec` stops them first, and then does the same.\n"
"\n"
"  kpark exec\n"
"  kpark exec --services --watchdog=120\n"
"\n"
"  --services           by `systemctl kexec`\n"
"  --watchdog=SECONDS   leave the hardware watchdog running: if the next kernel\n"
"                       does not `kpark commit` so soon, the machine is reset\n"
"                       and firmware boots its default. 1 to 3600, and no more\n"
"                       than the device takes. The kernel has to be loaded with\n"
"                       `kpark load --watchdog`\n"
"  --no-sync            write nothing: for a disk that does not answer any more\n"
"\n"
"exit codes: 1 the system refused, 2 usage, 3 not root, 7 nothing is loaded,\n"
"10 no watchdog that would hold\n";

struct options {
	bool services, no_sync;
	uint32_t seconds;	/* 0: no watchdog */
};

/* 0; 1 if there was only help to be given; -1 after one line on stderr. */
static int parse(int argc, char **argv, struct options *options)
{
	static const struct option names[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "no-sync", no_argument, NULL, 'n' },
		{ "services", no_argument, NULL, 's' },
		{ "watchdog", required_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	unsigned long seconds;
	char *end;
	int id;

	optind = 1;
	while ((id = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (id) {
		case 'h':
			fputs(help, stdout);
			return 1;
		case 'n':
			options->no_sync = true;
			break;
		case 's':
			options->services = true;
			break;
		case 'w':
			seconds = strtoul(optarg, &end, 10);
			if (*end || end == optarg || !seconds ||
			    seconds > SECONDS_MAX) {
				warnx("exec: --watchdog=%s: need a number from"
				      " 1 to %d", optarg, SECONDS_MAX);
				return -1;
			}
			options->seconds = (uint32_t)seconds;
			break;
		default:
			return -1;	/* getopt_long has said what is wrong */
		}
	}
	if (optind == argc)
		return 0;
	warnx("exec: %s: need no argument but options", argv[optind]);
	return -1;
}

/*
 * For `kpark report` in the next kernel; no reason not to go there. A shutdown
 * hook has done it already where all is mounted read-only by now.
 */
static void keep_stamp(void)
{
	struct stamp stamp, last;
	char why[WHY_SIZE];

	stamp_take("", &stamp);
	if (!stamp_write("", STAMP_EXEC, &stamp) ||
	    (errno == EROFS && !stamp_read("", STAMP_EXEC, &last, why) &&
	     !strcmp(last.boot_id, stamp.boot_id)))
		return;
	warn("exec: %s: the report will lack this moment", STAMP_EXEC);
}

/* What was loaded, if it was loaded for a trial. */
static int find_trial(struct trial *trial)
{
	struct record record;

	if (record_read("", &record) || state_boot_id("", trial->boot_id) ||
	    strcmp(record.boot_id, trial->boot_id) ||
	    cmdline_value(record.cmdline, WATCHDOG_WORD, trial->driver,
			  sizeof(trial->driver))) {
		warnx("exec: the loaded kernel is not prepared for a watchdog"
		      " (need `kpark load --watchdog`)");
		return -1;
	}
	memcpy(trial->release, record.release, sizeof(trial->release));
	trial->time = (uint64_t)time(NULL);
	return 0;
}

static int save(const struct trial *trial)
{
	if (!trial_save("", trial))
		return 0;
	warnx("exec: " STATE_DIR "/trial: %s", state_error());
	return -1;
}

/* A trial that is to come, in the place of the one there was. */
struct next_trial {
	struct trial trial, last;
	bool has_last;		/* and it was committed */
	struct watchdog watchdog;	/* that counts */
};

/* That the running kernel was the last one, and is committed, stays known. */
static void forget(const struct next_trial *next)
{
	if (!next->has_last || trial_save("", &next->last))
		trial_forget("");
}

static void end_trial(struct next_trial *next)
{
	/* what counts on is told by `kpark status` */
	if (!watchdog_disarm(&next->watchdog))
		forget(next);
}

/*
 * 0; -1 after one line on stderr. That there is room for its story is known
 * before the watchdog counts; that it has begun is told after.
 */
static int begin_trial(uint32_t seconds, struct next_trial *next)
{
	struct trial *trial = &next->trial;
	char driver[WATCHDOG_NAME_SIZE];
	int armed;

	trial->seconds = seconds;
	/* That of an exec before; if that still has the device, leave it to it. */
	if (find_trial(trial) || trial_call_off(driver) == -1)
		return -1;
	next->has_last = !trial_read("", &next->last) &&
			 *next->last.committed;
	if (save(trial))
		return -1;
	memcpy(next->watchdog.driver, trial->driver, sizeof(trial->driver));
	armed = watchdog_arm(&next->watchdog, seconds);
	if (armed) {
		if (armed != WATCHDOG_COUNTS)
			forget(next);
		return -1;
	}
	trial->begun = true;
	if (!save(trial))
		return 0;
	end_trial(next);
	return -1;
}

static int jump(void)
{
	sys_reboot_kexec();
	if (errno == EINVAL) {
		warnx("exec: no kernel is loaded (kpark load does that)");
		return EXIT_NOT_LOADED;
	}
	warn("exec: reboot");
	return errno == EPERM ? EXIT_DENIED : EXIT_FAILED;
}

/*
 * systemctl comes back once the shutdown has begun, or could not begin: who
 * has armed a watchdog has to know.
 */
static int stop_services(void)
{
	char *const argv[] = { "systemctl", "kexec", NULL };
	int status = -1;
	pid_t pid;

	errno = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (errno || waitpid(pid, &status, 0) != pid) {
		warn("exec: systemctl");
		return EXIT_FAILED;
	}
	if (!status)
		return EXIT_OK;
	warnx("exec: systemctl kexec: failed (wait status 0x%x)",
	      (unsigned int)status);
	return EXIT_FAILED;
}

/* EXIT_OK: the shutdown is on its way; else it comes to nothing. */
static int go(const struct options *options)
{
	if (options->services)
		return stop_services();
	if (!options->no_sync) {
		keep_stamp();
		sync();
	}
	return jump();
}

int cmd_exec(int argc, char **argv)
{
	struct options options = { 0 };
	int parsed = parse(argc, argv, &options);
	struct next_trial next = { 0 };
	uint64_t loaded;
	int code;

	if (parsed)
		return parsed < 0 ? EXIT_USAGE : EXIT_OK;
	if (geteuid()) {
		warnx("exec: not permitted (found uid %u, need root)",
		      (unsigned int)geteuid());
		return EXIT_DENIED;
	}
	if (!file_number("/sys/kernel/kexec_loaded", 10, &loaded) && !loaded) {
		warnx("exec: no kernel is loaded (kpark load does that)");
		return EXIT_NOT_LOADED;
	}
	if (options.seconds && begin_trial(options.seconds, &next))
		return EXIT_NO_WATCHDOG;
	code = go(&options);
	if (options.seconds && code != EXIT_OK)
		end_trial(&next);
	return code;
}
