// SPDX-License-Identifier: GPL-2.0-only
/* exec.c - `kpark exec`: jump into the loaded kernel, now */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "kpark.h"
#include "stamps.h"
#include "syscalls.h"

static const char help[] =
"usage: kpark exec [--no-sync]\n"
"\n"
"Jumps into the loaded kernel at once: writes dirty data to disk, and asks no\n"
"service to stop. `systemctl kexec` stops them first, and then does the same.\n"
"\n"
"  kpark exec\n"
"  systemctl kexec\n"
"\n"
"  --no-sync   write nothing: for a disk that does not answer any more\n"
"\n"
"exit codes: 1 the system refused, 2 usage, 3 not root, 7 nothing is loaded\n";

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

int cmd_exec(int argc, char **argv)
{
	bool no_sync = argc == 2 && !strcmp(argv[1], "--no-sync");
	uint64_t loaded;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		fputs(help, stdout);
		return EXIT_OK;
	}
	if (argc != 1 && !no_sync) {
		warnx("exec: %s: need no argument but --no-sync", argv[1]);
		return EXIT_USAGE;
	}
	if (geteuid()) {
		warnx("exec: not permitted (found uid %u, need root)",
		      (unsigned int)geteuid());
		return EXIT_DENIED;
	}
	if (!file_number("/sys/kernel/kexec_loaded", 10, &loaded) && !loaded) {
		warnx("exec: no kernel is loaded (kpark load does that)");
		return EXIT_NOT_LOADED;
	}
	if (!no_sync) {
		keep_stamp();
		sync();
	}
	sys_reboot_kexec();
	if (errno == EINVAL) {
		warnx("exec: no kernel is loaded (kpark load does that)");
		return EXIT_NOT_LOADED;
	}
	warn("exec: reboot");
	return errno == EPERM ? EXIT_DENIED : EXIT_FAILED;
}
