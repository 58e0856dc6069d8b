// SPDX-License-Identifier: GPL-2.0-only
/*
 * bzimage.c - reads the setup header of a bzImage. Called by image.c with
 * the whole file, of which nothing is trusted: every offset is compared with
 * the file's end before it is used.
 *
 * Spec: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
 */
#include "bzimage.h"

#include <err.h>
#include <string.h>

#include "bytes.h"
#include "elf.h"

#define SECTOR 512
#define DEFAULT_SETUP_SECTS 4	/* boot.rst: a setup_sects of 0 means 4 */

bool bzimage_is(const uint8_t *file, size_t len)
{
	return len >= SECTOR && get16(file + HDR_BOOT_FLAG) ==
				HDR_BOOT_FLAG_MAGIC;
}

static int find_header(const char *path, const uint8_t *file, size_t len,
		       struct bzimage *bz)
{
	size_t end, need;

	if (len < HDR_END_BASE) {
		warnx("load: %s: file ends inside the setup header "
		      "(found %zu bytes, need %u)", path, len, HDR_END_BASE);
		return -1;
	}
	end = HDR_END_BASE + file[HDR_JUMP + 1];
	if (end > HDR_END_MAX) {
		warnx("load: %s: setup header ends at 0x%zx, need 0x%x or less",
		      path, end, HDR_END_MAX);
		return -1;
	}
	/* The magic lies behind the jump, whatever that says. */
	need = end < HDR_VERSION + 2 ? HDR_VERSION + 2 : end;
	if (len < need) {
		warnx("load: %s: file ends inside the setup header "
		      "(found %zu bytes, need %zu)", path, len, need);
		return -1;
	}
	bz->header = file + HDR_START;
	bz->header_len = end - HDR_START;
	return 0;
}

static int check_magic(const char *path, const uint8_t *file,
		       size_t header_end)
{
	if (header_end < HDR_VERSION + 2 ||
	    get32(file + HDR_HEADER) != HDR_HEADER_MAGIC) {
		warnx("load: %s: boot sector without a Linux setup header "
		      "(found %02x%02x%02x%02x at 0x%x, need 48647253)", path,
		      file[HDR_HEADER], file[HDR_HEADER + 1],
		      file[HDR_HEADER + 2], file[HDR_HEADER + 3], HDR_HEADER);
		return -1;
	}
	return 0;
}

static int check_protocol(const char *path, const uint8_t *file,
			  size_t header_end)
{
	unsigned int version = get16(file + HDR_VERSION);
	unsigned int flags;

	if (version < HDR_VERSION_XLOADFLAGS) {
		warnx("load: %s: boot protocol %u.%02u has no 64-bit entry, "
		      "need 2.12 or later", path, version >> 8,
		      version & 0xff);
		return -1;
	}
	if (header_end < HDR_INIT_SIZE + 4) {
		warnx("load: %s: setup header ends at 0x%zx, boot protocol "
		      "%u.%02u needs 0x%x", path, header_end, version >> 8,
		      version & 0xff, HDR_INIT_SIZE + 4);
		return -1;
	}
	flags = get16(file + HDR_XLOADFLAGS);
	if (!(flags & XLF_KERNEL_64)) {
		warnx("load: %s: no 64-bit entry (xloadflags 0x%x, need bit 0)",
		      path, flags);
		return -1;
	}
	return 0;
}

/* Setup code and boot sector; the 32-bit code follows. In bytes. */
static size_t setup_size(const uint8_t *file)
{
	size_t sects = file[HDR_SETUP_SECTS];

	return (sects ? sects + 1 : DEFAULT_SETUP_SECTS + 1) * SECTOR;
}

/* What is loaded if the file is started whole: all behind the setup. */
static int find_code(const char *path, const uint8_t *file, size_t len,
		     struct bzimage *bz)
{
	size_t start = setup_size(file);

	if (len <= start + HDR_ENTRY_64) {
		warnx("load: %s: no code behind the setup sectors (found %zu "
		      "bytes, need more than %zu)", path, len,
		      start + HDR_ENTRY_64);
		return -1;
	}
	bz->code = file + start;
	bz->code_len = len - start;
	return 0;
}

static int find_payload(const char *path, const uint8_t *file, size_t len,
			struct bzimage *bz)
{
	uint64_t offset = (uint64_t)setup_size(file) +
			  get32(file + HDR_PAYLOAD_OFFSET);
	uint64_t size = get32(file + HDR_PAYLOAD_LENGTH);

	if (size == 0)
		return 0;
	if (offset + size > len) {
		warnx("load: %s: payload ends beyond the file "
		      "(found %zu bytes, need %llu)", path, len,
		      (unsigned long long)(offset + size));
		return -1;
	}
	bz->payload = file + offset;
	bz->payload_len = size;
	return 0;
}

/* boot.rst, kernel_version: 0, or less than 0x200 * setup_sects. */
static const char *find_version(const uint8_t *file, size_t len)
{
	size_t pointer = get16(file + HDR_KERNEL_VERSION);
	size_t start = pointer + HDR_JUMP;
	size_t end = setup_size(file) < len ? setup_size(file) : len;

	if (pointer == 0 || start >= end ||
	    !memchr(file + start, '\0', end - start))
		return NULL;
	return (const char *)file + start;
}

int bzimage_parse(const char *path, const uint8_t *file, size_t len,
		  struct bzimage *bz)
{
	size_t header_end;

	*bz = (struct bzimage){ 0 };
	if (find_header(path, file, len, bz) < 0)
		return -1;
	header_end = HDR_START + bz->header_len;
	if (check_magic(path, file, header_end) < 0 ||
	    check_protocol(path, file, header_end) < 0 ||
	    find_payload(path, file, len, bz) < 0 ||
	    find_code(path, file, len, bz) < 0)
		return -1;
	bz->version = find_version(file, len);
	return 0;
}
