// SPDX-License-Identifier: GPL-2.0-only
/*
 * image.c - mutates a kernel on any of its levels: the file's bytes, the setup
 * header, or what is packed in it: ELF headers, relocation lists, anything.
 * What was unpacked is packed again, with its lengths right, so that mutations
 * reach the code behind the unpacking.
 */
#include "elf_headers.h"

#include "../fuzz.h"

#include <zstd.h>

#include "bytes.h"
#include "lists.h"
#include "payload.h"
#include "setup_header.h"

#define PLAIN_MAX	65536
#define SECTOR		512

/* As in tests/images: where the lists start. Elsewhere is no harm. */
static size_t lists_at(const uint8_t *elf, size_t len)
{
	uint64_t at = len >= sizeof(Elf64_Ehdr) ?
		get64(elf + offsetof(Elf64_Ehdr, e_shoff)) + 128 : 0;

	return at < len ? at : len;
}

static size_t mutate_plain(uint8_t *elf, size_t len, size_t max,
			   unsigned int *seed)
{
	size_t at;

	switch (any(seed) % 4) {
	case 0:
		return LLVMFuzzerMutate(elf, len, max);
	case 1:
		at = lists_at(elf, len);
		return at + lists_mutate(elf + at, len - at, max - at,
					 0x4000, seed);
	default:
		fields_mutate(elf, len, elf_headers, ELF_HEADERS_FIELDS, len,
			      seed);
		return len;
	}
}

/* Packs the ELF to where the payload was. 0: there is no room for it. */
static size_t pack(uint8_t *data, size_t at, size_t max, const uint8_t *elf,
		   size_t len)
{
	size_t n;

	if (at + 8 > max)
		return 0;
	n = ZSTD_compress(data + at, max - at - 4, elf, len, 1);
	if (ZSTD_isError(n))
		return 0;
	put32(data + at + n, (uint32_t)len);
	put32(data + HDR_PAYLOAD_LENGTH, (uint32_t)n + 4);
	return at + n + 4;
}

static size_t mutate_payload(uint8_t *data, size_t size, size_t max,
			     unsigned int *seed)
{
	static uint8_t plain[PLAIN_MAX];
	struct bzimage bz;
	uint8_t *elf;
	size_t len, at, packed = 0;

	if (bzimage_parse("mutator", data, size, &bz) < 0 || !bz.payload ||
	    payload_unpack("mutator", bz.payload, bz.payload_len, &elf,
			   &len) < 0)
		return 0;
	at = (size_t)(bz.payload - data);
	if (len <= PLAIN_MAX && at >= 2 * SECTOR) {
		memcpy(plain, elf, len);
		len = mutate_plain(plain, len, PLAIN_MAX, seed);
		packed = pack(data, at, max, plain, len);
	}
	free(elf);
	return packed;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	size_t n;

	if (size > SELFMAG && !memcmp(data, ELFMAG, SELFMAG))
		return mutate_plain(data, size, max, &seed);
	switch (any(&seed) % 8) {
	case 0:
		return LLVMFuzzerMutate(data, size, max);
	case 1:
		fields_mutate(data, size, setup_header, SETUP_HEADER_FIELDS,
			      size, &seed);
		return size;
	default:
		n = mutate_payload(data, size, max, &seed);
		return n ? n : LLVMFuzzerMutate(data, size, max);
	}
}
