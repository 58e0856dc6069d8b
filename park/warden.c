// SPDX-License-Identifier: GPL-2.0-only
/*
 * warden.c - the one parked CPU that looks at the mailbox, for all of them.
 *
 * ACPI 6.6 "Multiprocessor Wakeup Mailbox Structure": a kernel names a CPU
 * and a vector, sets the command, and waits until it is cleared. Linux waits
 * for each CPU in turn and without an end; so the warden clears the command
 * as soon as the target's slot has it, while the target is still asleep.
 *
 * The kernel may give up a TEST after a second and put a WAKEUP over it:
 * `command` is only ever cleared by compare-and-swap from the value that was
 * acted on.
 */
#include "park.h"

#define HOT_US		20000	/* stay awake so long after a command */
#define LAZY_AFTER_US	60000000	/* nothing for so long: the CPUs are to stay */
#define LAZY_FACTOR	50	/* naps are longer then, .. */
#define LAZY_MAX_US	100000	/* .. but a TEST is waited for for 1 s only */
#define GRACE_US	2000000	/* acknowledge for an absent CPU after this */
#define HEIR_US		20000	/* let the last parked CPU take the office */
#define SUCCESSOR_US	1000000	/* let any CPU take it */
#define CALIBRATE_US	50	/* to learn how fast the APIC timer counts */

/* A command as it was read: all of it belongs together. */
struct order {
	uint64_t word;		/* command and apic_id as they lie in memory */
	uint16_t command;
	uint32_t apic_id;
	uint64_t vector;
};

/* command and apic_id: the first 8 bytes of the page, one load or CAS. */
static uint64_t *first_word(struct park_mailbox *mailbox)
{
	return (uint64_t *)mailbox;
}

/*
 * The word is read again behind the vector: a kernel that takes an order back
 * and gives another changes the vector in between (model: NO_REREAD).
 */
static bool read_order(struct park_mailbox *mailbox, struct order *order)
{
	order->word = LOAD(*first_word(mailbox));
	order->command = (uint16_t)order->word;
	order->apic_id = (uint32_t)(order->word >> 32);
	if (order->command == MAILBOX_NOOP)
		return false;
	order->vector = LOAD(mailbox->wakeup_vector);
	return LOAD(*first_word(mailbox)) == order->word;
}

/*
 * Clears the command if it is still the one for that CPU, else nothing
 * (model: PLAIN_ZERO, CAS_COMMAND_ONLY).
 */
static void acknowledge(struct park_mailbox *mailbox,
			const struct order *order)
{
	uint64_t expected = order->word;

	__atomic_compare_exchange_n(first_word(mailbox), &expected,
				    order->word & ~0xffffULL, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/*
 * The mailbox served its one kernel: a later one that inherits these tables
 * must not believe in it. One store changes type and filler byte together, so
 * the table's checksum is right before and after.
 */
static void disarm(struct park_header *park)
{
	uint64_t entry = park->wakeup_entry_pa;

	if (!entry)
		return;
	STORE(*(uint64_t *)entry, park->disarmed_entry);
	park->wakeup_entry_pa = 0;
}

/* A kernel that is to know of it has read the MADT by now; it is served on. */
static void disarm_in_time(struct park_header *park)
{
	if (park->wakeup_entry_pa && rdtsc() > park->disarm_at)
		disarm(park);
}

/*
 * Hands the vector to a parked CPU; false if it is not (or no longer) parked.
 * The caller has counted itself into slot->senders if it means to kick.
 */
static bool command(struct park_header *park, struct park_slot *slot,
		    uint64_t vector)
{
	struct kprk_record *record = park_record(park, slot);
	uint32_t parked = PARK_PARKED;

	if (LOAD(slot->state) != PARK_PARKED)
		return false;
	slot->wake_vector = vector;
	record->commanded = rdtsc();
	park_balance(record);
	return __atomic_compare_exchange_n(&slot->state, &parked,
					   PARK_COMMANDED, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* Seen by who leaves, until end_kick() (model: NO_SENDERS). */
static void announce_kick(struct park_slot *slot)
{
	__atomic_fetch_add(&slot->senders, 1, __ATOMIC_SEQ_CST);
}

static void end_kick(struct park_slot *slot)
{
	__atomic_fetch_sub(&slot->senders, 1, __ATOMIC_SEQ_CST);
}

static void send_kick(const struct park_slot *slot)
{
	lapic_send(slot->apic_id, ICR_FIXED | ICR_ASSERT | PARK_KICK_VECTOR);
}

/*
 * True if the CPU was parked. One that is commanded and still here may have
 * missed its kick, and gets another (model: COMMANDED_NOT_KICKED).
 */
static bool kick_if_here(struct park_slot *slot)
{
	uint32_t state;

	announce_kick(slot);
	state = __atomic_load_n(&slot->state, __ATOMIC_SEQ_CST);
	if (state == PARK_PARKED || state == PARK_COMMANDED)
		send_kick(slot);
	end_kick(slot);
	return state == PARK_PARKED;
}

/* Kicks the last parked CPU: the one that a kernel wakes last. */
static bool kick_heir(struct park_header *park)
{
	struct park_slot *slots = park_slots(park);

	for (uint32_t i = park->cpus; i-- > 0;)
		if (kick_if_here(&slots[i]))
			return true;
	return false;
}

static void kick_all(struct park_header *park)
{
	struct park_slot *slots = park_slots(park);

	for (uint32_t i = 0; i < park->cpus; i++)
		kick_if_here(&slots[i]);
}

/*
 * Taken in time; or nobody is parked any more who could take it: the successor
 * may have come, served and left between two looks (model: NO_SECOND_LOOK).
 */
static bool is_settled_within(struct park_header *park, uint64_t us)
{
	uint64_t end = rdtsc() + park_ticks(park, us);
	struct park_slot *slot = park_slots(park);

	for (uint32_t i = 0; i < park->cpus; i++, slot++)
		while (LOAD(slot->state) == PARK_PARKED) {
			if (LOAD(park->warden) != PARK_NO_WARDEN)
				return true;
			if (rdtsc() >= end)
				return false;
			pause();
		}
	return true;
}

/*
 * Gives the office away (model: NO_HAND_OVER): clears it first, and looks for
 * parked CPUs then, so that a CPU arriving meanwhile either sees it vacant or is
 * seen (model: SCAN_BEFORE_VACANT). False if somebody is parked but nobody took
 * it in time: then it is ours again, unless it was taken just now (model:
 * RETAKE_BY_STORE).
 */
static bool hand_over(struct park_header *park, const struct park_slot *self)
{
	uint32_t vacant = PARK_NO_WARDEN;

	__atomic_store_n(&park->warden, PARK_NO_WARDEN, __ATOMIC_SEQ_CST);
	if (!kick_heir(park) || is_settled_within(park, HEIR_US))
		return true;
	kick_all(park);
	return is_settled_within(park, SUCCESSOR_US) ||
	       !__atomic_compare_exchange_n(&park->warden, &vacant,
					    self->apic_id, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/*
 * This CPU cannot go on, and the office it may have is for another. It may have
 * been struck when it had just cleared the office, with nobody kicked
 * yet (model: FAULT_LEAVES_VACANT).
 */
void park_on_fault(struct park_header *park, struct park_slot *self)
{
	uint32_t office = self->apic_id;

	__atomic_compare_exchange_n(&park->warden, &office, PARK_NO_WARDEN,
				    false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	if (LOAD(park->warden) == PARK_NO_WARDEN)
		kick_all(park);
}

/*
 * The warden's own turn. Answered before another can read it: an order has one
 * warden (model: ACKNOWLEDGE_LAST). If others are parked of whom none takes the
 * office it stays: the kernel was told yes, and misses this CPU.
 */
static void wake_self(struct park_header *park, struct park_slot *self,
		      const struct order *order)
{
	if (!command(park, self, order->vector))
		return;
	acknowledge(park_mailbox(park), order);
	if (!hand_over(park, self))
		park_stay(self);
}

/*
 * The vector first, then the answer (model: ACKNOWLEDGE_FIRST), and it has to be
 * woken up (model: NO_KICK).
 */
static void wake_other(struct park_header *park, struct park_slot *slot,
		       const struct order *order)
{
	announce_kick(slot);	/* before the state (model: SENDERS_AFTER_STATE) */
	if (command(park, slot, order->vector)) {
		acknowledge(park_mailbox(park), order);
		send_kick(slot);
	}
	end_kick(slot);
}

static void wake_all(struct park_header *park, struct park_slot *self,
		     const struct order *order)
{
	struct park_slot *slot = park_slots(park);

	for (uint32_t i = 0; i < park->cpus; i++, slot++) {
		if (slot == self)
			continue;
		announce_kick(slot);
		if (command(park, slot, order->vector))
			send_kick(slot);
		end_kick(slot);
	}
	wake_self(park, self, order);
}

/*
 * False: nobody to act on yet; an absent CPU may still be on its way (model:
 * TEST_UNSEEN).
 */
static bool obey(struct park_header *park, struct park_slot *self,
		 const struct order *order)
{
	struct park_slot *slot = park_find_slot(park, order->apic_id);

	if (order->command == MAILBOX_WAKEUP)
		disarm(park);	/* before the answer (model: DISARM_LAST) */
	if (order->command == MAILBOX_WAKEUP &&
	    order->apic_id == MAILBOX_BROADCAST) {
		wake_all(park, self, order);
		return true;
	}
	if (slot && LOAD(slot->state) == PARK_COMMANDED)
		kick_if_here(slot);	/* once more (model: NO_KICK_AGAIN) */
	if (!slot || LOAD(slot->state) != PARK_PARKED)
		return false;
	if (order->command == MAILBOX_TEST) {
		acknowledge(park_mailbox(park), order);
		return true;
	}
	if (order->command != MAILBOX_WAKEUP)
		return false;
	if (slot == self)
		wake_self(park, self, order);
	else
		wake_other(park, slot, order);
	return true;
}

/*
 * APIC timer counts for one nap, measured against the TSC. The TSC is read
 * before the timer starts and behind its last reading: if a hypervisor takes
 * the CPU away in between, the nap comes out shorter, never longer.
 */
static uint32_t nap_counts(struct park_header *park)
{
	uint64_t start, counted, counts;

	lapic_write(APIC_TIMER_DIVIDE, APIC_DIVIDE_BY_1);
	lapic_write(APIC_LVT_TIMER, APIC_LVT_MASKED | PARK_TIMER_VECTOR);
	start = rdtsc();
	lapic_write(APIC_TIMER_INITIAL, UINT32_MAX);
	while (rdtsc() - start < park_ticks(park, CALIBRATE_US))
		;	/* no PAUSE: it may give the CPU away */
	counted = UINT32_MAX - lapic_read(APIC_TIMER_CURRENT);
	counts = counted * park_ticks(park, park->nap_us) / (rdtsc() - start);
	lapic_write(APIC_TIMER_INITIAL, 0);
	return counts < UINT32_MAX ? (uint32_t)counts + 1 : UINT32_MAX;
}

static bool may_nap(struct park_header *park, struct park_slot *self,
		    uint64_t seen)
{
	return LOAD(*first_word(park_mailbox(park))) == seen &&
	       LOAD(self->ping) == self->pong &&
	       LOAD(park->warden) == self->apic_id;
}

/*
 * Sleeps until the timer or a kick, or (MWAIT) a store to the mailbox; not at
 * all if there is work already. C1 only: the timer may stop in deeper states. It is
 * left running, for each access may cost an exit to a hypervisor: should it end
 * while this CPU is awake, the next nap is none.
 */
static void nap(struct park_header *park, struct park_slot *self,
		uint32_t counts, uint64_t seen)
{
	lapic_write(APIC_TIMER_INITIAL, counts);
	if (park->idle == PARK_IDLE_MWAIT) {
		monitor(park_mailbox(park));
		if (may_nap(park, self, seen))
			park_mwait(MWAIT_C1);
	} else if (may_nap(park, self, seen)) {
		park_halt();
	}
}

static void stop_timer(void)
{
	lapic_write(APIC_LVT_TIMER, APIC_LVT_MASKED | PARK_TIMER_VECTOR);
	lapic_write(APIC_TIMER_INITIAL, 0);
}

/*
 * One look at the mailbox. *pending is the order that waits for its CPU; a new
 * one keeps the warden awake for a while, one that stands does not. A WAKEUP has
 * its answer in the end, whoever it is for (model: NO_GRACE).
 */
static void look(struct park_header *park, struct park_slot *self,
		 struct order *pending, uint64_t *since, bool *was_new)
{
	struct park_mailbox *mailbox = park_mailbox(park);
	struct order order;

	*was_new = false;
	if (!read_order(mailbox, &order)) {
		if (order.command == MAILBOX_NOOP)
			pending->word = order.word;
		return;
	}
	if (order.word != pending->word) {
		*pending = order;
		*since = rdtsc();
		*was_new = true;
	}
	if (obey(park, self, &order)) {
		pending->word = 0;
	} else if (order.command == MAILBOX_WAKEUP &&
		   rdtsc() - *since > park_ticks(park, GRACE_US)) {
		acknowledge(mailbox, &order);
		pending->word = 0;
	}
}

/* Short while a kernel boots; long beside one that keeps CPUs offline. */
static uint32_t nap_length(struct park_header *park, uint32_t counts,
			   uint64_t hot_until)
{
	uint64_t longest = (uint64_t)counts * LAZY_MAX_US / park->nap_us;
	uint64_t lazy = (uint64_t)counts * LAZY_FACTOR;

	if (rdtsc() < hot_until + park_ticks(park, LAZY_AFTER_US))
		return counts;
	if (lazy > longest)
		lazy = longest;
	return lazy < UINT32_MAX ? (uint32_t)lazy : UINT32_MAX;
}

/*
 * Returns when this CPU is to leave, or another has the office. A new warden
 * begins awake: it may have taken over in the middle of a burst.
 */
void warden_serve(struct park_header *park, struct park_slot *self)
{
	uint32_t counts = nap_counts(park);
	struct order pending = { 0 };
	uint64_t since = 0, hot_until = rdtsc() + park_ticks(park, HOT_US);
	bool was_new;

	lapic_write(APIC_LVT_TIMER, PARK_TIMER_VECTOR);
	while (LOAD(park->warden) == self->apic_id &&
	       LOAD(self->state) == PARK_PARKED) {
		look(park, self, &pending, &since, &was_new);
		disarm_in_time(park);
		park_answer_ping(park, self);
		if (was_new)
			hot_until = rdtsc() + park_ticks(park, HOT_US);
		else if (rdtsc() < hot_until || park->idle == PARK_IDLE_SPIN)
			pause();
		else
			nap(park, self, nap_length(park, counts, hot_until),
			    pending.word);
	}
	stop_timer();
	/* Commanded just before it took the office (model: LEAVE_IN_OFFICE). */
	if (LOAD(park->warden) == self->apic_id && !hand_over(park, self))
		park_stay(self);
}
