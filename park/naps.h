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

/* How long a nap is beside a kernel that boots, or (lazy) one that leaves CPUs be. */
uint32_t naps_us(const struct park_header *park, bool lazy);

/* The timer's counts for a nap of `us`; `counts` are naps_begin()'s. */
uint32_t naps_length(const struct park_header *park, uint32_t counts, uint32_t us);

/*
 * One PAUSE; true if it lasted as long as a nap of `us`. Then most likely another CPU
 * had this core. If it was the boot CPU it gives the core back when it waits for us,
 * and a timer would only call it away.
 */
bool pause_was_nap(const struct park_header *park, uint32_t us);

#endif
