/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kpark.h - the commands of kpark, and how they end.
 *
 * A command gets its own argv (argv[0] is its name) and returns one of the
 * exit codes. One failure, one line on stderr, printed where it is known.
 */
#ifndef KPARK_H
#define KPARK_H

#ifndef KPARK_VERSION
#define KPARK_VERSION "unknown"
#endif

enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,	/* the system said no: I/O, memory, kexec_load */
	EXIT_USAGE = 2,		/* wrong words on the command line */
	EXIT_DENIED = 3,	/* not root, setuid, or kexec is switched off */
	EXIT_BAD_KERNEL = 4,	/* the kernel image cannot be used */
	EXIT_BAD_INPUT = 5,	/* initrd or command line cannot be used */
	EXIT_NO_ROOM = 6,	/* something does not fit into memory */
	EXIT_NOT_LOADED = 7,	/* exec: nothing is loaded */
	EXIT_DEGRADED = 8,	/* status: this kernel did not get all CPUs;
				   check: it would load, but not at its best */
	EXIT_NOT_PARKED = 9,	/* --require-park, and it cannot be */
	EXIT_NO_WATCHDOG = 10,	/* --watchdog, commit: none that would hold */
};

int cmd_load(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_unload(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_commit(int argc, char **argv);
int cmd_check(int argc, char **argv);

#endif
