// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - the kpark command: finds the subcommand and runs it.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "compat.h"
#include "kpark.h"
#include "surroundings.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
	bool tells;		/* and does nothing else */
} commands[] = {
	{ "load", cmd_load, "load a kernel for the next exec", false },
	{ "exec", cmd_exec, "jump into the loaded kernel, now", false },
	{ "commit", cmd_commit, "keep this kernel, which is on trial", false },
	{ "unload", cmd_unload, "forget the loaded kernel", false },
	{ "check", cmd_check, "what this machine and a kernel can do", true },
	{ "status", cmd_status, "how this kernel got its CPUs, what is loaded",
	  true },
	{ "report", cmd_report, "where the time of the last reboot went", true },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void usage(FILE *out)
{
	fprintf(out, "usage: kpark COMMAND [OPTION]...\n\n"
		"Reboots into a new kernel through kexec, the other CPUs"
		" parked meanwhile.\n\n"
		"    kpark load --reuse-cmdline --initrd=FILE KERNEL\n"
		"    systemctl kexec\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-8s %s\n", commands[i].name,
			commands[i].help);
	fprintf(out, "\nkpark COMMAND --help says more."
		" kpark --version: %s\n", KPARK_VERSION);
}

/* argv[0] is what getopt_long(3) begins its complaints with. */
static char **name_it(char **argv)
{
	static char title[32];

	snprintf(title, sizeof(title), "kpark: %s", argv[0]);
	argv[0] = title;
	return argv;
}

/* What was to be read and could not be written was not done. */
static int check_output(int code)
{
	if ((code != EXIT_OK && code != EXIT_DEGRADED) ||
	    (!fflush(stdout) && !ferror(stdout)))
		return code;
	warn("standard output");
	return EXIT_FAILED;
}

static int run_command(size_t i, int argc, char **argv)
{
	int code = commands[i].run(argc, name_it(argv));

	return commands[i].tells ? check_output(code) : code;
}

static int run(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(name, commands[i].name))
			return run_command(i, argc - 1, argv + 1);
	if (!strcmp(name, "--version")) {
		printf("kpark %s\n", KPARK_VERSION);
		return check_output(EXIT_OK);
	}
	if (!strcmp(name, "--help") || !strcmp(name, "help")) {
		usage(stdout);
		return EXIT_OK;
	}
	if (*name)
		fprintf(stderr, "kpark: %s: no such command"
			" (kpark --help lists them)\n", name);
	else
		usage(stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	int code = surroundings_clean();

	if (code)
		return code;
	if (compat_is_meant(argv[0]))
		return compat_main(argc, argv);
	return run(argc, argv);
}
