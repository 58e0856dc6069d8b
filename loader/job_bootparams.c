// SPDX-License-Identifier: GPL-2.0-only
/* job_bootparams.c - the zero page and what hangs on it */
#include "job.h"

#include <err.h>
#include <stdlib.h>

#include "bootparams.h"
#include "screen.h"

/*
 * What the next kernel gets of EFI: NULL for nothing.
 *
 * Its map names no free memory, so a bzImage's own choice of a random place
 * would fail. It is not asked: we have chosen, for kernels of all formats.
 */
static const struct efi *efi_to_hand_on(const struct job *job)
{
	const char *why_not = efi_objection(&job->efi, job->image.xloadflags);

	if (why_not)
		warnx("load: EFI runtime services are not passed on: %s",
		      why_not);
	return job->efi.map && !why_not ? &job->efi : NULL;
}

int job_build_bootparams(struct job *job)
{
	const struct bootparams_wish wish = {
		.image = &job->image,
		.e820 = &job->e820,
		.cmdline = job->cmdline,
		.initrd_pa = job->initrd_pa,
		.initrd_size = job->initrd.size,
		.rsdp_pa = job_pristine_rsdp(job),
		.running = job->running.data,
		.efi = efi_to_hand_on(job),
		.setup_data = &job->setup_data,
		.screen = screen_is_valid("", job->running.data),
		.hop = job->hop,
		.note = job->note,
		/* what unpacks itself decides, and says so, by itself */
		.kaslr = job->kaslr && !job->image.whole,
	};
	size_t size = bootparams_size(&wish);
	struct place_wish place = {
		"boot_params", size, PAGE, MIB, FOUR_GIB
	};

	if (place_high(&job->room, &place, &job->bootparams_pa))
		return -1;
	job->bootparams = malloc(size);
	if (!job->bootparams) {
		warn("load: boot_params");
		return -1;
	}
	job->bootparams_size = size;
	if (bootparams_build(&wish, job->bootparams, job->bootparams_pa))
		return -1;
	segments_add(&job->segments, "boot_params", job->bootparams, size,
		     job->bootparams_pa);
	return 0;
}
