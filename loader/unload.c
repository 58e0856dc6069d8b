// SPDX-License-Identifier: GPL-2.0-only
/* unload.c - `kpark unload`: forget the loaded kernel */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kpark.h"
#include "record.h"
#include "syscalls.h"
#include "trial.h"

static const char help[] =
"usage: kpark unload\n"
"\n"
"Forgets the loaded kernel. That there is none is no error. If `kpark exec\n"
"--watchdog` has armed a watchdog for it and not jumped, it is stopped.\n"
"\n"
"  kpark unload\n"
"  kpark unload && systemctl reboot     through firmware, this once\n"
"\n"
"exit codes: 0 done, 1 the system refused, 2 usage, 3 not permitted, 10 the\n"
"watchdog cannot be stopped\n";

static int forget(void)
{
	char driver[WATCHDOG_NAME_SIZE];

	record_forget("");
	return trial_call_off(driver) < 0 ? EXIT_NO_WATCHDOG : EXIT_OK;
}

static int unload(void)
{
	int error;

	if (!sys_kexec_load(0, 0, NULL))
		return forget();
	error = errno;
	/* under lockdown and Secure Boot, and where it is not built in, the
	 * other call can */
	if ((error == EPERM || error == EACCES || error == ENOSYS) &&
	    !sys_kexec_file_unload())
		return forget();
	if (error == EPERM) {
		warnx("unload: not permitted (need root, and kexec not"
		      " switched off)");
		return EXIT_DENIED;
	}
	errno = error;
	warn("unload: kexec_load");
	return EXIT_FAILED;
}

int cmd_unload(int argc, char **argv)
{
	int code, lock;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(help, stdout);
		return EXIT_OK;
	}
	if (argc != 1) {
		warnx("unload: %s: found an argument, need none", argv[1]);
		return EXIT_USAGE;
	}
	if (geteuid()) {
		warnx("unload: not permitted (found uid %u, need root)",
		      (unsigned int)geteuid());
		return EXIT_DENIED;
	}
	lock = record_lock("", "unload");
	if (lock == RECORD_LOCK_BUSY)
		return EXIT_FAILED;
	code = unload();
	record_unlock(lock);
	return code;
}
