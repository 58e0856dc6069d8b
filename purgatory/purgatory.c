// SPDX-License-Identifier: GPL-2.0-only
/*
 * purgatory.c - the order of events between two kernels.
 *
 * Called once by entry.S on the boot CPU; returns to it to start the next
 * kernel. The APs arrive in the park while this CPU checks the kernel's digests
 * and clears its zero pages.
 */
#include "purgatory.h"

static void stamp(struct journey *journey, enum kprk_stamp which)
{
	journey->stamp[which] = rdtsc();
	serial_stage(which);
}

/* All that the next kernel will run on. */
static void finish_memory(struct journey *journey)
{
	verify_kernel(journey->params);
	if (journey->params->verify != KPRK_VERIFY_NONE)
		stamp(journey, KPRK_T_VERIFIED);
	clear_pages(journey->params);
	stamp(journey, KPRK_T_CLEARED);
}

/*
 * With no park region to be trusted there is nowhere to leave a message
 * either: the kernel gets the firmware's own tables.
 */
void purgatory(struct purgatory_params *params)
{
	struct acpi_tables tables = { .map_limit = params->map_limit };
	struct journey journey = {
		.params = params,
		.park = (struct park_header *)params->park_pa,
		.outcome = KPRK_PUBLISHED,
	};
	const struct acpi_rsdp *rsdp;
	bool have_tables;

	stamp(&journey, KPRK_T_ENTRY);
	idt_load();
	serial_open(params);
	verify_block(params);
	serial_say("purgatory: entered\n");
	have_tables = acpi_find(params->rsdp_pa, &tables);
	reset_prepare(tables.fadt);
	verify_early(params);
	if (!params->park_pa || !have_tables ||
	    !region_is_sound(journey.park, PARK_ABI_VERSION)) {
		finish_memory(&journey);
		serial_say("\npurgatory: nothing to park with\n");
		acpi_pass_on_pristine(&journey, &tables);
		drain_apic();
		serial_say("purgatory: to the kernel\n");
		return;
	}
	journey.kprk = park_kprk(journey.park);
	journey.pristine_rsdp_pa = (uint64_t)tables.rsdp;

	gather_find(&journey, &tables);
	stamp(&journey, KPRK_T_FOUND);
	gather_summon(&journey);
	stamp(&journey, KPRK_T_SENT);
	finish_memory(&journey);
	gather_count(&journey);
	stamp(&journey, KPRK_T_ANSWERED);
	serial_number("\npurgatory: parked ", journey.aps_parked);
	serial_number("purgatory: of ", journey.aps);
	serial_number("purgatory: outcome ", journey.outcome);
	rsdp = acpi_offer(&journey, &tables);
	journal_keep(&journey);
	acpi_publish(&journey, &tables, rsdp);
	drain_apic();
	stamp(&journey, KPRK_T_JUMP);
	journal_close(&journey);
	serial_say("\npurgatory: to the kernel\n");
}
