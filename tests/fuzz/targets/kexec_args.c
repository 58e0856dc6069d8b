// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_args.c - any words, a NUL between, as the arguments of kexec(8), and of
 * `kpark load`.
 */
#include "../fuzz.h"

#include "kexec_args.h"
#include "load_options.h"

#define WORDS	32

static int split(char *text, size_t size, char *argv[WORDS + 1])
{
	int argc = 1;

	argv[0] = "kexec";
	for (size_t at = 0; at < size && argc < WORDS;
	     at += strlen(text + at) + 1)
		argv[argc++] = text + at;
	argv[argc] = NULL;
	return argc;
}

static void check(const struct kexec_args *args)
{
	must(args->steps >= 0 && args->steps <= KEXEC_STEPS);
	for (int i = 0; i < args->steps; i++) {
		must(args->step[i].argc > 0 &&
		     args->step[i].argc < KEXEC_WORDS);
		must(!args->step[i].argv[args->step[i].argc]);
	}
	must(memchr(args->word, 0, sizeof(args->word)));
}

/* Help goes to stdout: it is not asked for. */
static bool wants_help(char *const *argv)
{
	for (; *argv; argv++)
		if (!strncmp(*argv, "-", 1) && strchr(*argv, 'h'))
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = text_of(data, size), *argv[WORDS + 1];
	struct load_options options = { 0 };
	struct kexec_args args;
	int argc = split(text, size, argv);

	kexec_args_read(argc, argv, &args);
	check(&args);
	argc = split(text, size, argv);
	if (!wants_help(argv))
		load_options_parse(argc, argv, &options);
	free(text);
	return 0;
}
