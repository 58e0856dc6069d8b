// SPDX-License-Identifier: GPL-2.0-only
/* commit.c - `kpark commit`: keep this kernel, which is on trial */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kpark.h"
#include "trial.h"
#include "watchdog.h"

static const char help[] =
"usage: kpark commit\n"
"\n"
"Keeps this kernel: stops the watchdog that `kpark exec --watchdog=N` left\n"
"running, also of an exec that has not jumped. Nothing to be kept is no error;\n"
"what is told of a trial that failed is forgotten.\n"
"\n"
"  kpark commit\n"
"  systemctl enable kpark-commit.service    does it once the boot is complete\n"
"\n"
"exit codes: 0 done, or nothing to do; 1 the system failed; 2 usage; 3 not\n"
"root; 10 the watchdog cannot be stopped\n";

static int commit(const char *driver)
{
	struct trial trial;

	if (watchdog_take_over(driver))
		return EXIT_NO_WATCHDOG;
	trial_read("", &trial);		/* a new one, if there is none */
	if (state_boot_id("", trial.committed) || trial_save("", &trial)) {
		warnx("commit: " STATE_DIR ": %s", state_error());
		return EXIT_FAILED;
	}
	printf("committed: the watchdog %s is stopped\n", driver);
	return EXIT_OK;
}

/* None of this kernel; but an exec may have left the next one's. */
static int commit_other(void)
{
	char driver[WATCHDOG_NAME_SIZE];
	int ret = trial_call_off(driver);

	if (ret < 0)
		return EXIT_NO_WATCHDOG;
	if (!ret) {
		printf("the watchdog %s is stopped, of a kernel that was not"
		       " started\n", driver);
		return EXIT_OK;
	}
	if (trial_driver("", driver))
		trial_forget("");
	printf("nothing to commit: this kernel is not on trial\n");
	return EXIT_OK;
}

int cmd_commit(int argc, char **argv)
{
	char driver[WATCHDOG_NAME_SIZE];

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(help, stdout);
		return EXIT_OK;
	}
	if (argc != 1) {
		warnx("commit: %s: found an argument, need none", argv[1]);
		return EXIT_USAGE;
	}
	if (geteuid()) {
		warnx("commit: not permitted (found uid %u, need root)",
		      (unsigned int)geteuid());
		return EXIT_DENIED;
	}
	if (trial_is_on("") && !trial_driver("", driver))
		return commit(driver);
	return commit_other();
}
