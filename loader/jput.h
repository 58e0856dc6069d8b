/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * jput.h - builds JSON a value at a time, on jansson.
 *
 * `key` names a member of an object, and is NULL in an array and at the top.
 * Text that is not UTF-8 becomes "?". An error is kept until jput_end.
 */
#ifndef KPARK_JPUT_H
#define KPARK_JPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#define JPUT_DEPTH_MAX	16

struct jput {
	json_t  *root;
	json_t  *open[JPUT_DEPTH_MAX];	/* the innermost last; root's */
	unsigned depth;
	bool     failed;
};

void jput_begin(struct jput *jput);
void jput_object(struct jput *jput, const char *key);
void jput_array(struct jput *jput, const char *key);
/* Closes the object or array opened last. */
void jput_close(struct jput *jput);
/* NULL becomes null. */
void jput_string(struct jput *jput, const char *key, const char *value);
void jput_number(struct jput *jput, const char *key, uint64_t value);
void jput_bool(struct jput *jput, const char *key, bool value);
void jput_null(struct jput *jput, const char *key);
/* Writes it all, and frees it. 0, or -1 if something went wrong. */
int jput_end(struct jput *jput, FILE *out);

#endif
