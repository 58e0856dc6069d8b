/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * region.h - builds a park region.
 *
 * Freestanding: built into the loader, and into kernel-stub/. Sizes are bytes,
 * addresses physical.
 */
#ifndef REGION_H
#define REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "park_abi.h"

/* What a region is made from. The caller keeps ownership of apic_ids. */
struct region_plan {
	uint64_t        base_pa;	/* PARK_ALIGN-aligned, below 4 GiB */
	uint32_t        low_page_pa;	/* page-aligned, below 1 MiB, not 0 */
	const uint32_t *apic_ids;	/* all that the MADT enables, its order */
	uint32_t        cpus;		/* how many, at least 1 */
	uint32_t        acpi_size;	/* room for the ACPI copies */
	uint32_t        tsc_khz;
	uint32_t        nap_us;
	uint32_t        idle;		/* PARK_IDLE_* */
	uint32_t        mwait_hint;	/* for PARK_IDLE_MWAIT */
	bool            nx;		/* the CPUs have NX (CPUID) */
};

size_t region_size(const struct region_plan *plan);

/*
 * Writes the region to `image` (region_size bytes). `code` is park.bin.
 * Returns 0, or -1 if `code` is not a park image of this version, or the region
 * does not end below 4 GiB, which is all that a CPU has mapped when it leaves.
 */
int region_build(void *image, const struct region_plan *plan,
		 const void *code, size_t code_size);

#endif
