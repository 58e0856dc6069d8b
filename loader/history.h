/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history.h - the reports of earlier boots: /var/lib/kpark/history/.
 *
 * One JSON document a boot, named by its boot_id, as report_json writes it.
 */
#ifndef KPARK_HISTORY_H
#define KPARK_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "timeline.h"

#define HISTORY_MAX	50	/* the newest are kept */

/* What is compared. */
struct past {
	char     boot_id[BOOT_ID_SIZE];
	int64_t  started_ns;
	enum how how;
	uint32_t hop;
	char     release[STAMP_RELEASE];
	uint32_t online, present;
	struct duration stages[STAGES];
	struct duration total, whole;
	enum moment_id first, last;
	bool     firmware_known;
	int64_t  firmware_ns;		/* with its boot loader's time */
	struct duration ready_uptime;
	unsigned int measured;		/* how many moments are known */
};

/* 0; -1 and one line on stderr. The same boot_id again replaces the old one,
 * unless that knew more. */
int history_save(const char *root, const struct timeline *timeline,
		 const char *json);

/* All that can be read, newest first; *past is to be freed. Damaged ones are
 * counted. 0; -1 without memory. */
int history_read(const char *root, struct past **past, size_t *count,
		 size_t *damaged);

/* A document of report_json; false: it is not one. */
bool history_parse(const char *json, size_t size, struct past *past);

/* Fills in timeline->saved from the last firmware boot that was kept. */
void history_add_saved(const struct past *past, size_t count,
		       struct timeline *timeline);

#endif
