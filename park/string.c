// SPDX-License-Identifier: GPL-2.0-only
/*
 * string.c - the functions that gcc expects even of freestanding code (GCC
 * manual, "Language Standards Supported by GCC"), for purgatory/ and
 * kernel-stub/. The park itself needs none.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Eight bytes at a time: an emulated CPU takes one step for each. */
void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
	void *start = to;
	size_t words = size / 8;

	size %= 8;
	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words)
			 : : "memory");
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size)
			 : : "memory");
	return start;
}

void *memset(void *to, int value, size_t size)
{
	void *start = to;
	uint64_t word = 0x0101010101010101 * (uint8_t)value;
	size_t words = size / 8;

	size %= 8;
	__asm__ volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(word)
			 : "memory");
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(word)
			 : "memory");
	return start;
}

int memcmp(const void *left, const void *right, size_t size)
{
	const uint8_t *a = left, *b = right;

	for (; size; size--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}
