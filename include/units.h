/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* units.h - sizes in bytes, as uint64_t. */
#ifndef UNITS_H
#define UNITS_H

#define PAGE		4096UL
#define MIB		(1UL << 20)
#define GIB		(1UL << 30)
#define HUGE_PAGE	(2 * MIB)	/* what one entry of a page directory maps */
#define FOUR_GIB	(4 * GIB)	/* where 32-bit addresses end */

#endif
