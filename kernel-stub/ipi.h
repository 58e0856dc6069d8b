/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ipi.h - wait and wake between CPUs, safe against CPUs that go away.
 *
 * Each CPU has a word of what is pending, and a gate with a count of senders
 * inside. A sender enters the gate, sets its bit, interrupts if the word was
 * empty, and leaves the gate; at a closed gate it is refused. A CPU that goes
 * offline closes the gate, waits until no sender is inside, and takes what is
 * pending. So a wake-up is either refused or taken, and no interrupt is on its
 * way to a CPU that has left.
 */
#ifndef IPI_H
#define IPI_H

#include <stdbool.h>
#include <stdint.h>

#include "percpu.h"

/* What can be pending: flags, and in the upper half a count of tokens. */
#define WAKE_STOP	0x1	/* go offline */
#define WAKE_MM		0x2	/* an mm is dead: let go of it (mm.c) */
#define WAKE_LOOK	0x4	/* there is background work */
#define WAKE_TOKEN	0x100000000ULL
#define WAKE_TOKENS(word)	((word) >> 32)

/* False if the target is not there: then nothing was done. */
bool ipi_wake(struct cpu *target, uint64_t what);

/* Takes what is pending; counts the tokens. */
uint64_t ipi_take(struct cpu *self);

/* The same, asleep until there is something or idle_work is set. IF=1. */
uint64_t ipi_wait(struct cpu *self);

/* Work for all APs while nothing is pending; NULL: sleep. */
extern void (*idle_work)(struct cpu *self);
void ipi_start_work(void (*work)(struct cpu *self));

/* Hotplug steps: both on the CPU itself. */
int ipi_open(struct cpu *self);
void ipi_close(struct cpu *self);

#endif
