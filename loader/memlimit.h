/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memlimit.h - what mem= and memmap= on a kernel's command line leave it of
 * the machine's memory. What it does not take for RAM it maps late or not at
 * all: nothing that it has to find may lie there.
 */
#ifndef KPARK_MEMLIMIT_H
#define KPARK_MEMLIMIT_H

#include "memmap.h"

/*
 * Changes map (the e820 handed to the kernel) into what the kernel makes of
 * it. Where the kernel would only guess, memory counts as lost. 0, or -1
 * after one line on stderr.
 */
int memlimit_apply(const char *cmdline, struct memmap *map);

#endif
