// SPDX-License-Identifier: GPL-2.0-only
/*
 * segments.c - what is handed to kexec_load(2), and its digests.
 */
#include "segments.h"

#include <assert.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define PAGE	4096

static bool is_zero(const uint8_t *bytes, size_t size)
{
	static const uint8_t zeroes[PAGE];

	return !memcmp(bytes, zeroes, size);
}

/* The size without its last pages if they are zero. */
static size_t without_zeroes(const uint8_t *bytes, size_t size)
{
	while (size) {
		size_t last = (size - 1) / PAGE * PAGE;

		if (!is_zero(bytes + last, size - last))
			break;
		size = last;
	}
	return size;
}

void segments_add(struct segments *segments, const char *what,
		  const void *bytes, size_t size, uint64_t pa, size_t memsz,
		  bool verified)
{
	struct kexec_segment *segment = &segments->list[segments->count];

	assert(segments->count < KEXEC_SEGMENTS_MAX);
	segment->buf = bytes;
	segment->bufsz = without_zeroes(bytes, size);
	segment->mem = pa;
	segment->memsz = (memsz + PAGE - 1) / PAGE * PAGE;
	segments->what[segments->count] = what;
	segments->verified[segments->count] = verified;
	segments->count++;
}

void segments_digest(const struct segments *segments,
		     struct purgatory_params *params)
{
	params->segments = 0;
	for (size_t i = 0; i < segments->count; i++) {
		const struct kexec_segment *segment = &segments->list[i];
		struct purgatory_segment *out;
		XXH128_hash_t hash;

		if (!segments->verified[i])
			continue;
		hash = XXH3_128bits(segment->buf, segment->bufsz);
		out = &params->segment[params->segments++];
		out->pa = segment->mem;
		out->size = segment->bufsz;
		out->digest[0] = hash.low64;
		out->digest[1] = hash.high64;
	}
}
