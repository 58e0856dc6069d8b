/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parkmaps.h - do the park's page tables give what is needed, and no more?
 */
#ifndef PARKMAPS_H
#define PARKMAPS_H

/*
 * One check: walks both maps of the region that this kernel was started from,
 * at both depths, and says first what is wrong. Only with KPRK.
 */
void parkmaps_check(void);

#endif
