/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apic.h - this CPU's local APIC, on and off. lapic.h has the registers.
 */
#ifndef APIC_H
#define APIC_H

#include "percpu.h"

/*
 * Whether apic_open() is to put every CPU into x2APIC mode. Boot CPU, once:
 * x2apic=1 says so, x2apic=2 not before hop 1, and so on; else, or where the
 * CPU has no such mode, each keeps the mode in which it came.
 */
void apic_init(void);

/* Hotplug step: software-enabled, local sources masked; and back. */
int apic_open(struct cpu *self);
void apic_close(struct cpu *self);

/* The firmware's PIC still ticks: off, before IF=1. Boot CPU, once. */
void apic_silence_pic(void);

#endif
