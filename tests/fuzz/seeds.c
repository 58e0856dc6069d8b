// SPDX-License-Identifier: GPL-2.0-only
/*
 * seeds.c - writes tests/fuzz/corpus/: for each target some small inputs that
 * reach far into it. `make fuzz-seeds` runs it after a change of a format.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "acpi.h"
#include "arena.h"
#include "bytes.h"
#include "bzimage.h"
#include "fuzz.h"
#include "../images/cases.h"
#include "../images/cpio.h"
#include "../images/pack.h"
#include "park_abi.h"

#define MAX	65536

static uint8_t out[MAX];
static size_t len;

static void save(const char *target, const char *name)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/%s", target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "tests/fuzz/corpus/%s/%s", target, name);
	f = fopen(path, "wb");
	if (!f || fwrite(out, 1, len, f) != len || fclose(f))
		err(1, "%s", path);
}

static void start(void)
{
	memset(out, 0, sizeof(out));
	len = 0;
}

static void add(const void *data, size_t size)
{
	memcpy(out + len, data, size);
	len += size;
}

static void take(struct made m)
{
	start();
	add(m.data, m.len);
	free(m.data);
}

/* The second segment close behind the first: a kernel of some KiB. */
#define CLOSE { CASE_PH2 + 24, 8, CASE_PA + 0x4000 }

static const struct image_case small_elf = {
	"elf", CASE_ELF, .elf = { CLOSE }
};
static const struct image_case bare_elf = {
	"elf-alone", CASE_ELF, .elf = { CLOSE }, .file_len = CASE_RELOCS
};
static const struct image_case small_bzimage = {
	"bzimage", CASE_BZIMAGE, .elf = { CLOSE }
};
/* Cut behind the first place of the second list, which holds an address. */
static const struct image_case two_lists = {
	"two-lists", CASE_BZIMAGE,
	.elf = { CLOSE, { CASE_SEG + CASE_INVERSE, 4, (uint32_t)CASE_VA } },
	.elf_len = -4 * (2 * CASE_PLACES)
};
static const struct image_case a_program = {
	"program", CASE_BZIMAGE,
	.file = { { HDR_PAYLOAD_LENGTH, 4, 0 },
		  { HDR_RELOCATABLE_KERNEL, 1, 1 },
		  { HDR_INIT_SIZE, 4, 0x3000 } }
};

/* No kernel fits a few KiB but one of zeroes: that is what programs are. */
static void program(void)
{
	static const uint8_t code[2048] = { 0xf4 };

	take(case_make(&a_program));
	len = 1024;
	add(code, sizeof(code));
	save("bzimage", "program");
	save("image", "program");
}

static void images(void)
{
	static const struct image_case *const cases[] = {
		&small_elf, &bare_elf, &small_bzimage, &two_lists
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		take(case_make(cases[i]));
		save("image", cases[i]->name);
		save(cases[i]->kind == CASE_ELF ? "elf" : "bzimage",
		     cases[i]->name);
	}
	program();
}

/* Half of it packs well, half does not: stored and packed blocks. */
static void payloads(void)
{
	uint8_t plain[2000];
	uint32_t x = 1;
	size_t i;

	for (i = 0; i < sizeof(plain); i++) {
		x = x * 1664525 + 1013904223;
		plain[i] = i < sizeof(plain) / 2 ? (uint8_t)(i / 100)
						 : (uint8_t)(x >> 24);
	}
	for (i = 0; i < PACK_FORMATS; i++) {
		start();
		len = pack_payload(&pack_formats[i], plain, sizeof(plain),
				   out, MAX);
		save("payload", pack_formats[i].name);
	}
}

/* Microcode, say, and all else packed behind it. */
static void initrds(void)
{
	static uint8_t archive[2000];
	size_t size;

	for (size_t i = 0; i < PACK_FORMATS; i++) {
		memset(archive, 0, sizeof(archive));
		size = cpio_put(archive, "init", "#!/bin/sh\n", 10);
		size += cpio_put(archive + size, "TRAILER!!!", NULL, 0);
		start();
		len = cpio_put(out, "kernel", "code", 4);
		len += cpio_put(out + len, "TRAILER!!!", NULL, 0);
		len += pack_formats[i].pack(archive, size, out + len,
					    MAX - len);
		save("initrd", pack_formats[i].name);
	}
}

static void relocs(void)
{
	struct made m = case_make(&small_elf);
	uint8_t first = 8 * 2 + 7;	/* 8 pages, moved by 4 MiB */

	start();
	add(&first, 1);
	add(m.data + CASE_RELOCS, m.len - CASE_RELOCS);
	free(m.data);
	save("relocs", "three-lists");
	put32(out + 1 + 4 * (1 + CASE_PLACES), (uint32_t)CASE_VA + CASE_ABS64);
	save("relocs", "two-lists");
}

static void add_madt(uint64_t mailbox_pa)
{
	const struct acpi_madt madt = {
		.header = { .signature = "APIC", .length = sizeof(madt) +
			    8 + 8 + 16 + 24 },
		.lapic_pa = 0xfee00000,
	};
	const struct madt_lapic cpu0 = { { MADT_LAPIC, 8 }, 0, 0, 1 };
	const struct madt_lapic off = { { MADT_LAPIC, 8 }, 1, 1, 0 };
	const struct madt_x2apic cpu2 = { { MADT_X2APIC, 16 }, 0, 2, 1, 2 };
	const struct madt_wakeup wakeup = { { MADT_WAKEUP, 24 }, 1, 0,
					    mailbox_pa, mailbox_pa };

	add(&madt, sizeof(madt));
	add(&cpu0, sizeof(cpu0));
	add(&off, sizeof(off));
	add(&cpu2, sizeof(cpu2));
	add(&wakeup, sizeof(wakeup));
}

static void add_kprk(uint64_t rsdp_pa)
{
	const struct kprk_table kprk = {
		.header = { .signature = "KPRK", .length = sizeof(kprk) +
			    2 * sizeof(struct kprk_record) },
		.version = PARK_ABI_VERSION, .region_pa = 0x5fe00000,
		.region_size = 0x15000, .pristine_rsdp_pa = rsdp_pa, .hop = 2,
		.outcome = KPRK_AP_MISSING, .records = 2,
		.records_at = sizeof(kprk),
		.record_size = sizeof(struct kprk_record),
	};
	const struct kprk_record records[2] = { { .apic_id = 1 } };

	add(&kprk, sizeof(kprk));
	add(records, sizeof(records));
}

static void add_root(const char *signature, size_t width,
		     const uint64_t *tables, size_t n)
{
	struct acpi_header header = {
		.length = (uint32_t)(sizeof(header) + n * width)
	};
	size_t i;

	memcpy(header.signature, signature, 4);
	add(&header, sizeof(header));
	for (i = 0; i < n; i++)
		add(&tables[i], width);
}

static void pad_to(size_t at)
{
	len = at;
}

#define XSDT_AT		0x40
#define RSDT_AT		0x80
#define MADT_AT		0xc0
#define FADT_AT		0x140
#define KPRK_AT		0x200
#define OLD_RSDP_AT	0x400
#define MAILBOX_AT	0x3000

static void add_rsdp(void)
{
	const struct acpi_rsdp rsdp = {
		.signature = "RSD PTR", .revision = 2,
		.rsdt_pa = ARENA + RSDT_AT, .length = sizeof(rsdp),
		.xsdt_pa = ARENA + XSDT_AT
	};

	add(&rsdp, sizeof(rsdp));
	out[len - sizeof(rsdp) + 7] = ' ';
}

/* `first` bytes say what the target does; then the firmware's tables. */
static void tables(const char *target, const char *name, const uint8_t *first,
		   size_t n, bool kprk)
{
	const uint64_t listed[] = { ARENA + FADT_AT, ARENA + MADT_AT,
				    ARENA + KPRK_AT };
	const struct acpi_fadt fadt = {
		.header = { .signature = "FACP", .length = sizeof(fadt) },
		.flags = FADT_RESET_SUPPORTED, .reset_space = ACPI_SPACE_IO,
	};

	start();
	add(first, n);
	add_rsdp();
	pad_to(n + XSDT_AT);
	add_root("XSDT", 8, listed, kprk ? 3 : 2);
	pad_to(n + RSDT_AT);
	add_root("RSDT", 4, listed, kprk ? 3 : 2);
	pad_to(n + MADT_AT);
	add_madt(ARENA + MAILBOX_AT);
	pad_to(n + FADT_AT);
	add(&fadt, sizeof(fadt));
	pad_to(n + KPRK_AT);
	add_kprk(ARENA + OLD_RSDP_AT);
	pad_to(n + OLD_RSDP_AT);
	add_rsdp();
	out[len - sizeof(struct acpi_rsdp) + 8] =
		(uint8_t)-acpi_sum(out + len - sizeof(struct acpi_rsdp),
				   ACPI_RSDP_V1_LENGTH);
	save(target, name);
}

static void acpi(void)
{
	static const uint8_t publish[2] = { 1, 7 }, not[2] = { 0, 7 },
			     narrow[2] = { 0x83, 7 }, right[1] = { 7 };

	start();
	add_madt(0x5fe01000);
	save("madt", "madt");
	start();
	add_kprk(0xf59d0);
	save("kprk", "kprk");
	tables("purgatory_acpi", "publish", publish, 2, false);
	tables("purgatory_acpi", "later-hop", publish, 2, true);
	tables("purgatory_acpi", "not-published", not, 2, true);
	tables("purgatory_acpi", "narrow", narrow, 2, false);
	tables("stub_tables", "firmware", right, 1, false);
	tables("stub_tables", "kpark", right, 1, true);
}

static void text(const char *target, const char *name, const char *content)
{
	start();
	add(content, strlen(content));
	save(target, name);
}

static void texts(void)
{
	static const uint64_t numbers[] = { 0, 0x9fbff, 0x100000, 0x7ffdffff };

	text("memmap", "iomem",
	     "00000000-00000fff : Reserved\n"
	     "00001000-0009fbff : System RAM\n"
	     "  00098000-0009afff : Reserved\n"
	     "00100000-7ffdffff : System RAM\n"
	     "  01000000-01e00000 : Kernel code\n"
	     "  30000000-3fffffff : Crash kernel\n"
	     "fee00000-fee00fff : Local APIC\n");
	start();
	add(numbers, sizeof(numbers));
	save("memmap", "numbers");
	start();
	add("Reserved", 8);
	add(numbers, sizeof(numbers));
	save("memmap", "reserved");
	text("cmdline", "plain", "BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro quiet");
	text("cmdline", "quotes", "a=\"b c\" acpi_rsdp=0x1234 \"x=y z\" nokaslr");
	text("cmdline", "two", "root=/dev/vda1 ro");
	len++;
	add("console=ttyS0 BOOT_IMAGE=x", 26);
	save("cmdline", "two");
}

/* What kpark wrote itself, and reads again in a later kernel. */
static void kept(void)
{
	static const char id[] = "01234567-89ab-cdef-0123-456789abcdef";
	char content[1024];

	snprintf(content, sizeof(content), "kpark-stamp 1\nboot_id %s\ntsc 22"
		 "\nrealtime_ns 33\nhop 2\nrelease 6.12\ncmdline ro quiet\n",
		 id);
	text("stamp", "exec", content);
	snprintf(content, sizeof(content), "version=1\nboot_id=%s\n"
		 "release=6.12\ndriver=i6300esb\ncommitted=\nbegun=yes\n"
		 "seconds=120\ntime=1700000000\n", id);
	text("trial", "begun", content);
	snprintf(content, sizeof(content), "version=1\nboot_id=%s\nfrom=6.1\n"
		 "hop=2\ntime=1700000000\nkernel=/vmlinuz\nrelease=6.12\n"
		 "cmdline=ro \\x41 \\\\\npath=kexec_load\nreason=\n"
		 "mailbox_reason=\n", id);
	text("record", "loaded", content);
	snprintf(content, sizeof(content), "{\"schema\":1,\"boot\":{\"how\":"
		 "\"firmware\",\"boot_id\":\"%s\",\"started_ns\":1},"
		 "\"stages\":[{\"key\":\"find\",\"measured\":true,\"ns\":5}],"
		 "\"total\":{\"measured\":false},\"ready_uptime\":{\"measured\":"
		 "true,\"ns\":9},\"whole\":{\"measured\":true,\"from\":\"exec\","
		 "\"to\":\"ready\"},\"firmware\":{\"measured\":true,"
		 "\"firmware_ns\":7},\"cpus\":{\"online\":4},\"moments\":[]}",
		 id);
	text("history", "firmware", content);
}

/* What the kernel says of itself; the first byte chooses. */
static void kernels_own(void)
{
	text("klog", "marks",
	     "06,1,0,-;Linux version 6.12\n"
	     "6,1,0,-;tsc: Detected 2500.000 MHz processor\n"
	     "6,2,3000000,-;sched_clock: Marking stable (3, 4)->(3, -50000)\n"
	     "6,3,4000000,-;tsc: Refined TSC clocksource calibration:"
	     " 2500.001 MHz\n"
	     "6,4,5000000,-;smp: Brought up 1 node, 4 CPUs\n"
	     "6,5,6000000,-;Run /init as init process\n"
	     "15,90,10000000,-;kpark: clock: 1 25000000000\n"
	     "15,91,10000010,-;kpark: clock: 1 25000020000\n");
	text("procfs", "trace", "0[x86-tsc]" FILES_CUT
	     "swapper/0-1  [000] .....  99: cpuhp_enter: cpu: 0000 x\n"
	     "swapper/0-1  [000] .....  100: cpuhp_enter: cpu: 0001 x\n"
	     "swapper/1-2  [001] .....  200: cpuhp_exit: cpu: 0001  state:  85"
	     " step:  85 ret: 0\n"
	     "swapper/0-1  [000] .....  300: cpuhp_exit: cpu: 0000 x\n");
	text("procfs", "topology", "10-3" FILES_CUT "0-3,6" FILES_CUT
	     "processor : 0\napicid : 2\nflags : fpu constant_tsc\n"
	     FILES_CUT "tsc\n");
	text("procfs", "list", "20-3,6\n");
	text("procfs", "carry", "3ro" FILES_CUT "0-1\n" FILES_CUT "0-1\n"
	     FILES_CUT "flags : constant_tsc nonstop_tsc\n" FILES_CUT "tsc\n");
	text("procfs", "lockdown", "4" FILES_CUT FILES_CUT
	     "none [integrity] confidentiality\n");
	text("procfs", "modules", "5kernel/drivers/watchdog/i6300esb.ko.xz:"
	     " kernel/drivers/watchdog/watchdog.ko.xz\n");
	text("procfs", "bugs", "6\nbugs : apic_c1e monitor clflush_monitor");
	text("memlimit", "all", "mem=5G memmap=1G$512M,1G@5G memmap=\"3 x\""
	     " memmap=exactmap memmap=64M#0 memmap=1M!2M -- mem=1");
	text("firmware", "systemctl", "1f FinishTimestampMonotonic=5\n");
	start();
	add("-l\0--append=x\0--initrd=i\0-e\0/vmlinuz", 36);
	save("kexec_args", "load");
}

/* EL64 in a zero page, and what /sys says; a frame buffer. */
static void zero_page(void)
{
	static const char sys[] = "ACPI20=0x1000\nSMBIOS=0x2000\n" FILES_CUT
		"\5" FILES_CUT "\0\0\1" FILES_CUT "\0\0\2" FILES_CUT "\1"
		FILES_CUT "\1" FILES_CUT;

	start();
	out[0x0f] = 0x70;
	put32(out + 0x18, 0x80000000);
	put32(out + 0x1c, 0x100000);
	put32(out + 0x1c0, 0x34364c45);
	len = 1024;
	add("0x80000000 0x80ffffff 0x200\n" FILES_CUT, 30);
	add(sys, sizeof(sys) - 1);
	save("zeropage", "efi");
}

/* The last hop's region, live, and the one before it still reserved. */
static void parking(void)
{
	struct kprk_table kprk = {
		.header = { .signature = "KPRK", .length = sizeof(kprk) +
			    2 * sizeof(struct kprk_record) },
		.version = PARK_ABI_VERSION, .region_pa = 0x3fe00000,
		.region_size = 0x100000, .low_page_pa = 0x90000,
		.retired_pa = 0x3fa00000, .retired_size = 0x100000,
		.hop = 2, .aps = 2, .aps_parked = 2, .records = 2,
		.records_at = sizeof(kprk),
		.record_size = sizeof(struct kprk_record),
	};
	const struct kprk_record records[2] = { { .apic_id = 1 },
						{ .apic_id = 2 } };

	start();
	add(&kprk, sizeof(kprk));
	add(records, sizeof(records));
	save("parking", "live");
	kprk.region_size = 0x1000;
	start();
	add(&kprk, sizeof(kprk));
	add(records, sizeof(records));
	save("parking", "superseded");
}

/* All of it right but what the first byte says, with three CPUs there. */
static void older(void)
{
	const struct park_header header = {
		.signature = PARK_SIGNATURE, .version = PARK_ABI_OLDEST,
		.base_pa = ARENA, .cpus = 6, .size = 0x14000,
		.kprk_at = 0x9000,
	};
	const struct kprk_table kprk = { .outcome = KPRK_PUBLISHED };
	static const uint32_t slots[6][2] = {
		{ PARK_PARKED, 1 }, { PARK_GONE, 2 }, { PARK_PARKED, 3 },
		{ PARK_EMPTY, 4 }, { PARK_FAULTED, 5 }, { PARK_PARKED, 300 }
	};
	/* the sum, and that our boot came out of it; and that it answers */
	static const char *const names[] = { "silent", "answers" };

	for (int i = 0; i < 2; i++) {
		const uint8_t right = i ? 0x34 : 0x14;

		start();
		add(&right, 1);
		add(&header, 0x80);
		add(&kprk, sizeof(kprk));
		add(slots, sizeof(slots));
		save("older", names[i]);
	}
}

#define S	* 2500000000ull		/* seconds, as ticks of the TSC */

/* A hop of two seconds that ended 90 s ago, all of it seen. */
static void timeline(void)
{
	struct kprk_table kprk = {
		.header = { .signature = "KPRK", .length = sizeof(kprk) +
			    sizeof(struct kprk_record) },
		.version = PARK_ABI_VERSION, .hop = 2, .tsc_khz = 2500000,
		.aps = 1, .aps_parked = 1, .records = 1,
		.records_at = sizeof(kprk), .previous = "6.12",
		.record_size = sizeof(struct kprk_record),
		.stamp = { [KPRK_T_ENTRY] = 5 S - 8, [KPRK_T_FOUND] = 5 S - 7,
			   [KPRK_T_SENT] = 5 S - 6, [KPRK_T_JUMP] = 5 S },
	};
	const struct kprk_record record = {
		.apic_id = 1, .arrivals = 1, .via = PARK_VIA_SIPI,
		.arrived = 5 S - 4, .parked = 5 S - 3, .commanded = 6 S,
		.woken = 6 S + 9,
	};
	static const char log[] =
		"6,1,0,-;Linux version 6.12\n"
		"6,4,800000,-;smp: Bringing up secondary CPUs\n"
		"6,4,1200000,-;smp: Brought up 1 node, 2 CPUs\n"
		"6,5,2000000,-;Run /init as init process\n"
		"15,90,10000000,-;kpark: clock: 1 37500000000\n"
		"15,91,10000010,-;kpark: clock: 1 37500020000\n" FILES_CUT
		"KRPK" FILES_CUT "\2\0\0\0from=6.12\n" FILES_CUT;
	static const char cpus[] = FILES_CUT "0-1" FILES_CUT "0-1" FILES_CUT
		"processor : 0\napicid : 0\nprocessor : 1\napicid : 1\n"
		FILES_CUT "tsc\n" FILES_CUT
		"01234567-89ab-cdef-0123-456789abcdef\n" FILES_CUT
		"6.12\n" FILES_CUT "ro\n" FILES_CUT
		"kpark-stamp 1\nboot_id 01234567-89ab-cdef-0123-456789abcde0\n"
		"tsc 10000000000\nrealtime_ns 1699999904000000000\nhop 1\n"
		"release 6.12\ncmdline ro\n" FILES_CUT
		"kpark-stamp 1\nboot_id 01234567-89ab-cdef-0123-456789abcdef\n"
		"tsc 30000000000\nrealtime_ns 1700000000000000000\nhop 2\n"
		"release 6.12\ncmdline ro\n" FILES_CUT
		"[x86-tsc]" FILES_CUT
		"s-1 [000] .  14999999999: cpuhp_enter: cpu: 0001 x\n"
		"s-2 [001] .  15000000000: cpuhp_exit: cpu: 0001  state:  85"
		" step:  85 ret: 0\n";

	start();
	add(log, sizeof(log) - 1);
	add(&kprk, sizeof(kprk));
	add(&record, sizeof(record));
	add(cpus, sizeof(cpus) - 1);
	save("timeline", "hop");
}

int main(void)
{
	mkdir("tests/fuzz/corpus", 0777);
	images();
	payloads();
	initrds();
	relocs();
	acpi();
	texts();
	kept();
	kernels_own();
	zero_page();
	parking();
	older();
	timeline();
	return 0;
}
