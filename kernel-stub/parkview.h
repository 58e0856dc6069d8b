/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parkview.h - what the park says of a CPU: the region that this kernel was
 * started from. Only with KPRK (machine.kprk).
 */
#ifndef PARKVIEW_H
#define PARKVIEW_H

#include "park_abi.h"
#include "percpu.h"

struct park_header *park_of_boot(void);

/* Dies if it has no slot. */
struct park_slot *park_slot_of(const struct cpu *cpu);
struct kprk_record *park_record_of(const struct cpu *cpu);

#endif
