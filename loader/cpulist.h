/* SPDX-License-Identifier: GPL-2.0-only */
/* cpulist.h - lists of CPUs as /sys has them, such as "0-3,6" */
#ifndef KPARK_CPULIST_H
#define KPARK_CPULIST_H

#include <stddef.h>

/*
 * The CPUs that the file names, in its order, in *cpus (free it), and how many;
 * 0 with *cpus NULL if it cannot be read or is no such list. Says nothing.
 */
size_t cpulist_read(const char *path, unsigned int **cpus);

#endif
