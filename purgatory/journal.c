// SPDX-License-Identifier: GPL-2.0-only
/*
 * journal.c - the KPRK table: what happened here, for the next kernel's user.
 */
#include "purgatory.h"

#include <string.h>

/*
 * Of a record the arrival is kept: in a chain it came before purgatory did.
 * All have answered, or are not to be offered: no order is about, nobody writes.
 */
static void restart_records(struct journey *journey)
{
	struct park_header *park = journey->park;
	struct park_slot *slot = park_slots(park);

	for (uint32_t i = 0; i < park->cpus; i++, slot++) {
		struct kprk_record *record = park_record(park, slot);

		record->apic_id = slot->apic_id;
		record->arrivals = slot->state == PARK_PARKED;
		if (!record->arrivals) {
			record->via = 0;
			record->arrived = record->parked = 0;
		}
		record->commanded = record->woken = 0;
		record->balance = (uint8_t)(record->balance -
					    acpi_sum(record, sizeof(*record)));
	}
}

void journal_keep(struct journey *journey)
{
	const struct purgatory_params *params = journey->params;
	const struct park_header *park = journey->park;
	struct kprk_table *kprk = journey->kprk;

	kprk->version = PARK_ABI_VERSION;
	kprk->region_pa = params->park_pa;
	kprk->region_size = park->size;
	kprk->low_page_pa = park->low_page_pa;
	kprk->pristine_rsdp_pa = journey->pristine_rsdp_pa;
	kprk->hop = params->hop;
	kprk->outcome = journey->outcome;
	kprk->outcome_apic_id = journey->outcome_apic_id;
	kprk->aps = journey->aps;
	kprk->aps_found = journey->aps_found;
	kprk->aps_parked = journey->aps_parked;
	kprk->inits_sent = journey->inits_sent;
	kprk->sipis_sent = journey->sipis_sent;
	kprk->tsc_khz = params->tsc_khz;
	kprk->records = park->cpus;
	kprk->records_at = sizeof(*kprk);
	kprk->record_size = sizeof(struct kprk_record);
	memcpy(kprk->stamp, journey->stamp, sizeof(kprk->stamp));
	memcpy(kprk->previous, params->previous, sizeof(kprk->previous));
	kprk->retired_pa = params->retired_pa;
	kprk->retired_size = params->retired_size;
	kprk->verify = params->verify;
	restart_records(journey);
}

/* It was 0 before: the table's sum changes by what is stored here. */
void journal_close(struct journey *journey)
{
	struct kprk_table *kprk = journey->kprk;
	uint64_t *jump = &kprk->stamp[KPRK_T_JUMP];

	*jump = journey->stamp[KPRK_T_JUMP];
	kprk->header.checksum = (uint8_t)(kprk->header.checksum -
					  acpi_sum(jump, sizeof(*jump)));
}
