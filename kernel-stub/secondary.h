/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * secondary.h - an AP's life, on the AP. bringup.c is the boot CPU's side.
 */
#ifndef SECONDARY_H
#define SECONDARY_H

#include "percpu.h"

/* How long an AP waits to be let proceed; then it goes home. */
#define PROCEED_MS	20000

/* From boot.S: IF=0, own stack, GDT and page tables. via: VIA_* */
_Noreturn void secondary_start(struct cpu *self, uint32_t via);

#endif
