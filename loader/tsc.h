/* SPDX-License-Identifier: GPL-2.0-only */
/* tsc.h - how fast the time stamp counter counts */
#ifndef KPARK_TSC_H
#define KPARK_TSC_H

#include <stdint.h>

/* kHz, measured against CLOCK_MONOTONIC_RAW for some 20 ms. 0 on failure. */
uint32_t tsc_khz(void);

#endif
