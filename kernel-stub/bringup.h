/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bringup.h - the boot CPU's side of bringing APs up and down. secondary.c is
 * the APs' side.
 */
#ifndef BRINGUP_H
#define BRINGUP_H

#include <stdbool.h>
#include <stdint.h>

#include "percpu.h"

enum way {
	WAY_BROADCAST,		/* one store to the mailbox frees all */
	WAY_MAILBOX,		/* one command after the other, as Linux */
	WAY_SIPI_SERIAL,	/* INIT/SIPI, each CPU to the end */
	WAY_SIPI_PARALLEL,	/* INIT/SIPI to all, as Linux from 6.5 on */
	WAYS
};

const char *way_name(enum way way);

/* `way=` of the command line, or the best that the tables offer. */
enum way way_chosen(void);
enum way way_of_one(void);	/* .. and for a CPU that comes by itself */

/* How long the boot CPU waits at each synchronization point. */
#define ALIVE_MS	1000	/* from wake to sign of life */
#define ONLINE_MS	5000	/* from there to online */
#define DEAD_MS		5000	/* from the order to go to dead */

struct bringup {
	uint32_t online;	/* that this call brought up */
	uint32_t fell_back;	/* .. by INIT/SIPI, not as was chosen */
	uint32_t left_out;	/* each was named on the console */
	bool     mailbox_dead;	/* it did not acknowledge in time */
	uint64_t ticks;		/* first release to last CPU online, TSC */
};

/* All APs that are offline. */
void bringup_all(enum way way, struct bringup *result);

/* One; false if it did not come up. */
bool bringup_one(struct cpu *cpu, enum way way);

/* Offline: without stopping the others. False if it did not go. */
bool bringdown_one(struct cpu *cpu);
uint32_t bringdown_all(void);		/* how many did not go */

/* Are all that are offline in the park by now? Needs a mailbox. */
bool bringdown_confirm(void);

/* For the faults: pretend that INIT/SIPI does not reach this CPU (index). */
extern uint32_t bringup_unreachable;

#endif
