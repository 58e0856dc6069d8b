// SPDX-License-Identifier: GPL-2.0-only
/* cpulist.c - lists of CPUs as /sys has them, such as "0-3,6" */
#include "cpulist.h"

#include <ctype.h>
#include <stdlib.h>

#include "file.h"

#define CPUS_MAX	8192	/* the most that a kernel can be built for */

/* A number at *at, which moves behind it; CPUS_MAX if there is none. */
static unsigned long take(const char **at)
{
	unsigned long number;
	char *end;

	if (!isdigit((unsigned char)**at))
		return CPUS_MAX;
	number = strtoul(*at, &end, 10);
	*at = end;
	return number < CPUS_MAX ? number : CPUS_MAX;
}

/* How many, each number larger than the one before it; 0 if it is no list. */
static size_t parse(const char *text, unsigned int *cpus)
{
	unsigned long first, last;
	size_t count = 0;

	for (;; text++) {
		first = last = take(&text);
		if (*text == '-') {
			text++;
			last = take(&text);
		}
		if (last >= CPUS_MAX || first > last ||
		    (count && first <= cpus[count - 1]))
			return 0;
		while (first <= last)
			cpus[count++] = (unsigned int)first++;
		if (*text != ',')
			return *text && *text != '\n' ? 0 : count;
	}
}

size_t cpulist_read(const char *path, unsigned int **cpus)
{
	struct file file;
	size_t count = 0;

	*cpus = NULL;
	if (file_read(path, &file))
		return 0;
	*cpus = calloc(CPUS_MAX, sizeof(**cpus));
	if (*cpus)
		count = parse((char *)file.data, *cpus);
	file_free(&file);
	if (!count) {
		free(*cpus);
		*cpus = NULL;
	}
	return count;
}
