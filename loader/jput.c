// SPDX-License-Identifier: GPL-2.0-only
/* jput.c - builds JSON a value at a time, on jansson. */
#include "jput.h"

#include <string.h>

void jput_begin(struct jput *jput)
{
	memset(jput, 0, sizeof(*jput));
}

/* Takes the value; it belongs to what is open, or is the root. */
static bool put(struct jput *jput, const char *key, json_t *value)
{
	json_t *parent = jput->depth ? jput->open[jput->depth - 1] : NULL;
	int failed;

	if (!parent) {
		failed = jput->root || !value;
		if (failed)
			json_decref(value);
		else
			jput->root = value;
	} else if (json_is_object(parent)) {
		failed = json_object_set_new(parent, key, value);
	} else {
		failed = json_array_append_new(parent, value);
	}
	jput->failed |= failed != 0;
	return !failed;
}

static void open_value(struct jput *jput, const char *key, json_t *value)
{
	if (jput->depth == JPUT_DEPTH_MAX) {
		json_decref(value);
		jput->failed = true;
	} else if (put(jput, key, value)) {
		jput->open[jput->depth++] = value;
	}
}

void jput_object(struct jput *jput, const char *key)
{
	open_value(jput, key, json_object());
}

void jput_array(struct jput *jput, const char *key)
{
	open_value(jput, key, json_array());
}

void jput_close(struct jput *jput)
{
	if (jput->depth)
		jput->depth--;
	else
		jput->failed = true;
}

void jput_string(struct jput *jput, const char *key, const char *value)
{
	json_t *string = value ? json_string(value) : json_null();

	put(jput, key, string ? string : json_string("?"));
}

void jput_number(struct jput *jput, const char *key, uint64_t value)
{
	put(jput, key, json_integer((json_int_t)value));
}

void jput_bool(struct jput *jput, const char *key, bool value)
{
	put(jput, key, json_boolean(value));
}

void jput_null(struct jput *jput, const char *key)
{
	put(jput, key, json_null());
}

int jput_end(struct jput *jput, FILE *out)
{
	bool failed = jput->failed || jput->depth || !jput->root ||
		      json_dumpf(jput->root, out, JSON_INDENT(2)) ||
		      fputc('\n', out) == EOF || fflush(out);

	json_decref(jput->root);
	memset(jput, 0, sizeof(*jput));
	return failed ? -1 : 0;
}
