// SPDX-License-Identifier: GPL-2.0-only
/*
 * report_html.c - a timeline as one page for a browser: the page of
 * loader/page/, and the document of report_json.c in it, which the page's own
 * script shows.
 */
#include "report.h"

#include <stdlib.h>

#include "blobs.h"

/*
 * JSON that cannot end the element it stands in, nor begin a comment there:
 * without `<`, which is within its strings only and has another spelling there.
 */
static void put_json(const char *json, FILE *out)
{
	for (; *json; json++)
		if (*json == '<')
			fputs("\\u003c", out);
		else
			fputc(*json, out);
}

static int put_page(const char *json, FILE *out)
{
	fwrite(blob_page, 1, (size_t)(blob_page_data - blob_page), out);
	put_json(json, out);
	fwrite(blob_page_data, 1, (size_t)(blob_page_end - blob_page_data),
	       out);
	return ferror(out);
}

char *report_html(const struct timeline *timeline)
{
	char *json = report_json(timeline), *page = NULL;
	size_t size;
	FILE *out = json ? open_memstream(&page, &size) : NULL;
	int failed = out ? put_page(json, out) : -1;

	if (out && fclose(out))
		failed = -1;
	free(json);
	if (!failed)
		return page;
	free(page);
	return NULL;
}
