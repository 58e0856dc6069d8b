// SPDX-License-Identifier: GPL-2.0-only
/* job_handover.c - hands all that was built to the kernel */
#include "job.h"

#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "kpark.h"
#include "purgatory_abi.h"
#include "syscalls.h"

static int refused(int error)
{
	struct file lockdown;

	errno = error;
	if (error == EPERM &&
	    !file_read("/sys/kernel/security/lockdown", &lockdown)) {
		bool locked = !strstr((char *)lockdown.data, "[none]");

		file_free(&lockdown);
		if (locked) {
			warnx("load: kexec_load is not permitted under kernel"
			      " lockdown (Secure Boot)");
			return EXIT_DENIED;
		}
		errno = error;
	}
	warn("load: kexec_load");
	return error == EPERM ? EXIT_DENIED : EXIT_FAILED;
}

int job_hand_over(const struct job *job)
{
	const struct purgatory_params *params = (const void *)job->purgatory;

	if (sys_kexec_load(job->purgatory_pa + params->entry,
			   job->segments.count, job->segments.kexec))
		return refused(errno);
	return EXIT_OK;
}
