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
 *
 * A CPU that has come up spins until the kernel has time for it. Where CPUs are
 * more than the cores below them, those take the boot CPU's time: there the warden
 * holds its kicks back until the burst of commands is over.
 */
#include "naps.h"

#define HOT_US		20000	/* stay awake so long after a command */
#define LAZY_AFTER_US	60000000	/* nothing for so long: the CPUs are to stay */
#define GRACE_US	2000000	/* acknowledge for an absent CPU after this */
#define HEIR_US		20000	/* let the last parked CPU take the office */
#define SUCCESSOR_US	1000000	/* let any CPU take it */
#define CROWDED_US	1000	/* between two looks: somebody else had this core */
#define CROWD_LASTS_US	1000000	/* believe that for so long */
#define HELD_US		50000	/* hold kicks back for so long behind a command, .. */
#define HELD_MAX_US	1000000	/* .. but not longer than this: a command gets old */

/* A command as it was read: all of it belongs together. */
struct order {
	uint64_t word;		/* command and apic_id as they lie in memory */
	uint16_t command;
	uint32_t apic_id;
	uint64_t vector;
};

/* What a warden knows, from taking the office to giving it away. */
struct term {
	struct order pending;	/* not answered yet */
	uint64_t since;		/* TSC: the newest order, or the office, came */
	uint64_t looked;	/* TSC: the last look; 0 behind a nap */
	uint32_t held;		/* CPUs that are commanded, and not kicked yet */
	uint64_t held_since;	/* TSC: the first of them */
	uint64_t crowded;	/* TSC: somebody else had this core; 0 never */
	bool one_by_one;	/* the kernel waits for each CPU to come up */
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
 * Kicks a CPU that is commanded and still here: its kick was held back, or it has
 * missed it (model: COMMANDED_NOT_KICKED). One that is parked only if asked for; true
 * if that was kicked.
 */
static bool kick_if_here(struct park_slot *slot, bool parked)
{
	uint32_t state;

	announce_kick(slot);
	state = __atomic_load_n(&slot->state, __ATOMIC_SEQ_CST);
	parked = parked && state == PARK_PARKED;
	if (parked || state == PARK_COMMANDED)
		send_kick(slot);
	end_kick(slot);
	return parked;
}

/* Kicks the last parked CPU: the one that a kernel wakes last. */
static bool kick_heir(struct park_header *park)
{
	struct park_slot *slots = park_slots(park);

	for (uint32_t i = park->cpus; i-- > 0;)
		if (kick_if_here(&slots[i], true))
			return true;
	return false;
}

static void kick_all(struct park_header *park, bool parked)
{
	struct park_slot *slots = park_slots(park);

	for (uint32_t i = 0; i < park->cpus; i++)
		kick_if_here(&slots[i], parked);
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
	kick_all(park, true);
	return is_settled_within(park, SUCCESSOR_US) ||
	       !__atomic_compare_exchange_n(&park->warden, &vacant,
					    self->apic_id, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/*
 * This CPU cannot go on, and the office it may have is for another. It may have
 * been struck when it had just cleared the office, with nobody kicked
 * yet (model: FAULT_LEAVES_VACANT); and somebody may have taken that since, but knows
 * nothing of kicks that were held back (model: HELD_BY_THE_DEAD).
 */
void park_on_fault(struct park_header *park, struct park_slot *self)
{
	uint32_t office = self->apic_id;

	__atomic_compare_exchange_n(&park->warden, &office, PARK_NO_WARDEN,
				    false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	kick_all(park, LOAD(park->warden) == PARK_NO_WARDEN);
}

static void kick_held(struct park_header *park, struct term *term)
{
	if (term->held)
		kick_all(park, false);
	term->held = 0;
}

/*
 * The warden's own turn. Answered before another can read it: an order has one
 * warden (model: ACKNOWLEDGE_LAST). The next one knows of no kick that was held back
 * (model: HELD_BY_THE_HEIR). If others are parked of whom none takes the office it
 * stays: the kernel was told yes, and misses this CPU.
 */
static void wake_self(struct park_header *park, struct park_slot *self,
		      const struct order *order, struct term *term)
{
	if (!command(park, self, order->vector))
		return;
	acknowledge(park_mailbox(park), order);
	kick_held(park, term);
	if (!hand_over(park, self))
		park_stay(self);
	term->looked = 0;	/* that took its time */
}

static bool is_crowded(struct park_header *park, const struct term *term)
{
	return term->crowded &&
	       rdtsc() - term->crowded < park_ticks(park, CROWD_LASTS_US);
}

static void hold(struct term *term)
{
	if (!term->held++)
		term->held_since = rdtsc();
}

/*
 * The vector first, then the answer (model: ACKNOWLEDGE_FIRST), and it has to be
 * woken up (model: NO_KICK), now or when the burst is over.
 */
static void wake_other(struct park_header *park, struct park_slot *slot,
		       const struct order *order, struct term *term)
{
	announce_kick(slot);	/* before the state (model: SENDERS_AFTER_STATE) */
	if (command(park, slot, order->vector)) {
		acknowledge(park_mailbox(park), order);
		if (is_crowded(park, term) && !term->one_by_one)
			hold(term);
		else
			send_kick(slot);
	}
	end_kick(slot);
}

static void wake_all(struct park_header *park, struct park_slot *self,
		     const struct order *order, struct term *term)
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
	wake_self(park, self, order, term);
}

/*
 * False: nobody to act on yet; an absent CPU may still be on its way (model:
 * TEST_UNSEEN).
 */
static bool obey(struct park_header *park, struct park_slot *self,
		 const struct order *order, struct term *term)
{
	struct park_slot *slot = park_find_slot(park, order->apic_id);

	if (order->command == MAILBOX_WAKEUP)
		disarm(park);	/* before the answer (model: DISARM_LAST) */
	if (order->command == MAILBOX_WAKEUP &&
	    order->apic_id == MAILBOX_BROADCAST) {
		wake_all(park, self, order, term);
		return true;
	}
	if (slot && LOAD(slot->state) == PARK_COMMANDED)
		kick_if_here(slot, false); /* once more (model: NO_KICK_AGAIN) */
	if (!slot || LOAD(slot->state) != PARK_PARKED)
		return false;
	if (order->command == MAILBOX_TEST) {
		acknowledge(park_mailbox(park), order);
		return true;
	}
	if (order->command != MAILBOX_WAKEUP)
		return false;
	if (slot == self)
		wake_self(park, self, order, term);
	else
		wake_other(park, slot, order, term);
	return true;
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

/*
 * One look at the mailbox. A WAKEUP has its answer in the end, whoever it is for
 * (model: NO_GRACE).
 */
static void look(struct park_header *park, struct park_slot *self,
		 struct term *term)
{
	struct park_mailbox *mailbox = park_mailbox(park);
	struct order order, *pending = &term->pending;

	if (!read_order(mailbox, &order)) {
		if (order.command == MAILBOX_NOOP)
			pending->word = order.word;
		return;
	}
	if (order.word != pending->word) {
		*pending = order;
		term->since = rdtsc();
	}
	if (obey(park, self, &order, term)) {
		pending->word = 0;
	} else if (order.command == MAILBOX_WAKEUP &&
		   rdtsc() - term->since > park_ticks(park, GRACE_US)) {
		acknowledge(mailbox, &order);
		pending->word = 0;
	}
}

/*
 * For a while behind a new order, not for one that stands and waits for its CPU. While
 * it holds kicks back longer, for the next command is long in coming.
 */
static bool is_awake(struct park_header *park, const struct term *term)
{
	if (term->held &&
	    rdtsc() - term->held_since > park_ticks(park, HELD_MAX_US))
		return false;
	return rdtsc() - term->since <
	       park_ticks(park, term->held ? HELD_US : HOT_US);
}

/* Whoever shares this core takes it for longer than a look lasts. */
static void notice_crowd(struct park_header *park, struct term *term)
{
	uint64_t now = rdtsc();

	if (term->looked && now - term->looked > park_ticks(park, CROWDED_US))
		term->crowded = now;
	term->looked = now;
}

/* Else the kernel does not know of the mailbox: INIT is what it has for us. */
static bool is_offered(const struct park_header *park)
{
	return LOAD(park_kprk(park)->outcome) == KPRK_PUBLISHED;
}

/* No command is to come soon, if at all. */
static bool is_lazy(struct park_header *park, const struct term *term)
{
	return !is_offered(park) ||
	       rdtsc() - term->since >= park_ticks(park, LAZY_AFTER_US);
}

static void rest(struct park_header *park, struct park_slot *self,
		 uint32_t counts, struct term *term)
{
	uint32_t us = naps_us(park, is_lazy(park, term));
	bool rested;

	/* One, and no other since: that kernel waits for each CPU it orders. */
	if (term->held == 1)
		term->one_by_one = true;
	kick_held(park, term);	/* ahead of any rest (model: HELD_TO_SLEEP) */
	rested = pause_was_nap(park, us);
	if (!rested && park->idle != PARK_IDLE_SPIN)
		nap(park, self, naps_length(park, counts, us),
		    term->pending.word);
	term->looked = 0;
}

static bool is_in_office(struct park_header *park, struct park_slot *self)
{
	return LOAD(park->warden) == self->apic_id &&
	       LOAD(self->state) == PARK_PARKED;
}

/*
 * Returns when this CPU is to leave, or another has the office. A new warden
 * begins awake: it may have taken over in the middle of a burst.
 */
void warden_serve(struct park_header *park, struct park_slot *self)
{
	uint32_t counts = naps_begin(park);
	struct term term = { .since = rdtsc() };

	while (is_in_office(park, self)) {
		look(park, self, &term);
		disarm_in_time(park);
		if (park_answer_ping(park, self))	/* another kernel comes */
			term = (struct term){ .since = term.since };
		notice_crowd(park, &term);
		if (!is_in_office(park, self))
			break;		/* a PAUSE may give the CPU away */
		if (is_awake(park, &term))
			pause();
		else
			rest(park, self, counts, &term);
	}
	naps_end();
	/* Commanded just before it took the office (model: LEAVE_IN_OFFICE). */
	if (LOAD(park->warden) == self->apic_id && !hand_over(park, self))
		park_stay(self);
}
