/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * atomic.h - words that several CPUs write or read at the same time.
 *
 * On x86 LOAD and STORE are plain instructions that the compiler does not
 * reorder; SWAP, ADD and CAS are also full barriers for the CPU.
 */
#ifndef ATOMIC_H
#define ATOMIC_H

#include <stdbool.h>
#include <stdint.h>

#define LOAD(field)		__atomic_load_n(&(field), __ATOMIC_ACQUIRE)
#define STORE(field, value)	__atomic_store_n(&(field), value, \
						 __ATOMIC_RELEASE)
#define SWAP(field, value)	__atomic_exchange_n(&(field), value, \
						    __ATOMIC_SEQ_CST)
#define ADD(field, value)	__atomic_fetch_add(&(field), value, \
						   __ATOMIC_SEQ_CST)

static inline bool CAS(uint32_t *field, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(field, &from, to, false,
					   __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

#endif
