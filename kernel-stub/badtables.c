// SPDX-License-Identifier: GPL-2.0-only
/*
 * badtables.c - mode=tables: damaged ACPI tables, made here and given to
 * tables.c. Each case costs as many CPUs as it must, and says something.
 */
#include "modes.h"

#include <string.h>

#include "acpi.h"
#include "bringup.h"
#include "console.h"
#include "memory.h"
#include "tables.h"

#define TABLES_AT(offset)	(base + (offset))
#define XSDT_AT			0x100
#define RSDT_AT			0x200
#define MADT_AT			0x1000
#define ROOM			0x10000
#define CPUS			8
#define PLAIN_RAM		(2ULL << 20)	/* no place for a mailbox */

static uint8_t *base;
static struct acpi_rsdp *rsdp;
static struct acpi_header *xsdt, *rsdt;
static struct acpi_madt *madt;
static uint64_t reserved_page;		/* fit for a mailbox */
static uint64_t garbage_page;		/* .. but for what is in it */

static void set_sum(struct acpi_header *table)
{
	table->checksum = 0;
	table->checksum = (uint8_t)-acpi_sum(table, table->length);
}

static void set_sums(void)
{
	set_sum(&madt->header);
	set_sum(xsdt);
	set_sum(rsdt);
	rsdp->checksum = 0;
	rsdp->checksum = (uint8_t)-acpi_sum(rsdp, ACPI_RSDP_V1_LENGTH);
}

static void *append(uint8_t type, uint8_t length)
{
	uint8_t *entry = (uint8_t *)madt + madt->header.length;

	memset(entry, 0, length);
	entry[0] = type;
	entry[1] = length;
	madt->header.length += length;
	return entry;
}

static void add_lapic(uint8_t apic_id)
{
	struct madt_lapic *lapic = append(MADT_LAPIC, sizeof(*lapic));

	lapic->apic_id = apic_id;
	lapic->flags = MADT_CPU_ENABLED;
}

static void add_x2apic(uint32_t apic_id)
{
	struct madt_x2apic *x2apic = append(MADT_X2APIC, sizeof(*x2apic));

	x2apic->apic_id = apic_id;
	x2apic->flags = MADT_CPU_ENABLED;
}

static struct madt_wakeup *add_wakeup(uint16_t version, uint8_t length)
{
	struct madt_wakeup *wakeup = append(MADT_WAKEUP, sizeof(*wakeup));

	wakeup->entry.length = length;
	wakeup->version = version;
	wakeup->mailbox_pa = reserved_page;
	wakeup->reset_vector_pa = reserved_page;
	madt->header.length -= (uint32_t)sizeof(*wakeup) - length;
	return wakeup;
}

/* RSDP, XSDT, RSDT and a MADT of CPUS CPUs: nothing is wrong with them. */
static void build_good(void)
{
	uint64_t madt_pa = (uint64_t)madt;

	memset(base, 0, ROOM);
	memcpy(rsdp->signature, "RSD PTR ", 8);
	rsdp->revision = 2;
	rsdp->length = sizeof(*rsdp);
	rsdp->xsdt_pa = (uint64_t)xsdt;
	rsdp->rsdt_pa = (uint32_t)(uint64_t)rsdt;
	memcpy(xsdt->signature, "XSDT", 4);
	xsdt->length = sizeof(*xsdt) + 8;
	memcpy(xsdt + 1, &madt_pa, 8);
	memcpy(rsdt->signature, "RSDT", 4);
	rsdt->length = sizeof(*rsdt) + 4;
	memcpy(rsdt + 1, &madt_pa, 4);
	memcpy(madt->header.signature, "APIC", 4);
	madt->header.length = sizeof(*madt);
	for (uint8_t i = 0; i < CPUS; i++)
		add_lapic(i);
}

static void nothing(void)
{
}

static void no_signature(void)
{
	rsdp->signature[0] = 'X';
}

static void bad_rsdp_sum(void)
{
	set_sums();
	rsdp->checksum++;
}

static void bad_xsdt(void)
{
	set_sums();
	xsdt->checksum++;
}

static void xsdt_far_away(void)
{
	rsdp->xsdt_pa = 1ULL << 60;
}

static void no_roots(void)
{
	set_sums();
	xsdt->checksum++;
	rsdt->checksum++;
}

static void no_madt(void)
{
	madt->header.signature[0] = 'X';
}

static void endless_madt(void)
{
	madt->header.length = 0xfffffff0;
	set_sum(xsdt);
	set_sum(rsdt);
	rsdp->checksum = 0;
	rsdp->checksum = (uint8_t)-acpi_sum(rsdp, ACPI_RSDP_V1_LENGTH);
}

static void short_madt(void)
{
	madt->header.length = sizeof(struct acpi_header) + 2;
}

static void bad_madt_sum(void)
{
	add_wakeup(1, sizeof(struct madt_wakeup));
	set_sums();
	madt->header.checksum++;
}

static void zero_length_entry(void)
{
	((struct madt_lapic *)madt->entries)[5].entry.length = 0;
}

static void entry_past_end(void)
{
	add_lapic(99);
	((struct madt_lapic *)madt->entries)[CPUS].entry.length = 200;
}

static void short_cpu_entry(void)
{
	append(MADT_LAPIC, 4);
}

static void duplicates(void)
{
	add_lapic(3);
	add_x2apic(4);
}

static void x2apic_cpus(void)
{
	add_x2apic(0x1000);
	add_x2apic(0xffffffff);		/* says: nobody */
	append(MADT_X2APIC, sizeof(struct madt_x2apic)); /* not enabled */
}

static void too_many(void)
{
	for (uint32_t i = 0; i < CPUS_MAX + 50; i++)
		add_x2apic(0x2000 + i);
}

static void mailbox_v0(void)
{
	add_wakeup(0, 16);
}

static void mailbox_v1(void)
{
	add_wakeup(1, sizeof(struct madt_wakeup));
}

static void mailbox_v1_short(void)
{
	add_wakeup(1, 16);
}

static void mailbox_too_short(void)
{
	add_wakeup(1, 8);
}

static void mailbox_twice(void)
{
	mailbox_v1();
	mailbox_v1();
}

static void mailbox_in_ram(void)
{
	add_wakeup(1, sizeof(struct madt_wakeup))->mailbox_pa = PLAIN_RAM;
}

static void mailbox_astray(void)
{
	add_wakeup(1, sizeof(struct madt_wakeup))->mailbox_pa += 8;
}

static void mailbox_nowhere(void)
{
	add_wakeup(1, sizeof(struct madt_wakeup))->mailbox_pa = 0;
}

static void mailbox_unmapped(void)
{
	add_wakeup(1, sizeof(struct madt_wakeup))->mailbox_pa = 1ULL << 60;
}

static void mailbox_garbage(void)
{
	add_wakeup(1, sizeof(struct madt_wakeup))->mailbox_pa = garbage_page;
}

static void reset_vector_in_ram(void)
{
	add_wakeup(1, sizeof(struct madt_wakeup))->reset_vector_pa = PLAIN_RAM;
}

#define NO_MAILBOX	0
#define MAILBOX_ONLY	1
#define MAILBOX_AND_WAY_BACK 2

static const struct {
	const char *name;
	void (*damage)(void);
	uint32_t cpus;
	uint32_t complaints;
	int      mailbox;
} cases[] = {
	{ "good",                nothing,             8,   0, NO_MAILBOX },
	{ "rsdp-signature",      no_signature,        0,   1, NO_MAILBOX },
	{ "rsdp-checksum",       bad_rsdp_sum,        8,   1, NO_MAILBOX },
	{ "xsdt-checksum",       bad_xsdt,            8,   1, NO_MAILBOX },
	{ "xsdt-far-away",       xsdt_far_away,       8,   1, NO_MAILBOX },
	{ "no-root",             no_roots,            0,   2, NO_MAILBOX },
	{ "no-madt",             no_madt,             0,   1, NO_MAILBOX },
	{ "madt-endless",        endless_madt,        0,   1, NO_MAILBOX },
	{ "madt-short",          short_madt,          0,   1, NO_MAILBOX },
	{ "madt-checksum",       bad_madt_sum,        8,   1, NO_MAILBOX },
	{ "entry-length-0",      zero_length_entry,   5,   1, NO_MAILBOX },
	{ "entry-past-end",      entry_past_end,      8,   1, NO_MAILBOX },
	{ "cpu-entry-short",     short_cpu_entry,     8,   0, NO_MAILBOX },
	{ "apic-id-twice",       duplicates,          8,   2, NO_MAILBOX },
	{ "x2apic",              x2apic_cpus,         9,   0, NO_MAILBOX },
	{ "too-many-cpus",       too_many,     CPUS_MAX,   1, NO_MAILBOX },
	{ "mailbox-v0",          mailbox_v0,          8,   0, MAILBOX_ONLY },
	{ "mailbox-v1",          mailbox_v1,          8,   0,
	  MAILBOX_AND_WAY_BACK },
	{ "mailbox-v1-short",    mailbox_v1_short,    8,   0, MAILBOX_ONLY },
	{ "mailbox-too-short",   mailbox_too_short,   8,   1, NO_MAILBOX },
	{ "mailbox-twice",       mailbox_twice,       8,   1,
	  MAILBOX_AND_WAY_BACK },
	{ "mailbox-in-ram",      mailbox_in_ram,      8,   1, NO_MAILBOX },
	{ "mailbox-no-page",     mailbox_astray,      8,   1, NO_MAILBOX },
	{ "mailbox-nowhere",     mailbox_nowhere,     8,   1, NO_MAILBOX },
	{ "mailbox-unmapped",    mailbox_unmapped,    8,   1, NO_MAILBOX },
	{ "mailbox-garbage",     mailbox_garbage,     8,   1, NO_MAILBOX },
	{ "reset-vector-in-ram", reset_vector_in_ram, 8,   1, MAILBOX_ONLY },
};

/* Damage that is not to a sum gets right sums: one thing wrong at a time. */
static bool sums_are_part_of_it(void (*damage)(void))
{
	return damage == bad_rsdp_sum || damage == bad_xsdt ||
	       damage == no_roots || damage == endless_madt ||
	       damage == bad_madt_sum;
}

static void run_case(uint32_t i)
{
	static struct machine found;
	int mailbox;

	build_good();
	cases[i].damage();
	if (!sums_are_part_of_it(cases[i].damage))
		set_sums();
	tables_read((uint64_t)rsdp, &found);
	mailbox = found.mailbox ? found.reset_vector_pa ? MAILBOX_AND_WAY_BACK
							: MAILBOX_ONLY
				: NO_MAILBOX;
	check(found.cpus == cases[i].cpus && mailbox == cases[i].mailbox &&
	      found.complaints == cases[i].complaints,
	      "%s: %u CPUs, mailbox %d, %u lines; need %u, %d, %u",
	      cases[i].name, found.cpus, mailbox, found.complaints,
	      cases[i].cpus, cases[i].mailbox, cases[i].complaints);
}

/* A page that the next kernel's map, and this one's from now on, reserves. */
static uint64_t take_reserved_page(void)
{
	uint64_t page = memory_take(PAGE, PAGE, 1 << 20, 1ULL << 32);

	if (!page)
		die("no memory for a mailbox");
	memory_reserve_for_next(page, PAGE);
	return page;
}

_Noreturn void mode_tables(void)
{
	struct machine found;
	struct bringup result;

	base = (uint8_t *)memory_take(ROOM, PAGE, 1 << 20, 1ULL << 32);
	if (!base)
		die("no memory for tables");
	rsdp = (void *)TABLES_AT(0);
	xsdt = (void *)TABLES_AT(XSDT_AT);
	rsdt = (void *)TABLES_AT(RSDT_AT);
	madt = (void *)TABLES_AT(MADT_AT);
	reserved_page = take_reserved_page();
	garbage_page = take_reserved_page();
	memset((void *)garbage_page, 0x5a, PAGE);
	for (uint32_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		run_case(i);
	tables_read(0, &found);
	check(!found.cpus && found.complaints == 1, "rsdp-missing: %u CPUs",
	      found.cpus);
	bringup_all(way_chosen(), &result);
	check(percpu_online() == cpu_count, "and the real ones: %u of %u CPUs",
	      percpu_online(), cpu_count);
	verdict();
}
