// SPDX-License-Identifier: GPL-2.0-only
/* test_segments.c - what kexec copies, what purgatory clears and checks */
#include "machine.h"

#include "digest.h"
#include "seal.h"
#include "segments.h"
#include "units.h"

#define PAGES	128
#define AT	0x10000000ULL

static uint8_t image[PAGES * PAGE], initrd[PAGES * PAGE];
static uint8_t other[2 * PAGE], memory[PAGES * PAGE];

/* One character a page: '.' is zero. Returns bytes. */
static size_t draw(uint8_t *to, const char *pages)
{
	size_t count = strlen(pages);

	assert_true(count <= PAGES);
	memset(to, 0, PAGES * PAGE);
	for (size_t i = 0; i < count; i++)
		if (pages[i] != '.')	/* one byte, at its very end */
			to[i * PAGE + PAGE - 1] = (uint8_t)pages[i];
	return count * PAGE;
}

/* As kexec and then purgatory do, over memory that is full of something. */
static void assert_arrives(const struct segments *segments,
			   const uint8_t *whole, size_t size, uint64_t pa)
{
	memset(memory, 0xcc, sizeof(memory));
	for (size_t i = 0; i < segments->count; i++) {
		const struct kexec_segment *segment = &segments->kexec[i];

		assert_int_equal(segment->mem % PAGE, 0);
		assert_int_equal(segment->memsz % PAGE, 0);
		assert_int_equal(segment->bufsz, segment->memsz);
		assert_true(segment->memsz);
		if (segment->mem < pa || segment->mem >= pa + size)
			continue;
		assert_true(segment->mem + segment->memsz <= pa + size);
		for (size_t b = 0; b < segment->memsz; b++)
			assert_int_equal(memory[segment->mem - pa + b], 0xcc);
		memcpy(memory + (segment->mem - pa), segment->buf,
		       segment->memsz);
	}
	for (size_t i = 0; i < segments->gap_count; i++) {
		const struct purgatory_range *gap = &segments->gaps[i];

		assert_int_equal(gap->pa % PAGE, 0);
		assert_int_equal(gap->size % PAGE, 0);
		if (gap->pa < pa || gap->pa >= pa + size)
			continue;
		assert_true(gap->pa + gap->size <= pa + size);
		memset(memory + (gap->pa - pa), 0, gap->size);
	}
	assert_memory_equal(memory, whole, size);
}

static uint64_t cleared(const struct segments *segments)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < segments->gap_count; i++)
		bytes += segments->gaps[i].size;
	return bytes;
}

static void split_one(const char *pages, size_t segments_wanted,
		      size_t pages_cleared)
{
	struct segments segments = { 0 };
	size_t size = draw(image, pages);

	segments_add_sparse(&segments, "kernel", image, size, AT);
	segments_split(&segments);
	assert_int_equal(segments.count, segments_wanted);
	assert_int_equal(cleared(&segments), pages_cleared * PAGE);
	assert_arrives(&segments, image, size, AT);
}

static void zero_pages_are_left_out_and_cleared(void **state)
{
	(void)state;
	split_one("a", 1, 0);
	split_one("abc", 1, 0);
	split_one("abc..", 1, 2);
	split_one("..abc", 1, 2);
	split_one("a.b", 2, 1);
	split_one(".a..b...c.", 3, 7);
	split_one("....", 0, 4);
}

/* 20 gaps of one page, one of two, one of three; 15 can be had. */
static void the_largest_gaps_come_first(void **state)
{
	(void)state;
	split_one("a.a.a.a.a.a.a.a.a.a.a..b.a.a.a.a...b.a.a.a.a.a.a", 16,
		  15 + 1 + 2);
}

static void what_is_not_sparse_stays_whole(void **state)
{
	struct segments segments = { 0 };
	size_t size = draw(image, "..a.b..");

	(void)state;
	segments_add(&segments, "purgatory", image, size, AT);
	segments_split(&segments);
	assert_int_equal(segments.count, 1);
	assert_int_equal(segments.gap_count, 0);
	assert_int_equal(segments.kexec[0].memsz, size);
}

static void gaps_are_shared_out_among_all(void **state)
{
	struct segments segments = { 0 };
	size_t size = draw(image, ".a.b.c.d.e.f.g.h.i.j.k.l.");
	size_t initrd_size = draw(initrd, "A..B..C..D..E..F..G..H..");
	uint64_t initrd_at = AT + PAGES * PAGE;

	(void)state;
	segments_add_sparse(&segments, "kernel", image, size, AT);
	segments_add_sparse(&segments, "initrd", initrd, initrd_size,
			    initrd_at);
	segments_add(&segments, "boot_params", other, sizeof(other), 0x1000);
	segments_split(&segments);
	assert_int_equal(segments.count, KEXEC_SEGMENTS_MAX);
	/* 2 + 2 at the ends, 7 gaps of two, and 6 of one */
	assert_int_equal(cleared(&segments), (4 + 7 * 2 + 6) * PAGE);
	assert_arrives(&segments, image, size, AT);
	assert_arrives(&segments, initrd, initrd_size, initrd_at);
	assert_string_equal(segments.what[0], "kernel");
	assert_string_equal(segments.what[15], "boot_params");
}

static void a_segment_that_is_all_zero_is_none(void **state)
{
	struct segments segments = { 0 };
	size_t size = draw(image, "...");

	(void)state;
	segments_add_sparse(&segments, "kernel", image, size, AT);
	segments_add(&segments, "boot_params", other, sizeof(other), 0x1000);
	segments_split(&segments);
	assert_int_equal(segments.count, 1);
	assert_string_equal(segments.what[0], "boot_params");
	assert_int_equal(cleared(&segments), 3 * PAGE);
}

/* Any picture at all arrives as it was drawn. */
static void random_images_arrive(void **state)
{
	char pages[PAGES + 1];

	(void)state;
	srandom(1);
	for (int round = 0; round < 300; round++) {
		struct segments segments = { 0 };
		size_t count = 1 + (size_t)random() % PAGES, size;
		long zero_in = 1 + random() % 5;

		for (size_t i = 0; i < count; i++)
			pages[i] = random() % zero_in ? '.' : 'x';
		pages[count] = '\0';
		size = draw(image, pages);
		segments_add_sparse(&segments, "kernel", image, size, AT);
		segments_add(&segments, "other", other, sizeof(other), 0);
		segments_split(&segments);
		assert_true(segments.count <= KEXEC_SEGMENTS_MAX);
		assert_arrives(&segments, image, size, AT);
	}
}

static struct purgatory_params *seal(uint32_t verify)
{
	static struct purgatory_params params;
	struct seal seal = { 0 };

	memset(&params, 0, sizeof(params));
	draw(image, "ab");
	seal_add(&seal, "block", &params, 0x1000,
		 offsetof(struct purgatory_params, digest));
	seal.early = seal.count;
	seal_add(&seal, "kernel", image, AT, 2 * PAGE);
	seal_close(&seal, verify, &params);
	return &params;
}

/* Purgatory computes the same of the same bytes: the block's own came last. */
static void digests_are_those_of_what_is_there(void **state)
{
	static const uint32_t kinds[] = { KPRK_VERIFY_XXH3,
					  KPRK_VERIFY_SHA256 };

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		const struct purgatory_params *params = seal(kinds[k]);
		uint8_t found[DIGEST_SIZE];

		assert_int_equal(params->verify, kinds[k]);
		assert_int_equal(params->segments, 2);
		assert_int_equal(params->early, 1);
		assert_int_equal(params->segment[1].pa, AT);
		assert_int_equal(params->segment[1].size, 2 * PAGE);
		digest(kinds[k], DIGEST_BY_WORDS, params,
		       offsetof(struct purgatory_params, digest), found);
		assert_memory_equal(found, params->digest[0], sizeof(found));
		digest(kinds[k], DIGEST_BY_WORDS, image, 2 * PAGE, found);
		assert_memory_equal(found, params->digest[1], sizeof(found));
	}
}

static void with_none_there_is_no_list(void **state)
{
	const struct purgatory_params *params = seal(KPRK_VERIFY_NONE);

	(void)state;
	assert_int_equal(params->verify, KPRK_VERIFY_NONE);
	assert_int_equal(params->segments, 0);
	assert_int_equal(params->early, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zero_pages_are_left_out_and_cleared),
		cmocka_unit_test(the_largest_gaps_come_first),
		cmocka_unit_test(what_is_not_sparse_stays_whole),
		cmocka_unit_test(gaps_are_shared_out_among_all),
		cmocka_unit_test(a_segment_that_is_all_zero_is_none),
		cmocka_unit_test(random_images_arrive),
		cmocka_unit_test(digests_are_those_of_what_is_there),
		cmocka_unit_test(with_none_there_is_no_list),
	};

	return cmocka_run_group_tests_name("segments", tests, NULL, NULL);
}
