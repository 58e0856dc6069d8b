/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bytes.h - numbers in file formats, read and written byte by byte where
 * they lie, whatever their alignment. The caller has checked the bounds.
 */
#ifndef KPARK_BYTES_H
#define KPARK_BYTES_H

#include <stdint.h>
#include <string.h>

/* Little-endian, which on x86 is the machine's own order. */
static inline uint16_t get16(const void *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t get32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t get64(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline void put16(void *p, uint16_t v)
{
	memcpy(p, &v, sizeof(v));
}

static inline void put32(void *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

static inline void put64(void *p, uint64_t v)
{
	memcpy(p, &v, sizeof(v));
}

static inline uint32_t get32be(const void *p)
{
	return __builtin_bswap32(get32(p));
}

static inline uint16_t get16be(const void *p)
{
	return __builtin_bswap16(get16(p));
}

#endif
