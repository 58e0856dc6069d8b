// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmdline.c - the next kernel's command line.
 *
 * Words are separated by blanks; double quotes keep blanks inside a word
 * (Linux, "The kernel's command-line parameters").
 */
#include "cmdline.h"

#include <stdlib.h>
#include <string.h>

/*
 * BOOT_IMAGE= names the file that the boot loader read. acpi_rsdp= would hide
 * the tables purgatory hands over: it beats boot_params in Linux
 * (job_rsdp.c says what becomes of it).
 */
static const char *const dropped[] = { "BOOT_IMAGE=", "acpi_rsdp=" };

static const char *word_end(const char *word)
{
	bool quoted = false;

	for (; *word && (quoted || !strchr(" \t\n", *word)); word++)
		if (*word == '"')
			quoted = !quoted;
	return word;
}

static bool is_word(const char *word, size_t length, const char *name)
{
	size_t name_length = strlen(name);

	if (name[name_length - 1] == '=')
		return length >= name_length &&
		       !strncmp(word, name, name_length);
	return length == name_length && !strncmp(word, name, name_length);
}

static bool is_dropped(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
		if (is_word(word, length, dropped[i]))
			return true;
	return false;
}

/* The next word from *at, or NULL; *at moves behind it. */
static const char *next_word(const char **at, size_t *length)
{
	const char *word = *at + strspn(*at, " \t\n");

	*at = word_end(word);
	*length = (size_t)(*at - word);
	return *length ? word : NULL;
}

static void copy_words(char *to, const char *from)
{
	const char *word;
	size_t length;

	while (from && (word = next_word(&from, &length))) {
		if (is_dropped(word, length))
			continue;
		if (*to)
			strcat(to, " ");
		strncat(to, word, length);
	}
}

char *cmdline_make(const char *running, const char *given)
{
	size_t room = (running ? strlen(running) : 0) +
		      (given ? strlen(given) : 0) + 2;
	char *cmdline = calloc(1, room);

	if (!cmdline)
		return NULL;
	copy_words(cmdline, running);
	copy_words(cmdline, given);
	return cmdline;
}

char *cmdline_add(char *cmdline, const char *word)
{
	char *longer = realloc(cmdline, strlen(cmdline) + strlen(word) + 2);

	if (!longer) {
		free(cmdline);
		return NULL;
	}
	if (*longer)
		strcat(longer, " ");
	return strcat(longer, word);
}

const char *cmdline_find(const char *cmdline, const char *name)
{
	const char *word, *found = NULL;
	size_t length;

	while ((word = next_word(&cmdline, &length)))
		if (is_word(word, length, name))
			found = word + strlen(name);
	return found;
}

bool cmdline_has(const char *cmdline, const char *name)
{
	return cmdline_find(cmdline, name);
}
