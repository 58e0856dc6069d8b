// SPDX-License-Identifier: GPL-2.0-only
/* load_options.c - the command line of `kpark load`, read */
#include "load_options.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "idle.h"
#include "purgatory_abi.h"

#define SERIAL_COM1	0x3f8

/* Defaults of what can be tuned; docs/performance.md has the measurements. */
#define ARRIVAL_MS	1000
#define NAP_US		200

static const char help[] =
"usage: kpark load [OPTION]... KERNEL\n"
"\n"
"Loads a kernel for the next exec, which will find the other CPUs parked if that\n"
"can be. If anything fails, what was loaded before stays loaded.\n"
"\n"
"  kpark load --reuse-cmdline --initrd=/boot/initrd.img-6.12 /boot/vmlinuz-6.12\n"
"  kpark load --dry-run --reuse-cmdline --initrd=/initrd.img /vmlinuz\n"
"\n"
"What to load:\n"
"  --initrd=FILE, --ramdisk=FILE\n"
"                       the initial RAM disk; it is unpacked now, not while the\n"
"                       machine is down, if that takes no more than 1/16 of its\n"
"                       memory\n"
"  --initrd-packed      leave it as it is\n"
"  --append=TEXT, --command-line=TEXT\n"
"                       the kernel command line, or what to add to it with\n"
"  --reuse-cmdline      the running kernel's\n"
"\n"
"What the next kernel gets:\n"
"  --mailbox=auto|always|never\n"
"                       offer the parked CPUs through the ACPI mailbox; auto:\n"
"                       if the kernel can give them back (6.11 and later)\n"
"  --carry=tsc|none     tell it that the TSCs can be trusted (tsc=reliable) if\n"
"                       this kernel trusts them, and kpark's own test of all\n"
"                       CPUs finds no warp; default: tsc\n"
"  --trace              the next kernel records its CPUs' bring-up, for\n"
"                       kpark report\n"
"  --watchdog           the kernel is on trial: `kpark exec --watchdog=N` can\n"
"                       start it, and it has to `kpark commit` in time\n"
"  --require-park       load only if the CPUs are parked and offered so\n"
"  --file-load          by kexec_file_load(2), unparked; as lockdown needs it\n"
"\n"
"What is said of it:\n"
"  --dry-run            say what would be done, load nothing\n"
"  --verbose            say what is done\n"
"  --serial[=PORT]      purgatory reports on this 8250 (default 0x3f8)\n"
"\n"
"Between the kernels:\n"
"  --verify=xxh3|sha256|none\n"
"                       how purgatory checks what was loaded; default: xxh3\n"
"  --on-mismatch=reset|halt\n"
"                       if memory was damaged before the jump; default: reset\n"
"  --arrival-ms=N       how long purgatory waits for the CPUs; default: 1000\n"
"  --idle=mwait|hlt|spin\n"
"                       how CPUs wait, in a new park; default: by the machine\n"
"  --nap-us=N           how often the warden looks at the mailbox; default: 200\n"
"\n"
"For tests of kpark:\n"
"  --kaslr-seed=N       the same random addresses each time; who knows N knows\n"
"                       where the kernel lies\n"
"  --fault=KIND:ID      the CPU with this APIC ID never arrives (silent), or is\n"
"                       dead (dies) or lost (lost) once it has\n"
"  --fault=flip:N[:OFFSET|:last]\n"
"                       a bit flips in what --dry-run shows as checked by\n"
"                       number N; default in its middle\n"
"\n"
"exit codes: 0 loaded, 1 the system failed, 2 usage, 3 not root or kexec is\n"
"switched off, 4 bad kernel, 5 bad initrd or command line, 6 no room, 9 not\n"
"parked, and --require-park, 10 --watchdog, and none that would hold\n";

enum option_id {
	OPT_INITRD = 256, OPT_PACKED, OPT_APPEND, OPT_REUSE, OPT_MAILBOX, OPT_DRY_RUN,
	OPT_VERBOSE, OPT_SERIAL, OPT_IDLE, OPT_NAP, OPT_ARRIVAL, OPT_MISMATCH,
	OPT_FAULT, OPT_CARRY, OPT_VERIFY, OPT_KASLR_SEED, OPT_TRACE,
	OPT_REQUIRE, OPT_FILE, OPT_WATCHDOG, OPT_HELP,
};

static const struct option long_options[] = {
	{ "initrd", required_argument, NULL, OPT_INITRD },
	{ "ramdisk", required_argument, NULL, OPT_INITRD },
	{ "initrd-packed", no_argument, NULL, OPT_PACKED },
	{ "append", required_argument, NULL, OPT_APPEND },
	{ "command-line", required_argument, NULL, OPT_APPEND },
	{ "reuse-cmdline", no_argument, NULL, OPT_REUSE },
	{ "mailbox", required_argument, NULL, OPT_MAILBOX },
	{ "trace", no_argument, NULL, OPT_TRACE },
	{ "watchdog", no_argument, NULL, OPT_WATCHDOG },
	{ "require-park", no_argument, NULL, OPT_REQUIRE },
	{ "file-load", no_argument, NULL, OPT_FILE },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "serial", optional_argument, NULL, OPT_SERIAL },
	{ "idle", required_argument, NULL, OPT_IDLE },
	{ "nap-us", required_argument, NULL, OPT_NAP },
	{ "arrival-ms", required_argument, NULL, OPT_ARRIVAL },
	{ "on-mismatch", required_argument, NULL, OPT_MISMATCH },
	{ "carry", required_argument, NULL, OPT_CARRY },
	{ "kaslr-seed", required_argument, NULL, OPT_KASLR_SEED },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "verify", required_argument, NULL, OPT_VERIFY },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static int bad_value(const char *option, const char *value, const char *need)
{
	warnx("load: --%s=%s: need %s", option, value, need);
	return -1;
}

static int parse_number(const char *option, const char *text, uint32_t min,
			uint32_t max, uint32_t *number)
{
	char need[64], *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (!errno && end != text && !*end && value >= min && value <= max) {
		*number = (uint32_t)value;
		return 0;
	}
	snprintf(need, sizeof(need), "a number from %" PRIu32 " to %" PRIu32,
		 min, max);
	return bad_value(option, text, need);
}

static int parse_seed(const char *text, struct load_options *options)
{
	char *end;

	errno = 0;
	options->kaslr_seed = strtoull(text, &end, 0);
	options->kaslr_seeded = true;
	if (!errno && end != text && !*end && *text != '-')
		return 0;
	return bad_value("kaslr-seed", text, "a number of 64 bits");
}

/* The index of `text` in `choices`, NULL-terminated; or -1. */
static int parse_choice(const char *option, const char *text,
			const char *const *choices, const char *need)
{
	for (int i = 0; choices[i]; i++)
		if (!strcmp(text, choices[i]))
			return i;
	return bad_value(option, text, need);
}

/* SEGMENT[:OFFSET|:last] */
static int parse_flip(const char *text, struct load_options *options)
{
	char segment[16] = "";
	size_t length = strcspn(text, ":");
	const char *at = text[length] ? text + length + 1 : NULL;
	uint32_t offset;

	if (length < sizeof(segment))
		memcpy(segment, text, length);
	options->flip = true;
	options->flip_at = FLIP_MIDDLE;
	if (at && !strcmp(at, "last")) {
		options->flip_at = FLIP_LAST;
	} else if (at) {
		if (parse_number("fault", at, 0, UINT32_MAX, &offset))
			return -1;
		options->flip_at = offset;
	}
	return parse_number("fault", segment, 0, UINT32_MAX,
			    &options->fault_arg);
}

static int parse_fault(const char *text, struct load_options *options)
{
	static const char need[] = "silent:APIC-ID, dies:APIC-ID,"
				   " lost:APIC-ID or flip:SEGMENT[:OFFSET]";
	const char *colon = strchr(text, ':');

	if (!colon)
		return bad_value("fault", text, need);
	if (!strncmp(text, "silent:", 7))
		options->fault = PURGATORY_FAULT_SILENT;
	else if (!strncmp(text, "dies:", 5))
		options->fault = PURGATORY_FAULT_DIES;
	else if (!strncmp(text, "lost:", 5))
		options->fault = PURGATORY_FAULT_LOST;
	else if (!strncmp(text, "flip:", 5))
		return parse_flip(colon + 1, options);
	else
		return bad_value("fault", text, need);
	return parse_number("fault", colon + 1, 0, UINT32_MAX,
			    &options->fault_arg);
}

static int parse_option(int id, const char *value, struct load_options *options)
{
	static const char *const mailbox[] = { "auto", "always", "never",
					       NULL };
	/* in the order of PARK_IDLE_* */
	static const char *const idle[] = { "hlt", "spin", "mwait", NULL };
	static const char *const carry[] = { "tsc", "none", NULL };
	static const char *const mismatch[] = { "reset", "halt", NULL };
	static const char *const verify[] = { "xxh3", "sha256", "none", NULL };
	static const uint32_t verify_by[] = {
		KPRK_VERIFY_XXH3, KPRK_VERIFY_SHA256, KPRK_VERIFY_NONE
	};
	int choice;

	switch (id) {
	case OPT_INITRD:
		options->initrd = value;
		return 0;
	case OPT_PACKED:
		options->initrd_packed = true;
		return 0;
	case OPT_APPEND:
		options->append = value;
		return 0;
	case OPT_REUSE:
		options->reuse_cmdline = true;
		return 0;
	case OPT_TRACE:
		options->trace = true;
		return 0;
	case OPT_DRY_RUN:
		options->dry_run = true;
		return 0;
	case OPT_WATCHDOG:
		options->watchdog = true;
		return 0;
	case OPT_REQUIRE:
		options->require_park = true;
		return 0;
	case OPT_FILE:
		options->file_load = true;
		return 0;
	case OPT_VERBOSE:
		options->verbose = true;
		return 0;
	case OPT_MAILBOX:
		choice = parse_choice("mailbox", value, mailbox,
				      "auto, always or never");
		options->mailbox = (enum mailbox)choice;
		return choice < 0 ? -1 : 0;
	case OPT_IDLE:
		choice = parse_choice("idle", value, idle,
				      "mwait, hlt or spin");
		options->idle = (uint32_t)choice;
		return choice < 0 ? -1 : 0;
	case OPT_CARRY:
		choice = parse_choice("carry", value, carry, "tsc or none");
		options->carry_none = choice == 1;
		return choice < 0 ? -1 : 0;
	case OPT_MISMATCH:
		choice = parse_choice("on-mismatch", value, mismatch,
				      "reset or halt");
		options->halt_on_mismatch = choice == 1;
		return choice < 0 ? -1 : 0;
	case OPT_VERIFY:
		choice = parse_choice("verify", value, verify,
				      "xxh3, sha256 or none");
		if (choice >= 0)
			options->verify = verify_by[choice];
		return choice < 0 ? -1 : 0;
	case OPT_SERIAL:
		options->serial_port = SERIAL_COM1;
		return value ? parse_number("serial", value, 1, 0xfff8,
					    &options->serial_port) : 0;
	case OPT_NAP:
		return parse_number("nap-us", value, 1, 100000,
				    &options->nap_us);
	case OPT_ARRIVAL:
		return parse_number("arrival-ms", value, 1, 60000,
				    &options->arrival_ms);
	case OPT_KASLR_SEED:
		return parse_seed(value, options);
	case OPT_FAULT:
		return parse_fault(value, options);
	default:
		return -1;	/* getopt_long has said what is wrong */
	}
}

int load_options_parse(int argc, char **argv, struct load_options *options)
{
	int id;

	options->arrival_ms = ARRIVAL_MS;
	options->nap_us = NAP_US;
	options->idle = idle_choose();
	options->verify = KPRK_VERIFY_XXH3;
	optind = 1;
	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (id == OPT_HELP) {
			fputs(help, stdout);
			return 1;
		}
		if (parse_option(id, optarg, options))
			return -1;
	}
	if (argc == optind && options->kernel_optional)
		return 0;
	if (argc - optind != 1) {
		warnx("load: found %d kernels, need 1"
		      " (kpark load --help says more)", argc - optind);
		return -1;
	}
	options->kernel = argv[optind];
	return 0;
}
