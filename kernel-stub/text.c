// SPDX-License-Identifier: GPL-2.0-only
/* text.c - what the stub needs of <string.h> besides park/string.c */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

size_t strlen(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

int strcmp(const char *a, const char *b)
{
	for (; *a && *a == *b; a++, b++)
		;
	return (uint8_t)*a - (uint8_t)*b;
}
