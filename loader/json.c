// SPDX-License-Identifier: GPL-2.0-only
/* json.c - writes JSON, a value at a time */
#include "json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* The bytes of the UTF-8 character at `text` (RFC 3629), 0 if it is none. */
static size_t utf8_length(const unsigned char *text)
{
	size_t length = *text < 0x80 ? 1 : *text < 0xc2 ? 0 :
			*text < 0xe0 ? 2 : *text < 0xf0 ? 3 :
			*text < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < length; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	/* too long for what it says, a surrogate, behind the last one */
	if ((text[0] == 0xe0 && text[1] < 0xa0) ||
	    (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) ||
	    (text[0] == 0xf4 && text[1] > 0x8f))
		return 0;
	return length;
}

static void write_text(FILE *out, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	fputc('"', out);
	while (*at) {
		size_t length = utf8_length(at);

		if (!length)
			fputs("\\ufffd", out);
		else if (*at == '"' || *at == '\\')
			fprintf(out, "\\%c", *at);
		else if (*at < ' ' || *at == 0x7f)
			fprintf(out, "\\u%04x", *at);
		else
			fwrite(at, 1, length, out);
		at += length ? length : 1;
	}
	fputc('"', out);
}

static void new_line(struct json *json)
{
	fprintf(json->out, "\n%*s", 2 * (int)json->depth, "");
}

/* What stands before any value. */
static void lead(struct json *json, const char *key)
{
	if (json->follows[json->depth])
		fputc(',', json->out);
	json->follows[json->depth] = true;
	if (json->depth)
		new_line(json);
	if (key) {
		write_text(json->out, key);
		fputs(": ", json->out);
	}
}

static void open_value(struct json *json, const char *key, char opener,
		       char closer)
{
	assert(json->depth < JSON_DEPTH_MAX);
	lead(json, key);
	fputc(opener, json->out);
	json->closer[json->depth++] = closer;
	json->follows[json->depth] = false;
}

void json_begin(struct json *json, FILE *out)
{
	memset(json, 0, sizeof(*json));
	json->out = out;
}

void json_object(struct json *json, const char *key)
{
	open_value(json, key, '{', '}');
}

void json_array(struct json *json, const char *key)
{
	open_value(json, key, '[', ']');
}

void json_close(struct json *json)
{
	bool empty = !json->follows[json->depth];

	assert(json->depth);
	json->depth--;
	if (!empty)
		new_line(json);
	fputc(json->closer[json->depth], json->out);
}

void json_string(struct json *json, const char *key, const char *value)
{
	lead(json, key);
	if (value)
		write_text(json->out, value);
	else
		fputs("null", json->out);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	lead(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void json_real(struct json *json, const char *key, double value, int digits)
{
	lead(json, key);
	if (isfinite(value))
		fprintf(json->out, "%.*f", digits, value);
	else
		fputs("null", json->out);
}

void json_bool(struct json *json, const char *key, bool value)
{
	lead(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *key)
{
	json_string(json, key, NULL);
}

int json_end(struct json *json)
{
	assert(!json->depth);
	fputc('\n', json->out);
	return fflush(json->out) || ferror(json->out) ? -1 : 0;
}
