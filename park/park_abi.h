/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * park_abi.h - the park region as its users see it: the contract between the
 * park, the purgatory, the loader and the next kernel. PROTOCOL.md says the
 * same in words.
 *
 * Self-contained: C11 headers and acpi.h only. PARK_ABI_VERSION changes with
 * every change of an offset, of a meaning or of who may write a field.
 *
 * All addresses are physical, and below 4 GiB but for the firmware's RSDP; all times
 * are raw TSC values.
 * "AP" below is the CPU that owns the slot, "BSP" the boot CPU in purgatory.
 */
#ifndef PARK_ABI_H
#define PARK_ABI_H

#define PARK_ABI_OLDEST		3	/* whose CPUs we can call over */
#ifndef PARK_ABI_VERSION	/* tests build a later one */
#define PARK_ABI_VERSION	4
#endif

/*
 * Region map, offsets from its 2 MiB-aligned base. All up to the slots' end
 * lies in the first 2 MiB: that is all Linux maps when it hands a CPU over.
 */
#define PARK_ALIGN		0x200000
#define PARK_HEADER_AT		0x0000
#define PARK_CODE_AT		0x1000
#define PARK_CODE_SIZE		0x4000
#define PARK_EXIT_TABLES_AT	0x5000	/* page tables a CPU leaves on */
#define PARK_IDT_AT		0xc000
#define PARK_MAILBOX_AT		0xd000
#define PARK_SLOTS_AT		0xe000	/* a page a CPU; KPRK; ACPI; own tables */
#define PARK_CPUS_MAX		498	/* so many slots end at 2 MiB */

/* struct park_header, for park.S */
#define PARK_HEADER_CPUS	0x18
#define PARK_HEADER_CR3_4LEVEL	0x20
#define PARK_HEADER_CR3_5LEVEL	0x28
#define PARK_HEADER_IDTR	0x36
#define PARK_HEADER_EFER	0x74
#define PARK_HEADER_CLOSED	0x80

/* struct park_slot, for park.S */
#define PARK_SLOT_SIZE		0x1000
#define PARK_SLOT_STATE		0x000
#define PARK_SLOT_APIC_ID	0x004
#define PARK_SLOT_NMI_COUNT	0x020
#define PARK_SLOT_MC_COUNT	0x024
#define PARK_SLOT_GDTR		0x046
#define PARK_SLOT_GDT		0x050
#define PARK_SLOT_TSS		0x080
#define PARK_SLOT_NMI_STACK	0x400	/* a stack's end: it grows down */
#define PARK_SLOT_MC_STACK	0x700
#define PARK_SLOT_STACK		0x1000

/* Selectors in each slot's GDT; code and data as in Linux's and its boot protocol */
#define PARK_CODE_SEL		0x10
#define PARK_DATA_SEL		0x18
#define PARK_TSS_SEL		0x20
#define PARK_GDT_SIZE		0x30
#define PARK_TSS_SIZE		0x68

/* Interrupt stack table entries; the rest are for gates not the park's (park.S) */
#define PARK_NMI_IST		1
#define PARK_MC_IST		2
#define PARK_ISTS		7

/* Vectors a parked CPU gives a meaning to; any other is only counted. */
#define PARK_KICK_VECTOR	0xf1	/* look at your slot */
#define PARK_TIMER_VECTOR	0xf2	/* the warden's nap is over */

/* How a CPU came in */
#define PARK_VIA_SIPI		1
#define PARK_VIA_RESET_VECTOR	2

/*
 * A slot's state. One writer an arrow:
 *
 *            AP              warden             AP
 *   EMPTY --------> PARKED ---------> COMMANDED ----> GONE
 *     ^             ^    ^                |            |
 *     | BSP         |    +-- AP: too old -+            |
 *     |             |    |   or no heir   |            |
 *  any state        |    +----------------+   AP, by SIPI or
 *                   +------------------------ reset vector
 *
 * A slot that says PARKED proves nothing: a kernel may have taken the CPU by
 * INIT since. Only an answered ping does. FAULTED (AP): an exception or a
 * machine check that cannot be survived; the CPU stays halted in the region.
 */
#define PARK_EMPTY		0
#define PARK_PARKED		1
#define PARK_COMMANDED		2
#define PARK_GONE		3
#define PARK_FAULTED		4

/* park_header.warden when no CPU looks at the mailbox */
#define PARK_NO_WARDEN		0xffffffff

/* park_header.idle */
#define PARK_IDLE_HLT		0
#define PARK_IDLE_SPIN		1
#define PARK_IDLE_MWAIT		2	/* with mwait_hint */

/* ACPI 6.6 "Multiprocessor Wakeup Mailbox Structure" */
#define MAILBOX_NOOP		0
#define MAILBOX_WAKEUP		1
#define MAILBOX_TEST		2
#define MAILBOX_BROADCAST	0xffffffff	/* apic_id: all; kpark's own */

/* What park.bin begins with: "PARK" */
#define PARK_CODE_MAGIC		0x4b524150

#ifndef __ASSEMBLER__		/* gcc defines it for .S files */

#include <stddef.h>
#include <stdint.h>

#include "acpi.h"

#define PARK_SIGNATURE		0x4e474552524b504bULL	/* "KPKRREGN" */

/*
 * Start of the region. The first 0x80 bytes are written before the first CPU
 * arrives and stay as they are; what follows changes.
 */
struct park_header {
	uint64_t signature;		/* 0x00 */
	uint32_t version;		/* 0x08  PARK_ABI_VERSION */
	uint32_t size;			/* 0x0c  bytes, whole pages */
	uint64_t base_pa;		/* 0x10 */
	uint32_t cpus;			/* 0x18  slots, in MADT order */
	uint32_t low_page_pa;		/* 0x1c  the SIPI page, < 1 MiB */
	uint64_t cr3_4level;		/* 0x20  parked; at the region's end */
	uint64_t cr3_5level;		/* 0x28 */
	uint16_t reserved;		/* 0x30 */
	uint16_t reserved2[2];
	uint16_t idt_limit;		/* 0x36  these two as LIDT wants them */
	uint64_t idt_pa;		/* 0x38 */
	uint64_t sipi_entry_pa;		/* 0x40  64-bit, on cr3_*level */
	uint64_t reset_vector_pa;	/* 0x48 */
	uint32_t kprk_at;		/* 0x50  offset of the KPRK table */
	uint32_t kprk_size;		/* 0x54 */
	uint32_t acpi_at;		/* 0x58  room for the ACPI copies */
	uint32_t acpi_size;		/* 0x5c */
	uint32_t tsc_khz;		/* 0x60  as the loader measured it */
	uint32_t nap_us;		/* 0x64  the warden's poll period */
	uint32_t idle;			/* 0x68  PARK_IDLE_* */
	uint32_t checksum;		/* 0x6c  32-bit words 0..0x7f sum to 0 */
	uint32_t mwait_hint;		/* 0x70  SDM "MWAIT", EAX */
	uint32_t efer;			/* 0x74  EFER_NXE, or 0: no CPU has it */
	uint32_t exit_4level;		/* 0x78  CR3 to leave on */
	uint32_t exit_5level;		/* 0x7c */
	uint32_t closed;		/* 0x80  BSP: 1 = it no longer waits */
	uint32_t reserved4[15];
	uint32_t warden;		/* 0xc0  APIC ID; BSP, then the APs */
	uint32_t reserved5;
	uint64_t wakeup_entry_pa;	/* 0xc8  BSP: armed MADT entry, or 0 */
	uint64_t disarmed_entry;	/* 0xd0  what to put in its first 8 bytes */
	uint64_t disarm_at;		/* 0xd8  BSP: TSC; disarm it then, used or not */
};

#define PARK_AT(type, member, offset) \
	_Static_assert(offsetof(type, member) == (offset), \
		       #type "." #member " is not at " #offset)
PARK_AT(struct park_header, signature, 0x00);
PARK_AT(struct park_header, version, 0x08);
PARK_AT(struct park_header, size, 0x0c);
PARK_AT(struct park_header, base_pa, 0x10);
PARK_AT(struct park_header, cpus, PARK_HEADER_CPUS);
PARK_AT(struct park_header, low_page_pa, 0x1c);
PARK_AT(struct park_header, cr3_4level, PARK_HEADER_CR3_4LEVEL);
PARK_AT(struct park_header, cr3_5level, PARK_HEADER_CR3_5LEVEL);
PARK_AT(struct park_header, idt_limit, PARK_HEADER_IDTR);
PARK_AT(struct park_header, idt_pa, PARK_HEADER_IDTR + 2);
PARK_AT(struct park_header, sipi_entry_pa, 0x40);
PARK_AT(struct park_header, reset_vector_pa, 0x48);
PARK_AT(struct park_header, kprk_at, 0x50);
PARK_AT(struct park_header, kprk_size, 0x54);
PARK_AT(struct park_header, acpi_at, 0x58);
PARK_AT(struct park_header, acpi_size, 0x5c);
PARK_AT(struct park_header, tsc_khz, 0x60);
PARK_AT(struct park_header, nap_us, 0x64);
PARK_AT(struct park_header, idle, 0x68);
PARK_AT(struct park_header, checksum, 0x6c);
PARK_AT(struct park_header, mwait_hint, 0x70);
PARK_AT(struct park_header, efer, PARK_HEADER_EFER);
PARK_AT(struct park_header, exit_4level, 0x78);
PARK_AT(struct park_header, exit_5level, 0x7c);
PARK_AT(struct park_header, closed, PARK_HEADER_CLOSED);
PARK_AT(struct park_header, warden, 0xc0);
PARK_AT(struct park_header, wakeup_entry_pa, 0xc8);
PARK_AT(struct park_header, disarmed_entry, 0xd0);
PARK_AT(struct park_header, disarm_at, 0xd8);
_Static_assert(sizeof(struct park_header) == 0xe0, "the header is 224 bytes");

/* One page a CPU: its state, its GDT and TSS, its stacks. */
struct park_slot {
	uint32_t state;			/* 0x000  PARK_EMPTY.. */
	uint32_t apic_id;		/* 0x004  fixed */
	uint64_t wake_vector;		/* 0x008  warden; valid: COMMANDED */
	uint32_t ping;			/* 0x010  BSP: answer this number */
	uint32_t pong;			/* 0x014  AP: the last one answered */
	uint32_t senders;		/* 0x018  kicks on their way to the AP */
	uint32_t via;			/* 0x01c  AP: PARK_VIA_* */
	uint32_t nmi_count;		/* 0x020  AP */
	uint32_t mc_count;		/* 0x024  AP */
	uint32_t stray_count;		/* 0x028  AP: vectors nobody expected */
	uint32_t record_at;		/* 0x02c  offset of its KPRK record */
	uint64_t reserved[2];
	uint16_t reserved2[3];
	uint16_t gdt_limit;		/* 0x046  as LGDT wants them */
	uint64_t gdt_pa;		/* 0x048 */
	uint64_t gdt[6];		/* 0x050  null, null, code, data, TSS */
	uint8_t  tss[PARK_TSS_SIZE];	/* 0x080 */
	uint8_t  stacks[PARK_SLOT_SIZE - 0x80 - PARK_TSS_SIZE];
};
PARK_AT(struct park_slot, state, PARK_SLOT_STATE);
PARK_AT(struct park_slot, apic_id, PARK_SLOT_APIC_ID);
PARK_AT(struct park_slot, wake_vector, 0x008);
PARK_AT(struct park_slot, ping, 0x010);
PARK_AT(struct park_slot, pong, 0x014);
PARK_AT(struct park_slot, senders, 0x018);
PARK_AT(struct park_slot, via, 0x01c);
PARK_AT(struct park_slot, nmi_count, PARK_SLOT_NMI_COUNT);
PARK_AT(struct park_slot, mc_count, PARK_SLOT_MC_COUNT);
PARK_AT(struct park_slot, stray_count, 0x028);
PARK_AT(struct park_slot, record_at, 0x02c);
PARK_AT(struct park_slot, gdt_limit, PARK_SLOT_GDTR);
PARK_AT(struct park_slot, gdt_pa, PARK_SLOT_GDTR + 2);
PARK_AT(struct park_slot, gdt, PARK_SLOT_GDT);
PARK_AT(struct park_slot, tss, PARK_SLOT_TSS);
PARK_AT(struct park_slot, stacks, 0x0e8);
_Static_assert(offsetof(struct park_slot, senders) < 64,
	       "MWAIT watches the first line: every kicker writes senders");
_Static_assert(sizeof(struct park_slot) == PARK_SLOT_SIZE, "a slot is a page");
_Static_assert(PARK_SLOTS_AT + PARK_CPUS_MAX * PARK_SLOT_SIZE == PARK_ALIGN,
	       "a CPU that comes back finds its slot on the kernel's map");

/* COMMANDED for longer is too old: the kernel has given up on the CPU. */
#define PARK_COMMAND_AGE_US	8000000

/*
 * The page a kernel commands by. It writes apic_id and wakeup_vector, then
 * command; the warden answers by clearing command, and only by
 * compare-and-swap from the command and CPU it acted on.
 */
struct park_mailbox {
	uint16_t command;		/* 0x00  kernel; cleared by the warden, .. */
	uint16_t reserved;
	uint32_t apic_id;		/* 0x04  .. by CAS of these 8 bytes */
	uint64_t wakeup_vector;		/* 0x08  kernel, physical */
	uint8_t  reserved_os[2032];
	uint8_t  reserved_firmware[2048];
};
PARK_AT(struct park_mailbox, command, 0x00);
PARK_AT(struct park_mailbox, apic_id, 0x04);
PARK_AT(struct park_mailbox, wakeup_vector, 0x08);
_Static_assert(sizeof(struct park_mailbox) == 4096, "the mailbox is a page");

/*
 * What park.bin starts with: its entry points, as offsets from the region's
 * base, for whoever builds a region.
 */
struct park_code {
	uint32_t magic;			/* 0x00  PARK_CODE_MAGIC */
	uint32_t version;		/* 0x04  PARK_ABI_VERSION */
	uint32_t sipi_entry;		/* 0x08 */
	uint32_t reset_vector;		/* 0x0c */
	uint32_t on_kick;		/* 0x10  the two PARK_*_VECTORs */
	uint32_t on_stray;		/* 0x14  all others from 32 up, but .. */
	uint32_t on_spurious;		/* 0x18  .. the APIC's spurious one */
	uint32_t on_nmi;		/* 0x1c */
	uint32_t on_machine_check;	/* 0x20 */
	uint32_t on_exception;		/* 0x24 */
};
PARK_AT(struct park_code, magic, 0x00);
PARK_AT(struct park_code, version, 0x04);
PARK_AT(struct park_code, sipi_entry, 0x08);
PARK_AT(struct park_code, reset_vector, 0x0c);
PARK_AT(struct park_code, on_kick, 0x10);
PARK_AT(struct park_code, on_stray, 0x14);
PARK_AT(struct park_code, on_spurious, 0x18);
PARK_AT(struct park_code, on_nmi, 0x1c);
PARK_AT(struct park_code, on_machine_check, 0x20);
PARK_AT(struct park_code, on_exception, 0x24);
_Static_assert(sizeof(struct park_code) == 0x28, "park_code is 40 bytes");

/*
 * The KPRK table: what happened at the last jump, as an ACPI table that the
 * kernel shows at /sys/firmware/acpi/tables/KPRK, read live. It never holds
 * text or addresses of a kernel. Written by the BSP, the records by their AP
 * (`commanded` by the warden, before the AP may go on). Of whatever version,
 * region_pa to pristine_rsdp_pa stay where they are.
 */
enum kprk_outcome {
	KPRK_PUBLISHED = 1,	/* the mailbox was offered to the kernel */
	KPRK_NOT_WANTED,	/* the kernel cannot give CPUs back, or --mailbox=never */
	KPRK_NO_APS,		/* one CPU */
	KPRK_AP_MISSING,	/* outcome_apic_id never arrived */
	KPRK_AP_SILENT,		/* outcome_apic_id arrived, but no answer */
	KPRK_NOT_ON_BSP,	/* the jump came on another CPU */
	KPRK_UNKNOWN_CPU = 8,	/* outcome_apic_id is enabled but has no slot */
	KPRK_NO_ROOM,		/* the ACPI copies did not fit */
	KPRK_TSC_APART,		/* outcome_apic_id's TSC is not the BSP's */
	KPRK_OUTCOMES
};

enum kprk_stamp {
	KPRK_T_ENTRY,		/* purgatory's first instruction */
	KPRK_T_FOUND,		/* known who is parked already */
	KPRK_T_SENT,		/* INIT and SIPI sent to the others */
	KPRK_T_VERIFIED,	/* digests checked; 0: they were not */
	KPRK_T_ARRIVED,		/* all arrived, or given up */
	KPRK_T_ANSWERED,	/* all pinged, or given up */
	KPRK_T_JUMP,		/* to the next kernel */
	KPRK_T_CLEARED,		/* zero pages; between _VERIFIED and _ARRIVED */
	KPRK_STAMPS = 16
};

/*
 * By what the loaded memory was checked before the jump: four characters, so
 * that one flipped bit does not turn one into another. 0: an older purgatory,
 * which did not say.
 */
#define KPRK_VERIFY_NONE	0x656e6f6e	/* "none": not at all */
#define KPRK_VERIFY_XXH3	0x33687878	/* "xxh3": XXH3, 128 bits */
#define KPRK_VERIFY_SHA256	0x32616873	/* "sha2": SHA-256 */

#define KPRK_RELEASE_SIZE	64

struct kprk_table {
	struct acpi_header header;	/* 0x000  signature "KPRK" */
	uint32_t version;		/* 0x024  PARK_ABI_VERSION */
	uint64_t region_pa;		/* 0x028 */
	uint32_t region_size;		/* 0x030  bytes */
	uint32_t low_page_pa;		/* 0x034 */
	uint64_t pristine_rsdp_pa;	/* 0x038  the firmware's own */
	uint32_t hop;			/* 0x040  jumps by kpark since firmware */
	uint32_t outcome;		/* 0x044  enum kprk_outcome */
	uint32_t outcome_apic_id;	/* 0x048 */
	uint32_t aps;			/* 0x04c  APs the MADT enables */
	uint32_t aps_found;		/* 0x050  answered without INIT */
	uint32_t aps_parked;		/* 0x054  answered in the end */
	uint32_t inits_sent;		/* 0x058  by purgatory */
	uint32_t sipis_sent;		/* 0x05c */
	uint32_t tsc_khz;		/* 0x060 */
	uint32_t records;		/* 0x064 */
	uint32_t records_at;		/* 0x068  from the table's start */
	uint32_t record_size;		/* 0x06c */
	uint64_t stamp[KPRK_STAMPS];	/* 0x070  TSC, 0 = did not happen */
	char     previous[KPRK_RELEASE_SIZE]; /* 0x0f0  its release */
	uint64_t retired_pa;		/* 0x130  region before this one, .. */
	uint32_t retired_size;		/* 0x138  .. reserved still; 0: none */
	uint32_t verify;		/* 0x13c  KPRK_VERIFY_*, or 0 */
};
PARK_AT(struct kprk_table, header, 0x000);
PARK_AT(struct kprk_table, version, 0x024);
PARK_AT(struct kprk_table, region_pa, 0x028);
PARK_AT(struct kprk_table, region_size, 0x030);
PARK_AT(struct kprk_table, low_page_pa, 0x034);
PARK_AT(struct kprk_table, pristine_rsdp_pa, 0x038);
PARK_AT(struct kprk_table, hop, 0x040);
PARK_AT(struct kprk_table, outcome, 0x044);
PARK_AT(struct kprk_table, outcome_apic_id, 0x048);
PARK_AT(struct kprk_table, aps, 0x04c);
PARK_AT(struct kprk_table, aps_found, 0x050);
PARK_AT(struct kprk_table, aps_parked, 0x054);
PARK_AT(struct kprk_table, inits_sent, 0x058);
PARK_AT(struct kprk_table, sipis_sent, 0x05c);
PARK_AT(struct kprk_table, tsc_khz, 0x060);
PARK_AT(struct kprk_table, records, 0x064);
PARK_AT(struct kprk_table, records_at, 0x068);
PARK_AT(struct kprk_table, record_size, 0x06c);
PARK_AT(struct kprk_table, stamp, 0x070);
PARK_AT(struct kprk_table, previous, 0x0f0);
PARK_AT(struct kprk_table, retired_pa, 0x130);
PARK_AT(struct kprk_table, retired_size, 0x138);
PARK_AT(struct kprk_table, verify, 0x13c);
_Static_assert(sizeof(struct kprk_table) == 0x140, "KPRK header is 320 bytes");

/*
 * One CPU's record. `balance` makes its bytes sum to 0 again after each
 * change, so that the table's checksum stays right while records live.
 */
struct kprk_record {
	uint32_t apic_id;		/* 0x00 */
	uint8_t  via;			/* 0x04  PARK_VIA_*, 0 = never came */
	uint8_t  balance;		/* 0x05 */
	uint16_t arrivals;		/* 0x06  since this kernel was started */
	uint64_t arrived;		/* 0x08  first instruction in C */
	uint64_t parked;		/* 0x10  ready to be commanded */
	uint64_t commanded;		/* 0x18  by the mailbox */
	uint64_t woken;			/* 0x20  about to jump */
	uint32_t nmi_count;		/* 0x28 */
	uint32_t mc_count;		/* 0x2c */
	uint32_t stray_count;		/* 0x30 */
	uint32_t reserved;
	uint64_t answered;		/* 0x38  its last ping */
};
PARK_AT(struct kprk_record, apic_id, 0x00);
PARK_AT(struct kprk_record, via, 0x04);
PARK_AT(struct kprk_record, balance, 0x05);
PARK_AT(struct kprk_record, arrivals, 0x06);
PARK_AT(struct kprk_record, arrived, 0x08);
PARK_AT(struct kprk_record, parked, 0x10);
PARK_AT(struct kprk_record, commanded, 0x18);
PARK_AT(struct kprk_record, woken, 0x20);
PARK_AT(struct kprk_record, nmi_count, 0x28);
PARK_AT(struct kprk_record, mc_count, 0x2c);
PARK_AT(struct kprk_record, stray_count, 0x30);
PARK_AT(struct kprk_record, answered, 0x38);
_Static_assert(sizeof(struct kprk_record) == 64, "a record is a cache line");

static inline struct park_mailbox *park_mailbox(const struct park_header *header)
{
	return (struct park_mailbox *)(header->base_pa + PARK_MAILBOX_AT);
}

static inline struct kprk_table *park_kprk(const struct park_header *header)
{
	return (struct kprk_table *)(header->base_pa + header->kprk_at);
}

/* The slots of a region that this code runs beside; header->cpus of them. */
static inline struct park_slot *park_slots(const struct park_header *header)
{
	return (struct park_slot *)(header->base_pa + PARK_SLOTS_AT);
}

static inline struct kprk_record *park_record(const struct park_header *header,
					      const struct park_slot *slot)
{
	return (struct kprk_record *)(header->base_pa + slot->record_at);
}

/* The slot that bears this APIC ID, or NULL. */
static inline struct park_slot *park_find_slot(const struct park_header *header,
					       uint32_t apic_id)
{
	struct park_slot *slot = park_slots(header);

	for (uint32_t i = 0; i < header->cpus; i++, slot++)
		if (slot->apic_id == apic_id)
			return slot;
	return NULL;
}

/* The sum over the fixed part of the header: 0 when it is intact. */
static inline uint32_t park_header_sum(const struct park_header *header)
{
	const uint32_t *word = (const uint32_t *)header;
	uint32_t sum = 0;

	for (size_t i = 0; i < PARK_HEADER_CLOSED / sizeof(*word); i++)
		sum += word[i];
	return sum;
}

#endif /* __ASSEMBLER__ */
#endif
