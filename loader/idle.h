/* SPDX-License-Identifier: GPL-2.0-only */
/* idle.h - how parked CPUs are to wait on this machine */
#ifndef KPARK_IDLE_H
#define KPARK_IDLE_H

#include <stdint.h>

/* PARK_IDLE_HLT or PARK_IDLE_MWAIT, by what the CPU is and runs under. */
uint32_t idle_choose(void);

/* MWAIT's hint for the deepest state to rest in (SDM "MWAIT", EAX). */
uint32_t idle_mwait_hint(void);

#endif
