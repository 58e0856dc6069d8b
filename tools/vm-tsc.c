// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm-tsc - note the TSC in the kernel log: vm-tsc NAME [COMMAND...]
 *
 * Runs in the guest. The line bears the log's own time stamp, so that tools/vm
 * can tell the TSC of every other line of that kernel; the TSC alone runs on
 * through kexec. With a command, it becomes that.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char line[80];
	int log, length;

	if (argc < 2)
		errx(2, "usage: vm-tsc NAME [COMMAND...]");
	log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (log < 0)
		err(1, "/dev/kmsg");
	length = snprintf(line, sizeof(line), "VM: note %.32s %llu\n", argv[1],
			  __builtin_ia32_rdtsc());
	if (write(log, line, length) != length)
		err(1, "/dev/kmsg: write");
	if (argc == 2)
		return 0;
	execvp(argv[2], argv + 2);
	err(1, "%s", argv[2]);
}
