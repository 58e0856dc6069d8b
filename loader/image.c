// SPDX-License-Identifier: GPL-2.0-only
/*
 * image.c - what is this file? Finds out by magic, has the parts read by
 * those who know them, and puts together struct image for the commands.
 *
 * bzImage: setup header (bzimage.c) -> payload (payload.c) -> ELF (elf.c)
 * and the relocation lists behind it (relocs.c). vmlinux: the last two. A
 * bzImage without a payload, or with one that is not understood, is taken
 * whole (whole.c). One that is damaged is refused.
 */
#define _GNU_SOURCE 1	/* memmem */
#include "image.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "elf.h"
#include "input.h"
#include "payload.h"
#include "whole.h"
#include "wipe.h"

typedef unsigned long long ull;

/* More than any kernel with its debug data, less than would hurt. Bytes. */
#define FILE_MAX ((size_t)2 << 30)

/* What a vmlinux file is taken for: it has no setup header to say so. */
#define ELF_VERSION		0x020f
#define ELF_CMDLINE_SIZE	2047	/* COMMAND_LINE_SIZE of x86, less NUL */
#define ELF_INITRD_ADDR_MAX	0x7fffffff
#define ELF_HEADER_LEN		(HDR_KERNEL_INFO_OFFSET + 4 - HDR_START)

/*
 * acpi_mp_cpu_die() of arch/x86/kernel/acpi/madt_wakeup.c says this when a
 * CPU does not go back through the reset vector: only a kernel that can hand
 * CPUs back (6.11 on) has the text.
 */
static const char handover_text[] = "Failed to hand over CPU %d";
/*
 * exc_general_protection() of arch/x86/kernel/traps.c guesses so: the text came
 * with LASS itself. Debian's 6.19 and 7.2 have it, its 6.12 and 6.18 have not.
 */
static const char lass_text[] = "probably LASS violation";
static const char banner_text[] = "Linux version ";

static int read_file(const char *path, struct file *file)
{
	if (input_read(path, FILE_MAX, file) < 0)
		return -1;
	if (file->size == 0) {
		warnx("load: %s: file is empty, need a bzImage or ELF", path);
		return -1;
	}
	return 0;
}

/* The first word of a text "6.12.1 (user@host) ..." is uname -r. */
static void set_release(struct image *img, const char *text, size_t max)
{
	size_t n = 0;

	while (n < max && n < IMAGE_RELEASE_MAX - 1 && text[n] > ' ' &&
	       text[n] <= '~')
		n++;
	memcpy(img->release, text, n);
	img->release[n] = '\0';
}

static const uint8_t *find_text(const struct image *img, const char *text)
{
	return memmem(img->mem, img->size, text, strlen(text));
}

static void find_release(struct image *img)
{
	const uint8_t *banner = find_text(img, banner_text);

	if (!banner)
		return;
	banner += strlen(banner_text);
	set_release(img, (const char *)banner,
		    (size_t)(img->mem + img->size - banner));
}

static struct reloc_target reloc_target(const struct image *img)
{
	return (struct reloc_target){
		.mem = img->mem,
		.size = img->size,
		.va = img->link_va,
		.moved = img->virt_delta,
	};
}

/* Takes the ELF into img, and the lists behind it if they are this one's. */
static int take_elf(struct image *img, const uint8_t *data, size_t len)
{
	struct reloc_target target;
	struct elf elf;

	if (elf_load(img->path, data, len, &elf) < 0)
		return -1;
	img->mem = elf.mem;
	img->size = elf.size;
	img->link_pa = elf.pa;
	img->link_va = elf.va;
	img->entry = elf.entry;
	if (relocs_read(img->path, data + elf.end, len - elf.end,
			&img->relocs) < 0)
		return -1;
	target = reloc_target(img);
	if (relocs_check(img->path, &img->relocs, &target) < 0)
		return -1;
	if (!img->release[0])
		find_release(img);
	img->mailbox_v1 = find_text(img, handover_text) != NULL;
	img->lass = find_text(img, lass_text) != NULL;
	return 0;
}

/* offset is one of HDR_*, as in the file. */
static uint8_t *field(struct image *img, size_t offset)
{
	return img->header + (offset - HDR_START);
}

static void take_header(struct image *img)
{
	img->cmdline_size = get32(field(img, HDR_CMDLINE_SIZE));
	img->init_size = get32(field(img, HDR_INIT_SIZE));
	img->kernel_alignment = get32(field(img, HDR_KERNEL_ALIGNMENT));
	img->initrd_addr_max = get32(field(img, HDR_INITRD_ADDR_MAX));
	img->xloadflags = get16(field(img, HDR_XLOADFLAGS));
	if (!(img->xloadflags & XLF_5LEVEL_ENABLED))
		img->no_5level = "no XLF_5LEVEL_ENABLED";
}

static int check_alignment(const struct image *img)
{
	if (img->kernel_alignment < ELF_ALIGN ||
	    (img->kernel_alignment & (img->kernel_alignment - 1))) {
		warnx("load: %s: kernel_alignment 0x%x, need a power of two "
		      "of 0x%llx or more", img->path, img->kernel_alignment,
		      (ull)ELF_ALIGN);
		return -1;
	}
	return 0;
}

static int understand(struct image *img, const uint8_t *elf, size_t len)
{
	if (!elf_is(elf, len)) {
		complain(img->path, "payload unpacks to %zu bytes that are no "
			 "ELF", len);
		return -1;
	}
	return take_elf(img, elf, len);
}

/* Of what was understood, nothing is to be left. */
static void forget_elf(struct image *img)
{
	free(img->mem);
	relocs_free(&img->relocs);
	img->mem = NULL;
	img->size = 0;
	img->link_va = 0;
	img->mailbox_v1 = false;
}

/*
 * 0: img is the ELF inside. -1: it is not, after one line on stderr, or with
 * the reason in why_whole: not understood, which is not the same as damaged.
 */
static int take_payload(struct image *img, const struct bzimage *bz)
{
	uint8_t *elf = NULL;
	size_t len;
	int ret;

	if (!payload_known(bz->payload, bz->payload_len)) {
		complaint_keep(img->why_whole);
		payload_unpack(img->path, bz->payload, bz->payload_len, &elf,
			       &len);
		complaint_keep(NULL);
		return -1;
	}
	if (check_alignment(img) < 0 ||
	    payload_unpack(img->path, bz->payload, bz->payload_len, &elf,
			   &len) < 0)
		return -1;
	complaint_keep(img->why_whole);
	ret = understand(img, elf, len);
	complaint_keep(NULL);
	free(elf);
	if (ret < 0)
		forget_elf(img);
	return ret;
}

static int take_whole(struct image *img, const struct bzimage *bz)
{
	/* the entry of what unpacks itself has a flag of its own */
	if (!img->no_5level && !(img->xloadflags & XLF_5LEVEL))
		img->no_5level = "no XLF_5LEVEL";
	if (whole_take(img, bz) < 0)
		return -1;
	img->mailbox_v1 = find_text(img, handover_text) != NULL;
	return 0;
}

static int open_bzimage(struct image *img, const struct file *file)
{
	struct bzimage bz;

	if (bzimage_parse(img->path, file->data, file->size, &bz) < 0)
		return -1;
	memcpy(img->header, bz.header, bz.header_len);
	img->header_len = bz.header_len;
	take_header(img);
	if (bz.version)
		set_release(img, bz.version, strlen(bz.version));
	if (!bz.payload_len)
		return take_whole(img, &bz);
	if (take_payload(img, &bz) < 0)
		return *img->why_whole ? take_whole(img, &bz) : -1;
	return 0;
}

/*
 * The least a kernel reads from its setup header. Five levels are left out:
 * a vmlinux does not say whether it has them, and it runs with four.
 */
static void make_header(struct image *img)
{
	const size_t end = HDR_START + ELF_HEADER_LEN;

	put16(field(img, HDR_BOOT_FLAG), HDR_BOOT_FLAG_MAGIC);
	*field(img, HDR_JUMP) = 0xeb;	/* jmp short, to the end of it */
	*field(img, HDR_JUMP + 1) = (uint8_t)(end - HDR_END_BASE);
	put32(field(img, HDR_HEADER), HDR_HEADER_MAGIC);
	put16(field(img, HDR_VERSION), ELF_VERSION);
	*field(img, HDR_LOADFLAGS) = HDR_LOADED_HIGH;
	put32(field(img, HDR_INITRD_ADDR_MAX), ELF_INITRD_ADDR_MAX);
	put32(field(img, HDR_KERNEL_ALIGNMENT), (uint32_t)ELF_ALIGN);
	*field(img, HDR_RELOCATABLE_KERNEL) = 1;
	put16(field(img, HDR_XLOADFLAGS),
	      XLF_KERNEL_64 | XLF_CAN_BE_LOADED_ABOVE_4G);
	put32(field(img, HDR_CMDLINE_SIZE), ELF_CMDLINE_SIZE);
	put64(field(img, HDR_PREF_ADDRESS), img->link_pa);
	put32(field(img, HDR_INIT_SIZE), (uint32_t)img->size);
	img->header_len = ELF_HEADER_LEN;
}

static int open_elf(struct image *img, const struct file *file)
{
	if (take_elf(img, file->data, file->size) < 0)
		return -1;
	make_header(img);
	take_header(img);
	return 0;
}

static int refuse(struct image *img, const struct file *file)
{
	uint8_t magic[4] = { 0 };

	memcpy(magic, file->data, file->size < 4 ? file->size : 4);
	warnx("load: %s: not a bzImage or ELF (%zu bytes, magic "
	      "%02x%02x%02x%02x at 0)", img->path, file->size, magic[0],
	      magic[1], magic[2], magic[3]);
	return -1;
}

static int open_any(struct image *img, const struct file *file)
{
	if (bzimage_is(file->data, file->size))
		return open_bzimage(img, file);
	if (elf_is(file->data, file->size))
		return open_elf(img, file);
	return refuse(img, file);
}

int image_open(const char *path, struct image *img)
{
	struct file file = { 0 };
	int ret = -1;

	*img = (struct image){ .path = path };
	if (read_file(path, &file) == 0)
		ret = open_any(img, &file);
	file_free(&file);
	if (ret < 0)
		image_free(img);
	return ret;
}

void image_free(struct image *img)
{
	if (!img)
		return;
	/* moved, each of its pointers says how far */
	wipe_free(img->mem, img->size);
	relocs_free(&img->relocs);
	*img = (struct image){ 0 };
}

uint64_t image_virt_max(const struct image *img)
{
	/* kernel text mapping: from ELF_VA_MIN on, ELF_SIZE_MAX bytes */
	uint64_t start = img->link_va - ELF_VA_MIN;

	if (!img->relocs.words || start + img->size > ELF_SIZE_MAX)
		return 0;
	return (ELF_SIZE_MAX - start - img->size) / ELF_ALIGN * ELF_ALIGN;
}

static int check_move(const struct image *img, uint64_t moved)
{
	if (!img->relocs.words) {
		warnx("load: %s: no relocation lists, cannot move the kernel "
		      "by 0x%llx", img->path, (ull)moved);
		return -1;
	}
	if (moved % ELF_ALIGN || moved > image_virt_max(img)) {
		warnx("load: %s: cannot move the kernel by 0x%llx "
		      "(need a multiple of 2 MiB, 0x%llx or less)", img->path,
		      (ull)moved, (ull)image_virt_max(img));
		return -1;
	}
	return 0;
}

int image_relocate(struct image *img, uint64_t virt_delta)
{
	struct reloc_target target = reloc_target(img);

	if (virt_delta == 0)
		return 0;
	if (check_move(img, img->virt_delta + virt_delta) < 0 ||
	    relocs_apply(img->path, &img->relocs, &target, virt_delta) < 0)
		return -1;
	img->virt_delta = target.moved;
	return 0;
}
