// SPDX-License-Identifier: GPL-2.0-only
/*
 * elf.c - reads a vmlinux with libelf and lays it out as it lies in memory.
 * Called by image.c, with the unpacked payload of a bzImage (more data may
 * follow the ELF) or with a vmlinux file. Nothing of it is trusted.
 *
 * Addresses are the physical ones: the per-CPU segment of 6.1 and 6.12 has
 * p_vaddr 0, and e_entry is physical (phys_startup_64, vmlinux.lds.S).
 * Spec: System V ABI, ch. 5, "Program Header".
 */
#include "elf.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include <gelf.h>
#include <libelf.h>

#include "bigmem.h"
#include "complaint.h"

typedef unsigned long long ull;

bool elf_is(const uint8_t *file, size_t len)
{
	return len >= SELFMAG && !memcmp(file, ELFMAG, SELFMAG);
}

static bool add(uint64_t a, uint64_t b, uint64_t *sum)
{
	return !__builtin_add_overflow(a, b, sum);
}

static int read_header(const char *path, Elf *e, size_t len, GElf_Ehdr *ehdr)
{
	if (!e || elf_kind(e) != ELF_K_ELF || !gelf_getehdr(e, ehdr)) {
		complain(path, "ELF header is damaged (%zu bytes; %s)", len,
			 elf_errmsg(-1));
		return -1;
	}
	if (gelf_getclass(e) != ELFCLASS64 || ehdr->e_machine != EM_X86_64) {
		complain(path, "ELF is not for x86-64 (found %d bits, machine "
			 "%u; need 64 bits, machine %u)",
			 gelf_getclass(e) == ELFCLASS64 ? 64 : 32,
			 ehdr->e_machine, EM_X86_64);
		return -1;
	}
	if (ehdr->e_type != ET_EXEC) {
		complain(path, "ELF of type %u, need %u (executable)",
			 ehdr->e_type, ET_EXEC);
		return -1;
	}
	return 0;
}

/*
 * The section headers are the last thing in a vmlinux; the relocation lists
 * of a bzImage's payload start right behind them.
 */
static int find_end(const char *path, Elf *e, const GElf_Ehdr *ehdr,
		    size_t len, struct elf *elf)
{
	uint64_t size, end = 0;
	size_t n = 0;

	if (ehdr->e_shoff == 0) {
		elf->end = len;
		return 0;
	}
	if (elf_getshdrnum(e, &n) < 0 || n == 0 ||
	    __builtin_mul_overflow(n, ehdr->e_shentsize, &size) ||
	    !add(ehdr->e_shoff, size, &end) || end > len) {
		complain(path, "section headers lie beyond the file (%zu at "
			 "0x%llx, found 0x%zx bytes)", n ? n : ehdr->e_shnum,
			 (ull)ehdr->e_shoff, len);
		return -1;
	}
	elf->end = (size_t)end;
	return 0;
}

static int check_load(const char *path, size_t i, const GElf_Phdr *p,
		      size_t len)
{
	uint64_t end;

	if (!add(p->p_offset, p->p_filesz, &end) || end > len) {
		complain(path, "PT_LOAD %zu lies beyond the file (0x%llx "
			 "bytes at 0x%llx, found 0x%zx)", i, (ull)p->p_filesz,
			 (ull)p->p_offset, len);
		return -1;
	}
	if (p->p_filesz > p->p_memsz) {
		complain(path, "PT_LOAD %zu has 0x%llx bytes in the file, "
			 "more than the 0x%llx in memory", i,
			 (ull)p->p_filesz, (ull)p->p_memsz);
		return -1;
	}
	if (!add(p->p_paddr, p->p_memsz, &end)) {
		complain(path, "PT_LOAD %zu ends beyond the address space "
			 "(0x%llx bytes at 0x%llx)", i, (ull)p->p_memsz,
			 (ull)p->p_paddr);
		return -1;
	}
	return 0;
}

static bool overlap(const GElf_Phdr *a, const GElf_Phdr *b)
{
	return a->p_paddr < b->p_paddr + b->p_memsz &&
	       b->p_paddr < a->p_paddr + a->p_memsz;
}

static int check_overlaps(const char *path, const GElf_Phdr *load, size_t n)
{
	size_t i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < i; j++) {
			if (!overlap(&load[i], &load[j]))
				continue;
			complain(path, "PT_LOADs overlap (0x%llx bytes at "
				 "0x%llx, 0x%llx at 0x%llx)",
				 (ull)load[j].p_memsz, (ull)load[j].p_paddr,
				 (ull)load[i].p_memsz, (ull)load[i].p_paddr);
			return -1;
		}
	}
	return 0;
}

/* A vmlinux has two to five; more are no kernel of ours. */
#define LOAD_MAX 16

/* Fills load[LOAD_MAX] with the checked PT_LOADs. Returns how many, or -1. */
static int find_loads(const char *path, Elf *e, size_t len, GElf_Phdr *load)
{
	size_t i, headers = 0;
	int n = 0;

	if (elf_getphdrnum(e, &headers) < 0)
		headers = 0;
	for (i = 0; i < headers; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(e, (int)i, &p)) {
			complain(path, "program header %zu of %zu lies beyond "
				 "the file (found 0x%zx bytes)", i, headers,
				 len);
			return -1;
		}
		if (p.p_type != PT_LOAD || p.p_memsz == 0)
			continue;
		if (check_load(path, i, &p, len) < 0)
			return -1;
		if (n == LOAD_MAX) {
			complain(path, "more than %d PT_LOADs", LOAD_MAX);
			return -1;
		}
		load[n++] = p;
	}
	if (n == 0) {
		complain(path, "ELF has no PT_LOAD (found %zu program headers)",
			 headers);
		return -1;
	}
	return check_overlaps(path, load, (size_t)n) < 0 ? -1 : n;
}

/* Start, size and link address of the whole. */
static int measure(const char *path, const GElf_Phdr *load, int n,
		   struct elf *elf)
{
	const GElf_Phdr *first = load;
	uint64_t end = 0;
	uint64_t size;
	int i;

	for (i = 0; i < n; i++) {
		if (load[i].p_paddr < first->p_paddr)
			first = &load[i];
		if (load[i].p_paddr + load[i].p_memsz > end)
			end = load[i].p_paddr + load[i].p_memsz;
	}
	size = end - first->p_paddr;
	if (size > ELF_SIZE_MAX) {
		complain(path, "PT_LOADs span 0x%llx bytes, need 0x%llx or "
			 "less", (ull)size, (ull)ELF_SIZE_MAX);
		return -1;
	}
	if (first->p_vaddr < ELF_VA_MIN || first->p_paddr % ELF_ALIGN) {
		complain(path, "not linked as a kernel (0x%llx at physical "
			 "0x%llx, need 0x%llx or higher, 2 MiB aligned)",
			 (ull)first->p_vaddr, (ull)first->p_paddr,
			 (ull)ELF_VA_MIN);
		return -1;
	}
	elf->pa = first->p_paddr;
	elf->va = first->p_vaddr;
	elf->size = (size + ELF_ALIGN - 1) / ELF_ALIGN * ELF_ALIGN;
	return 0;
}

/* The first instruction has to be in a PT_LOAD, not in a gap. */
static int find_entry(const char *path, const GElf_Ehdr *ehdr,
		      const GElf_Phdr *load, int n, struct elf *elf)
{
	int i;

	for (i = 0; i < n; i++) {
		if (ehdr->e_entry >= load[i].p_paddr &&
		    ehdr->e_entry - load[i].p_paddr < load[i].p_filesz) {
			elf->entry = ehdr->e_entry - elf->pa;
			return 0;
		}
	}
	complain(path, "entry 0x%llx lies in no PT_LOAD (physical 0x%llx to "
		 "0x%llx)", (ull)ehdr->e_entry, (ull)elf->pa,
		 (ull)(elf->pa + elf->size));
	return -1;
}

static int place(const char *path, const uint8_t *file, const GElf_Phdr *load,
		 int n, struct elf *elf)
{
	int i;

	elf->mem = bigmem_alloc(elf->size);
	if (!elf->mem) {
		warn("load: %s: %zu bytes for the kernel", path, elf->size);
		return -1;
	}
	for (i = 0; i < n; i++)
		memcpy(elf->mem + (load[i].p_paddr - elf->pa),
		       file + load[i].p_offset, load[i].p_filesz);
	return 0;
}

static int load_from(const char *path, Elf *e, const uint8_t *file,
		     size_t len, struct elf *elf)
{
	GElf_Phdr load[LOAD_MAX];
	GElf_Ehdr ehdr;
	int n;

	if (read_header(path, e, len, &ehdr) < 0 ||
	    find_end(path, e, &ehdr, len, elf) < 0)
		return -1;
	n = find_loads(path, e, len, load);
	if (n < 0 || measure(path, load, n, elf) < 0 ||
	    find_entry(path, &ehdr, load, n, elf) < 0)
		return -1;
	return place(path, file, load, n, elf);
}

int elf_load(const char *path, const uint8_t *file, size_t len,
	     struct elf *elf)
{
	Elf *e;
	int ret;

	*elf = (struct elf){ 0 };
	elf_version(EV_CURRENT);
	/* libelf writes to its image only through elf_update */
	e = elf_memory((char *)file, len);
	ret = load_from(path, e, file, len, elf);
	elf_end(e);
	return ret;
}
