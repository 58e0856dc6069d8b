/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * chain.h - the stub starts itself again, as a kexec would: through purgatory,
 * with its APs in the park.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "bootparams.h"
#include "park_abi.h"
#include "purgatory_abi.h"

/* A jump that is prepared. The fault switches change it before it is made. */
struct chain {
	struct purgatory_params *params;	/* in purgatory's place */
	struct park_header      *park;		/* NULL: nothing to park with */
	bool                     live;		/* the park was there before */
	uint64_t                 image_pa;	/* the next stub */
	char                    *cmdline;	/* of the next stub */
	uint64_t tables_pa, tables_size;	/* purgatory's */
};

/* Of this boot, for the next; KPRK counts the same. 0 = by firmware. */
extern uint32_t hop;

/* For what a "monitor:" line asks of tests/stub/run. */
#define MONITOR_MS	10000

/* Which hop's park is wanted: chain_prepare's flags */
#define CHAIN_NO_ACPI_ROOM	0x1	/* a park without room for tables */
#define CHAIN_SPIN		0x2	/* parked CPUs spin, not HLT .. */
#define CHAIN_MWAIT		0x4	/* .. or MWAIT */

/*
 * A copy of this image, boot_params, purgatory, and a park if there is none
 * yet. The command line is this one with hop, passed and failed set; the
 * caller may change it until chain_seal. Dies if there is no memory.
 */
void chain_prepare(struct chain *chain, uint32_t flags);

/* Digests of what must arrive unchanged; again, if it was changed since. */
void chain_seal(struct chain *chain);

/* Jumps to purgatory. APs that were not brought down stay where they are. */
_Noreturn void chain_jump(const struct chain *chain);

/* Jumps to the next stub with no purgatory, as a plain kexec does. */
_Noreturn void chain_jump_plain(const struct chain *chain);

/* prepare, seal, APs home, jump. */
_Noreturn void chain_go(void);

/* From main(): remembers what the next hop gets. */
void chain_init(const uint8_t *boot_params);

/* KPRK_VERIFY_*, by the command line: verify=xxh3|sha256|none */
uint32_t chain_verify(void);

/*
 * Was what the last hop wanted cleared, and that only? To be asked before any
 * memory is taken: that of the last hop is free by now.
 */
bool chain_was_cleared(void);

/* Did purgatory wipe its parameters and its stack? As above. */
bool chain_was_forgotten(void);

/* Is the paging as deep as the last hop wanted it (la57=)? */
bool chain_has_depth(void);

/* Has no memory been reserved, or set free, since the last hop began? */
bool chain_kept_map(void);

/*
 * Is the LVT entry that was firmware's at the jump so still, and the timer masked
 * that was not? To be asked before the stub sets its own.
 */
bool chain_has_lvt(void);

#endif
