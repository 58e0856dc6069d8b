// SPDX-License-Identifier: GPL-2.0-only
/*
 * clear.c - the next kernel's zero pages, which nobody has copied.
 *
 * The old kernel knows nothing of these pages: its last code, page tables,
 * stack and list of what to copy may lie in them, and on newer kernels the GDT
 * and IDT. None of it is in use any more: all copying was done before the first
 * instruction of purgatory, which runs on tables, a GDT, an IDT and a stack in
 * its own segment, and stays on them to its end (the paging depth, too, is
 * switched there). No AP runs the old kernel by then either: each has answered
 * from the park or was sent INIT; or else it is halted there, as after any
 * kexec.
 */
#include "purgatory.h"

#include <string.h>

void clear_pages(const struct purgatory_params *params)
{
	for (uint32_t i = 0; i < params->clears && i < PURGATORY_CLEARS; i++)
		memset((void *)params->clear[i].pa, 0, params->clear[i].size);
}
