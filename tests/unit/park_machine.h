/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * park_machine.h - the park's C code on a made-up machine: its MSRs, its APIC and
 * its time are this file's, and so are a region and a kernel's orders. What only
 * shows when CPUs race is for the model and the stub; here is what one CPU does
 * with what it finds.
 */
#ifndef PARK_MACHINE_H
#define PARK_MACHINE_H

#include "made_up_cpu.h"

/* Nor CPUID. */
#define CPUID_H

struct cpuid {
	uint32_t a, b, c, d;
};
static struct cpuid perfmon, features;

static struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	assert_int_equal(subleaf, 0);
	assert_true(leaf == CPUID_PERFMON || leaf == CPUID_FEATURES);
	return leaf == CPUID_PERFMON ? perfmon : features;
}

static unsigned int halts, pauses;
static void (*on_halt)(void);
static uint32_t x2_registers[0x40];

static uint64_t rdmsr(uint32_t msr)
{
	if (msr == MSR_APIC_BASE)
		return apic_base;
	assert_in_range(msr, MSR_X2APIC, MSR_X2APIC + 0x3f);
	return x2_registers[msr - MSR_X2APIC];
}

static void wrmsr(uint32_t msr, uint64_t value)
{
	note_wrmsr(msr, value);
	if (msr >= MSR_X2APIC && msr < MSR_X2APIC + 0x40)
		x2_registers[msr - MSR_X2APIC] = (uint32_t)value;
}

static void pause(void)
{
	pauses++;
	tsc += 100;
	if (on_pause)
		on_pause();
}

static void take_interrupts(void)
{
}

static void monitor(const volatile void *line)
{
	(void)line;
}

void park_halt(void)
{
	halts++;
	tsc += 500000;		/* a nap */
	if (on_halt)
		on_halt();
}

void park_mwait(uint32_t hint)
{
	(void)hint;
	park_halt();
}

void park_zero_msr(uint32_t msr)
{
	wrmsr(msr, 0);
}

#define sleep park_sleep	/* unistd.h has another */
#include "../../park/park.c"
#include "../../park/naps.c"
#include "../../park/warden.c"

#include "region.h"
#include "blobs.h"

#define CPUS		4
#define TSC_KHZ		1000000		/* a tick is a nanosecond */
#define VECTOR		0x99000

static uint8_t *region;		/* below 4 GiB, as the loader places it */
static size_t region_bytes;
static struct park_header *park;
static struct madt_wakeup wakeup __attribute__((aligned(8)));

static inline uint32_t apic_register(uint32_t reg)
{
	return apic_page[reg / 4];
}

/* CPUs 0 (boot CPU) to 3, all parked but 0; the warden is 3. */
static int setup(void **state)
{
	static const uint32_t ids[CPUS] = { 0, 1, 2, 3 };
	struct region_plan plan = {
		.apic_ids = ids, .cpus = CPUS, .acpi_size = 4096,
		.tsc_khz = TSC_KHZ, .nap_us = 500,
	};

	(void)state;
	reset_cpu(APIC_BASE_ENABLE);
	halts = pauses = 0;
	on_halt = NULL;
	memset(x2_registers, 0, sizeof(x2_registers));
	memset(&perfmon, 0, sizeof(perfmon));
	memset(&features, 0, sizeof(features));
	region_bytes = region_size(&plan);
	region = mmap(NULL, region_bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	assert_ptr_not_equal(region, MAP_FAILED);
	plan.base_pa = (uint64_t)region;
	assert_int_equal(region_build(region, &plan, blob_park,
				      (size_t)(blob_park_end - blob_park)), 0);
	park = (struct park_header *)region;
	for (uint32_t i = 1; i < CPUS; i++)
		park_slots(park)[i].state = PARK_PARKED;
	park->warden = 3;
	park_kprk(park)->outcome = KPRK_PUBLISHED;
	wakeup = (struct madt_wakeup){ { MADT_WAKEUP, 24 }, 1, 0, 0, 0 };
	park->wakeup_entry_pa = (uint64_t)&wakeup;
	park->disarmed_entry = 0x80 | 24 << 8 | 1 << 16 | 0x90ULL << 32;
	park->disarm_at = 60ULL * 1000000000;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return munmap(region, region_bytes);
}

static inline struct park_slot *slot(uint32_t i)
{
	return &park_slots(park)[i];
}

static inline void write_order(uint16_t command, uint32_t apic_id)
{
	struct park_mailbox *mailbox = park_mailbox(park);

	mailbox->apic_id = apic_id;
	mailbox->wakeup_vector = VECTOR;
	mailbox->command = command;
}

/* The warden for so many naps; then the office goes elsewhere. */
static unsigned int naps_left;

static inline void count_naps(void)
{
	if (!--naps_left)
		park->warden = 77;
}

/* `nap` happens in each, and calls count_naps(). */
static inline void serve_with(unsigned int naps, void (*nap)(void))
{
	naps_left = naps;
	on_halt = nap;
	park->warden = 3;
	warden_serve(park, slot(3));
}

static inline void serve_for(unsigned int naps)
{
	serve_with(naps, count_naps);
}

static inline bool is_armed(void)
{
	return wakeup.entry.type == MADT_WAKEUP;
}
/* Kicks that CPU was sent, by x2APIC. */
static inline unsigned int kicks_to(uint64_t apic_id)
{
	unsigned int kicks = 0;

	for (unsigned int i = 0; i < msr_count; i++)
		kicks += msr_writes[i].msr == 0x830 && msr_writes[i].value ==
			 (apic_id << 32 | ICR_FIXED | ICR_ASSERT |
			  PARK_KICK_VECTOR);
	return kicks;
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif /* PARK_MACHINE_H */
