/* SPDX-License-Identifier: GPL-2.0-only */
/* naps.h - how long the warden sleeps between two looks, and its APIC's timer */
#ifndef NAPS_H
#define NAPS_H

#include "park.h"

/*
 * The timer is ours from here to naps_end(). Its counts for nap_us, measured against
 * the TSC; if a hypervisor takes the CPU away meanwhile they come out too few, never
 * too many.
 */
uint32_t naps_begin(struct park_header *park);
void naps_end(void);

/* Counts for a nap beside a kernel that boots, or (lazy) one that leaves CPUs be. */
uint32_t naps_length(const struct park_header *park, uint32_t counts, bool lazy);

#endif
