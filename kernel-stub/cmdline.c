// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmdline.c - options, and what one hop tells the next.
 */
#include "cmdline.h"

#include <string.h>

#include "console.h"

static char text[CMDLINE_MAX];

void cmdline_read(const uint8_t *boot_params)
{
	const char *from = (const char *)
		((uint64_t)zp_u32(boot_params, ZP_EXT_CMDLINE) << 32 |
		 zp_u32(boot_params, ZP_CMDLINE));
	uint32_t i = 0;

	for (; from && from[i] && i < CMDLINE_MAX - 1; i++)
		text[i] = from[i];
	text[i] = '\0';
}

const char *cmdline_text(void)
{
	return text;
}

/* The first character of a word's value, NULL if there is no such word. */
static const char *find(const char *cmdline, const char *key)
{
	size_t length = strlen(key);
	const char *word = cmdline, *found = NULL;

	while (*word) {
		if (!memcmp(word, key, length) && word[length] == '=')
			found = word + length + 1;
		while (*word && *word != ' ')
			word++;
		while (*word == ' ')
			word++;
	}
	return found;
}

bool cmdline_value(const char *key, char *to, uint32_t size)
{
	const char *from = find(text, key);
	uint32_t i = 0;

	for (; from && from[i] && from[i] != ' ' && i < size - 1; i++)
		to[i] = from[i];
	to[i] = '\0';
	return from;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 16;
}

uint64_t cmdline_number(const char *key, uint64_t otherwise)
{
	char value[24];
	const char *at = value;
	uint64_t number = 0;
	int base = 10;

	if (!cmdline_value(key, value, sizeof(value)) || !*value)
		return otherwise;
	if (at[0] == '0' && at[1] == 'x') {
		base = 16;
		at += 2;
	}
	for (; *at; at++) {
		if (digit(*at) >= base)
			return otherwise;
		number = number * (uint64_t)base + (uint64_t)digit(*at);
	}
	return number;
}

/* Takes every such word out. */
static void drop(char *cmdline, const char *key)
{
	const char *value;

	while ((value = find(cmdline, key))) {
		char *word = cmdline + (value - cmdline) - strlen(key) - 1;

		while (*value && *value != ' ')
			value++;
		while (*value == ' ')
			value++;
		while ((*word++ = *value++))
			;
	}
}

void cmdline_set(char *cmdline, const char *key, uint64_t number)
{
	char word[64];
	size_t used, length;

	drop(cmdline, key);
	used = strlen(cmdline);
	length = format_text(word, sizeof(word), "%s%s=%lu",
			     used && cmdline[used - 1] != ' ' ? " " : "",
			     key, number);
	if (used + length < CMDLINE_MAX)
		memcpy(cmdline + used, word, length + 1);
}
