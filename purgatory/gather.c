// SPDX-License-Identifier: GPL-2.0-only
/*
 * gather.c - gets every AP into the park, and knows who is there.
 *
 * Three steps, so that the boot CPU can work while the APs arrive:
 * gather_find	who is parked already and answers? (the last kernel handed
 *		its CPUs back through the reset vector, into this park or the
 *		one before it)
 * gather_summon	all others: INIT to all, then SIPI to all, and on
 * gather_count	wait until all have arrived, or the time is up; ping them all.
 *
 * SDM "Multiple-Processor (MP) Initialization", "MP Initialization Example".
 */
#include "purgatory.h"
#include "trampoline.h"

#include <string.h>

/*
 * An answer takes microseconds; so long if the host is slow, or this part of how
 * long one may take to arrive.
 */
#define PING_MS		250
#define PING_SHARE	4
#define SECOND_SIPI_MS	100
#define TSC_APART_MS	1000	/* orders are too old after 8 s */
#define INIT_TO_SIPI_US	10

static struct ap {
	struct park_slot *slot;
	bool              answered;
	bool              left_alone;	/* by a fault switch */
} aps[PARK_CPUS_MAX];

static bool listed[PARK_CPUS_MAX];	/* by slot */

static size_t number_of(const struct park_header *park,
			const struct park_slot *slot)
{
	return (size_t)(slot - park_slots(park));
}

/* The slots are in the MADT's order: it is the one behind the last, as a rule. */
static struct park_slot *find_slot(const struct park_header *park,
				   struct park_slot *last, uint32_t apic_id)
{
	struct park_slot *next = last ? last + 1 : park_slots(park);

	if (next < park_slots(park) + park->cpus && next->apic_id == apic_id)
		return next;
	return park_find_slot(park, apic_id);
}

/* The APs that the MADT enables, each once: types 0 and 9 may repeat one. */
static void list_aps(struct journey *journey, struct acpi_madt *madt)
{
	const struct purgatory_params *params = journey->params;
	struct park_slot *slot = NULL;
	struct madt_entry *entry = NULL;
	uint32_t self = lapic_id(), apic_id;

	while ((entry = madt_next(madt, entry, NULL))) {
		if (!madt_cpu(entry, &apic_id))
			continue;
		slot = find_slot(journey->park, slot, apic_id);
		if (apic_id == self)
			continue;
		if (!slot || !lapic_reaches(apic_id)) {
			degrade(journey, KPRK_UNKNOWN_CPU, apic_id);
			continue;
		}
		if (listed[number_of(journey->park, slot)])
			continue;
		listed[number_of(journey->park, slot)] = true;
		aps[journey->aps].slot = slot;
		aps[journey->aps].left_alone =
			params->fault == PURGATORY_FAULT_SILENT &&
			params->fault_arg == apic_id;
		journey->aps++;
	}
}

static void kick(struct park_slot *slot)
{
	__atomic_fetch_add(&slot->senders, 1, __ATOMIC_SEQ_CST);
	if (LOAD(slot->state) == PARK_PARKED)
		lapic_send(slot->apic_id,
			   ICR_FIXED | ICR_ASSERT | PARK_KICK_VECTOR);
	__atomic_fetch_sub(&slot->senders, 1, __ATOMIC_SEQ_CST);
}

static uint64_t ping_ticks(const struct purgatory_params *params)
{
	uint32_t share = params->arrival_ms / PING_SHARE;

	return ticks_of_ms(params, share > PING_MS ? share : PING_MS);
}

/*
 * Asks every AP that has not answered yet, and waits for all together. One
 * that arrives meanwhile sees its ping without a kick. Returns how many have
 * answered in all.
 */
static uint32_t ping_all(struct journey *journey)
{
	uint64_t end;
	uint32_t answered;

	for (uint32_t i = 0; i < journey->aps; i++) {
		struct park_slot *slot = aps[i].slot;

		if (aps[i].answered || aps[i].left_alone)
			continue;
		STORE(slot->ping, slot->pong + 1);
		kick(slot);
	}
	end = rdtsc() + ping_ticks(journey->params);
	do {
		answered = 0;
		for (uint32_t i = 0; i < journey->aps; i++) {
			struct park_slot *slot = aps[i].slot;

			if (!aps[i].answered && !aps[i].left_alone)
				aps[i].answered =
					LOAD(slot->pong) == slot->ping &&
					LOAD(slot->state) == PARK_PARKED;
			answered += aps[i].answered;
		}
		pause();
	} while (answered < journey->aps && rdtsc() < end);
	return answered;
}

/* The last AP of the MADT has the office: a kernel wakes that one last. */
static void appoint_warden(struct journey *journey)
{
	struct park_slot *mailbox_holder;
	struct park_header *park = journey->park;

	if (!journey->aps)
		return;
	mailbox_holder = aps[journey->aps - 1].slot;
	park_mailbox(park)->command = MAILBOX_NOOP;
	STORE(park->warden, mailbox_holder->apic_id);
}

/*
 * Only a region whose mailbox was offered can hold CPUs: any other kernel has
 * taken them by INIT. That kernel must be the one that jumps now; or one after
 * it that still found the mailbox armed.
 */
static bool worth_asking(const struct journey *journey)
{
	uint32_t flags = journey->params->flags;

	return (flags & PURGATORY_LIVE_REGION) &&
	       journey->kprk->outcome == KPRK_PUBLISHED &&
	       ((flags & PURGATORY_OWN_BOOT) ||
		journey->park->wakeup_entry_pa);
}

/* One by one, the older park's warden last as a rule. False: there is none. */
static bool call_over(const struct journey *journey)
{
	struct park_header *older = older_park(journey);
	uint64_t end = rdtsc() + ping_ticks(journey->params);

	for (uint32_t i = 0; older && i < journey->aps; i++)
		if (!aps[i].left_alone &&
		    !older_call(older, aps[i].slot->apic_id, journey->park,
				end))
			break;
	return older;
}

/* Slots of CPUs that are not to be parked say nothing to the warden. */
static void clear_other_slots(const struct journey *journey)
{
	struct park_header *park = journey->park;
	struct park_slot *slot = park_slots(park);

	for (uint32_t i = 0; i < park->cpus; i++, slot++)
		if (!listed[i])
			STORE(slot->state, PARK_EMPTY);
}

void gather_find(struct journey *journey, const struct acpi_tables *tables)
{
	bool ask = worth_asking(journey);

	list_aps(journey, tables->madt);
	journey->park->closed = 0;
	journey->park->wakeup_entry_pa = 0;
	if (!journey->aps)
		degrade(journey, KPRK_NO_APS, 0);
	appoint_warden(journey);
	clear_other_slots(journey);	/* .. of whom one may have had the office */
	if (ask || call_over(journey))
		journey->aps_found = ping_all(journey);
}

static void build_sipi_page(const struct journey *journey)
{
	const struct park_header *park = journey->park;
	uint8_t *page = (uint8_t *)(uint64_t)park->low_page_pa;
	struct trampoline_args *args = (void *)(page + TRAMPOLINE_ARGS);
	uint64_t cr4;

	__asm__("mov %%cr4, %0" : "=r"(cr4));
	cr4 &= CR4_LA57;
	memset(page, 0xcc, 4096);
	memcpy(page, trampoline, TRAMPOLINE_ARGS);
	memset(args, 0, sizeof(*args));
	args->cr3 = (uint32_t)(cr4 ? park->cr3_5level : park->cr3_4level);
	args->cr4 = (uint32_t)(cr4 | CR4_PAE);
	args->efer = EFER_LME | park->efer;
	args->gdt[TRAMPOLINE_CODE32_SEL / 8] = DESC_CODE32;
	args->gdt[TRAMPOLINE_CODE64_SEL / 8] = DESC_CODE64;
	args->gdt[TRAMPOLINE_DATA_SEL / 8] = DESC_DATA;
	args->gdt_limit = sizeof(args->gdt) - 1;
	args->gdt_pa = park->low_page_pa + TRAMPOLINE_GDT;
	args->to_32 = park->low_page_pa + trampoline_32;
	args->to_32_sel = TRAMPOLINE_CODE32_SEL;
	args->to_64 = (uint32_t)park->sipi_entry_pa;
	args->to_64_sel = TRAMPOLINE_CODE64_SEL;
}

static bool is_awaited(const struct ap *ap)
{
	return !ap->answered && !ap->left_alone &&
	       LOAD(ap->slot->state) != PARK_PARKED;
}

static void send_sipis(struct journey *journey)
{
	uint32_t vector = journey->park->low_page_pa >> 12;

	for (uint32_t i = 0; i < journey->aps; i++) {
		if (!is_awaited(&aps[i]))
			continue;
		lapic_send(aps[i].slot->apic_id,
			   ICR_STARTUP | ICR_ASSERT | vector);
		journey->sipis_sent++;
	}
}

static void send_inits(struct journey *journey)
{
	for (uint32_t i = 0; i < journey->aps; i++) {
		if (aps[i].answered || aps[i].left_alone)
			continue;
		lapic_send(aps[i].slot->apic_id, ICR_INIT | ICR_ASSERT);
		journey->inits_sent++;
	}
}

/* Behind the INITs: none of these CPUs runs any more, and none kicks. */
static void clear_slots(struct journey *journey)
{
	for (uint32_t i = 0; i < journey->aps; i++) {
		if (aps[i].answered || aps[i].left_alone)
			continue;
		STORE(aps[i].slot->senders, 0);
		STORE(aps[i].slot->state, PARK_EMPTY);
	}
}

/*
 * INIT to the boot CPU restarts the machine, and the first CPU of the list
 * must be the one the next kernel starts on: both only if we are the BSP.
 */
void gather_summon(struct journey *journey)
{
	uint64_t end;

	if (!(rdmsr(MSR_APIC_BASE) & APIC_BASE_BSP)) {
		degrade(journey, KPRK_NOT_ON_BSP, lapic_id());
		return;
	}
	if (journey->aps_found == journey->aps)
		return;
	build_sipi_page(journey);
	send_inits(journey);
	end = rdtsc() + ticks_of_ms(journey->params, INIT_TO_SIPI_US) / 1000;
	while (rdtsc() < end)
		pause();
	clear_slots(journey);
	send_sipis(journey);
}

static bool all_arrived(const struct journey *journey)
{
	for (uint32_t i = 0; i < journey->aps; i++)
		if (is_awaited(&aps[i]))
			return false;
	return true;
}

static bool wait_for_arrivals(struct journey *journey, uint64_t ms)
{
	uint64_t end = rdtsc() + ticks_of_ms(journey->params, ms);

	while (!all_arrived(journey)) {
		if (rdtsc() >= end)
			return false;
		pause();
	}
	return true;
}

/* From here on a late AP halts where it is, in memory no kernel owns. */
static void close_door(struct journey *journey)
{
	struct trampoline_args *args = (void *)(uint64_t)
		(journey->park->low_page_pa + TRAMPOLINE_ARGS);

	STORE(journey->park->closed, 1);
	if (journey->sipis_sent)
		STORE(args->closed, 1);
}

/* INIT without a SIPI: its slot says PARKED, and nobody is there. */
static void let_die(const struct purgatory_params *params, uint32_t fault)
{
	if (params->fault == fault)
		lapic_send(params->fault_arg, ICR_INIT | ICR_ASSERT);
}

static void name_the_missing(struct journey *journey)
{
	for (uint32_t i = 0; i < journey->aps; i++)
		if (!aps[i].answered)
			degrade(journey,
				LOAD(aps[i].slot->state) == PARK_PARKED &&
				!aps[i].left_alone
				? KPRK_AP_SILENT : KPRK_AP_MISSING,
				aps[i].slot->apic_id);
}

/*
 * All are asked again, also who answered at first: a CPU may have died since,
 * or have gone after an order of the last kernel's that the old warden had read
 * before the mailbox was cleared (model: ASKED_ONCE). With an answer from all,
 * that warden's among them, no order and no kick is on its way any more.
 */
static void ask_again(struct journey *journey)
{
	for (uint32_t i = 0; i < journey->aps; i++)
		aps[i].answered = false;
	journey->aps_parked = ping_all(journey);
	if (journey->aps_parked < journey->aps)
		return;
	for (uint32_t i = 0; i < journey->aps; i++)
		STORE(aps[i].slot->senders, 0);	/* left by one who died */
}

/*
 * A CPU whose TSC is ahead of the warden's holds an order for too old (park.c,
 * is_too_late). Each may come to be warden, so each is compared with this one: it
 * answered between then and now.
 */
static void check_clocks(struct journey *journey, uint64_t asked)
{
	int64_t apart = (int64_t)ticks_of_ms(journey->params, TSC_APART_MS);
	uint64_t now = rdtsc();

	for (uint32_t i = 0; i < journey->aps; i++) {
		struct park_slot *slot = aps[i].slot;
		uint64_t answered = park_record(journey->park, slot)->answered;

		if (aps[i].answered &&
		    ((int64_t)(answered - now) > apart ||
		     (int64_t)(asked - answered) > apart))
			degrade(journey, KPRK_TSC_APART, slot->apic_id);
	}
}

/* A SIPI may be missed (SDM): those not here soon get a second one. */
void gather_count(struct journey *journey)
{
	uint32_t limit = journey->params->arrival_ms;
	uint32_t first = limit < SECOND_SIPI_MS ? limit : SECOND_SIPI_MS;
	uint64_t asked;

	if (journey->inits_sent && !wait_for_arrivals(journey, first)) {
		send_sipis(journey);
		wait_for_arrivals(journey, limit - first);
	}
	journey->stamp[KPRK_T_ARRIVED] = rdtsc();
	serial_stage(KPRK_T_ARRIVED);
	close_door(journey);
	let_die(journey->params, PURGATORY_FAULT_DIES);
	asked = rdtsc();
	ask_again(journey);
	let_die(journey->params, PURGATORY_FAULT_LOST);
	name_the_missing(journey);
	if (journey->params->flags & PURGATORY_MAILBOX)
		check_clocks(journey, asked);
	else
		degrade(journey, KPRK_NOT_WANTED, 0);
}
