/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plain.h - text from elsewhere, before it goes to a terminal: a command line
 * may come over the network, and would move the cursor or worse.
 */
#ifndef KPARK_PLAIN_H
#define KPARK_PLAIN_H

/* Each control character becomes a question mark. Returns `text`. */
static inline char *plain(char *text)
{
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	return text;
}

#endif
