// SPDX-License-Identifier: GPL-2.0-only
/*
 * load.c - `kpark load`: reads a kernel, decides what goes where, and hands it
 * all to kexec_load(2). Nothing is changed before that one call, and a kernel
 * that was loaded before stays loaded if anything fails.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "blobs.h"
#include "bootparams.h"
#include "cmdline.h"
#include "cpuid.h"
#include "file.h"
#include "idle.h"
#include "idmap.h"
#include "image.h"
#include "kpark.h"
#include "kprk.h"
#include "memmap.h"
#include "parking.h"
#include "place.h"
#include "purgatory_abi.h"
#include "random.h"
#include "segments.h"
#include "syscalls.h"
#include "tsc.h"
#include "x86.h"

#define PAGE		4096
#define MIB		(1ULL << 20)
#define FOUR_GIB	(1ULL << 32)
#define KERNEL_MIN	(16 * MIB)
#define INITRD_MAX_DEFAULT	0x7fffffff
#define SERIAL_COM1	0x3f8

/* SDM "CPUID": 1 GiB pages */
#define CPUID_EXTENDED			0x80000001
#define CPUID_EXTENDED_GIB_PAGES	(1u << 26)	/* EDX */

/* Defaults of what can be tuned; docs/performance.md has the measurements. */
#define ARRIVAL_MS	1000
#define NAP_US		200

enum mailbox { MAILBOX_AUTO, MAILBOX_ALWAYS, MAILBOX_NEVER };

struct options {
	const char *kernel;
	const char *initrd;
	const char *append;
	bool reuse_cmdline;
	bool dry_run, verbose, halt_on_mismatch;
	enum mailbox mailbox;
	uint32_t serial_port;		/* 0: silent */
	uint32_t arrival_ms, nap_us, idle;
	uint32_t fault, fault_arg;
};

/* All that one load works on; job_free accepts it half filled. */
struct job {
	struct options  options;
	struct image    image;
	struct file     initrd;
	struct file     running;	/* the running kernel's zero page */
	char           *cmdline;
	struct memmap   e820;		/* the next kernel's */
	struct memmap   free;		/* still to be had */
	struct kprk     kprk;
	struct parking  parking;
	bool            mailbox;	/* purgatory may publish it */
	bool            kaslr;
	uint64_t        kernel_pa, initrd_pa, bootparams_pa, purgatory_pa;
	uint32_t        hop;
	uint32_t        tsc_khz;
	uint8_t        *bootparams;	/* the block */
	uint8_t        *purgatory;	/* image and page tables */
	size_t          purgatory_size;
	struct segments segments;
};

static void job_free(struct job *job)
{
	image_free(&job->image);
	file_free(&job->initrd);
	file_free(&job->running);
	free(job->cmdline);
	memmap_free(&job->e820);
	memmap_free(&job->free);
	kprk_free(&job->kprk);
	parking_free(&job->parking);
	free(job->bootparams);
	free(job->purgatory);
}

static const char help[] =
"usage: kpark load [OPTION]... KERNEL\n"
"\n"
"  --initrd=FILE        the initial RAM disk\n"
"  --append=TEXT, --command-line=TEXT\n"
"                       the kernel command line, or what to add to it with\n"
"  --reuse-cmdline      the running kernel's\n"
"  --mailbox=auto|always|never\n"
"                       offer the parked CPUs through the ACPI mailbox; auto:\n"
"                       if the kernel can give them back (6.11 and later)\n"
"  --dry-run            say what would be done, load nothing\n"
"  --verbose            say what is done\n"
"  --serial[=PORT]      purgatory reports on this 8250 (default 0x3f8)\n"
"  --idle=mwait|hlt|spin\n"
"                       how parked CPUs wait; default: by what the machine is\n"
"  --nap-us=N           how often the warden looks at the mailbox\n"
"  --arrival-ms=N       how long purgatory waits for the CPUs\n"
"  --on-mismatch=reset|halt\n"
"                       what to do if memory was damaged before the jump\n"
"  --fault=silent:ID    for tests: the CPU with this APIC ID never arrives\n"
"  --fault=dies:ID      for tests: it arrives, and is dead then\n"
"  --fault=flip:N       for tests: a bit flips in the N-th verified segment\n"
"\n"
"exit codes: 0 loaded, 1 the system failed, 2 usage, 3 not root or kexec is\n"
"switched off, 4 bad kernel, 5 bad initrd or command line, 6 no room\n";

enum option_id {
	OPT_INITRD = 256, OPT_APPEND, OPT_REUSE, OPT_MAILBOX, OPT_DRY_RUN,
	OPT_VERBOSE, OPT_SERIAL, OPT_IDLE, OPT_NAP, OPT_ARRIVAL, OPT_MISMATCH,
	OPT_FAULT, OPT_HELP,
};

static const struct option long_options[] = {
	{ "initrd", required_argument, NULL, OPT_INITRD },
	{ "ramdisk", required_argument, NULL, OPT_INITRD },
	{ "append", required_argument, NULL, OPT_APPEND },
	{ "command-line", required_argument, NULL, OPT_APPEND },
	{ "reuse-cmdline", no_argument, NULL, OPT_REUSE },
	{ "mailbox", required_argument, NULL, OPT_MAILBOX },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "verbose", no_argument, NULL, OPT_VERBOSE },
	{ "serial", optional_argument, NULL, OPT_SERIAL },
	{ "idle", required_argument, NULL, OPT_IDLE },
	{ "nap-us", required_argument, NULL, OPT_NAP },
	{ "arrival-ms", required_argument, NULL, OPT_ARRIVAL },
	{ "on-mismatch", required_argument, NULL, OPT_MISMATCH },
	{ "fault", required_argument, NULL, OPT_FAULT },
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

/* The index of `text` in `choices`, NULL-terminated; or -1. */
static int parse_choice(const char *option, const char *text,
			const char *const *choices, const char *need)
{
	for (int i = 0; choices[i]; i++)
		if (!strcmp(text, choices[i]))
			return i;
	return bad_value(option, text, need);
}

static int parse_fault(const char *text, struct options *options)
{
	static const char need[] = "silent:APIC-ID, dies:APIC-ID or"
				   " flip:SEGMENT";
	const char *colon = strchr(text, ':');

	if (!colon)
		return bad_value("fault", text, need);
	if (!strncmp(text, "silent:", 7))
		options->fault = PURGATORY_FAULT_SILENT;
	else if (!strncmp(text, "dies:", 5))
		options->fault = PURGATORY_FAULT_DIES;
	else if (!strncmp(text, "flip:", 5))
		options->fault = PURGATORY_FAULT_FLIP;
	else
		return bad_value("fault", text, need);
	return parse_number("fault", colon + 1, 0, UINT32_MAX,
			    &options->fault_arg);
}

static int parse_option(int id, const char *value, struct options *options)
{
	static const char *const mailbox[] = { "auto", "always", "never",
					       NULL };
	/* in the order of PARK_IDLE_* */
	static const char *const idle[] = { "hlt", "spin", "mwait", NULL };
	static const char *const mismatch[] = { "reset", "halt", NULL };
	int choice;

	switch (id) {
	case OPT_INITRD:
		options->initrd = value;
		return 0;
	case OPT_APPEND:
		options->append = value;
		return 0;
	case OPT_REUSE:
		options->reuse_cmdline = true;
		return 0;
	case OPT_DRY_RUN:
		options->dry_run = true;
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
	case OPT_MISMATCH:
		choice = parse_choice("on-mismatch", value, mismatch,
				      "reset or halt");
		options->halt_on_mismatch = choice == 1;
		return choice < 0 ? -1 : 0;
	case OPT_SERIAL:
		options->serial_port = SERIAL_COM1;
		return value ? parse_number("serial", value, 1, 0xfff8,
					    &options->serial_port) : 0;
	case OPT_NAP:
		return parse_number("nap-us", value, 1, 1000000,
				    &options->nap_us);
	case OPT_ARRIVAL:
		return parse_number("arrival-ms", value, 1, 60000,
				    &options->arrival_ms);
	case OPT_FAULT:
		return parse_fault(value, options);
	default:
		return -1;	/* getopt_long has said what is wrong */
	}
}

/* 0; 1 if there was only help to be given; -1 after one line on stderr. */
static int parse_options(int argc, char **argv, struct options *options)
{
	int id;

	options->arrival_ms = ARRIVAL_MS;
	options->nap_us = NAP_US;
	options->idle = idle_choose();
	optind = 1;
	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (id == OPT_HELP) {
			fputs(help, stdout);
			return 1;
		}
		if (parse_option(id, optarg, options))
			return -1;
	}
	if (argc - optind != 1) {
		warnx("load: found %d kernels, need 1"
		      " (kpark load --help says more)", argc - optind);
		return -1;
	}
	options->kernel = argv[optind];
	return 0;
}

static int check_permission(void)
{
	uint64_t disabled;

	if (geteuid()) {
		warnx("load: not permitted (found uid %u, need root)",
		      (unsigned int)geteuid());
		return -1;
	}
	if (!file_number("/proc/sys/kernel/kexec_load_disabled", 10,
			 &disabled) && disabled) {
		warnx("load: kexec is switched off (found"
		      " kernel.kexec_load_disabled = 1, need 0: only a reboot"
		      " through firmware resets it)");
		return -1;
	}
	return 0;
}

static int read_initrd(struct job *job)
{
	if (!job->options.initrd)
		return 0;
	if (file_read(job->options.initrd, &job->initrd)) {
		warn("load: %s", job->options.initrd);
		return -1;
	}
	if (job->initrd.size)
		return 0;
	warnx("load: %s: the initrd is empty", job->options.initrd);
	return -1;
}

/*
 * A kernel on the mailbox must not sleep: its APs would come back through
 * firmware, and nobody would look at the mailbox then.
 */
static char *add_sleep_options(char *cmdline)
{
	if (cmdline && !cmdline_has(cmdline, "mem_sleep_default="))
		cmdline = cmdline_add(cmdline, "mem_sleep_default=s2idle");
	if (cmdline && !cmdline_has(cmdline, "nohibernate"))
		cmdline = cmdline_add(cmdline, "nohibernate");
	return cmdline;
}

/*
 * A kernel that does not read the MADT, or does not take all its CPUs, would
 * leave a mailbox behind that looks live to the kernel after it.
 */
static const char *word_against_mailbox(const char *cmdline)
{
	static const char *const words[] = {
		"acpi=off", "nosmp", "nolapic", "maxcpus=", "nr_cpus=",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (cmdline_has(cmdline, words[i]))
			return words[i];
	return NULL;
}

/*
 * Linux from 6.19 on turns LASS on where the CPU has it, and does not turn it
 * off before it jumps to the reset vector: that jump would fault.
 */
static bool lass_is_in_the_way(const struct job *job)
{
	unsigned int major, minor;

	if (!(cpuid(CPUID_FEATURES, 1).a & CPUID_FEATURES1_LASS) ||
	    cmdline_has(job->cmdline, "clearcpuid=lass"))
		return false;
	return sscanf(job->image.release, "%u.%u", &major, &minor) != 2 ||
	       major > 6 || (major == 6 && minor >= 19);
}

static int make_cmdline(struct job *job)
{
	const struct options *options = &job->options;
	struct file running = { 0 };

	if (options->reuse_cmdline && file_read("/proc/cmdline", &running)) {
		warn("load: /proc/cmdline");
		return -1;
	}
	job->cmdline = cmdline_make((char *)running.data, options->append);
	file_free(&running);
	if (job->cmdline && (word_against_mailbox(job->cmdline) ||
			     lass_is_in_the_way(job)))
		job->mailbox = false;
	if (job->cmdline && job->mailbox)
		job->cmdline = add_sleep_options(job->cmdline);
	if (!job->cmdline) {
		warn("load: command line");
		return -1;
	}
	if (strlen(job->cmdline) > job->image.cmdline_size) {
		warnx("load: %s: command line too long (found %zu bytes, at"
		      " most %" PRIu32 ")", options->kernel,
		      strlen(job->cmdline), job->image.cmdline_size);
		return -1;
	}
	job->kaslr = !cmdline_has(job->cmdline, "nokaslr");
	return 0;
}

static int read_kernel(struct job *job)
{
	if (image_open(job->options.kernel, &job->image))
		return -1;
	job->mailbox = job->options.mailbox == MAILBOX_ALWAYS ||
		       (job->options.mailbox == MAILBOX_AUTO &&
			job->image.mailbox_v1);
	return 0;
}

static int read_machine(struct job *job)
{
	if (memmap_read_firmware("", &job->e820) ||
	    memmap_read_free("", &job->free))
		return -1;
	if (file_read("/sys/kernel/boot_params/data", &job->running) ||
	    job->running.size < BOOTPARAMS_SIZE) {
		warn("load: /sys/kernel/boot_params/data");
		return -1;
	}
	kprk_read("", &job->kprk);
	job->hop = job->kprk.table ? job->kprk.table->hop + 1 : 1;
	job->tsc_khz = tsc_khz();
	return 0;
}

static int plan_parking(struct job *job)
{
	const struct parking_wish wish = {
		.tsc_khz = job->tsc_khz,
		.nap_us = job->options.nap_us,
		.idle = job->options.idle,
		.mwait_hint = idle_mwait_hint(),
	};

	if (parking_plan(&job->kprk, &wish, &job->free, &job->e820,
			 &job->parking))
		return -1;
	if (!job->parking.possible)
		warnx("load: the CPUs will not be parked: %s",
		      job->parking.why_not);
	return 0;
}

/* The firmware's own RSDP: ours may be what the running kernel was given. */
static uint64_t pristine_rsdp(const struct job *job)
{
	uint64_t rsdp_pa;

	if (job->kprk.region.pa)
		return job->kprk.region.pristine_rsdp_pa;
	memcpy(&rsdp_pa, job->running.data + ZP_ACPI_RSDP_ADDR,
	       sizeof(rsdp_pa));
	return rsdp_pa;
}

static int place_kernel(struct job *job)
{
	struct place_wish wish = {
		job->options.kernel, job->image.size,
		job->image.kernel_alignment, KERNEL_MIN, UINT64_MAX
	};

	return job->kaslr ? place_random(&job->free, &wish, &job->kernel_pa)
			  : place_high(&job->free, &wish, &job->kernel_pa);
}

static int place_initrd(struct job *job)
{
	struct place_wish wish = {
		job->options.initrd, (job->initrd.size + PAGE - 1) / PAGE * PAGE,
		PAGE, MIB, INITRD_MAX_DEFAULT + 1ULL
	};

	if (!job->initrd.size)
		return 0;
	if (job->image.xloadflags & XLF_CAN_BE_LOADED_ABOVE_4G)
		wish.max = UINT64_MAX;
	return place_high(&job->free, &wish, &job->initrd_pa);
}

/* Virtual KASLR: the kernel's own choice among 2 MiB steps, made here. */
static int randomise(struct job *job)
{
	uint64_t step = job->image.kernel_alignment;
	uint64_t steps;

	if (!job->kaslr || !image_virt_max(&job->image))
		return 0;
	if (random_below(image_virt_max(&job->image) / step + 1, &steps))
		return -1;
	return image_relocate(&job->image, steps * step);
}

static int build_bootparams(struct job *job)
{
	const struct bootparams_wish wish = {
		.image = &job->image,
		.e820 = &job->e820,
		.cmdline = job->cmdline,
		.initrd_pa = job->initrd_pa,
		.initrd_size = job->initrd.size,
		.rsdp_pa = pristine_rsdp(job),
		.running = job->running.data,
		.hop = job->hop,
		.kaslr = job->kaslr,
	};
	size_t size = bootparams_size(&wish);
	struct place_wish place = {
		"boot_params", size, PAGE, MIB, FOUR_GIB
	};

	if (place_high(&job->free, &place, &job->bootparams_pa))
		return -1;
	job->bootparams = malloc(size);
	if (!job->bootparams) {
		warn("load: boot_params");
		return -1;
	}
	if (bootparams_build(&wish, job->bootparams, job->bootparams_pa))
		return -1;
	segments_add(&job->segments, "boot_params", job->bootparams, size,
		     job->bootparams_pa, size, true);
	return 0;
}

static bool has_gib_pages(void)
{
	return cpuid(CPUID_EXTENDED, 0).d & CPUID_EXTENDED_GIB_PAGES;
}

/* As the kernel's own decompressor, which does not run, would decide. */
static bool wants_5level(const struct job *job)
{
	return job->image.la57 && !cmdline_has(job->cmdline, "no5lvl") &&
	       (cpuid(CPUID_FEATURES, 0).c & CPUID_FEATURES_LA57);
}

static void fill_params(const struct job *job,
			struct purgatory_params *params, uint64_t tables_pa)
{
	const struct options *options = &job->options;
	struct utsname uts;

	params->cr3_5level = tables_pa;
	params->cr3_4level = tables_pa + PAGE;
	params->boot_params_pa = job->bootparams_pa;
	params->kernel_entry_pa = job->kernel_pa + job->image.entry;
	params->park_pa = job->parking.possible ? job->parking.pa : 0;
	params->rsdp_pa = pristine_rsdp(job);
	params->flags = (job->mailbox ? PURGATORY_MAILBOX : 0) |
			(job->parking.live ? PURGATORY_LIVE_REGION : 0) |
			(job->kprk.ours ? PURGATORY_OWN_BOOT : 0) |
			(wants_5level(job) ? PURGATORY_5LEVEL : 0) |
			(options->serial_port ? PURGATORY_SERIAL : 0) |
			(options->halt_on_mismatch ? PURGATORY_HALT : 0);
	params->arrival_ms = options->arrival_ms;
	params->tsc_khz = job->tsc_khz;
	params->serial_port = options->serial_port;
	params->fault = options->fault;
	params->fault_arg = options->fault_arg;
	params->hop = job->hop;
	params->retired_pa = job->parking.retired_pa;
	params->retired_size = job->parking.retired_size;
	if (!uname(&uts))
		snprintf(params->previous, sizeof(params->previous), "%.*s",
			 (int)sizeof(params->previous) - 1, uts.release);
}

/* Its page tables map all there is: it reads ACPI tables, and every segment. */
static int build_purgatory(struct job *job)
{
	const struct purgatory_params *blob = (const void *)blob_purgatory;
	const struct memmap *e820 = &job->e820;
	struct idmap map = {
		.limit = e820->ranges[e820->count - 1].end,
		.gib_pages = has_gib_pages(),
	};
	struct place_wish place = {
		"purgatory", blob->image_size + idmap_size(&map), PAGE, MIB,
		FOUR_GIB
	};
	uint64_t tables_pa;

	if (place_high(&job->free, &place, &job->purgatory_pa))
		return -1;
	tables_pa = job->purgatory_pa + blob->image_size;
	job->purgatory_size = place.size;
	job->purgatory = calloc(1, place.size);
	if (!job->purgatory) {
		warn("load: purgatory");
		return -1;
	}
	memcpy(job->purgatory, blob_purgatory,
	       (size_t)(blob_purgatory_end - blob_purgatory));
	idmap_build(&map, (uint64_t *)(job->purgatory + blob->image_size),
		    tables_pa);
	fill_params(job, (struct purgatory_params *)job->purgatory, tables_pa);
	return 0;
}

static int place_all(struct job *job)
{
	if (place_kernel(job) || place_initrd(job) || randomise(job))
		return -1;
	segments_add(&job->segments, "kernel", job->image.mem,
		     job->image.size, job->kernel_pa, job->image.size, true);
	if (job->initrd.size)
		segments_add(&job->segments, "initrd", job->initrd.data,
			     job->initrd.size, job->initrd_pa,
			     job->initrd.size, true);
	if (build_bootparams(job) || build_purgatory(job))
		return -1;
	segments_digest(&job->segments,
			(struct purgatory_params *)job->purgatory);
	segments_add(&job->segments, "purgatory", job->purgatory,
		     job->purgatory_size, job->purgatory_pa,
		     job->purgatory_size, false);
	if (job->parking.image)
		segments_add(&job->segments, "park", job->parking.image,
			     job->parking.size, job->parking.pa,
			     job->parking.size, false);
	return 0;
}

static void describe(const struct job *job)
{
	const struct segments *segments = &job->segments;

	printf("kernel:  %s (%s)\n", job->options.kernel,
	       *job->image.release ? job->image.release : "unknown release");
	printf("command: %s\n", job->cmdline);
	if (!job->parking.possible)
		printf("park:    no: %s\n", job->parking.why_not);
	else
		printf("park:    0x%" PRIx64 ", %zu KiB, %s; mailbox %s\n",
		       job->parking.pa, job->parking.size / 1024,
		       job->parking.live ? "there already" : "new",
		       job->mailbox ? "offered if all CPUs answer"
				    : "not offered");
	for (size_t i = 0; i < segments->count; i++)
		printf("segment: 0x%09" PRIx64 " %9zu KiB  %s%s\n",
		       segments->list[i].mem, segments->list[i].memsz / 1024,
		       segments->what[i],
		       segments->verified[i] ? ", verified" : "");
}

static int refused(int error)
{
	struct file lockdown;

	errno = error;
	if (error == EPERM &&
	    !file_read("/sys/kernel/security/lockdown", &lockdown)) {
		bool locked = !strstr((char *)lockdown.data, "[none]");

		file_free(&lockdown);
		if (locked) {
			warnx("load: kexec_load is not permitted under kernel"
			      " lockdown (Secure Boot)");
			return EXIT_DENIED;
		}
		errno = error;
	}
	warn("load: kexec_load");
	return error == EPERM ? EXIT_DENIED : EXIT_FAILED;
}

static int hand_over(const struct job *job)
{
	const struct purgatory_params *params = (const void *)job->purgatory;

	if (sys_kexec_load(job->purgatory_pa + params->entry,
			   job->segments.count, job->segments.list))
		return refused(errno);
	return EXIT_OK;
}

static int load(struct job *job)
{
	if (check_permission())
		return EXIT_DENIED;
	if (read_kernel(job))
		return EXIT_BAD_KERNEL;
	if (read_initrd(job) || make_cmdline(job))
		return EXIT_BAD_INPUT;
	if (read_machine(job))
		return EXIT_FAILED;
	if (plan_parking(job) || place_all(job))
		return EXIT_NO_ROOM;
	if (job->options.dry_run || job->options.verbose)
		describe(job);
	return job->options.dry_run ? EXIT_OK : hand_over(job);
}

int cmd_load(int argc, char **argv)
{
	struct job job = { 0 };
	int parsed = parse_options(argc, argv, &job.options);
	int code;

	if (parsed)
		return parsed < 0 ? EXIT_USAGE : EXIT_OK;
	code = load(&job);
	job_free(&job);
	return code;
}
