/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parkmap.h - the two maps of a park region.
 *
 * Freestanding: built into the loader, and into kernel-stub/.
 *
 * own	what a CPU runs on while it is parked: the region, the SIPI page and the
 *	local APIC, each page with the rights it needs, none both written and
 *	executed.
 * exit	what it leaves on: the low 4 GiB, for the kernel to do with as it
 *	likes; the region as above.
 */
#ifndef PARKMAP_H
#define PARKMAP_H

#include <stdint.h>

/* Bytes of tables that end a region which is `size` bytes without them. */
uint32_t parkmap_size(uint32_t size);

/*
 * Writes the tables into a region's image, to where its header says. What the
 * header's `efer` lacks (NXE) is not used.
 */
void parkmap_build(uint8_t *image);

#endif
