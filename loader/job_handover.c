// SPDX-License-Identifier: GPL-2.0-only
/*
 * job_handover.c - hands all that was built to the kernel, or where that is not
 * permitted, the files it was built from.
 */
#include "job.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kpark.h"
#include "purgatory_abi.h"
#include "syscalls.h"

static int refused(const char *call)
{
	int error = errno;

	warn("load: %s", call);
	return error == EPERM || error == EACCES ? EXIT_DENIED : EXIT_FAILED;
}

/* PE signatures, kernel/kexec_file.c: these errors mean no other thing. */
static bool is_signature_error(int error)
{
	return error == ENOKEY || error == EKEYREJECTED || error == EBADMSG ||
	       error == ELIBBAD || error == ENOPKG || error == ENODATA ||
	       error == EKEYEXPIRED || error == EKEYREVOKED;
}

static int file_refused(const struct job *job)
{
	const char *kernel = job->options.kernel;
	int error = errno;

	/* Locked down, it says the same of any kernel it cannot verify. */
	if (is_signature_error(error) ||
	    (error == EPERM && permission_locked(&job->permission))) {
		warnx("load: %s: kexec_file_load does not accept its signature"
		      " (%s; need one by a key that this kernel trusts)",
		      kernel, strerror(error));
		return EXIT_BAD_KERNEL;
	}
	if (error == ENOEXEC || error == EINVAL) {
		warnx("load: %s: kexec_file_load cannot start it (%s; need a"
		      " bzImage)", kernel, strerror(error));
		return EXIT_BAD_KERNEL;
	}
	return refused("kexec_file_load");
}

static int open_initrd(const struct job *job, int *fd)
{
	*fd = -1;
	if (!job->options.initrd)
		return 0;
	*fd = open(job->options.initrd, O_RDONLY | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	warn("load: %s", job->options.initrd);
	return -1;
}

static int hand_over_files(const struct job *job)
{
	int kernel = open(job->options.kernel, O_RDONLY | O_CLOEXEC);
	int code = EXIT_OK, initrd;

	if (kernel < 0) {
		warn("load: %s", job->options.kernel);
		return EXIT_BAD_KERNEL;
	}
	if (open_initrd(job, &initrd))
		code = EXIT_BAD_INPUT;
	else if (sys_kexec_file_load(kernel, initrd, job->cmdline))
		code = file_refused(job);
	if (initrd >= 0)
		close(initrd);
	close(kernel);
	return code;
}

/* Lockdown that could not be seen, integrity measurement, CONFIG_KEXEC off */
static bool may_fall_back(int error)
{
	return error == EPERM || error == EACCES || error == ENOSYS;
}

static int fall_back(struct job *job, int error)
{
	char why[REASON_SIZE];
	int code;

	snprintf(why, sizeof(why), "kexec_load(2) is not to be had (%s)",
		 strerror(error));
	if (job_decide_by_file(job, why))
		return EXIT_NOT_PARKED;
	code = job_remake_cmdline(job);
	return code ? code : hand_over_files(job);
}

int job_hand_over(struct job *job)
{
	const struct purgatory_params *params = (const void *)job->purgatory;

	if (job->by_file)
		return hand_over_files(job);
	if (!sys_kexec_load(job->purgatory_pa + params->entry,
			    job->segments.count, job->segments.kexec))
		return EXIT_OK;
	return may_fall_back(errno) ? fall_back(job, errno)
				    : refused("kexec_load");
}
