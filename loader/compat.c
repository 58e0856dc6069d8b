// SPDX-License-Identifier: GPL-2.0-only
/*
 * compat.c - kpark under the name of kexec: the habits of kexec(8) go on.
 *
 * kexec_args.c says what is asked for. What kpark does not do (crash kernels,
 * Multiboot...) goes to the real kexec with the arguments as they were.
 */
#include "compat.h"

#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "kexec_args.h"
#include "kpark.h"

/* Set for the real kexec: should that be kpark again, it ends there. */
#define HANDED_ON	"KPARK_HANDED_ON"

static const char help[] =
"usage: kexec [OPTION]... [KERNEL]\n"
"\n"
"This is kpark under the name of kexec, with the options of kexec(8).\n"
"\n"
"  kexec -l KERNEL --initrd=FILE --reuse-cmdline     load it\n"
"  kexec -e                                          and jump\n"
"\n"
"What to do; the last one counts:\n"
"  -l, --load           load KERNEL, as kpark load does\n"
"  -e, --exec           jump into it at once, as kpark exec does\n"
"  -f, --force          both\n"
"                       none of these: load it, and go down in good order\n"
"  -u, --unload         forget it; may stand before these, and is done first\n"
"  -S, --status         exit code 1 if a crash kernel is loaded, 0 if not;\n"
"                       with -l: the same of the kernel to jump into\n"
"  -h, --help           this\n"
"  -v, --version        the version\n"
"\n"
"How to load:\n"
"  --initrd=FILE, --ramdisk=FILE\n"
"  --append=TEXT, --command-line=TEXT, --reuse-cmdline\n"
"                       as for kpark load\n"
"  -s, --kexec-file-syscall\n"
"                       by kexec_file_load(2); the CPUs are not parked\n"
"  -c, --kexec-syscall, -a, --kexec-syscall-auto\n"
"                       as kpark load does\n"
"  -t, --type=TYPE      refuse any but bzImage64, bzImage or elf-x86_64\n"
"  --console-serial, --serial=PORT\n"
"                       purgatory reports there\n"
"  -i, --no-checks      memory is not checked before the jump (--verify=none)\n"
"  -d, --debug          say what is done\n"
"\n"
"How to jump:\n"
"  -y, --no-sync        write no dirty data to disk\n"
"\n"
"-x and --reuse-video-type change nothing. All other options, -p too, go to\n"
"the kexec of kexec-tools, if there is one.\n"
"\n"
"exit codes: but for -S, those of the commands of kpark\n";

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "load", cmd_load },
	{ "exec", cmd_exec },
	{ "unload", cmd_unload },
};

static const char *const real_ones[] = {
	"/usr/sbin/kexec.kexec-tools", "/sbin/kexec.kexec-tools",
	"/usr/sbin/kexec.distrib", "/sbin/kexec.distrib",
	"/usr/sbin/kexec.real", "/sbin/kexec.real",
	"/usr/sbin/kexec", "/sbin/kexec", "/usr/bin/kexec",
	"/usr/local/sbin/kexec",
};

bool compat_is_meant(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	return argv0 && !strcmp(slash ? slash + 1 : argv0, "kexec");
}

static bool is_another_program(const char *path)
{
	struct stat self, other;

	return !stat("/proc/self/exe", &self) && !stat(path, &other) &&
	       S_ISREG(other.st_mode) && !access(path, X_OK) &&
	       (self.st_dev != other.st_dev || self.st_ino != other.st_ino);
}

/* Returns only if there is nobody to hand it on to. */
static int hand_on(const char *word, char **argv)
{
	if (!getenv(HANDED_ON)) {
		setenv(HANDED_ON, "1", 1);
		for (size_t i = 0; i < sizeof(real_ones) / sizeof(real_ones[0]);
		     i++)
			if (is_another_program(real_ones[i]))
				execv(real_ones[i], argv);
	}
	warnx("%s: kpark does not do this, and found no kexec of kexec-tools"
	      " that does", word);
	return EXIT_USAGE;
}

static bool is_of_type(const unsigned char *head, const char *type)
{
	const Elf64_Ehdr *ehdr = (const Elf64_Ehdr *)head;

	if (strcmp(type, "elf-x86_64"))		/* Linux/x86 boot protocol */
		return !memcmp(head + 0x202, "HdrS", 4);
	return !memcmp(ehdr->e_ident, ELFMAG, SELFMAG) &&
	       ehdr->e_ident[EI_CLASS] == ELFCLASS64 &&
	       ehdr->e_machine == EM_X86_64;
}

/* What cannot be read is for `kpark load` to complain about. */
static int check_type(const struct kexec_args *args)
{
	_Alignas(8) unsigned char head[0x206] = { 0 };
	ssize_t got;
	int fd;

	if (!args->type || !args->kernel)
		return EXIT_OK;
	fd = open(args->kernel, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return EXIT_OK;
	got = read(fd, head, sizeof(head));
	close(fd);
	if (got < 0 || is_of_type(head, args->type))
		return EXIT_OK;
	warnx("%s: not of type %s", args->kernel, args->type);
	return EXIT_BAD_KERNEL;
}

/* As kexec(8): the state is the exit code, and nothing is said. */
static int status(const char *path)
{
	uint64_t loaded;

	if (!file_number(path, 10, &loaded))
		return loaded ? 1 : 0;
	warn("%s", path);
	return 255;
}

/* Plain `shutdown -r` does not end in kexec under systemd. */
static int go_down(void)
{
	if (!access("/run/systemd/system", F_OK))
		execlp("systemctl", "systemctl", "kexec", (char *)NULL);
	else
		execlp("shutdown", "shutdown", "-r", "now", (char *)NULL);
	warn("the kernel is loaded, but nobody shuts down");
	return EXIT_FAILED;
}

static int run_step(struct kexec_step *step)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(step->argv[0], commands[i].name))
			return commands[i].run(step->argc, step->argv);
	return EXIT_USAGE;
}

static int run(struct kexec_args *args)
{
	int code = check_type(args);

	for (int i = 0; i < args->steps && !code; i++)
		code = run_step(&args->step[i]);
	return code || !args->shutdown ? code : go_down();
}

static int obey(struct kexec_args *args, char **argv)
{
	switch (args->what) {
	case KEXEC_HELP:
		fputs(help, stdout);
		return EXIT_OK;
	case KEXEC_VERSION:
		printf("kexec of kpark %s\n", KPARK_VERSION);
		return EXIT_OK;
	case KEXEC_STATUS:
		return status("/sys/kernel/kexec_loaded");
	case KEXEC_STATUS_CRASH:
		return status("/sys/kernel/kexec_crash_loaded");
	case KEXEC_FOREIGN:
		return hand_on(args->word, argv);
	case KEXEC_NO_VALUE:
		warnx("%s: needs a value", args->word);
		return EXIT_USAGE;
	case KEXEC_NO_KERNEL:
		warnx("no kernel given (kexec --help says more)");
		return EXIT_USAGE;
	case KEXEC_RUN:
		return run(args);
	}
	return EXIT_USAGE;
}

int compat_main(int argc, char **argv)
{
	char **copy = calloc((size_t)argc + 1, sizeof(*copy));
	struct kexec_args args;
	int code;

	if (!copy) {
		warn("kexec");
		return EXIT_FAILED;
	}
	/* getopt puts it into another order; the real kexec gets the first */
	memcpy(copy, argv, (size_t)argc * sizeof(*copy));
	kexec_args_read(argc, copy, &args);
	code = obey(&args, argv);
	free(copy);
	return code;
}
