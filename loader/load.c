// SPDX-License-Identifier: GPL-2.0-only
/*
 * load.c - `kpark load`: reads a kernel, decides what goes where, and hands it
 * all to kexec_load(2), or to kexec_file_load(2) where only that is permitted.
 * Nothing is changed before that one call, and a kernel that was loaded before
 * stays loaded if anything fails.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bootparams.h"
#include "idle.h"
#include "job.h"
#include "kaslr.h"
#include "kpark.h"
#include "memlimit.h"
#include "purgatory_abi.h"
#include "random.h"
#include "record.h"
#include "wipe.h"

#define KERNEL_MIN	(16 * MIB)

void job_free(struct job *job)
{
	image_free(&job->image);
	file_free(&job->initrd);
	file_free(&job->running);
	free(job->cmdline);
	free(job->note);
	cpus_free(&job->cpus);
	memmap_free(&job->e820);
	memmap_free(&job->room.free);
	efi_free(&job->efi);
	setup_data_free(&job->setup_data);
	kprk_free(&job->kprk);
	parking_free(&job->parking);
	wipe_free(job->bootparams, job->bootparams_size);
	wipe_free(job->purgatory, job->purgatory_size);
	explicit_bzero(job, sizeof(*job));
}

int job_permit(struct job *job)
{
	const char *why_not;

	permission_read("", &job->permission);
	if (!job->permission.root) {
		warnx("load: not permitted (found uid %u, need root)",
		      (unsigned int)geteuid());
		return -1;
	}
	why_not = permission_why_not(&job->permission);
	if (why_not)
		warnx("load: %s", why_not);
	return why_not ? -1 : 0;
}

/* Only a kernel that was offered a mailbox lets its APs leave. */
static void spare_early_memory(struct job *job)
{
	if (job->kprk.region.pa)
		job->room.kpageflags = KPAGEFLAGS;
}

static int read_machine(struct job *job)
{
	if (memmap_read_firmware("", &job->e820) ||
	    memmap_read_free("", &job->room.free))
		return -1;
	if (file_read("/sys/kernel/boot_params/data", &job->running)) {
		warn("load: /sys/kernel/boot_params/data");
		return -1;
	}
	if (job->running.size < BOOTPARAMS_SIZE) {
		warnx("load: /sys/kernel/boot_params/data: cut off (found %zu"
		      " bytes, need %d)", job->running.size, BOOTPARAMS_SIZE);
		return -1;
	}
	spare_early_memory(job);
	if (efi_read("", job->running.data, &job->efi) ||
	    efi_keep(&job->efi, &job->room.free) ||
	    setup_data_read("", &job->setup_data))
		return -1;
	return 0;
}

/* No room for the park: as on a machine that cannot park. */
static int go_unparked(struct job *job)
{
	if (job_decide_against(job, job->parking.why_not))
		return EXIT_NOT_PARKED;
	return job_remake_cmdline(job);
}

/* An exit code */
static int plan_parking(struct job *job)
{
	const struct parking_wish wish = {
		.tsc_khz = job->tsc_khz,
		.nap_us = job->options.nap_us,
		.idle = job->options.idle,
		.mwait_hint = idle_mwait_hint(),
	};

	if (*job->verdict.not_parked)
		return EXIT_OK;
	if (parking_plan(&job->kprk, &wish, &job->cpus, &job->room,
			 &job->e820, &job->parking))
		return EXIT_FAILED;
	return job->parking.possible ? EXIT_OK : go_unparked(job);
}

/* Would the kernel take any of this for RAM? */
static bool gives_away(const struct memmap *seen, uint64_t pa, uint64_t size)
{
	for (uint64_t page = pa; page < pa + size; page += PAGE)
		if (memmap_is(seen, page, page + PAGE, E820_RAM))
			return true;
	return false;
}

static int check_region(const struct job *job, const struct memmap *seen)
{
	const struct parking *parking = &job->parking;

	if (!parking->possible ||
	    (!gives_away(seen, parking->pa, parking->size) &&
	     !gives_away(seen, parking->low_page_pa, PAGE) &&
	     !gives_away(seen, parking->retired_pa, parking->retired_size)))
		return 0;
	warnx("load: command line: memmap= makes the park region RAM (need"
	      " memmap=%zuK$0x%" PRIx64 ",4K$0x%" PRIx32 " behind it)",
	      parking->size / 1024, parking->pa, parking->low_page_pa);
	return -1;
}

/* Nothing goes where the next kernel, by its command line, has no RAM. */
static int limit_memory(struct job *job)
{
	struct memmap seen;
	int ret = -1;

	if (memmap_copy(&seen, &job->e820))
		return -1;
	if (!memlimit_apply(job->cmdline, &seen) &&
	    !memmap_common_ram(&job->room.free, &seen))
		ret = check_region(job, &seen);
	memmap_free(&seen);
	return ret;
}

static uint64_t highest_end(const struct job *job)
{
	return job->image.xloadflags & XLF_CAN_BE_LOADED_ABOVE_4G
		       ? UINT64_MAX : FOUR_GIB;
}

static int place_kernel(struct job *job)
{
	const struct image *image = &job->image;
	struct place_wish wish = {
		job->options.kernel, image->size, image->kernel_alignment,
		KERNEL_MIN, highest_end(job)
	};

	/* as the kernel's own KASLR: never below where it was linked */
	if (image->fixed || image->link_pa > wish.min)
		wish.min = image->link_pa;
	if (image->fixed)
		return place_fixed(&job->room, &wish, &job->kernel_pa);
	return job->kaslr ? place_random(&job->room, &wish, &job->kernel_pa)
			  : place_high(&job->room, &wish, &job->kernel_pa);
}

static size_t whole_pages(size_t size)
{
	return (size + PAGE - 1) / PAGE * PAGE;
}

static int place_initrd(struct job *job)
{
	struct place_wish wish = {
		job->options.initrd, whole_pages(job->initrd.size), PAGE, MIB,
		job->image.initrd_addr_max + 1ULL
	};

	if (!job->initrd.size)
		return 0;
	if (job->image.xloadflags & XLF_CAN_BE_LOADED_ABOVE_4G)
		wish.max = UINT64_MAX;
	return place_high(&job->room, &wish, &job->initrd_pa);
}

/* Virtual KASLR: the kernel's own choice among 2 MiB steps, made here. */
static int randomise(struct job *job)
{
	uint64_t delta;

	if (!job->kaslr || job->image.whole)
		return 0;
	if (kaslr_pick(&job->image, &delta))
		return -1;
	return image_relocate(&job->image, delta);
}

static int place_all(struct job *job)
{
	if (place_kernel(job) || place_initrd(job))
		return -1;
	segments_add_sparse(&job->segments, "kernel", job->image.mem,
			    job->image.size, job->kernel_pa);
	if (job->initrd.size)
		segments_add_sparse(&job->segments, "initrd",
				    job->initrd.data,
				    whole_pages(job->initrd.size),
				    job->initrd_pa);
	if (job_build_bootparams(job) || job_build_purgatory(job))
		return -1;
	segments_add(&job->segments, "purgatory", job->purgatory,
		     job->purgatory_size, job->purgatory_pa);
	if (job->parking.image)
		segments_add(&job->segments, "park", job->parking.image,
			     job->parking.size, job->parking.pa);
	return 0;
}

int job_plan(struct job *job)
{
	int code;

	tsc_read(&job->tsc_start);
	if (job_permit(job))
		return EXIT_DENIED;
	if (image_open(job->options.kernel, &job->image))
		return EXIT_BAD_KERNEL;
	if (job_read_initrd(job) || job_make_cmdline(job))
		return EXIT_BAD_INPUT;
	if (job_decide(job))
		return EXIT_NOT_PARKED;
	code = job_complete_cmdline(job);
	if (code)
		return code;
	kprk_read("", &job->kprk);
	job->hop = kprk_hop(&job->kprk) + 1;
	job_unpack_initrd(job);
	if (job->by_file)
		return EXIT_OK;
	if (read_machine(job))
		return EXIT_FAILED;
	if (job_check_rsdp(job))
		return EXIT_BAD_INPUT;
	code = plan_parking(job);
	if (code)
		return code;
	if (job_make_note(job))
		return EXIT_FAILED;
	if (limit_memory(job))
		return EXIT_BAD_INPUT;
	if (randomise(job))
		return EXIT_BAD_KERNEL;
	if (place_all(job))
		return EXIT_NO_ROOM;
	if (job_seal(job))
		return EXIT_USAGE;
	return EXIT_OK;
}

/*
 * One line if it is less than the best, but for what an option asked for; that
 * a kernel goes whole has been said, and says it all.
 */
static void tell_less(const struct job *job)
{
	const struct parkable *verdict = &job->verdict;

	if (*verdict->no_mailbox == '-' || *verdict->not_parked == '-')
		return;
	if (*verdict->not_parked)
		warnx("load: the CPUs will not be parked: %s",
		      verdict->not_parked);
	else if (*verdict->no_mailbox && !*job->image.why_whole)
		warnx("load: the mailbox will not be offered: %s",
		      verdict->no_mailbox);
}

static int load(struct job *job)
{
	int code = job_plan(job), lock;

	if (code)
		return code;
	if (*job->image.why_whole)
		warnx("load: %s: %s; loaded as a bzImage that unpacks itself",
		      job->options.kernel, job->image.why_whole);
	if (job->options.dry_run || job->options.verbose) {
		job_describe(job);
		if (fflush(stdout) || ferror(stdout)) {
			warn("load: standard output");
			return EXIT_FAILED;
		}
	}
	if (job->options.dry_run)
		return EXIT_OK;
	lock = record_lock("", "load");
	if (lock == RECORD_LOCK_BUSY)
		return EXIT_FAILED;
	record_put_aside("");
	code = job_hand_over(job);
	if (code) {
		record_put_back("");
	} else {
		job_record(job);
		tell_less(job);
	}
	record_unlock(lock);
	return code;
}

int cmd_load(int argc, char **argv)
{
	struct job job = { 0 };
	int parsed = load_options_parse(argc, argv, &job.options);
	int code;

	if (parsed)
		return parsed < 0 ? EXIT_USAGE : EXIT_OK;
	if (job.options.kaslr_seeded)
		random_seed(job.options.kaslr_seed);
	code = load(&job);
	job_free(&job);
	return code;
}
