/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * json.h - writes JSON (RFC 8259), indented, a value at a time.
 *
 * `key` names a member of an object, and is NULL in an array and at the top.
 * Text that is not UTF-8 comes out with U+FFFD for each bad byte.
 */
#ifndef KPARK_JSON_H
#define KPARK_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_DEPTH_MAX	16

struct json {
	FILE    *out;
	unsigned depth;
	char     closer[JSON_DEPTH_MAX];	/* of what is open */
	bool     follows[JSON_DEPTH_MAX + 1];	/* a value stands before */
};

void json_begin(struct json *json, FILE *out);
void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
/* Closes the object or array opened last. */
void json_close(struct json *json);
/* NULL becomes null. */
void json_string(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key, uint64_t value);
/* With that many digits behind the point; null if it is no number. */
void json_real(struct json *json, const char *key, double value, int digits);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
/* The last line's end. 0, or -1 if something was not written. */
int json_end(struct json *json);

#endif
