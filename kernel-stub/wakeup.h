/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wakeup.h - the two ways to make an AP run: the mailbox, and INIT/SIPI.
 * All of it runs on the boot CPU.
 */
#ifndef WAKEUP_H
#define WAKEUP_H

#include <stdbool.h>
#include <stdint.h>

#include "percpu.h"

/* A page below 1 MiB with the trampoline in it; once. */
void wakeup_init(void);
extern uint64_t wakeup_vector;		/* what a kernel puts in the mailbox */

/*
 * Commands the mailbox (ACPI 6.6 "Multiprocessor Wakeup Mailbox Structure")
 * and does not wait. What it still holds is overwritten, as Linux does.
 */
void mailbox_send(uint16_t command, uint32_t apic_id);

/* Until the command is taken; false if it was not within `ms`. */
bool mailbox_acknowledged(uint32_t ms);

/*
 * Takes back a WAKEUP that nobody took. Else the CPU that becomes the warden
 * next would obey it, perhaps when this kernel is long gone.
 */
void mailbox_withdraw(void);

/* Does the park say that it has this CPU? Waits at most a second. */
bool mailbox_has(const struct cpu *cpu);

/* False if INIT would hit the machine's boot CPU, which restarts it. */
bool sipi_may(const struct cpu *cpu);
void sipi_init(const struct cpu *cpu);
void sipi_start(const struct cpu *cpu);

/* SDM "MP Initialization Example": INIT, 10 us .. 10 ms, SIPI */
#define INIT_TO_SIPI_US	10

#define ACK_MS		3500	/* 2 s of grace, 1.02 s of a hand-over, a nap */
#define TEST_MS		1000	/* as Linux */

#endif
