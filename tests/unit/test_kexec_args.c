// SPDX-License-Identifier: GPL-2.0-only
/* test_kexec_args.c - command lines of kexec(8), in kpark's words */
#include "machine.h"

#include "compat.h"
#include "kexec_args.h"

#define WORDS_MAX	16

static const char *const what_names[] = {
	"run", "help", "version", "status", "status-crash", "foreign",
	"no-value", "no-kernel",
};

/*
 * The whole answer as a text: the steps with " ; " between, "shutdown" last;
 * or what else is to be done, with the word if there is one.
 */
static void tell(const struct kexec_args *args, char *text, size_t room)
{
	*text = '\0';
	if (args->what != KEXEC_RUN) {
		snprintf(text, room, "%s%s%s", what_names[args->what],
			 *args->word ? " " : "", args->word);
		return;
	}
	for (int i = 0; i < args->steps; i++) {
		const struct kexec_step *step = &args->step[i];

		if (i)
			strncat(text, " ; ", room - strlen(text) - 1);
		assert_null(step->argv[step->argc]);
		for (int j = 0; j < step->argc; j++) {
			if (j)
				strncat(text, " ", room - strlen(text) - 1);
			strncat(text, step->argv[j], room - strlen(text) - 1);
		}
	}
	if (args->shutdown)
		strncat(text, " ; shutdown", room - strlen(text) - 1);
}

/* `line` is split at single blanks, "~" in a word stands for one. */
static void split(char *line, int *argc, char **argv)
{
	*argc = 0;
	argv[(*argc)++] = (char *)"kexec";
	for (char *word; (word = strsep(&line, " ")); ) {
		for (char *at = word; (at = strchr(at, '~')); )
			*at = ' ';
		assert_true(*argc < WORDS_MAX);
		argv[(*argc)++] = word;
	}
	argv[*argc] = NULL;
}

static void assert_means(const char *line, const char *want)
{
	char *argv[WORDS_MAX + 1], copy[512], found[512];
	struct kexec_args args;
	int argc;

	snprintf(copy, sizeof(copy), "%s", line);
	split(copy, &argc, argv);
	kexec_args_read(*line ? argc : 1, argv, &args);
	tell(&args, found, sizeof(found));
	if (strcmp(found, want))
		fail_msg("kexec %s: found \"%s\", need \"%s\"", line, found,
			 want);
}

static const struct {
	const char *line, *want;
} loads[] = {
	{ "-l k", "load -- k" },
	{ "k -l", "load -- k" },
	{ "--load k", "load -- k" },
	{ "--loa k", "foreign --loa" },		/* of --load, --load-panic... */
	{ "-l k --initrd=i", "load --initrd i -- k" },
	{ "-l k --initrd i", "load --initrd i -- k" },
	{ "-l --ramdisk=i k", "load --initrd i -- k" },
	{ "-l --ramdisk=i --initrd j k", "load --initrd j -- k" },
	{ "-l k --append=x", "load --append x -- k" },
	{ "-l k --append x", "load --append x -- k" },
	{ "-l k --append=root=/dev/sda~ro", "load --append root=/dev/sda ro"
	  " -- k" },
	{ "-l k --append=", "load --append  -- k" },
	{ "-l k --command-line=x", "load --append x -- k" },
	{ "-l k --append=x --command-line=y", "load --append y -- k" },
	{ "-l k --command-line=y --append=x", "load --append x -- k" },
	{ "-l k --reuse-cmdline", "load --reuse-cmdline -- k" },
	{ "-l k --reuse-c", "load --reuse-cmdline -- k" },
	{ "-l --reuse-cmdline k --append=x --initrd=i",
	  "load --initrd i --append x --reuse-cmdline -- k" },
	{ "-l k --append -e", "load --append -e -- k" },
	{ "-l -- -k", "load -- -k" },
	{ "-l k j", "load -- k j" },
	{ "-l k j i", "load -- k j" },
	{ "-d -l k", "load --verbose -- k" },
	{ "-ld k", "load --verbose -- k" },
	{ "-dl k", "load --verbose -- k" },
	{ "-ls k", "load --file-load -- k" },
	{ "-s -l k", "load --file-load -- k" },
	{ "-lsc k", "load -- k" },
	{ "-lcs k", "load --file-load -- k" },
	{ "--kexec-file-syscall -l k", "load --file-load -- k" },
	{ "-s --kexec-syscall-auto -l k", "load -- k" },
	{ "-s --kexec-syscall -l k", "load -- k" },
	{ "-lixy k", "load --verify=none -- k" },
	{ "-l k --no-checks --no-ifdown --no-sync --reuse-video-type",
	  "load --verify=none -- k" },
	{ "-l k --console-serial", "load --serial -- k" },
	{ "-l k --console-serial --serial=0x2f8", "load --serial=0x2f8 -- k" },
	{ "-l k --serial=0x2f8", "load -- k" },
	{ "-l k -t bzImage64", "load -- k" },
	{ "-l k -tbzImage", "load -- k" },
	{ "-l k --type=elf-x86_64", "load -- k" },
};

static const struct {
	const char *line, *want;
} others[] = {
	{ "-e", "exec" },
	{ "--exec", "exec" },
	{ "-ex", "exec" },
	{ "-ey", "exec --no-sync" },
	{ "-y -e", "exec --no-sync" },
	{ "--exec --no-sync --no-ifdown", "exec --no-sync" },
	{ "-e k", "exec" },
	{ "-u", "unload" },
	{ "--unload", "unload" },
	{ "-u k", "unload" },
	/* the last one wins */
	{ "-l k -e", "exec" },
	{ "-le k", "exec" },
	{ "-el k", "load -- k" },
	{ "-e -l k", "load -- k" },
	{ "-f k", "load -- k ; exec" },
	{ "--force k --initrd=i", "load --initrd i -- k ; exec" },
	{ "-lf k", "load -- k ; exec" },
	{ "-fl k", "load -- k" },
	{ "-fy k", "load -- k ; exec --no-sync" },
	{ "-fe k", "exec" },
	{ "-u -l k", "unload ; load -- k" },
	{ "-l k -u", "unload" },
	{ "-uf k", "unload ; load -- k ; exec" },
	{ "k", "load -- k ; shutdown" },
	{ "k --reuse-cmdline", "load --reuse-cmdline -- k ; shutdown" },
	{ "", "no-kernel" },
	{ "-l", "no-kernel" },
	{ "-f", "no-kernel" },
	{ "--append=x", "no-kernel" },
	{ "-S", "status-crash" },
	{ "--status", "status-crash" },
	{ "-Sl", "status" },
	{ "-l -S k", "status" },
	{ "-S -p", "status-crash" },
	{ "-l -S -p", "status-crash" },
	{ "-Se", "status-crash" },
	{ "-h", "help" },
	{ "--help", "help" },
	{ "-l k -h", "help" },
	{ "-v", "version" },
	{ "--version", "version" },
	{ "-p k", "foreign --load-panic" },
	{ "--load-panic k", "foreign --load-panic" },
	{ "-lp k", "foreign --load-panic" },
	{ "-pl k", "foreign --load-panic" },
	{ "-p -u", "foreign --load-panic" },
	{ "-u -p", "foreign --load-panic" },
	{ "-l k -t multiboot-x86", "foreign --type=multiboot-x86" },
	{ "-t elf-x86 -l k", "foreign --type=elf-x86" },
	{ "-l k --mem-min=0x1000", "foreign --mem-min" },
	{ "-l k --mem-max 0x1000", "foreign --mem-max" },
	{ "-l k --module=m", "foreign --module" },
	{ "-l k --real-mode --entry-32bit", "foreign --real-mode" },
	{ "--load-preserve-context k", "foreign --load-preserve-context" },
	{ "--print-ckr-size", "foreign --print-ckr-size" },
	{ "-l k --serial-baud=9600", "foreign --serial-baud" },
	{ "-l k --strange", "foreign --strange" },
	{ "-l k --strange=x", "foreign --strange=x" },
	{ "-lz k", "foreign -z" },
	{ "-z -l k", "foreign -z" },
	{ "-l k --append", "no-value --append" },
	{ "-l k -t", "no-value -t" },
};

static void what_loads(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
		assert_means(loads[i].line, loads[i].want);
}

static void what_does_other_things(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_means(others[i].line, others[i].want);
}

static void kernel_and_type_are_kept(void **state)
{
	char *argv[] = { (char *)"kexec", (char *)"-l", (char *)"k",
			 (char *)"-t", (char *)"bzImage64", NULL };
	struct kexec_args args;

	(void)state;
	kexec_args_read(5, argv, &args);
	assert_string_equal(args.kernel, "k");
	assert_string_equal(args.type, "bzImage64");
}

/* Longer than there is room for: cut, not written over. */
static void long_words_do_no_harm(void **state)
{
	static char word[1024], serial[1024];
	char *argv[] = { (char *)"kexec", (char *)"-l", (char *)"k",
			 (char *)"--console-serial", serial, NULL };
	struct kexec_args args;

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	memcpy(word, "--", 2);
	memset(serial, '1', sizeof(serial) - 1);
	memcpy(serial, "--serial=", 9);
	kexec_args_read(5, argv, &args);
	assert_int_equal(args.what, KEXEC_RUN);
	assert_int_equal(strlen(args.serial), sizeof(args.serial) - 1);
	argv[1] = word;
	kexec_args_read(2, argv, &args);
	assert_int_equal(args.what, KEXEC_FOREIGN);
	assert_int_equal(strlen(args.word), sizeof(args.word) - 1);
}

/* All that a load can have at once. */
static void the_longest_load_fits(void **state)
{
	(void)state;
	assert_means("-uflds k j --initrd=i --ramdisk=i --append=a"
		     " --command-line=b --reuse-cmdline --console-serial"
		     " --serial=1 -i",
		     "unload ; load --initrd i --append b --reuse-cmdline"
		     " --verbose --verify=none --file-load --serial=1 -- k j");
}

static void the_name_decides(void **state)
{
	(void)state;
	assert_true(compat_is_meant("kexec"));
	assert_true(compat_is_meant("/sbin/kexec"));
	assert_false(compat_is_meant("kpark"));
	assert_false(compat_is_meant("/kexec/kpark"));
	assert_false(compat_is_meant("/sbin/xkexec"));
	assert_false(compat_is_meant("kexec2"));
	assert_false(compat_is_meant(""));
	assert_false(compat_is_meant(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_loads),
		cmocka_unit_test(what_does_other_things),
		cmocka_unit_test(kernel_and_type_are_kept),
		cmocka_unit_test(long_words_do_no_harm),
		cmocka_unit_test(the_longest_load_fits),
		cmocka_unit_test(the_name_decides),
	};

	return cmocka_run_group_tests_name("kexec_args", tests, NULL, NULL);
}
