/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apic.h - this CPU's local APIC, on and off. lapic.h has the registers.
 */
#ifndef APIC_H
#define APIC_H

#include "percpu.h"

/* Hotplug step: software-enabled, local sources masked; and back. */
int apic_open(struct cpu *self);
void apic_close(struct cpu *self);

/* The firmware's PIC still ticks: off, before IF=1. Boot CPU, once. */
void apic_silence_pic(void);

#endif
