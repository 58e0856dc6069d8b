/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plain.h - text from elsewhere, before it goes to a terminal: a command line
 * may come over the network, and would move the cursor or worse.
 */
#ifndef KPARK_PLAIN_H
#define KPARK_PLAIN_H

#include <stdbool.h>

/* Each control character, of C1 in UTF-8 too, is question marks. Returns `text`. */
static inline char *plain(char *text)
{
	for (unsigned char *at = (unsigned char *)text; *at; at++) {
		bool c1 = at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;

		if (*at < ' ' || *at == 0x7f || c1)
			*at = '?';
		if (c1)
			at[1] = '?';
	}
	return text;
}

#endif
