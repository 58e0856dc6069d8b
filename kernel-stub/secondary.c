// SPDX-License-Identifier: GPL-2.0-only
/*
 * secondary.c - arrive, climb the steps, work, go home.
 */
#include "secondary.h"

#include "apic.h"
#include "arrival.h"
#include "atomic.h"
#include "clock.h"
#include "hotplug.h"
#include "ipi.h"
#include "mm.h"
#include "tables.h"
#include "trampoline.h"
#include "traps.h"

/* Nothing is to be had here any more; only INIT or NMI gets it out. */
static _Noreturn void halt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}

/*
 * To the park, by the reset vector, or to a halt where there is none. The word
 * comes before the jump, as in Linux: whoever needs to know that the CPU is
 * there asks the mailbox.
 */
static _Noreturn void go_home(struct cpu *self, enum sync word)
{
	uint64_t vector = machine.reset_vector_pa;

	cli();
	apic_close(self);
	if (self->before_home)
		self->before_home(self);
	STORE(self->sync, word);
	if (vector)
		__asm__ volatile("jmp *%0" : : "r"(vector) : "memory");
	halt();
}

/*
 * Sign of life. A boot CPU that gave up meanwhile has taken its word back. A
 * CPU that comes by SIPI may find it given: by itself, before an INIT.
 */
static bool give_sign(struct cpu *self, uint32_t via)
{
	return CAS(&self->sync, SYNC_KICKED, SYNC_ALIVE) ||
	       (via == VIA_SIPI && self->via_sipi &&
		LOAD(self->sync) == SYNC_ALIVE);
}

static _Noreturn void go_offline(struct cpu *self)
{
	hotplug_down(self, STEP_AP);
	go_home(self, SYNC_DEAD);
}

static _Noreturn void live(struct cpu *self)
{
	for (;;) {
		void (*work)(struct cpu *self) = LOAD(idle_work);
		uint64_t word = work ? ipi_take(self) : ipi_wait(self);

		if (word & WAKE_MM)
			mm_let_go(self);
		if (word & WAKE_STOP)
			go_offline(self);
		if (work)
			work(self);
	}
}

_Noreturn void secondary_start(struct cpu *self, uint32_t via)
{
	percpu_load(self);
	if (via == VIA_MAILBOX)
		self->unclean = arrival_inspect(self);
	traps_load();
	if (!give_sign(self, via))
		halt();
	if (!WAIT_FOR(LOAD(self->sync) == SYNC_PROCEED, PROCEED_MS))
		halt();
	if (hotplug_up(self, STEP_ONLINE))
		go_home(self, SYNC_FAILED);
	self->online_at = rdtsc();
	STORE(self->sync, SYNC_ONLINE);
	live(self);
}
