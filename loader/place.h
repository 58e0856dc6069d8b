/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * place.h - finds room in physical memory for what is to be loaded.
 *
 * The running kernel's control page, page tables and list of what to copy avoid
 * the segments that are declared to it, and nothing else. What a next kernel
 * needs beyond what is copied (.bss and .brk, the room in which it unpacks
 * itself, zero pages) is taken out of `free` like the rest, but may hold those
 * tables: nobody writes there before purgatory runs on its own page tables,
 * GDT and stack.
 */
#ifndef KPARK_PLACE_H
#define KPARK_PLACE_H

#include "early.h"

/* What a thing may be placed in. */
struct room {
	struct memmap free;
	const char   *kpageflags;	/* KPAGEFLAGS; NULL: not looked at */
	bool          over_early;	/* something is, there was no other place */
};

/* What a thing needs. All in bytes, addresses physical. */
struct place_wish {
	const char *what;	/* for messages */
	uint64_t size;
	uint64_t align;		/* a power of two, a page at least */
	uint64_t min;		/* not below */
	uint64_t max;		/* its end not above */
};

/*
 * The highest place there is beside early memory, or else the lowest over it, for
 * Linux takes that from the end of memory on; taken out of `free` then. 0 on
 * success, -1 after one line on stderr that says how much room there is instead.
 */
int place_high(struct room *room, const struct place_wish *wish, uint64_t *pa);
/* The same, but 1 and no word where there is no room. */
int place_if_room(struct room *room, const struct place_wish *wish,
		  uint64_t *pa);

/* At wish->min and nowhere else, whatever is there. */
int place_fixed(struct room *room, const struct place_wish *wish, uint64_t *pa);

/*
 * Any of the places beside early memory with the same probability, or else any over
 * it.
 */
int place_random(struct room *room, const struct place_wish *wish,
		 uint64_t *pa);

#endif
