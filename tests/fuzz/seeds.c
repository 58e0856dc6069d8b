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

int main(void)
{
	mkdir("tests/fuzz/corpus", 0777);
	images();
	payloads();
	initrds();
	relocs();
	acpi();
	texts();
	return 0;
}
