/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * faults.h - one failure each (`fault=NAME`), and the outcome that the design
 * names for it. fault.c runs them.
 *
 * A fault has up to five moments:
 *   OLD KERNEL: spoil() all APs online -> they go home -> spoil_parked()
 *   NEW KERNEL: early() before bring-up -> bring-up -> late()
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "bringup.h"
#include "chain.h"

#define ALL_APS		0xffff		/* as a count */
#define ANY		0xfffe
#define FEW_MS		3000		/* a bring-up with nothing wrong */
#define SLOW_MS		10000		/* one in which a CPU is given up */

struct fault {
	const char *name;
	const char *story;
	void (*spoil)(struct chain *chain);
	void (*spoil_parked)(struct chain *chain);
	void (*early)(void);
	void (*late)(const struct bringup *result);

	bool     live;		/* at a jump whose APs are parked already */
	bool     needs_three;	/* CPUs, or there is nothing to see */
	bool     keep_aps;	/* spoil() said where they are: not home */
	bool     plain;		/* jump with no purgatory */
	bool     resets;	/* the machine restarts at the jump */
	uint32_t rounds;	/* broadcast, then mailbox: 2; else 1 */
	uint32_t chain_flags;	/* CHAIN_* */

	enum kprk_outcome outcome;	/* 0: no KPRK at all */
	bool     names_victim;	/* .. and KPRK says which CPU it was */
	uint32_t inits;		/* sent by purgatory: a number, ALL_APS, ANY */
	uint32_t complaints;	/* of tables.c, about what it is given */
	uint32_t fell_back;	/* CPUs that took INIT/SIPI, or so */
	uint32_t left_out;
	uint32_t min_ms, max_ms;	/* of early() and bring-up; 0: FEW_MS */
};

#define NOBODY		0xfefe	/* an APIC ID that no CPU has */
#define COUNT_MS	1000	/* for what a slot has to move */

extern const struct fault faults[];
extern const uint32_t fault_count;

/* The CPU that the faults are about; with one AP that one. */
struct cpu *fault_victim(void);

/* The CPU that has the mailbox after a jump: the last. */
struct cpu *fault_warden(void);

#endif
