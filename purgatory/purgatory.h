/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * purgatory.h - what purgatory's own files share. All run once, on the boot
 * CPU, between two kernels, on purgatory's own page tables, stack and GDT.
 */
#ifndef PURGATORY_H
#define PURGATORY_H

#include <stdbool.h>

#include "cpu.h"
#include "lapic.h"
#include "purgatory_abi.h"

/* Words that APs write or read meanwhile. */
#define LOAD(field)		__atomic_load_n(&(field), __ATOMIC_ACQUIRE)
#define STORE(field, value)	__atomic_store_n(&(field), value, \
						 __ATOMIC_SEQ_CST)

/* A region that is not right to the letter, from version `oldest` on, gets no CPU. */
static inline bool region_is_sound(const struct park_header *park,
				   uint32_t oldest)
{
	return park->signature == PARK_SIGNATURE && park->version >= oldest &&
	       park->version <= PARK_ABI_VERSION &&
	       park->base_pa == (uint64_t)park &&
	       park->cpus <= PARK_CPUS_MAX && !park_header_sum(park);
}

/* How it went; becomes the KPRK table. */
struct journey {
	struct purgatory_params *params;
	struct park_header      *park;
	struct kprk_table       *kprk;
	enum kprk_outcome        outcome;	/* KPRK_PUBLISHED until else */
	uint32_t                 outcome_apic_id;
	uint32_t                 aps, aps_found, aps_parked;
	uint32_t                 inits_sent, sipis_sent;
	uint64_t                 pristine_rsdp_pa;
	uint64_t                 stamp[KPRK_STAMPS];
};

/* The outcome is the first thing that went wrong. */
static inline void degrade(struct journey *journey, enum kprk_outcome outcome,
			   uint32_t apic_id)
{
	if (journey->outcome != KPRK_PUBLISHED)
		return;
	journey->outcome = outcome;
	journey->outcome_apic_id = apic_id;
}

/* acpi.c: the firmware's tables, and our copies of them */
struct acpi_tables {
	uint64_t map_limit;		/* nothing is read at or above it */
	struct acpi_rsdp *rsdp;
	struct acpi_madt *madt;
	struct acpi_fadt *fadt;		/* NULL: there is none */
};
bool acpi_find(uint64_t rsdp_pa, struct acpi_tables *tables);
const struct acpi_rsdp *acpi_offer(struct journey *journey,
				   const struct acpi_tables *tables);
void acpi_publish(struct journey *journey, const struct acpi_tables *tables,
		  const struct acpi_rsdp *rsdp);
void acpi_pass_on_pristine(struct journey *journey,
			   const struct acpi_tables *tables);

/* journal.c: fills the KPRK table, and starts the CPUs' records afresh .. */
void journal_keep(struct journey *journey);
/* .. and adds the last stamp, when the table has its checksum */
void journal_close(struct journey *journey);

/* older.c: the park before this one, if its CPUs are to come over; or NULL. */
struct park_header *older_park(const struct journey *journey);
/* One of them, if it is there; false if its warden did not answer by `end` (TSC). */
bool older_call(struct park_header *older, uint32_t apic_id,
		const struct park_header *park, uint64_t end);

/* gather.c: the APs, in the order of events */
void gather_find(struct journey *journey, const struct acpi_tables *tables);
void gather_summon(struct journey *journey);
void gather_count(struct journey *journey);

/* verify.c: return if what is loaded is what was to be loaded */
void verify_block(const struct purgatory_params *params);
void verify_early(const struct purgatory_params *params);
void verify_kernel(const struct purgatory_params *params);

/* clear.c: zeroes what the next kernel has in no segment */
void clear_pages(const struct purgatory_params *params);

/* simd.c */
struct simd {
	uint64_t cr0, cr4, xcr0;
	bool avx2;		/* is there, and xcr0 is what was in XCR0 */
};
void simd_on(struct simd *saved);
void simd_off(const struct simd *saved);

/* reset.c: restarts the machine through firmware; knows how after _prepare */
void reset_prepare(const struct acpi_fadt *fadt);
_Noreturn void reset_machine(void);

/* idt.c */
void idt_load(void);

/* drain.c: takes out of this CPU's APIC what the old kernel left in it */
void drain_apic(void);

/* serial.c: nothing at all unless PURGATORY_SERIAL is set */
void serial_open(const struct purgatory_params *params);
void serial_say(const char *text);
void serial_number(const char *text, uint64_t number);
void serial_stage(enum kprk_stamp which);	/* its letter */

static inline uint64_t ticks_of_ms(const struct purgatory_params *params,
				   uint64_t ms)
{
	return ms * params->tsc_khz;
}

#endif
