// SPDX-License-Identifier: GPL-2.0-only
/*
 * older.c - calls the CPUs of the park before this one over, by its own mailbox.
 *
 * Purgatory is a consumer there like any kernel (PROTOCOL.md 4), and its wake vector
 * is the new park's reset vector: the map a CPU leaves on has all that this asks
 * for. Who does not come gets INIT, as from anywhere.
 */
#include "purgatory.h"

/* Of a version whose slots and KPRK are known, all of it mapped, and sound */
static bool is_usable(const struct purgatory_params *params,
		     const struct park_header *park)
{
	uint64_t pa = params->retired_pa;

	return pa && pa < params->map_limit &&
	       params->retired_size <= params->map_limit - pa &&
	       params->retired_size >= PARK_SLOTS_AT &&	/* has a header */
	       region_is_sound(park, PARK_ABI_OLDEST) &&
	       park->size == params->retired_size &&
	       PARK_SLOTS_AT + park->cpus * PARK_SLOT_SIZE <= park->size &&
	       park->kprk_at <= park->size - sizeof(struct kprk_table) &&
	       park->kprk_at % _Alignof(struct kprk_table) == 0;
}

/*
 * NULL: no such park. Its CPUs are there only if the kernel that jumps got them from
 * it, as gather.c asks of a live one.
 */
struct park_header *older_park(const struct journey *journey)
{
	const struct purgatory_params *params = journey->params;
	struct park_header *park = (struct park_header *)params->retired_pa;

	if ((params->flags & PURGATORY_LIVE_REGION) ||
	    !(params->flags & PURGATORY_OWN_BOOT) || !is_usable(params, park))
		return NULL;
	return park_kprk(park)->outcome == KPRK_PUBLISHED ? park : NULL;
}

/* False: it is not answered until `end`, and was taken back. */
static bool order(struct park_header *park, uint32_t apic_id, uint64_t vector,
		  uint64_t end)
{
	struct park_mailbox *mailbox = park_mailbox(park);
	uint64_t *first_word = (uint64_t *)mailbox;

	STORE(mailbox->wakeup_vector, vector);
	STORE(*first_word, (uint64_t)apic_id << 32 | MAILBOX_WAKEUP);
	while (LOAD(mailbox->command)) {
		if (rdtsc() >= end) {
			__atomic_exchange_n(first_word, 0, __ATOMIC_SEQ_CST);
			return false;
		}
		pause();
	}
	return true;
}

bool older_call(struct park_header *older, uint32_t apic_id,
		const struct park_header *park, uint64_t end)
{
	struct park_slot *slot = park_find_slot(older, apic_id);

	if (!slot || LOAD(slot->state) != PARK_PARKED)
		return true;		/* not there: nothing to wait for */
	return order(older, apic_id, park->reset_vector_pa, end);
}
