// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_args.c - what a command line of kexec(8) asks for, in kpark's words.
 *
 * One row an option. As with kexec(8), of the options that say what to do the
 * last one wins (-l -e jumps, -e -l loads), -u goes beside -l, and -S beats
 * them all.
 */
#include "kexec_args.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum act {
	NOTHING,	/* kpark does so anyhow */
	DO,		/* what to do, by the letter */
	FLAG,		/* `word` goes to `kpark load` */
	VALUE,		/* `word` and its value go to `kpark load` */
	SYSCALL,	/* which system call loads, by the letter */
	SERIAL, PORT, TYPE, NO_SYNC,
	FOREIGN,	/* only kexec-tools does this */
};

static const struct row {
	const char *name;
	char letter;		/* 0: there is only the long name */
	int has_value;
	enum act act;
	const char *word;
} rows[] = {
	{ "help", 'h', 0, DO, NULL },
	{ "version", 'v', 0, DO, NULL },
	{ "load", 'l', 0, DO, NULL },
	{ "exec", 'e', 0, DO, NULL },
	{ "force", 'f', 0, DO, NULL },
	{ "unload", 'u', 0, DO, NULL },
	{ "status", 'S', 0, DO, NULL },
	{ "load-panic", 'p', 0, DO, NULL },
	{ "initrd", 0, 1, VALUE, "--initrd" },
	{ "ramdisk", 0, 1, VALUE, "--initrd" },
	{ "append", 0, 1, VALUE, "--append" },
	{ "command-line", 0, 1, VALUE, "--append" },
	{ "reuse-cmdline", 0, 0, FLAG, "--reuse-cmdline" },
	{ "debug", 'd', 0, FLAG, "--verbose" },
	{ "no-checks", 'i', 0, FLAG, "--verify=none" },
	{ "kexec-file-syscall", 's', 0, SYSCALL, NULL },
	{ "kexec-syscall", 'c', 0, SYSCALL, NULL },
	{ "kexec-syscall-auto", 'a', 0, SYSCALL, NULL },
	{ "console-serial", 0, 0, SERIAL, NULL },
	{ "serial", 0, 1, PORT, NULL },
	{ "type", 't', 1, TYPE, NULL },
	{ "no-sync", 'y', 0, NO_SYNC, NULL },
	{ "no-ifdown", 'x', 0, NOTHING, NULL },
	{ "reuse-video-type", 0, 0, NOTHING, NULL },
	{ "exec-live-update", 0, 0, FOREIGN, NULL },
	{ "load-live-update", 0, 0, FOREIGN, NULL },
	{ "load-preserve-context", 0, 0, FOREIGN, NULL },
	{ "load-jump-back-helper", 0, 0, FOREIGN, NULL },
	{ "entry", 0, 1, FOREIGN, NULL },
	{ "mem-min", 0, 1, FOREIGN, NULL },
	{ "mem-max", 0, 1, FOREIGN, NULL },
	{ "reuseinitrd", 0, 0, FOREIGN, NULL },
	{ "print-ckr-size", 0, 0, FOREIGN, NULL },
	{ "hotplug", 0, 0, FOREIGN, NULL },
	{ "no-cma", 0, 0, FOREIGN, NULL },
	{ "force-dtb", 0, 0, FOREIGN, NULL },
	{ "module", 0, 1, FOREIGN, NULL },
	{ "real-mode", 0, 0, FOREIGN, NULL },
	{ "entry-32bit", 0, 0, FOREIGN, NULL },
	{ "args-elf", 0, 0, FOREIGN, NULL },
	{ "args-linux", 0, 0, FOREIGN, NULL },
	{ "args-none", 0, 0, FOREIGN, NULL },
	{ "elf32-core-headers", 0, 0, FOREIGN, NULL },
	{ "elf64-core-headers", 0, 0, FOREIGN, NULL },
	{ "serial-baud", 0, 1, FOREIGN, NULL },
	{ "console-vga", 0, 0, FOREIGN, NULL },
	{ "reset-vga", 0, 0, FOREIGN, NULL },
	{ "pass-memmap-cmdline", 0, 0, FOREIGN, NULL },
	{ "noefi", 0, 0, FOREIGN, NULL },
};

#define ROWS		(sizeof(rows) / sizeof(rows[0]))
#define LONG_ONLY	256	/* getopt's id of the first row */

/* Types that `kpark load` sees for itself. */
static const char *const types[] = { "bzImage64", "bzImage", "elf-x86_64" };

/* What has been asked for so far. */
struct wish {
	struct kexec_args *args;
	const char *value[ROWS];	/* of the row whose word it goes by */
	bool load, exec, shutdown, unload, status, only_load, crash;
	bool file_load, serial, no_sync;
	const char *port;
};

static const struct row *row_of(int id)
{
	for (size_t i = 0; i < ROWS; i++)
		if (id == LONG_ONLY + (int)i ||
		    (rows[i].letter && id == rows[i].letter))
			return &rows[i];
	return NULL;
}

/* The first row with this word: options that mean the same share a place. */
static size_t place_of(const struct row *row)
{
	size_t own = (size_t)(row - rows);

	for (size_t i = 0; i < own; i++)
		if (rows[i].word && row->word &&
		    !strcmp(rows[i].word, row->word))
			return i;
	return own;
}

/* The first one that kpark does not have is the one that is named. */
static void foreign(struct wish *wish, const char *before, const char *word)
{
	char *named = wish->args->word;

	if (!*named)
		snprintf(named, sizeof(wish->args->word), "%s%s", before, word);
}

static void want(struct wish *wish, bool load, bool exec)
{
	wish->load = load;
	wish->exec = exec;
	wish->shutdown = false;
}

static void take_do(struct wish *wish, char letter)
{
	switch (letter) {
	case 'l':
		want(wish, true, false);
		wish->only_load = true;
		break;
	case 'e':
		want(wish, false, true);
		break;
	case 'f':
		want(wish, true, true);
		break;
	case 'p':
		want(wish, true, false);
		wish->crash = true;
		break;
	case 'u':
		wish->load = wish->shutdown = false;
		wish->unload = true;
		break;
	case 'S':
		wish->status = true;
		break;
	}
}

static void take_type(struct wish *wish, const char *type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(type, types[i])) {
			wish->args->type = type;
			return;
		}
	foreign(wish, "--type=", type);
}

static void take(struct wish *wish, const struct row *row, const char *value)
{
	switch (row->act) {
	case NOTHING:
		break;
	case DO:
		take_do(wish, row->letter);
		break;
	case FLAG:
		wish->value[place_of(row)] = row->word;
		break;
	case VALUE:
		wish->value[place_of(row)] = value;
		break;
	case SYSCALL:
		wish->file_load = row->letter == 's';
		break;
	case SERIAL:
		wish->serial = true;
		break;
	case PORT:
		wish->port = value;
		break;
	case TYPE:
		take_type(wish, value);
		break;
	case NO_SYNC:
		wish->no_sync = true;
		break;
	case FOREIGN:
		foreign(wish, "--", row->name);
		break;
	}
}

static struct kexec_step *add_step(struct kexec_args *args, const char *name)
{
	struct kexec_step *step = &args->step[args->steps++];

	step->argv[step->argc++] = (char *)name;
	return step;
}

static void add(struct kexec_step *step, const char *word)
{
	step->argv[step->argc++] = (char *)word;
}

static void add_load(struct wish *wish, char **kernels, int count)
{
	struct kexec_args *args = wish->args;
	struct kexec_step *step = add_step(args, "load");

	for (size_t i = 0; i < ROWS; i++) {
		if (!wish->value[i])
			continue;
		add(step, rows[i].word);
		if (rows[i].act == VALUE)
			add(step, wish->value[i]);
	}
	if (wish->file_load)
		add(step, "--file-load");
	if (wish->serial) {
		snprintf(args->serial, sizeof(args->serial), "--serial%s%s",
			 wish->port ? "=" : "", wish->port ? wish->port : "");
		add(step, args->serial);
	}
	add(step, "--");
	/* one too many is for `kpark load` to refuse */
	for (int i = 0; i < count && i < 2; i++)
		add(step, kernels[i]);
	args->kernel = kernels[0];
}

static void plan(struct wish *wish, char **kernels, int count)
{
	struct kexec_args *args = wish->args;

	if (wish->status) {
		args->what = wish->crash || !wish->only_load
			     ? KEXEC_STATUS_CRASH : KEXEC_STATUS;
	} else if (*args->word || wish->crash) {
		args->what = KEXEC_FOREIGN;
		foreign(wish, "--", "load-panic");
	} else if (wish->load && !count) {
		args->what = KEXEC_NO_KERNEL;
	} else {
		args->what = KEXEC_RUN;
		if (wish->unload)
			add_step(args, "unload");
		if (wish->load)
			add_load(wish, kernels, count);
		if (wish->exec) {
			struct kexec_step *step = add_step(args, "exec");

			if (wish->no_sync)
				add(step, "--no-sync");
		}
		args->shutdown = wish->shutdown;
	}
}

/* getopt's own table and letters, made of the rows. */
static void make_options(struct option *options, char *letters)
{
	*letters++ = ':';	/* a missing value has a code of its own */
	for (size_t i = 0; i < ROWS; i++) {
		options[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].has_value,
			.val = LONG_ONLY + (int)i,
		};
		if (!rows[i].letter)
			continue;
		*letters++ = rows[i].letter;
		if (rows[i].has_value)
			*letters++ = ':';
	}
	*letters = '\0';
	options[ROWS] = (struct option){ 0 };
}

/* What getopt_long stumbled over: a letter of a cluster, or a whole word. */
static void stumble(struct wish *wish, const char *word)
{
	const char letter[] = { (char)optopt, '\0' };

	if (optopt > 0 && optopt < LONG_ONLY)
		foreign(wish, "-", letter);
	else
		foreign(wish, "", word);
}

/* Help, version or a mistake end it at once. */
static bool takes(struct wish *wish, int id, const char *word)
{
	const struct row *row = row_of(id);

	if (row && row->letter != 'h' && row->letter != 'v') {
		take(wish, row, optarg);
		return true;
	}
	if (row)
		wish->args->what = row->letter == 'h' ? KEXEC_HELP
						      : KEXEC_VERSION;
	else
		stumble(wish, word);
	if (id == ':')
		wish->args->what = KEXEC_NO_VALUE;
	return !row && id != ':';
}

void kexec_args_read(int argc, char **argv, struct kexec_args *args)
{
	struct option options[ROWS + 1];
	char letters[2 * ROWS + 2];
	struct wish wish = { .args = args, .load = true, .shutdown = true };
	int id;

	memset(args, 0, sizeof(*args));
	make_options(options, letters);
	opterr = 0;
	optind = 0;	/* from the start, whatever was read before */
	do
		id = getopt_long(argc, argv, letters, options, NULL);
	while (id != -1 && takes(&wish, id, argv[optind - 1]));
	opterr = 1;
	if (id == -1)
		plan(&wish, argv + optind, argc - optind);
}
