// SPDX-License-Identifier: GPL-2.0-only
/*
 * cases.c - makes small kernels and breaks them. Used by the unit tests; a
 * new way to break one is a new row of the table.
 */
#include "cases.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "../../loader/bytes.h"
#include "../../loader/bzimage.h"

#define EHDR(field) offsetof(Elf64_Ehdr, field)
#define PHDR(field) (CASE_PH + (long)offsetof(Elf64_Phdr, field))
#define PHDR2(field) (CASE_PH2 + (long)offsetof(Elf64_Phdr, field))

/* The lists, in entries of four bytes: 0 and 16 entries, three times. */
#define LIST (1 + CASE_PLACES)
#define RELOC(i) (CASE_RELOCS + 4 * (i))

const struct image_case image_cases[] = {
	/* what is this file? */
	{ "one-byte", CASE_TEXT, .file_len = 1,
	  .message = "not a bzImage or ELF (1 bytes, magic 48000000 at 0)" },
	{ "text", CASE_TEXT,
	  .message = "not a bzImage or ELF (* bytes, magic 48656c6c at 0)" },
	{ "gzip-file", CASE_TEXT, .file = { { 0, 4, 0x00088b1f } },
	  .message = "not a bzImage or ELF (* bytes, magic 1f8b0800 at 0)" },
	{ "no-boot-flag", CASE_BZIMAGE, .file = { { HDR_BOOT_FLAG, 2, 0 } },
	  .message = "not a bzImage or ELF (* bytes, magic 00000000 at 0)" },
	{ "cut-before-boot-flag", CASE_BZIMAGE, .file_len = 0x1f0,
	  .message = "not a bzImage or ELF (496 bytes, magic 00000000 at 0)" },

	/* setup header */
	{ "cut-at-jump", CASE_BZIMAGE, .file_len = 0x201,
	  .message = "file ends inside the setup header "
		     "(found 513 bytes, need 514)" },
	{ "cut-in-header", CASE_BZIMAGE, .file_len = 0x230,
	  .message = "file ends inside the setup header "
		     "(found 560 bytes, need 620)" },
	{ "bad-hdrs", CASE_BZIMAGE, .file = { { HDR_HEADER, 4, 0x30726448 } },
	  .message = "boot sector without a Linux setup header "
		     "(found 48647230 at 0x202, need 48647253)" },
	{ "header-too-long", CASE_BZIMAGE,
	  .file = { { HDR_JUMP + 1, 1, 0xff } },
	  .message = "setup header ends at 0x301, need 0x290 or less" },
	{ "header-too-short", CASE_BZIMAGE,
	  .file = { { HDR_JUMP + 1, 1, 0x40 } },
	  .message = "setup header ends at 0x242, "
		     "boot protocol 2.15 needs 0x264" },
	{ "header-of-nothing", CASE_BZIMAGE, .file = { { HDR_JUMP + 1, 1, 0 } },
	  .message = "boot sector without a Linux setup header *" },
	{ "protocol-too-old", CASE_BZIMAGE,
	  .file = { { HDR_VERSION, 2, 0x20a } },
	  .message = "boot protocol 2.10 has no 64-bit entry, "
		     "need 2.12 or later" },
	{ "no-64-bit-entry", CASE_BZIMAGE,
	  .file = { { HDR_XLOADFLAGS, 2, 0x7e } },
	  .message = "no 64-bit entry (xloadflags 0x7e, need bit 0)" },
	{ "alignment-not-a-power", CASE_BZIMAGE,
	  .file = { { HDR_KERNEL_ALIGNMENT, 4, 0x300000 } },
	  .message = "kernel_alignment 0x300000, "
		     "need a power of two of 0x200000 or more" },
	{ "alignment-too-small", CASE_BZIMAGE,
	  .file = { { HDR_KERNEL_ALIGNMENT, 4, 0x1000 } },
	  .message = "kernel_alignment 0x1000, need a power of two *" },

	/* payload */
	{ "no-payload-no-code", CASE_BZIMAGE, .file_len = CASE_CODE + 0x200,
	  .file = { { HDR_PAYLOAD_LENGTH, 4, 0 } },
	  .message = "no code behind the setup sectors "
		     "(found 1536 bytes, need more than 1536)" },
	{ "payload-before-the-entry", CASE_BZIMAGE,
	  .file_len = CASE_CODE + 0x200,
	  .file = { { HDR_PAYLOAD_OFFSET, 4, 0 },
		    { HDR_PAYLOAD_LENGTH, 4, 0x200 } },
	  .message = "no code behind the setup sectors *" },
	{ "payload-length-7", CASE_BZIMAGE,
	  .file = { { HDR_PAYLOAD_LENGTH, 4, 7 } },
	  .message = "payload of 7 bytes, need 8 or more" },
	{ "payload-length-3", CASE_BZIMAGE, .file_len = CASE_PAYLOAD + 3,
	  .file = { { HDR_PAYLOAD_LENGTH, 4, 3 }, { CASE_PAYLOAD, 4, 0 } },
	  .message = "payload of 3 bytes, need 8 or more" },
	{ "payload-beyond-end", CASE_BZIMAGE,
	  .file = { { HDR_PAYLOAD_OFFSET, 4, 0xfffffff0 } },
	  .message = "payload ends beyond the file (found * bytes, need *)" },
	{ "cut-in-payload", CASE_BZIMAGE, .file_len = -1,
	  .message = "payload ends beyond the file (found * bytes, need *)" },
	{ "setup-sects-0-means-4", CASE_BZIMAGE,
	  .file = { { HDR_SETUP_SECTS, 1, 0 } },
	  .message = "payload ends beyond the file (found * bytes, need *)" },
	{ "unknown-payload", CASE_BZIMAGE, .whole = 1,
	  .file = { { CASE_PAYLOAD, 4, 0x44332211 } },
	  .message = "payload of an unknown format (magic 11223344)" },
	{ "corrupt-zstd", CASE_BZIMAGE,
	  .file = { { CASE_PAYLOAD + 4, 8, 0xffffffffffffffff } },
	  .message = "cannot unpack the zstd payload (*)" },
	{ "other-format-s-magic", CASE_BZIMAGE,
	  .file = { { CASE_PAYLOAD, 4, 0x587a37fd } },
	  .message = "cannot unpack the xz payload (bad header)" },
	{ "size-field-too-small", CASE_BZIMAGE, .file = { { -4, 4, 100 } },
	  .message = "cannot unpack the zstd payload (*too small)" },
	{ "size-field-too-large", CASE_BZIMAGE, .file = { { -4, 4, 100000 } },
	  .message = "zstd payload has * bytes, its size field says 100000" },
	{ "size-field-0", CASE_BZIMAGE, .file = { { -4, 4, 0 } },
	  .message = "zstd payload unpacks to 0 bytes, need 1 to 1073741824" },
	{ "size-field-4-gib", CASE_BZIMAGE, .file = { { -4, 4, 0xffffffff } },
	  .message = "zstd payload unpacks to 4294967295 bytes, "
		     "need 1 to 1073741824" },
	{ "payload-no-elf", CASE_BZIMAGE, .whole = 1, .elf = { { 0, 4, 0 } },
	  .message = "payload unpacks to * bytes that are no ELF" },

	/* ELF */
	{ "cut-in-elf-header", CASE_ELF, .file_len = 40,
	  .message = "ELF header is damaged (40 bytes; *)" },
	{ "elf-of-arm64", CASE_ELF, .file = { { EHDR(e_machine), 2, 183 } },
	  .message = "ELF is not for x86-64 (found 64 bits, machine 183; "
		     "need 64 bits, machine 62)" },
	{ "elf-of-32-bits", CASE_ELF, .file = { { EI_CLASS, 1, 1 } },
	  .message = "ELF is not for x86-64 (found 32 bits, *" },
	{ "elf-shared", CASE_ELF, .file = { { EHDR(e_type), 2, ET_DYN } },
	  .message = "ELF of type 3, need 2 (executable)" },
	{ "elf-no-segments", CASE_ELF, .file = { { EHDR(e_phnum), 2, 0 } },
	  .message = "ELF has no PT_LOAD (found 0 program headers)" },
	{ "phdr-beyond-file", CASE_ELF,
	  .file = { { EHDR(e_phoff), 8, 0x7fffffff } },
	  .message = "*program header*" },
	{ "phdrs-by-the-hundred", CASE_ELF,
	  .file = { { EHDR(e_phnum), 2, 600 } },
	  .message = "program header 0 of * lies beyond the file "
		     "(found 0x414c bytes)" },
	{ "shdr-beyond-file", CASE_ELF, .file_len = CASE_SH + 10,
	  .message = "section headers lie beyond the file "
		     "(2 at 0x4000, found 0x400a bytes)" },
	{ "shoff-wraps", CASE_BZIMAGE, .whole = 1,
	  .elf = { { EHDR(e_shoff), 8, 0xfffffffffffffff0 } },
	  .message = "section headers lie beyond the file *" },
	{ "load-beyond-file", CASE_ELF,
	  .file = { { PHDR(p_filesz), 8, 0x9000 },
		    { PHDR(p_memsz), 8, 0x9000 } },
	  .message = "PT_LOAD 0 lies beyond the file "
		     "(0x9000 bytes at 0x1000, found 0x*)" },
	{ "load-offset-wraps", CASE_ELF,
	  .file = { { PHDR(p_offset), 8, 0xfffffffffffff000 } },
	  .message = "PT_LOAD 0 lies beyond the file *" },
	{ "load-larger-in-file", CASE_ELF,
	  .file = { { PHDR2(p_memsz), 8, 0x100 } },
	  .message = "PT_LOAD 1 has 0x1000 bytes in the file, "
		     "more than the 0x100 in memory" },
	{ "load-wraps", CASE_ELF,
	  .file = { { PHDR2(p_paddr), 8, 0xffffffffffffff00 } },
	  .message = "PT_LOAD 1 ends beyond the address space "
		     "(0x2000 bytes at 0xffffffffffffff00)" },
	{ "load-overlaps", CASE_ELF,
	  .file = { { PHDR2(p_paddr), 8, CASE_PA + 0x1000 } },
	  .message = "PT_LOADs overlap (0x2000 bytes at 0x1000000, "
		     "0x2000 at 0x1001000)" },
	{ "load-too-large", CASE_ELF,
	  .file = { { PHDR2(p_memsz), 8, 0x7fffffffffff } },
	  .message = "PT_LOADs span 0x8000001fffff bytes, "
		     "need 0x40000000 or less" },
	{ "load-too-far", CASE_ELF,
	  .file = { { PHDR2(p_paddr), 8, 0x100000000 } },
	  .message = "PT_LOADs span 0xff002000 bytes, "
		     "need 0x40000000 or less" },
	{ "a-program", CASE_ELF, .file = { { PHDR(p_vaddr), 8, 0x400000 } },
	  .message = "not linked as a kernel (0x400000 at physical 0x1000000, "
		     "need 0xffffffff80000000 or higher, 2 MiB aligned)" },
	{ "not-aligned", CASE_ELF,
	  .file = { { PHDR(p_paddr), 8, CASE_PA - 0x3000 } },
	  .message = "not linked as a kernel (*at physical 0xffd000, *" },
	{ "entry-outside", CASE_ELF, .file = { { EHDR(e_entry), 8, 0x1000 } },
	  .message = "entry 0x1000 lies in no PT_LOAD "
		     "(physical 0x1000000 to 0x1400000)" },
	{ "entry-in-a-gap", CASE_ELF,
	  .file = { { EHDR(e_entry), 8, CASE_PA + 0x3000 } },
	  .message = "entry 0x1003000 lies in no PT_LOAD *" },

	/* relocation lists */
	{ "relocs-odd-length", CASE_BZIMAGE, .whole = 1, .elf_len = -1,
	  .message = "relocation lists of 203 bytes, need a multiple of 4" },
	{ "relocs-no-first-terminator", CASE_BZIMAGE, .whole = 1,
	  .elf = { { RELOC(0), 4, 0x81000000 } },
	  .message = "relocation lists do not start with a terminator "
		     "(found 0x81000000, need 0)" },
	{ "relocs-no-terminator", CASE_BZIMAGE, .whole = 1,
	  .elf = { { RELOC(LIST), 4, 0x81000000 },
		   { RELOC(2 * LIST), 4, 0x81000000 } },
	  .message = "relocation lists have 1 terminators, need 2 or 3" },
	{ "relocs-a-terminator-too-many", CASE_BZIMAGE, .whole = 1,
	  .elf = { { RELOC(5), 4, 0 } },
	  .message = "relocation lists have 4 terminators, need 2 or 3" },
	{ "reloc-below-the-kernel", CASE_BZIMAGE, .whole = 1,
	  .elf = { { RELOC(1), 4, 0x80fffff8 } },
	  .message = "relocation 0 of the 64-bit list is for "
		     "0xffffffff80fffff8, outside the kernel "
		     "(0xffffffff81000000 to 0xffffffff81400000)" },
	{ "reloc-over-the-end", CASE_BZIMAGE, .whole = 1,
	  .elf = { { RELOC(LIST - 1), 4, 0x813ffff9 } },
	  .message = "relocation 15 of the 64-bit list *" },
	{ "inverse-reloc-outside", CASE_BZIMAGE, .whole = 1,
	  .elf = { { RELOC(LIST + 1), 4, 0x7fffffff } },
	  .message = "relocation 0 of the inverse 32-bit list is for "
		     "0x7fffffff, *" },
	{ "32-bit-reloc-over-the-end", CASE_BZIMAGE, .whole = 1,
	  .elf = { { RELOC(3 * LIST - 1), 4, 0x813ffffd } },
	  .message = "relocation 15 of the 32-bit list *" },
	/* in range, but of another kernel: the places hold something else */
	{ "relocs-of-another-kernel", CASE_BZIMAGE, .whole = 1,
	  .elf = { { CASE_SEG + CASE_ABS64, 8, 0 },
		   { CASE_SEG + CASE_ABS64 + 8, 8, 1 },
		   { CASE_SEG + CASE_ABS32, 8, 0 } },
	  .message = "relocation lists do not fit the kernel "
		     "(28 of 32 places hold its addresses, need 29)" },
	{ "elf-reloc-below-the-kernel", CASE_ELF,
	  .file = { { RELOC(1), 4, 0x80fffff8 } },
	  .message = "relocation 0 of the 64-bit list is for *" },

	/* a kernel that has to go whole, and cannot */
	{ "whole-init-size-4-gib", CASE_BZIMAGE,
	  .file = { { CASE_PAYLOAD, 4, 0x44332211 },
		    { HDR_INIT_SIZE, 4, 0xffffffff } },
	  .message = "payload of an unknown format (magic 11223344); cannot be "
		     "loaded whole either: init_size 0xffffffff, "
		     "need 0x40000000 or less" },
	{ "whole-pref-address", CASE_BZIMAGE,
	  .file = { { CASE_PAYLOAD, 4, 0x44332211 },
		    { HDR_RELOCATABLE_KERNEL, 1, 0 },
		    { HDR_PREF_ADDRESS, 8, 0x1000001 } },
	  .message = "payload of an unknown format (magic 11223344); cannot be "
		     "loaded whole either: not relocatable, and pref_address "
		     "0x1000001, need a multiple of 0x1000" },
	{ "whole-after-half-an-elf", CASE_BZIMAGE, .elf_len = -1,
	  .file = { { HDR_INIT_SIZE, 4, 0xffffffff } },
	  .message = "relocation lists of 203 bytes, need a multiple of 4; "
		     "cannot be loaded whole either: init_size *" },
	{ "whole-alignment", CASE_BZIMAGE,
	  .file = { { HDR_PAYLOAD_LENGTH, 4, 0 },
		    { HDR_KERNEL_ALIGNMENT, 4, 0 } },
	  .message = "kernel_alignment 0x0, "
		     "need a power of two of 0x1000 or more" },
};
const size_t image_cases_n = sizeof(image_cases) / sizeof(image_cases[0]);

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "cases: %s failed\n", what);
	abort();
}

static void *zeroes(size_t len)
{
	void *p = calloc(1, len);

	must(p != NULL, "calloc");
	return p;
}

static size_t length(size_t len, long keep)
{
	return keep > 0 ? (size_t)keep : len - (size_t)-keep;
}

static void patch(struct made *m, const struct case_patch *p, size_t n)
{
	for (; n-- && p->size; p++) {
		size_t offset = p->offset < 0 ? m->len - (size_t)-p->offset
					      : (size_t)p->offset;

		must(offset + p->size <= m->len, "patch");
		memcpy(m->data + offset, &p->value, p->size);
	}
}

/* An address in the kernel for place i to hold. */
static uint64_t held(int i)
{
	return CASE_VA + 0x100 + 0x10 * (uint64_t)i;
}

static void fill_memory(uint8_t *seg)
{
	int i;

	strcpy((char *)seg + 0x100, "Linux version " CASE_RELEASE " (a@b) #1");
	strcpy((char *)seg + 0x200, "Failed to hand over CPU %d to BIOS\n");
	for (i = 0; i < CASE_PLACES; i++) {
		put64(seg + CASE_ABS64 + 8 * i, held(i));
		put32(seg + CASE_INVERSE + 4 * i, 0x7f000000u - (uint32_t)i);
		put32(seg + CASE_ABS32 + 4 * i, (uint32_t)held(i));
	}
}

static void fill_relocs(uint8_t *p)
{
	int i;

	for (i = 0; i < CASE_PLACES; i++) {
		uint32_t va = (uint32_t)CASE_VA;

		put32(p + 4 * (1 + i), va + CASE_ABS64 + 8 * i);
		put32(p + 4 * (LIST + 1 + i), va + CASE_INVERSE + 4 * i);
		put32(p + 4 * (2 * LIST + 1 + i), va + CASE_ABS32 + 4 * i);
	}
}

/*
 * Two segments, the second of per-CPU kind (p_vaddr 0) and with a .bss; two
 * empty sections; the relocation lists.
 */
static struct made make_elf(void)
{
	const Elf64_Ehdr ehdr = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC, .e_machine = EM_X86_64,
		.e_version = EV_CURRENT, .e_entry = CASE_PA + CASE_ENTRY,
		.e_phoff = CASE_PH, .e_shoff = CASE_SH,
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 2,
		.e_shentsize = sizeof(Elf64_Shdr), .e_shnum = 2,
	};
	const Elf64_Phdr phdr[2] = {
		{ .p_type = PT_LOAD, .p_offset = CASE_SEG, .p_vaddr = CASE_VA,
		  .p_paddr = CASE_PA, .p_filesz = 0x2000, .p_memsz = 0x2000 },
		{ .p_type = PT_LOAD, .p_offset = CASE_SEG2,
		  .p_paddr = CASE_PA + 0x200000, .p_filesz = 0x1000,
		  .p_memsz = 0x2000 },
	};
	struct made m = { .len = RELOC(3 * LIST) };

	m.data = zeroes(m.len);
	memcpy(m.data, &ehdr, sizeof(ehdr));
	memcpy(m.data + CASE_PH, phdr, sizeof(phdr));
	fill_memory(m.data + CASE_SEG);
	memset(m.data + CASE_SEG2, 0x5a, 0x1000);
	fill_relocs(m.data + CASE_RELOCS);
	return m;
}

static void fill_header(uint8_t *file, size_t payload_len)
{
	file[HDR_SETUP_SECTS] = 1;
	put16(file + HDR_BOOT_FLAG, HDR_BOOT_FLAG_MAGIC);
	put16(file + HDR_JUMP, 0x6aeb);
	put32(file + HDR_HEADER, HDR_HEADER_MAGIC);
	put16(file + HDR_VERSION, 0x20f);
	put16(file + HDR_KERNEL_VERSION, 0x80);
	strcpy((char *)file + HDR_JUMP + 0x80, CASE_RELEASE " (a@b) #1");
	put32(file + HDR_KERNEL_ALIGNMENT, 0x200000);
	file[HDR_RELOCATABLE_KERNEL] = 1;
	put16(file + HDR_XLOADFLAGS, 0x7f);
	put32(file + HDR_CMDLINE_SIZE, 2047);
	put32(file + HDR_PAYLOAD_OFFSET, CASE_PAYLOAD - CASE_CODE);
	put32(file + HDR_PAYLOAD_LENGTH, (uint32_t)payload_len);
	put64(file + HDR_PREF_ADDRESS, CASE_PA);
	put32(file + HDR_INIT_SIZE, 0x800000);
	memset(file + CASE_CODE, 0x7a, CASE_PAYLOAD - CASE_CODE);
}

static struct made make_bzimage(const struct made *elf)
{
	size_t max = ZSTD_compressBound(elf->len);
	struct made m = { .data = zeroes(CASE_PAYLOAD + max + 4) };
	size_t n = ZSTD_compress(m.data + CASE_PAYLOAD, max, elf->data,
				 elf->len, 3);

	must(!ZSTD_isError(n), "ZSTD_compress");
	put32(m.data + CASE_PAYLOAD + n, (uint32_t)elf->len);
	m.len = CASE_PAYLOAD + n + 4;
	fill_header(m.data, n + 4);
	return m;
}

static struct made make_text(void)
{
	static const char text[] = "Hello. This is not a kernel.\n";
	struct made m = { .data = zeroes(1024), .len = 1024 };

	memcpy(m.data, text, sizeof(text));
	return m;
}

static struct made make_kernel(const struct image_case *c)
{
	struct made elf = make_elf();
	struct made m;

	patch(&elf, c->elf, 3);
	elf.len = length(elf.len, c->elf_len);
	if (c->kind == CASE_ELF)
		return elf;
	m = make_bzimage(&elf);
	free(elf.data);
	return m;
}

struct made case_make(const struct image_case *c)
{
	struct made m = c->kind == CASE_TEXT ? make_text() : make_kernel(c);

	patch(&m, c->file, 3);
	m.len = length(m.len, c->file_len);
	return m;
}
