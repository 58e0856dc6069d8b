// SPDX-License-Identifier: GPL-2.0-only
/*
 * ipi.c - wake-ups, of which none is lost and none arrives too late.
 */
#include "ipi.h"

#include "atomic.h"
#include "clock.h"
#include "console.h"
#include "lapic.h"
#include "traps.h"

#define GATE_OPEN	0x80000000	/* above it: senders inside */
#define GATE_MS		1000
#define DRAIN_ROUNDS	1000

void (*idle_work)(struct cpu *self);

static bool set_pending(struct cpu *target, uint64_t what)
{
	if (what >= WAKE_TOKEN)
		return !ADD(target->pending, what);
	return !__atomic_fetch_or(&target->pending, what, __ATOMIC_SEQ_CST);
}

/*
 * The first sender interrupts for all: those after it find the word not empty,
 * and the target takes the whole word.
 */
bool ipi_wake(struct cpu *target, uint64_t what)
{
	bool open = ADD(target->gate, 1) & GATE_OPEN;

	if (open && set_pending(target, what) && target != this_cpu())
		lapic_send(target->apic_id,
			   ICR_FIXED | ICR_ASSERT | WAKE_VECTOR);
	ADD(target->gate, -1);
	return open;
}

uint64_t ipi_take(struct cpu *self)
{
	uint64_t word = LOAD(self->pending) ? SWAP(self->pending, 0) : 0;

	self->tokens_taken += WAKE_TOKENS(word);
	return word;
}

void ipi_start_work(void (*work)(struct cpu *self))
{
	STORE(idle_work, work);
	FOR_EACH_AP(cpu)
		ipi_wake(cpu, WAKE_LOOK);
}

/* IF=0 after STI for one instruction: an interrupt ends the HLT. */
static void halt_until_interrupt(void)
{
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}

/* IF=0 between the look and the HLT: an interrupt from then on ends it. */
uint64_t ipi_wait(struct cpu *self)
{
	uint64_t word;

	cli();
	while (!(word = ipi_take(self)) && !LOAD(idle_work))
		halt_until_interrupt();
	__asm__ volatile("sti" : : : "memory");
	return word;
}

int ipi_open(struct cpu *self)
{
	STORE(self->pending, 0);
	self->is_deaf = false;
	__atomic_fetch_or(&self->gate, GATE_OPEN, __ATOMIC_SEQ_CST);
	return 0;
}

static bool interrupts_waiting(void)
{
	uint32_t bits = 0;

	for (uint32_t word = 0; word < APIC_IRR_WORDS; word++)
		bits |= lapic_read(APIC_IRR + 16 * word);
	return bits;
}

/* IF=1. A sender inside has IF=1 too, and is inside for microseconds. */
void ipi_close(struct cpu *self)
{
	__atomic_fetch_and(&self->gate, ~GATE_OPEN, __ATOMIC_SEQ_CST);
	if (!WAIT_FOR(!LOAD(self->gate), GATE_MS))
		die("CPU %u: a wake-up is stuck at its gate (0x%x)",
		    self->index, self->gate);
	for (int i = 0; interrupts_waiting() && i < DRAIN_ROUNDS; i++)
		pause();		/* IF=1: it is taken meanwhile */
	ipi_take(self);
	self->is_deaf = true;
}
