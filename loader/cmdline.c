// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmdline.c - the next kernel's command line.
 *
 * Words are separated by blanks; double quotes keep blanks inside a word
 * (Linux, "The kernel's command-line parameters").
 */
#include "cmdline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * BOOT_IMAGE= names the file that the boot loader read. acpi_rsdp= would hide
 * the tables purgatory hands over: it beats boot_params in Linux
 * (job_rsdp.c says what becomes of it). kpark's mark is of the load that it was
 * made for.
 */
static const char *const dropped[] = {
	"BOOT_IMAGE=", "acpi_rsdp=", CMDLINE_MARK,
};

static const char *word_end(const char *word)
{
	bool quoted = false;

	for (; *word && (quoted || !strchr(" \t\n", *word)); word++)
		if (*word == '"')
			quoted = !quoted;
	return word;
}

/* The kernel takes a dash in a parameter's name for an underscore. */
static bool same(const char *word, const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((word[i] == '-' ? '_' : word[i]) !=
		    (name[i] == '-' ? '_' : name[i]))
			return false;
	return true;
}

static bool is_word(const char *word, size_t length, const char *name)
{
	size_t name_length = strlen(name);

	if (name[name_length - 1] == '=')
		return length >= name_length && same(word, name, name_length);
	return length == name_length && same(word, name, name_length);
}

static bool is_dropped(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
		if (is_word(word, length, dropped[i]))
			return true;
	return false;
}

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

/*
 * The words are those of the whole line: a quote that `running` leaves open
 * goes on in `given`, as it does for the kernel.
 */
static char *join(const char *running, const char *given)
{
	char *line;

	if (asprintf(&line, "%s%s%s", running ? running : "",
		     given ? " " : "", given ? given : "") < 0)
		return NULL;
	return line;
}

char *cmdline_make(const char *running, const char *given)
{
	char *line = join(running, given);
	char *cmdline = line ? calloc(1, strlen(line) + 1) : NULL;

	if (cmdline)
		copy_words(cmdline, line);
	free(line);
	return cmdline;
}

void cmdline_cut(char *cmdline, const char *words)
{
	char *at = cmdline, *end;

	while ((at = strstr(at, words))) {
		end = at + strlen(words);
		if ((at > cmdline && at[-1] != ' ') || (*end && *end != ' ')) {
			at = end;
			continue;
		}
		if (*end)
			end++;		/* the blank behind it, */
		else if (at > cmdline)
			at--;		/* or else the one before it */
		memmove(at, end, strlen(end) + 1);
	}
}

/* Where the kernel's words end: at "--", behind which all is for init. */
static size_t words_end(const char *cmdline)
{
	const char *at = cmdline, *word;
	size_t length;

	while ((word = next_word(&at, &length)))
		if (length == 2 && !strncmp(word, "--", 2))
			return (size_t)(word - cmdline);
	return (size_t)(at - cmdline);
}

char *cmdline_add(char *cmdline, const char *word)
{
	size_t size = strlen(cmdline), skip = strlen(word) + 1;
	char *longer = realloc(cmdline, size + skip + 1), *at;

	if (!longer) {
		free(cmdline);
		return NULL;
	}
	at = longer + words_end(longer);
	if (*at) {
		memmove(at + skip, at, strlen(at) + 1);
		memcpy(at, word, skip - 1);
		at[skip - 1] = ' ';
		return longer;
	}
	if (*longer)
		strcat(longer, " ");
	return strcat(longer, word);
}

const char *cmdline_next(const char **at, size_t *length)
{
	const char *word = next_word(at, length);

	return word && (*length != 2 || strncmp(word, "--", 2)) ? word : NULL;
}

const char *cmdline_find(const char *cmdline, const char *name)
{
	const char *word, *found = NULL;
	size_t length;

	while ((word = cmdline_next(&cmdline, &length)))
		if (is_word(word, length, name))
			found = word + strlen(name);
	return found;
}

bool cmdline_has(const char *cmdline, const char *name)
{
	return cmdline_find(cmdline, name);
}

int cmdline_value(const char *cmdline, const char *name, char *value,
		  size_t room)
{
	const char *found = cmdline_find(cmdline, name);
	size_t length;

	if (!found)
		return -1;
	length = (size_t)(word_end(found) - found);
	if (length >= room)
		return -1;
	memcpy(value, found, length);
	value[length] = '\0';
	return 0;
}
