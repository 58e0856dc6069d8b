/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mm.h - address spaces that CPUs keep loaded although they no longer use
 * them, and that are freed all the same.
 *
 * A CPU's `mm` is its hazard pointer: the mm whose tables its CR3 holds, NULL
 * for the kernel's own. Only that CPU writes it. To load one it publishes the
 * pointer first and looks again whether the mm is still to be had; who frees
 * takes it from the table first and looks at the pointers then: one of the two
 * sees the other.
 */
#ifndef MM_H
#define MM_H

#include <stdbool.h>
#include <stdint.h>

#include "percpu.h"

#define MM_SLOTS	8	/* how many can be had at a time */

/* Room for the tables; false if there is no memory. */
bool mm_init(void);

/* Makes a new mm in an empty slot; false if there is no page left. */
bool mm_create(uint32_t slot);

/*
 * Frees the mm in this slot: poisons its tables before it returns. Waits for
 * CPUs that are online, until they have let go; never for another.
 */
void mm_free(uint32_t slot);

/*
 * Loads the mm in this slot and reads its one page; it stays loaded. False if
 * there is none. IF=1, on the CPU itself.
 */
bool mm_use(struct cpu *self, uint32_t slot);

/* Lets go of the loaded mm if it is dead (WAKE_MM). */
void mm_let_go(struct cpu *self);

/* Hotplug step: on the kernel's own tables, with no reference left. */
int mm_cpu_up(struct cpu *self);
void mm_cpu_down(struct cpu *self);

/* For the test; all counted since boot. */
extern uint64_t mm_freed;		/* address spaces */
extern uint64_t mm_asked;		/* CPUs that were told to let go */
extern uint64_t mm_waited_for_offline;	/* must stay 0 */
extern uint64_t mm_wrong_reads;		/* must stay 0 */

#endif
