// SPDX-License-Identifier: GPL-2.0-only
/*
 * park.c - a CPU's life in the park: arrive, sleep, answer, leave.
 *
 * Called by park.S on the slot's own stack. A CPU sleeps (HLT, MWAIT or PAUSE)
 * and looks at its slot when that ends; the one that is the warden is in warden.c.
 */
#include "park.h"

#define CLOSE_ROUNDS	100
#define SENDER_WAIT_US	100000

void park_on_kick(struct park_slot *slot)
{
	(void)slot;
	lapic_write(APIC_EOI, 0);
}

void park_on_stray(struct park_slot *slot)
{
	slot->stray_count++;
	lapic_write(APIC_EOI, 0);
}

/*
 * A spurious interrupt has no EOI, one that was really sent with this vector
 * has: SDM "Spurious Interrupt".
 */
void park_on_spurious(struct park_slot *slot)
{
	uint32_t word = lapic_read(APIC_ISR + 16 * (APIC_SPURIOUS_VECTOR / 32));

	if (word & 1u << APIC_SPURIOUS_VECTOR % 32)
		park_on_stray(slot);
}

/* Makes the record sum to zero again; who has changed it calls this last. */
void park_balance(struct kprk_record *record)
{
	uint8_t sum = acpi_sum(record, sizeof(*record));

	record->balance = (uint8_t)(record->balance - sum);
}

static void count_into(struct kprk_record *record,
		       const struct park_slot *slot)
{
	record->nmi_count = slot->nmi_count;
	record->mc_count = slot->mc_count;
	record->stray_count = slot->stray_count;
}

/*
 * Software-enabled, so that a kick arrives; and with nothing else to come:
 * with no logical ID, the next kernel's logical interrupts pass by.
 */
static void open_apic(void)
{
	if (!lapic_is_x2(rdmsr(MSR_APIC_BASE)))
		lapic_write(APIC_LDR, 0);
	lapic_write(APIC_SVR, APIC_SVR_ENABLE | APIC_SPURIOUS_VECTOR);
	lapic_mask_local();
	lapic_write(APIC_TPR, 0);
	lapic_drain();
}

/*
 * As after reset: software-disabled, masked, with nothing left inside. Some
 * APICs hold back what is pending while they are disabled, so draining comes
 * first; what slipped in between is drained in another round. A line that never
 * goes down is left to the next kernel.
 */
static void close_apic(void)
{
	lapic_mask_local();
	for (int round = 0; round < CLOSE_ROUNDS; round++) {
		lapic_drain();
		lapic_write(APIC_SVR, APIC_SPURIOUS_VECTOR);
		if (!lapic_holds_any())
			return;
		lapic_write(APIC_SVR, APIC_SVR_ENABLE | APIC_SPURIOUS_VECTOR);
		lapic_mask_local();
	}
	lapic_write(APIC_SVR, APIC_SPURIOUS_VECTOR);
}

/* A kernel's counters and traces end here: their buffers are its memory. */
static void stop_tracing(void)
{
	park_zero_msr(MSR_DEBUGCTL);
	if ((cpuid(CPUID_PERFMON, 0).a & 0xff) >= 2)
		park_zero_msr(MSR_PERF_GLOBAL_CTRL);
	if (cpuid(CPUID_FEATURES, 0).b & CPUID_FEATURES_TRACE)
		park_zero_msr(MSR_RTIT_CTL);
}

/*
 * INIT clears S_CET, so a kernel may set CR4.CET before it has written that: it
 * would run with what its predecessor tracked.
 */
static void forget_cet(void)
{
	struct cpuid r = cpuid(CPUID_FEATURES, 0);

	if ((r.c & CPUID_FEATURES_SHSTK) || (r.d & CPUID_FEATURES_IBT))
		park_zero_msr(MSR_S_CET);
}

static void arrive(struct park_header *park, struct park_slot *slot,
		   uint32_t via)
{
	struct kprk_record *record = park_record(park, slot);

	record->arrived = rdtsc();
	stop_tracing();		/* INIT leaves it on, too */
	if (via == PARK_VIA_RESET_VECTOR)
		forget_cet();
	open_apic();
	slot->via = via;
	record->via = (uint8_t)via;
	record->arrivals++;
	record->parked = rdtsc();
	park_balance(record);
	/*
	 * Published before the warden is looked for (below): a warden that
	 * leaves clears its office first and looks for a successor then. One
	 * of the two sees the other (model: LOOK_BEFORE_PARKED).
	 */
	__atomic_store_n(&slot->state, PARK_PARKED, __ATOMIC_SEQ_CST);
}

/* True if there was one to answer. Purgatory compares the time with its own. */
bool park_answer_ping(struct park_header *park, struct park_slot *slot)
{
	struct kprk_record *record = park_record(park, slot);
	uint32_t ping = LOAD(slot->ping);

	if (slot->pong == ping)
		return false;
	count_into(record, slot);
	record->answered = rdtsc();
	park_balance(record);
	STORE(slot->pong, ping);
	return true;
}

/* Makes this CPU the warden if there is none; true if it is the warden. */
static bool is_warden(struct park_header *park, const struct park_slot *slot)
{
	uint32_t warden = __atomic_load_n(&park->warden, __ATOMIC_SEQ_CST);

	if (warden == PARK_NO_WARDEN)
		return __atomic_compare_exchange_n(&park->warden, &warden,
						   slot->apic_id, false,
						   __ATOMIC_SEQ_CST,
						   __ATOMIC_SEQ_CST);
	return warden == slot->apic_id;
}

/* EMPTY: purgatory has emptied its slot, and the INIT has not reached it (yet). */
static bool may_sleep(struct park_header *park, const struct park_slot *slot)
{
	uint32_t state = LOAD(slot->state);

	return state != PARK_COMMANDED && LOAD(slot->ping) == slot->pong &&
	       (state == PARK_EMPTY || LOAD(park->warden) != PARK_NO_WARDEN);
}

/*
 * IF=0 here: a kick that comes after may_sleep() waits, and ends the sleep
 * (model: NO_STI_SHADOW).
 */
static void sleep(struct park_header *park, struct park_slot *slot)
{
	switch (park->idle) {
	case PARK_IDLE_SPIN:
		while (may_sleep(park, slot))
			pause();
		break;
	case PARK_IDLE_MWAIT:
		monitor(slot);
		if (may_sleep(park, slot))
			park_mwait(park->mwait_hint);
		break;
	default:
		if (may_sleep(park, slot))
			park_halt();
	}
}

/* The map of all that a kernel's first instructions may touch. */
static uint64_t exit_cr3(const struct park_header *park)
{
	uint64_t cr4;

	__asm__("mov %%cr4, %0" : "=r"(cr4));
	return cr4 & CR4_LA57 ? park->exit_5level : park->exit_4level;
}

/*
 * Hands the CPU to the kernel that commanded it. A kick that is still on its
 * way must not land there. GONE comes first: who counts itself into `senders`
 * later sees it and does not send (model: GONE_LAST, NO_WAIT_FOR_SENDERS).
 */
static _Noreturn void leave(struct park_header *park, struct park_slot *slot)
{
	struct kprk_record *record = park_record(park, slot);
	uint64_t vector = slot->wake_vector;
	uint64_t end = rdtsc() + park_ticks(park, SENDER_WAIT_US);

	__atomic_store_n(&slot->state, PARK_GONE, __ATOMIC_SEQ_CST);
	while (LOAD(slot->senders) && rdtsc() < end)
		pause();
	close_apic();
	count_into(record, slot);
	record->woken = rdtsc();
	park_balance(record);
	__asm__ volatile("mov %1, %%cr3; jmp *%0" : : "r"(vector),
			 "r"(exit_cr3(park)) : "memory");
	__builtin_unreachable();
}

/*
 * A kernel that waited so long has gone on without this CPU (model:
 * NEVER_TOO_LATE). The warden's TSC may be ahead of ours: then the command is
 * from the future, and not old.
 */
static bool is_too_late(struct park_header *park, struct park_slot *slot)
{
	uint64_t age = rdtsc() - park_record(park, slot)->commanded;

	return (int64_t)age > (int64_t)park_ticks(park, PARK_COMMAND_AGE_US);
}

_Noreturn void park_enter(struct park_header *park, struct park_slot *slot,
			  uint32_t via)
{
	arrive(park, slot, via);
	for (;;) {
		park_answer_ping(park, slot);
		if (LOAD(slot->state) == PARK_COMMANDED) {
			if (!is_too_late(park, slot))
				leave(park, slot);
			park_stay(slot);
		}
		/* Commanded meanwhile? warden_serve gives the office back. */
		if (LOAD(slot->state) == PARK_PARKED && is_warden(park, slot))
			warden_serve(park, slot);
		else
			sleep(park, slot);
	}
}
