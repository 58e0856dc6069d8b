// SPDX-License-Identifier: GPL-2.0-only
/*
 * arrivals.c - an NMI at each instruction of a CPU's way into the park; and an
 * interrupt that gets ahead of the MWAIT it was to end.
 *
 * QEMU's port for gdb stops the CPU at the reset vector; tests/stub/registers.py
 * says `fire`, has another CPU's NMI pending there, and lets go so many instructions
 * further. So the NMI is taken at just that one, by the stub's IDT or the park's.
 */
#include "attack.h"

#include "atomic.h"
#include "clock.h"
#include "console.h"
#include "faults.h"
#include "ipi.h"
#include "lapic.h"
#include "park_abi.h"
#include "parkview.h"
#include "tables.h"
#include "traps.h"
#include "wakeup.h"

#define INSTRUCTIONS	128	/* into park_enter(), with 3 CPUs */

/* registers.py knows the offsets. */
static struct {
	uint32_t ready;		/* the way is watched from now on */
	uint32_t fire;		/* an NMI, if you please */
} orders;

#define SLEPT	3	/* orders.ready, as registers.py says how it went */
#define WENT_ON	2

static uint32_t taken_here;

static void count_nmi(void)
{
	ADD(taken_here, 1);
}

static void fire_when_told(struct cpu *self)
{
	if (self != fault_victim() && CAS(&orders.fire, 1, 0))
		lapic_send(fault_victim()->apic_id, ICR_ASSERT | ICR_NMI);
}

/* Home and back, with an NMI at that instruction; false if it did not go so. */
static bool go_and_come(uint32_t instruction)
{
	const struct park_slot *slot = park_slot_of(fault_victim());
	uint32_t before = LOAD(slot->nmi_count) + LOAD(taken_here);

	STORE(orders.ready, 0);
	say("monitor: arrival 0x%lx 0x%x 0x%lx\n", machine.reset_vector_pa,
	    instruction, (uint64_t)&orders);
	return WAIT_FOR(LOAD(orders.ready), MONITOR_MS) &&
	       bringdown_one(fault_victim()) &&
	       WAIT_FOR(LOAD(slot->nmi_count) + LOAD(taken_here) ==
			before + 1, COUNT_MS) &&
	       bringup_one(fault_victim(), way_of_one());
}

void attack_each_arrival(const struct bringup *result)
{
	uint32_t at = 0;

	(void)result;
	nmi_hook = count_nmi;
	ipi_start_work(fire_when_told);
	while (at < INSTRUCTIONS && go_and_come(at))
		at++;
	ipi_start_work(NULL);
	check(at == INSTRUCTIONS && taken_here && taken_here < at,
	      "an NMI at each of %u instructions on the way home (%u), the"
	      " first %u taken by the kernel, the others by the park",
	      INSTRUCTIONS, at, taken_here);
	nmi_hook = NULL;
}

/* registers.py stops this CPU here: what was sent is pending now. */
static __attribute__((noinline)) void fired(void)
{
	__asm__ volatile("nop" : : : "memory");
}

static void fire_both_when_told(struct cpu *self)
{
	if (self == fault_victim() || !CAS(&orders.fire, 1, 0))
		return;
	lapic_send(fault_victim()->apic_id, ICR_ASSERT | ICR_NMI);
	lapic_send(fault_victim()->apic_id,
		   ICR_ASSERT | ICR_FIXED | PARK_KICK_VECTOR);
	fired();
}

/*
 * An NMI in the shadow of STI ends it, and the kick comes before the MWAIT that it is
 * to end. Going on behind the MWAIT is the park's answer; into it, a lost wake-up.
 */
void attack_ahead_of_mwait(const struct bringup *result)
{
	bool home;

	(void)result;
	ipi_start_work(fire_both_when_told);
	home = bringdown_one(fault_victim());
	say("monitor: mwait 0x%lx 0x%lx 0x%lx\n",
	    machine.kprk->region_pa + PARK_CODE_AT, (uint64_t)fired,
	    (uint64_t)&orders);
	WAIT_FOR(LOAD(orders.ready) > 1, MONITOR_MS);
	check(home && orders.ready == WENT_ON,
	      "a kick ahead of its MWAIT: the CPU %s", orders.ready == SLEPT ?
	      "goes to sleep on it" : "goes on behind it");
	ipi_start_work(NULL);
	check(bringup_one(fault_victim(), way_of_one()), "it comes back");
}
