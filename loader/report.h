/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - how a timeline is shown. Each renderer only reads it.
 */
#ifndef KPARK_REPORT_H
#define KPARK_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "history.h"
#include "timeline.h"

/* How the terminal is; all false is plain ASCII. */
struct report_style {
	bool colour, unicode;
	unsigned int width;		/* columns */
};

void report_style_choose(FILE *out, struct report_style *style);

void report_text(const struct timeline *timeline,
		 const struct report_style *style, FILE *out);
void report_text_list(const struct past *past, size_t count, FILE *out);
void report_text_compare(const struct past *a, const struct past *b,
			 FILE *out);

/* The document of docs/report.schema.json, to be freed; NULL: no memory. */
char *report_json(const struct timeline *timeline);
char *report_json_list(const struct past *past, size_t count);
char *report_json_compare(const struct past *a, const struct past *b);

/* One page with all in it. To be freed; NULL: no memory. */
char *report_html(const struct timeline *timeline);

/* node-exporter's text format. To be freed; NULL: no memory. */
char *report_prometheus(const struct timeline *timeline);

#endif
