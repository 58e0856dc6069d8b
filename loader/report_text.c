// SPDX-License-Identifier: GPL-2.0-only
/*
 * report_text.c - a timeline for a terminal: one line a stage, one bar each,
 * where it lay in the whole. Plain ASCII where the output is no terminal.
 */
#include "report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "kprk.h"

#define WIDTH		80
#define WIDTH_MAX	160
#define BAR_AT		54		/* columns before the bar */
#define BAR_MIN		10
#define ROWS_MAX	16		/* CPUs that get a line each */
#define MS(ns)		((double)(ns) / 1e6)

static const char *get(const char *name)
{
	const char *value = getenv(name);

	return value ? value : "";
}

void report_style_choose(FILE *out, struct report_style *style)
{
	const char *locale = *get("LC_ALL") ? get("LC_ALL") :
			     *get("LC_CTYPE") ? get("LC_CTYPE") : get("LANG");
	struct winsize size;
	int fd = fileno(out);

	memset(style, 0, sizeof(*style));
	style->width = WIDTH;
	if (!isatty(fd) || !strcmp(get("TERM"), "dumb") || !*get("TERM"))
		return;
	style->colour = !*get("NO_COLOR");
	style->unicode = strstr(locale, "UTF-8") || strstr(locale, "utf8");
	if (!ioctl(fd, TIOCGWINSZ, &size) && size.ws_col)
		style->width = size.ws_col < WIDTH_MAX ? size.ws_col :
						         WIDTH_MAX;
}

/* Old kernel, purgatory, new kernel, userland: four colours of any terminal */
static const char *colour_of(enum stage_id stage)
{
	if (stage == STAGE_SHUTDOWN)
		return "\033[33m";
	if (stage <= STAGE_PUBLISH)
		return "\033[35m";
	if (stage <= STAGE_LATE)
		return "\033[36m";
	return "\033[32m";
}

/* `from` to `to` of `whole`, in a bar of that many cells; never of none. */
static void print_bar(int64_t from, int64_t to, int64_t whole,
		      unsigned int cells, enum stage_id stage,
		      const struct report_style *style, FILE *out)
{
	unsigned int start = (unsigned int)((double)from / (double)whole *
					    cells);
	unsigned int end = (unsigned int)((double)to / (double)whole * cells +
					  0.5);

	if (start >= cells)
		start = cells - 1;
	if (end > cells)
		end = cells;
	if (end <= start)
		end = start + 1;
	fprintf(out, "%*s%s", (int)start, "",
		style->colour ? colour_of(stage) : "");
	for (unsigned int i = start; i < end; i++)
		fputs(style->unicode ? "\u2588" : "#", out);
	fputs(style->colour ? "\033[0m" : "", out);
}

static void print_stage(const struct timeline *timeline, enum stage_id id,
			const struct report_style *style, FILE *out)
{
	const struct stage *stage = &timeline->stages[id];
	unsigned int cells = style->width > BAR_AT + BAR_MIN ?
			     style->width - BAR_AT - 1 : BAR_MIN;
	const struct span *at = &timeline->moments[stage->from].at;
	int64_t from;

	fprintf(out, "%-27s", stage_names[id]);
	if (!stage->took.known) {
		fprintf(out, "not measured: %s\n", stage->took.why_not);
		return;
	}
	fprintf(out, "%10.3f %8.3f %5.1f %% ", MS(stage->took.ns),
		MS(stage->took.error_ns), stage->share);
	from = timeline_at_ns(timeline,
			      at->early + (at->late - at->early) / 2);
	if (timeline->whole.ns > 0)
		print_bar(from, from + stage->took.ns, timeline->whole.ns,
			  cells, id, style, out);
	fputc('\n', out);
}

static void print_stages(const struct timeline *timeline,
			 const struct report_style *style, FILE *out)
{
	enum stage_id id = timeline->how == HOW_KPARK ? STAGE_SHUTDOWN :
			   STAGE_EARLY;

	fprintf(out, "\n%-27s%10s %8s %7s\n", "", "ms", "+-", "share");
	for (; id < STAGES; id++)
		print_stage(timeline, id, style, out);
}

static void print_how(const struct timeline *timeline, FILE *out)
{
	static const char *const texts[HOWS] = {
		"started by firmware", "started by kexec, not by kpark",
		"started by kpark",
	};

	fprintf(out, "%s, %s", timeline->release, texts[timeline->how]);
	if (timeline->hop)
		fprintf(out, ", hop %" PRIu32, timeline->hop);
	if (*timeline->previous)
		fprintf(out, ", from %s", timeline->previous);
	fputc('\n', out);
	if (*timeline->previous_cmdline &&
	    strcmp(timeline->previous_cmdline, timeline->cmdline))
		fprintf(out, "its command line was: %s\n",
			timeline->previous_cmdline);
}

static void print_total(const struct timeline *timeline, FILE *out)
{
	const struct duration *whole = &timeline->whole;

	if (timeline->total.known)
		fprintf(out, "exec to ready: %.3f s +-%.3f ms\n",
			MS(timeline->total.ns) / 1000,
			MS(timeline->total.error_ns));
	else if (timeline->how != HOW_FIRMWARE)
		fprintf(out, "exec to ready: not measured: %s\n",
			timeline->total.why_not);
	if (!timeline->total.known && whole->known &&
	    timeline->first != timeline->last)
		fprintf(out, "measured: %s to %s, %.3f s +-%.3f ms\n",
			moment_keys[timeline->first],
			moment_keys[timeline->last], MS(whole->ns) / 1000,
			MS(whole->error_ns));
}

static void print_firmware(const struct timeline *timeline, FILE *out)
{
	const struct firmware *firmware = &timeline->firmware;
	const struct duration *saved = &timeline->saved;

	if (saved->known)
		fprintf(out, "saved: %.1f s +-%.1f against %s\n",
			MS(saved->ns) / 1000, MS(saved->error_ns) / 1000,
			timeline->saved_against);
	else if (timeline->how != HOW_FIRMWARE)
		fprintf(out, "saved: not known: %s\n", saved->why_not);
	else if (!firmware->known)
		fprintf(out, "firmware: not measured: %s\n", firmware->source);
	if (timeline->how != HOW_FIRMWARE || !firmware->known)
		return;
	fprintf(out, "firmware: %.1f s", MS(firmware->ns) / 1000);
	if (firmware->loader_ns >= 0)
		fprintf(out, ", boot loader: %.1f s",
			MS(firmware->loader_ns) / 1000);
	fprintf(out, " (%s)\n", firmware->source);
}

/* -- CPUs ------------------------------------------------------------------ */

static void print_counts(const struct timeline *timeline, FILE *out)
{
	fprintf(out, "\nCPUs: %u of %u online", timeline->online,
		timeline->present);
	for (int i = RELEASED_MAILBOX; i < RELEASEDS; i++)
		if (timeline->released[i])
			fprintf(out, ", %u %s%s", timeline->released[i],
				i <= RELEASED_INIT ? "by " : "released ",
				i == RELEASED_LOST ? "and lost" :
				released_names[i]);
	fputc('\n', out);
	if (timeline->has_purgatory)
		fprintf(out, "purgatory: %" PRIu32 " of %" PRIu32 " APs parked,"
			" %" PRIu32 " of them found there; INIT sent to %"
			PRIu32 ", SIPIs %" PRIu32 "; %s\n",
			timeline->aps_parked, timeline->aps,
			timeline->aps_found, timeline->inits_sent,
			timeline->sipis_sent, timeline->outcome_text);
}

static bool is_slow(const struct timeline *timeline, size_t index)
{
	for (size_t i = 0; i < timeline->slow; i++)
		if (timeline->slowest[i] == index)
			return true;
	return false;
}

/* With many CPUs: only those that something is to be said of. */
static bool is_shown(const struct timeline *timeline, size_t index)
{
	const struct timeline_cpu *cpu = &timeline->cpus[index];

	return timeline->count <= ROWS_MAX || is_slow(timeline, index) ||
	       cpu->nmi || cpu->mc || cpu->stray || !cpu->online ||
	       (cpu->released == RELEASED_INIT &&
		timeline->released[RELEASED_MAILBOX]);
}

static void print_time(int64_t from, int64_t to,
		       const struct timeline *timeline, FILE *out)
{
	if (from && to && to >= from)
		fprintf(out, " %9.3f",
			MS(clock_ns(&timeline->clock, to - from)));
	else
		fprintf(out, " %9s", "-");
}

static void print_cpu(const struct timeline *timeline, size_t index, FILE *out)
{
	const struct timeline_cpu *cpu = &timeline->cpus[index];
	char number[24] = "-";

	if (cpu->number >= 0)
		snprintf(number, sizeof(number), "%" PRId64, cpu->number);
	fprintf(out, "%5s %7" PRId64 "  %-12s  %-10s", number, cpu->apic_id,
		kprk_via_text(cpu->via), released_names[cpu->released]);
	print_time(cpu->commanded, cpu->woken, timeline, out);
	print_time(cpu->commanded ? cpu->commanded : cpu->prepared, cpu->up,
		   timeline, out);
	if (cpu->has_record)
		fprintf(out, " %4" PRIu32 " %4" PRIu32 " %5" PRIu32, cpu->nmi,
			cpu->mc, cpu->stray);
	else
		fprintf(out, " %4s %4s %5s", "-", "-", "-");
	if (cpu->why_no_stamps && cpu->has_record)
		fprintf(out, "  %s", cpu->why_no_stamps);
	fputc('\n', out);
}

static void print_slowest(const struct timeline *timeline, FILE *out)
{
	for (size_t i = 0; i < timeline->slow; i++) {
		const struct timeline_cpu *cpu =
			&timeline->cpus[timeline->slowest[i]];

		fprintf(out, "%s APIC ID %" PRId64 " %.3f ms",
			i ? "," : "slowest:", cpu->apic_id, MS(cpu->took.ns));
	}
	if (timeline->slow)
		fputc('\n', out);
}

static void print_cpus(const struct timeline *timeline, FILE *out)
{
	size_t shown = 0;

	print_counts(timeline, out);
	if (!timeline->has_purgatory && timeline->trace_why_not)
		return;		/* nothing more is known of each */
	fprintf(out, "\n  CPU APIC ID  parked by     released   woken, ms"
		" up, ms  NMI  #MC stray\n");
	for (size_t i = 0; i < timeline->count; i++)
		if (is_shown(timeline, i)) {
			print_cpu(timeline, i, out);
			shown++;
		}
	if (shown < timeline->count)
		fprintf(out, "and %zu more, of which nothing is to be said\n",
			timeline->count - shown);
	print_slowest(timeline, out);
}

/* -- the rest -------------------------------------------------------------- */

static void print_clock(const struct timeline *timeline, FILE *out)
{
	const struct clock *clock = &timeline->clock;

	if (!clock->usable)
		return;		/* a problem, said there */
	fprintf(out, "\nclock: TSC at %.3f MHz (%s)", clock->khz / 1e3,
		clock->khz_by_kernel ? "as the kernel has it" : "measured");
	if (clock->anchored)
		fprintf(out, "; kernel log to TSC +-%.3f ms",
			MS(clock_ns(clock, (clock->anchor.late -
					    clock->anchor.early + 1) / 2)));
	if (clock->offset_until_us >= 0 && clock->offset_ns)
		fprintf(out, ", before %.3f s up to %.3f ms%s",
			(double)clock->offset_until_us / 1e6,
			MS(clock->offset_ns < 0 ? -clock->offset_ns :
			   clock->offset_ns) + MS(clock->now.tick_ns),
			timeline->trace_why_not ?
			" (kpark load --trace narrows this)" : "");
	fputc('\n', out);
}

static void print_notes(const char *what, const struct notes *notes, FILE *out)
{
	for (size_t i = 0; i < notes->count; i++)
		fprintf(out, "%s: %s\n", what, notes->text[i]);
}

void report_text(const struct timeline *timeline,
		 const struct report_style *style, FILE *out)
{
	print_how(timeline, out);
	print_total(timeline, out);
	print_firmware(timeline, out);
	print_notes("degraded", &timeline->degraded, out);
	print_notes("problem", &timeline->problems, out);
	print_stages(timeline, style, out);
	print_cpus(timeline, out);
	print_clock(timeline, out);
}

/* -- history --------------------------------------------------------------- */

static void print_date(int64_t ns, FILE *out)
{
	time_t when = (time_t)(ns / 1000000000);
	char text[32] = "?";
	struct tm tm;

	if (gmtime_r(&when, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm);
	fprintf(out, "%-16s", text);
}

static void print_seconds(const struct duration *duration, FILE *out)
{
	if (duration->known)
		fprintf(out, " %9.3f", MS(duration->ns) / 1000);
	else
		fprintf(out, " %9s", "-");
}

void report_text_list(const struct past *past, size_t count, FILE *out)
{
	fprintf(out, "  # boot_id   started (UTC)    by        hop  CPUs  "
		"    total   bring-up  kernel\n");
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%3zu %.8s  ", i + 1, past[i].boot_id);
		print_date(past[i].started_ns, out);
		fprintf(out, " %-8s %4" PRIu32 " %5" PRIu32,
			how_keys[past[i].how], past[i].hop, past[i].online);
		print_seconds(&past[i].total, out);
		print_seconds(&past[i].stages[STAGE_BRINGUP], out);
		fprintf(out, "  %s\n", past[i].release);
	}
}

/* Slower by more than both may be wrong together, or not to be told. */
static const char *judge(const struct duration *a, const struct duration *b)
{
	int64_t slower = b->ns - a->ns, error = a->error_ns + b->error_ns;

	return slower > error ? "slower" : slower < -error ? "faster" :
	       "the same within error";
}

static void print_difference(const char *name, const struct duration *a,
			     const struct duration *b, FILE *out)
{
	const struct duration *both[] = { a, b };

	fprintf(out, "%-27s", name);
	for (int i = 0; i < 2; i++)
		if (both[i]->known)
			fprintf(out, " %10.3f", MS(both[i]->ns));
		else
			fprintf(out, " %10s", "-");
	if (a->known && b->known)
		fprintf(out, " %+10.3f  %s\n", MS(b->ns - a->ns), judge(a, b));
	else
		fprintf(out, " %10s  not measured\n", "-");
}

void report_text_compare(const struct past *a, const struct past *b, FILE *out)
{
	fprintf(out, "A: %.8s %s, %s, %" PRIu32 " CPUs\nB: %.8s %s, %s, %"
		PRIu32 " CPUs\n\n%-27s %10s %10s %10s\n", a->boot_id,
		a->release, how_keys[a->how], a->online, b->boot_id,
		b->release, how_keys[b->how], b->online, "ms", "A", "B",
		"B - A");
	for (int i = 0; i < STAGES; i++)
		print_difference(stage_names[i], &a->stages[i], &b->stages[i],
				 out);
	print_difference("exec to ready", &a->total, &b->total, out);
}
