/* SPDX-License-Identifier: GPL-2.0-only */
/* bigmem.h - memory for whole kernels, in large pages if the system has some. */
#ifndef KPARK_BIGMEM_H
#define KPARK_BIGMEM_H

#include <stddef.h>

/* Zeroed bytes, to be freed with free(3); NULL with errno set. */
void *bigmem_alloc(size_t size);

#endif
