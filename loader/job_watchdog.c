// SPDX-License-Identifier: GPL-2.0-only
/*
 * job_watchdog.c - what tells the next kernel that it is on trial: not to load
 * the watchdog's driver by itself, and which one it is.
 */
#include "job.h"

#include <err.h>
#include <stdio.h>

#include "cmdline.h"
#include "trial.h"
#include "watchdog.h"

#define WORDS_SIZE	(2 * WATCHDOG_NAME_SIZE + 64)

static void make_words(const char *driver, char *words)
{
	snprintf(words, WORDS_SIZE, WATCHDOG_WORD "%s modprobe.blacklist=%s",
		 driver, driver);
}

/*
 * A reused line may be that of a kernel that was on trial itself, and was not
 * to commit by its unit. What is asked for now is kept.
 */
static void forget(struct job *job)
{
	char driver[WATCHDOG_NAME_SIZE], words[WORDS_SIZE];

	cmdline_cut(job->cmdline, WATCHDOG_HOLD);
	if (job->options.append &&
	    cmdline_has(job->options.append, WATCHDOG_HOLD))
		job->cmdline = cmdline_add(job->cmdline, WATCHDOG_HOLD);
	if (!job->cmdline || cmdline_value(job->cmdline, WATCHDOG_WORD, driver,
					   sizeof(driver)))
		return;
	make_words(driver, words);
	cmdline_cut(job->cmdline, words);
}

int job_watchdog(struct job *job)
{
	struct watchdog watchdog;
	char words[WORDS_SIZE];

	if (!job->cmdline)
		return 0;
	forget(job);
	if (!job->options.watchdog) {
		if (trial_is_on("") && !job->remade)
			warnx("load: this kernel is on trial: the watchdog"
			      " counts on into the next one (`kpark commit`"
			      " stops it)");
		return 0;
	}
	if (trial_is_on("")) {
		warnx("load: this kernel is on trial itself (need `kpark"
		      " commit` first)");
		return -1;
	}
	if (watchdog_find("", &watchdog) ||
	    watchdog_check_next("", &watchdog, job->image.release))
		return -1;
	make_words(watchdog.driver, words);
	job->cmdline = cmdline_add(job->cmdline, words);
	return 0;
}
