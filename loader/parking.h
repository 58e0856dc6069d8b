/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parking.h - where are the APs parked?
 */
#ifndef KPARK_PARKING_H
#define KPARK_PARKING_H

#include <stdbool.h>

#include "cpus.h"
#include "kprk.h"
#include "place.h"

struct parking {
	bool        possible;
	const char *why_not;	/* .. if it is not */
	bool        live;	/* the region is there already: load none */
	uint64_t    pa;		/* of the region */
	size_t      size;
	uint32_t    low_page_pa;
	uint8_t    *image;	/* the region to load, NULL if live */
	uint64_t    retired_pa;	/* the region before it, reserved still */
	uint32_t    retired_size;	/* 0: none */
};

/* How a new region is to be. */
struct parking_wish {
	uint32_t tsc_khz;
	uint32_t nap_us;
	uint32_t idle;		/* PARK_IDLE_* */
	uint32_t mwait_hint;
};

/*
 * Uses the region the running kernel came from if it fits the machine still;
 * builds a new one else, and the old one stays reserved until the load after,
 * when every CPU is known to have left it. Takes its memory out of `room` and
 * reserves it in the next kernel's `e820`. 0, and it is `possible`, or there is
 * no room for it, and `room` lacks a page at most; -1 after one line on stderr.
 */
int parking_plan(const struct kprk *kprk, const struct parking_wish *wish,
		 const struct cpus *cpus, struct room *room,
		 struct memmap *e820, struct parking *parking);
void parking_free(struct parking *parking);

#endif
