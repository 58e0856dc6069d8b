// SPDX-License-Identifier: GPL-2.0-only
/*
 * segments.c - what is handed to kexec_load(2), and what is not because it is
 * zero: the kernel would allocate, clear and copy every page of it.
 */
#include "segments.h"

#include <assert.h>
#include <string.h>

#include "bytes.h"
#include "units.h"

static bool is_zero(const uint8_t *page)
{
	for (size_t i = 0; i < PAGE; i += sizeof(uint64_t))
		if (get64(page + i))
			return false;
	return true;
}

/* The longest run of zero pages. */
static struct gap find_gap(const struct kexec_segment *segment)
{
	const uint8_t *bytes = segment->buf;
	struct gap largest = { 0 }, run = { 0 };

	for (size_t at = 0; at < segment->memsz; at += PAGE) {
		if (!is_zero(bytes + at)) {
			run.size = 0;
			continue;
		}
		if (!run.size)
			run.at = at;
		run.size += PAGE;
		if (run.size > largest.size)
			largest = run;
	}
	return largest;
}

static void set(struct kexec_segment *segment, const uint8_t *bytes,
		size_t size, uint64_t pa)
{
	segment->buf = bytes;
	segment->bufsz = segment->memsz = size;
	segment->mem = pa;
}

void segments_add(struct segments *segments, const char *what,
		  const void *bytes, size_t size, uint64_t pa)
{
	size_t i = segments->count++;

	assert(i < KEXEC_SEGMENTS_MAX && size % PAGE == 0);
	set(&segments->kexec[i], bytes, size, pa);
	segments->what[i] = what;
	segments->sparse[i] = false;
}

void segments_add_sparse(struct segments *segments, const char *what,
			 const void *bytes, size_t size, uint64_t pa)
{
	segments_add(segments, what, bytes, size, pa);
	segments->sparse[segments->count - 1] = true;
}

static void add_gap(struct segments *segments, uint64_t pa, uint64_t size)
{
	assert(segments->gap_count < GAPS_MAX);
	if (size)
		segments->gaps[segments->gap_count++] =
			(struct purgatory_range){ pa, size };
}

/* Leaves out the first and the last pages; the size may become 0. */
static void trim(struct segments *segments, size_t i)
{
	struct kexec_segment *segment = &segments->kexec[i];
	const uint8_t *bytes = segment->buf;
	size_t start = 0, end = segment->memsz;

	while (start < end && is_zero(bytes + start))
		start += PAGE;
	while (start < end && is_zero(bytes + end - PAGE))
		end -= PAGE;
	add_gap(segments, segment->mem, start);
	add_gap(segments, segment->mem + end, segment->memsz - end);
	set(segment, bytes + start, end - start, segment->mem + start);
}

static void move(struct segments *segments, size_t to, size_t from)
{
	size_t count = segments->count - from;

	memmove(&segments->kexec[to], &segments->kexec[from],
		count * sizeof(segments->kexec[0]));
	memmove(&segments->what[to], &segments->what[from],
		count * sizeof(segments->what[0]));
	memmove(&segments->sparse[to], &segments->sparse[from],
		count * sizeof(segments->sparse[0]));
	memmove(&segments->largest[to], &segments->largest[from],
		count * sizeof(segments->largest[0]));
	segments->count = segments->count - from + to;
}

/* Cuts a segment in two around its largest gap. */
static void cut(struct segments *segments, size_t i)
{
	struct gap gap = segments->largest[i];
	size_t end = gap.at + gap.size;
	struct kexec_segment whole = segments->kexec[i];
	const uint8_t *bytes = whole.buf;

	move(segments, i + 1, i);	/* a second one behind it */
	segments->kexec[i] = whole;
	segments->what[i] = segments->what[i + 1];
	segments->sparse[i] = true;
	set(&segments->kexec[i], bytes, gap.at, whole.mem);
	set(&segments->kexec[i + 1], bytes + end, whole.memsz - end,
	    whole.mem + end);
	add_gap(segments, whole.mem + gap.at, gap.size);
	segments->largest[i] = find_gap(&segments->kexec[i]);
	segments->largest[i + 1] = find_gap(&segments->kexec[i + 1]);
}

static size_t best_to_cut(const struct segments *segments)
{
	size_t best = 0;

	for (size_t i = 1; i < segments->count; i++)
		if (segments->largest[i].size > segments->largest[best].size)
			best = i;
	return best;
}

static void trim_all(struct segments *segments)
{
	size_t i = 0;

	while (i < segments->count) {
		segments->largest[i].size = 0;
		if (segments->sparse[i]) {
			trim(segments, i);
			segments->largest[i] = find_gap(&segments->kexec[i]);
		}
		if (segments->kexec[i].memsz)
			i++;
		else
			move(segments, i, i + 1);	/* it was all zero */
	}
}

void segments_split(struct segments *segments)
{
	trim_all(segments);
	while (segments->count && segments->count < KEXEC_SEGMENTS_MAX &&
	       segments->gap_count < GAPS_MAX) {
		size_t i = best_to_cut(segments);

		if (!segments->largest[i].size)
			break;
		cut(segments, i);
	}
}
