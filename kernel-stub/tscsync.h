/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tscsync.h - does this CPU's TSC ever lag behind another's?
 */
#ifndef TSCSYNC_H
#define TSCSYNC_H

#include "percpu.h"

/* Hotplug step. Runs on all APs at once; needs the boot CPU only to seed. */
int tscsync_check(struct cpu *self);

/* The boot CPU's own reading, before it lets an AP proceed. */
void tscsync_seed(void);

#endif
