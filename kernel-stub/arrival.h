/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arrival.h - is the state in which the park hands a CPU over what its
 * contract says (park/PROTOCOL.md)?
 */
#ifndef ARRIVAL_H
#define ARRIVAL_H

#include <stdint.h>

#include "percpu.h"

#define UNCLEAN_CR4		0x001	/* more than PAE, MCE, LA57 */
#define UNCLEAN_EFER		0x002	/* not LME, LMA and (with NX) NXE alone */
#define UNCLEAN_DR7		0x004
#define UNCLEAN_IF		0x008	/* interrupts on */
#define UNCLEAN_TPR		0x010
#define UNCLEAN_LVT		0x020	/* a local vector not masked */
#define UNCLEAN_PENDING		0x040	/* IRR or ISR not empty */
#define UNCLEAN_ENABLED		0x080	/* APIC not software-disabled */
#define UNCLEAN_CR0		0x100
#define UNCLEAN_MCE		0x200	/* CR4.MCE off */
#define UNCLEAN_MODE		0x400	/* xAPIC, x2APIC: not the boot CPU's */
#define UNCLEAN_CET		0x800	/* IA32_S_CET is not 0 */
#define UNCLEAN_FLAGS		0x1000	/* DF, NT or AC is set */
#define UNCLEAN_TIMER		0x2000	/* it counts, masked or not */
#define UNCLEAN_LDR		0x4000	/* xAPIC: there is a logical ID */

/* Boot CPU, before it chooses its own: the mode its APIC came in. */
void arrival_note_mode(void);

/* First thing in C on a CPU that came through the mailbox: 0, or UNCLEAN_*. */
uint32_t arrival_inspect(const struct cpu *self);

#endif
