// SPDX-License-Identifier: GPL-2.0-only
/*
 * report_prometheus.c - a timeline in node-exporter's textfile format
 * (Prometheus, "Exposition formats", "Text-based format").
 *
 * What was not measured has no sample: a missing value is not a zero.
 */
#include "report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void head(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static double seconds(int64_t ns)
{
	return (double)ns / 1e9;
}

/* Label values: backslash, quote and line feed are escaped, others dropped. */
static void label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", out);
		else if (*value == '"' || *value == '\\')
			fprintf(out, "\\%c", *value);
		else if (*value >= ' ' && *value < 0x7f)
			fputc(*value, out);
	}
	fputc('"', out);
}

static void print_boot(const struct timeline *timeline, FILE *out)
{
	head(out, "kpark_boot_info", "How this kernel was started.");
	fputs("kpark_boot_info{", out);
	label(out, "how", how_keys[timeline->how]);
	fputc(',', out);
	label(out, "release", timeline->release);
	fputc(',', out);
	label(out, "previous", timeline->previous);
	fputs("} 1\n", out);
	head(out, "kpark_hop", "Jumps by kpark since the last firmware boot.");
	fprintf(out, "kpark_hop %" PRIu32 "\n", timeline->hop);
}

static void print_stages(const struct timeline *timeline, FILE *out)
{
	head(out, "kpark_stage_seconds", "Duration of each measured stage.");
	for (int i = 0; i < STAGES; i++)
		if (timeline->stages[i].took.known)
			fprintf(out, "kpark_stage_seconds{stage=\"%s\"}"
				" %.9f\n", stage_keys[i],
				seconds(timeline->stages[i].took.ns));
	head(out, "kpark_stage_error_seconds",
	     "Bound of the error of kpark_stage_seconds.");
	for (int i = 0; i < STAGES; i++)
		if (timeline->stages[i].took.known)
			fprintf(out, "kpark_stage_error_seconds{stage=\"%s\"}"
				" %.9f\n", stage_keys[i],
				seconds(timeline->stages[i].took.error_ns));
	head(out, "kpark_stage_measured", "1 if the stage was measured.");
	for (int i = 0; i < STAGES; i++)
		fprintf(out, "kpark_stage_measured{stage=\"%s\"} %d\n",
			stage_keys[i], timeline->stages[i].took.known);
}

static void print_duration(const char *name, const char *help,
			   const struct duration *duration, FILE *out)
{
	if (!duration->known)
		return;
	head(out, name, help);
	fprintf(out, "%s %.9f\n", name, seconds(duration->ns));
}

static void print_cpus(const struct timeline *timeline, FILE *out)
{
	uint64_t nmi = 0, mc = 0, stray = 0;

	for (size_t i = 0; i < timeline->count; i++) {
		nmi += timeline->cpus[i].nmi;
		mc += timeline->cpus[i].mc;
		stray += timeline->cpus[i].stray;
	}
	head(out, "kpark_cpus", "CPUs by state.");
	fprintf(out, "kpark_cpus{state=\"present\"} %u\n"
		"kpark_cpus{state=\"online\"} %u\n", timeline->present,
		timeline->online);
	head(out, "kpark_cpus_released", "CPUs by how they were released.");
	for (int i = 0; i < RELEASEDS; i++)
		fprintf(out, "kpark_cpus_released{by=\"%s\"} %u\n",
			released_keys[i], timeline->released[i]);
	if (!timeline->has_purgatory)
		return;
	head(out, "kpark_parked_interrupts",
	     "Interrupts that parked CPUs have answered.");
	fprintf(out, "kpark_parked_interrupts{kind=\"nmi\"} %" PRIu64 "\n"
		"kpark_parked_interrupts{kind=\"machine_check\"} %" PRIu64 "\n"
		"kpark_parked_interrupts{kind=\"stray\"} %" PRIu64 "\n", nmi,
		mc, stray);
}

static void print_all(const struct timeline *timeline, FILE *out)
{
	print_boot(timeline, out);
	print_stages(timeline, out);
	print_duration("kpark_total_seconds", "From exec until ready.",
		       &timeline->total, out);
	print_duration("kpark_saved_seconds",
		       "Less than the last boot through firmware.",
		       &timeline->saved, out);
	print_cpus(timeline, out);
	head(out, "kpark_degraded", "Reasons why it went the slow way.");
	fprintf(out, "kpark_degraded %zu\n", timeline->degraded.count);
	head(out, "kpark_problems", "Measurements that cannot be true.");
	fprintf(out, "kpark_problems %zu\n", timeline->problems.count);
}

char *report_prometheus(const struct timeline *timeline)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	print_all(timeline, out);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
