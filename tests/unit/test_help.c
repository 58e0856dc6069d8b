// SPDX-License-Identifier: GPL-2.0-only
/* test_help.c - the help of each command: found, whole, and fit for a screen */
#include "machine.h"

#include "compat.h"
#include "kpark.h"

#define LINES_MAX	60
#define COLUMNS_MAX	80

/* What `run` prints on stdout, in a static buffer; it has to return 0. */
static const char *output(int (*run)(int argc, char **argv), const char *name)
{
	static char text[8192];
	char *argv[] = { (char *)name, (char *)"--help", NULL };
	FILE *file = tmpfile();
	int saved = dup(STDOUT_FILENO), code;

	assert_non_null(file);
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	code = run(2, argv);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	rewind(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_int_equal(code, 0);
	return text;
}

static void assert_fits(const char *text)
{
	unsigned int lines = 0;

	for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
		if (end - text > COLUMNS_MAX)
			fail_msg("%.*s: %d columns, need at most %d",
				 (int)(end - text), text, (int)(end - text),
				 COLUMNS_MAX);
		lines++;
	}
	assert_int_equal(*text, '\0');
	assert_in_range(lines, 5, LINES_MAX - 1);
}

/* `usage` first, two ways to call it as `call`, exit codes last. */
static void assert_help(int (*run)(int argc, char **argv), const char *name,
			const char *usage, const char *example)
{
	const char *text = output(run, name), *codes, *first;

	if (strncmp(text, usage, strlen(usage)))
		fail_msg("%s: does not start with \"%s\"", name, usage);
	first = strstr(text, example);
	assert_non_null(first);
	assert_non_null(strstr(first, "\n  "));
	codes = strstr(text, "\nexit codes: ");
	assert_non_null(codes);
	assert_null(strstr(codes, "\n\n"));
	assert_fits(text);
}

static void every_command_helps(void **state)
{
	(void)state;
	assert_help(cmd_load, "load", "usage: kpark load [OPTION]... KERNEL\n",
		    "\n\n  kpark load ");
	assert_help(cmd_exec, "exec", "usage: kpark exec",
		    "\n\n  kpark exec\n");
	assert_help(cmd_unload, "unload", "usage: kpark unload",
		    "\n\n  kpark unload\n");
	assert_help(cmd_status, "status", "usage: kpark status",
		    "\n\n  kpark status\n");
	assert_help(cmd_check, "check", "usage: kpark check", "\n\n  kpark check\n");
	assert_help(cmd_report, "report", "usage: kpark report",
		    "\n\n  kpark report");
	assert_help(cmd_commit, "commit", "usage: kpark commit",
		    "\n\n  kpark commit\n");
	assert_help(compat_main, "kexec", "usage: kexec [OPTION]... [KERNEL]\n",
		    "\n\n  kexec -l ");
}

/* Those that users of both worlds ask for. */
static void options_are_named(void **state)
{
	static const char *const options[] = {
		"--initrd=", "--ramdisk=", "--append=", "--command-line=",
		"--reuse-cmdline", "--mailbox=", "--carry=", "--dry-run",
		"--verbose", "--serial", "--idle=", "--nap-us=",
		"--arrival-ms=", "--on-mismatch=", "--fault=",
	};
	const char *text = output(cmd_load, "load");

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!strstr(text, options[i]))
			fail_msg("load --help does not name %s", options[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_helps),
		cmocka_unit_test(options_are_named),
	};

	return cmocka_run_group_tests_name("help", tests, NULL, NULL);
}
