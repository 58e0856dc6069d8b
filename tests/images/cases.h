/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cases.h - kernels of a few KiB made on the spot, whole or broken in one
 * place each, with the line the loader must refuse them with, or must give as
 * the reason to load them whole.
 */
#ifndef KPARK_CASES_H
#define KPARK_CASES_H

#include <stddef.h>
#include <stdint.h>

enum case_kind {
	CASE_TEXT,	/* no kernel at all */
	CASE_BZIMAGE,	/* setup, then the ELF packed by zstd */
	CASE_ELF,	/* the ELF as a file */
};

/* Writes size low bytes of value at offset; negative: from the end. */
struct case_patch {
	long offset;
	size_t size;	/* bytes, 0 ends the list */
	uint64_t value;
};

struct image_case {
	const char *name;
	enum case_kind kind;
	struct case_patch elf[3];	/* to the ELF, before it is packed */
	struct case_patch file[3];	/* to the file */
	long elf_len;		/* bytes kept; 0: all, negative: from end */
	long file_len;		/* the same of the file */
	int whole;		/* not refused but loaded whole, and says so */
	const char *message;	/* fnmatch(3) pattern, behind "load: PATH: " */
};

extern const struct image_case image_cases[];
extern const size_t image_cases_n;

/* Made by case_make, data to be freed by the caller. */
struct made {
	uint8_t *data;
	size_t len;
};

struct made case_make(const struct image_case *c);

/* The whole kernel's: where things are and what is to be found. */
#define CASE_RELEASE	"9.8.7-test"
#define CASE_VA		0xffffffff81000000ull
#define CASE_PA		0x1000000ull
#define CASE_ENTRY	0x40	/* offset in memory */
#define CASE_PLACES	16	/* in each of the three relocation lists */
#define CASE_ABS64	0x1000	/* offset of the first place in memory */
#define CASE_INVERSE	0x1400
#define CASE_ABS32	0x1800

/* Offsets in the ELF file. */
#define CASE_PH		64		/* two program headers */
#define CASE_PH2	(64 + 56)
#define CASE_SEG	0x1000
#define CASE_SEG2	0x3000
#define CASE_SH		0x4000		/* two section headers */
#define CASE_RELOCS	(CASE_SH + 128)

/* Offsets in the bzImage: one setup sector, then the code, 0x7a its filling. */
#define CASE_CODE	1024
#define CASE_PAYLOAD	(CASE_CODE + 0x400)

#endif
