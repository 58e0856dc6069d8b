// SPDX-License-Identifier: GPL-2.0-only
/*
 * report_json.c - a timeline as JSON, for machines and for the history.
 *
 * docs/report.schema.json is the contract. Every key is always there; what was
 * not measured is null, and "why_not" beside it says why. Times are whole
 * nanoseconds.
 */
#include "report.h"

#include <jansson.h>
#include <string.h>

#include "kprk.h"

#define SCHEMA	1

static json_t *text_or_null(const char *text)
{
	json_t *string;

	if (!text || !*text)
		return json_null();
	string = json_string(text);
	/* not UTF-8: a command line may hold anything */
	return string ? string : json_string("?");
}

static json_t *number_or_null(bool known, int64_t number)
{
	return known ? json_integer(number) : json_null();
}

static json_t *duration(const struct duration *value)
{
	return json_pack("{s:b, s:o, s:o, s:o}",
			 "measured", value->known,
			 "ns", number_or_null(value->known, value->ns),
			 "error_ns", number_or_null(value->known,
						    value->error_ns),
			 "why_not", text_or_null(value->known ? NULL :
						 value->why_not));
}

static json_t *boot(const struct timeline *timeline)
{
	return json_pack("{s:o, s:I, s:I, s:s, s:o, s:o, s:i, s:{s:o, s:o}}",
			 "boot_id", text_or_null(timeline->boot_id),
			 "started_ns", (json_int_t)timeline->started_ns,
			 "reported_ns", (json_int_t)timeline->now_ns,
			 "how", how_keys[timeline->how],
			 "release", text_or_null(timeline->release),
			 "cmdline", text_or_null(timeline->cmdline),
			 "hop", (int)timeline->hop,
			 "previous",
			 "release", text_or_null(timeline->previous),
			 "cmdline", text_or_null(timeline->previous_cmdline));
}

static json_t *clock_facts(const struct clock *clock)
{
	bool anchored = clock->usable && clock->anchored;

	return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o}",
		"usable", clock->usable,
		"why_not", text_or_null(clock->why_not),
		"tsc_khz", number_or_null(clock->usable, clock->khz),
		"tsc_khz_error_ppb", number_or_null(clock->usable,
						    clock->error_ppb),
		"log_anchor_error_ns", number_or_null(anchored, clock_ns(clock,
			(clock->anchor.late - clock->anchor.early + 1) / 2)),
		"log_offset_ns", number_or_null(clock->offset_until_us >= 0,
						clock->offset_ns),
		"why_no_anchor", text_or_null(clock->why_not_anchored));
}

static json_t *moment(const struct timeline *timeline, enum moment_id id)
{
	const struct moment *moment = &timeline->moments[id];
	int64_t width = moment->at.late - moment->at.early;
	int64_t middle = moment->at.early + width / 2;
	bool tsc = moment->known && timeline->clock.usable;

	return json_pack("{s:s, s:b, s:o, s:o, s:o, s:o}",
		"key", moment_keys[id], "measured", moment->known,
		"tsc", number_or_null(tsc, middle),
		"at_ns", number_or_null(moment->known,
					timeline_at_ns(timeline, middle)),
		"error_ns", number_or_null(moment->known,
			clock_ns(&timeline->clock, (width + 1) / 2)),
		"why_not", text_or_null(moment->known ? NULL :
					moment->why_not));
}

static json_t *moments(const struct timeline *timeline)
{
	json_t *list = json_array();

	for (int i = 0; i < MOMENTS; i++)
		json_array_append_new(list, moment(timeline, i));
	return list;
}

static json_t *stages(const struct timeline *timeline)
{
	json_t *list = json_array();

	for (int i = 0; i < STAGES; i++) {
		const struct stage *stage = &timeline->stages[i];
		json_t *entry = duration(&stage->took);

		json_object_set_new(entry, "key", json_string(stage_keys[i]));
		json_object_set_new(entry, "name",
				    json_string(stage_names[i]));
		json_object_set_new(entry, "from",
				    json_string(moment_keys[stage->from]));
		json_object_set_new(entry, "to",
				    json_string(moment_keys[stage->to]));
		json_object_set_new(entry, "share_percent", stage->took.known ?
				    json_real(stage->share) : json_null());
		json_array_append_new(list, entry);
	}
	return list;
}

static const char *moment_name(enum moment_id id)
{
	return id < MOMENTS ? moment_keys[id] : NULL;
}

static json_t *whole(const struct timeline *timeline)
{
	json_t *entry = duration(&timeline->whole);

	json_object_set_new(entry, "from",
			    text_or_null(moment_name(timeline->first)));
	json_object_set_new(entry, "to",
			    text_or_null(moment_name(timeline->last)));
	return entry;
}

static json_t *at(const struct timeline *timeline, int64_t tsc)
{
	return number_or_null(tsc != 0, timeline_at_ns(timeline, tsc));
}

static json_t *cpu(const struct timeline *timeline,
		   const struct timeline_cpu *cpu)
{
	return json_pack("{s:o, s:I, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:o,"
			 " s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"number", number_or_null(cpu->number >= 0, cpu->number),
		"apic_id", (json_int_t)cpu->apic_id,
		"online", cpu->online,
		"released", released_keys[cpu->released],
		"parked_by", text_or_null(cpu->via ? kprk_via_text(cpu->via) :
					  NULL),
		"arrived_ns", at(timeline, cpu->arrived),
		"parked_ns", at(timeline, cpu->parked),
		"commanded_ns", at(timeline, cpu->commanded),
		"woken_ns", at(timeline, cpu->woken),
		"prepared_ns", at(timeline, cpu->prepared),
		"alive_ns", at(timeline, cpu->alive),
		"online_ns", at(timeline, cpu->up),
		"took_ns", number_or_null(cpu->took.known, cpu->took.ns),
		"nmi", number_or_null(cpu->has_record, cpu->nmi),
		"machine_checks", number_or_null(cpu->has_record, cpu->mc),
		"stray", number_or_null(cpu->has_record, cpu->stray),
		"why_not", text_or_null(cpu->why_no_stamps));
}

static json_t *cpus(const struct timeline *timeline)
{
	json_t *object = json_object(), *list = json_array();
	json_t *slowest = json_array();

	json_object_set_new(object, "present", number_or_null(
		timeline->present, timeline->present));
	json_object_set_new(object, "online", number_or_null(
		timeline->online, timeline->online));
	for (int i = 0; i < RELEASEDS; i++)
		json_object_set_new(object, released_keys[i],
				    json_integer(timeline->released[i]));
	for (size_t i = 0; i < timeline->slow; i++)
		json_array_append_new(slowest, json_integer(
			timeline->cpus[timeline->slowest[i]].apic_id));
	for (size_t i = 0; i < timeline->count; i++)
		json_array_append_new(list, cpu(timeline, &timeline->cpus[i]));
	json_object_set_new(object, "slowest_apic_ids", slowest);
	json_object_set_new(object, "trace_why_not",
			    text_or_null(timeline->trace_why_not));
	json_object_set_new(object, "list", list);
	return object;
}

static json_t *purgatory(const struct timeline *timeline)
{
	if (!timeline->has_purgatory)
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}",
			 "aps", (json_int_t)timeline->aps,
			 "aps_found", (json_int_t)timeline->aps_found,
			 "aps_parked", (json_int_t)timeline->aps_parked,
			 "inits_sent", (json_int_t)timeline->inits_sent,
			 "sipis_sent", (json_int_t)timeline->sipis_sent,
			 "outcome", (json_int_t)timeline->outcome,
			 "outcome_text",
			 text_or_null(timeline->outcome_text),
			 "verify", text_or_null(timeline->verify));
}

static json_t *firmware(const struct firmware *firmware)
{
	return json_pack("{s:b, s:o, s:o, s:s}",
		"measured", firmware->known,
		"firmware_ns", number_or_null(firmware->known, firmware->ns),
		"loader_ns", number_or_null(firmware->known &&
					    firmware->loader_ns >= 0,
					    firmware->loader_ns),
		"source", firmware->source);
}

static json_t *saved(const struct timeline *timeline)
{
	json_t *entry = duration(&timeline->saved);

	json_object_set_new(entry, "against",
			    text_or_null(timeline->saved_against));
	return entry;
}

static json_t *notes(const struct notes *notes)
{
	json_t *list = json_array();

	for (size_t i = 0; i < notes->count; i++)
		json_array_append_new(list, text_or_null(notes->text[i]));
	return list;
}

/* Takes the document over. */
static char *dump(json_t *document)
{
	char *text = document ? json_dumps(document, JSON_INDENT(2) |
					   JSON_REAL_PRECISION(6)) : NULL;

	json_decref(document);
	return text;
}

char *report_json(const struct timeline *timeline)
{
	return dump(json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
			      " s:o, s:o, s:o, s:o, s:o}",
			      "schema", SCHEMA,
			      "boot", boot(timeline),
			      "clock", clock_facts(&timeline->clock),
			      "total", duration(&timeline->total),
			      "whole", whole(timeline),
			      "ready_uptime",
			      duration(&timeline->ready_uptime),
			      "stages", stages(timeline),
			      "moments", moments(timeline),
			      "cpus", cpus(timeline),
			      "purgatory", purgatory(timeline),
			      "firmware", firmware(&timeline->firmware),
			      "saved", saved(timeline),
			      "degraded", notes(&timeline->degraded),
			      "problems", notes(&timeline->problems)));
}

static json_t *summary(const struct past *past)
{
	return json_pack("{s:s, s:I, s:s, s:i, s:s, s:i, s:i, s:o, s:o}",
			 "boot_id", past->boot_id,
			 "started_ns", (json_int_t)past->started_ns,
			 "how", how_keys[past->how], "hop", (int)past->hop,
			 "release", past->release,
			 "online", (int)past->online,
			 "present", (int)past->present,
			 "total", duration(&past->total),
			 "whole", duration(&past->whole));
}

char *report_json_list(const struct past *past, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, summary(&past[i]));
	return dump(json_pack("{s:i, s:o}", "schema", SCHEMA, "boots", list));
}

static json_t *difference(const char *key, const struct duration *a,
			  const struct duration *b)
{
	bool known = a->known && b->known;

	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "key", key,
			 "a", duration(a), "b", duration(b),
			 "slower_by_ns", number_or_null(known, b->ns - a->ns),
			 "error_ns", number_or_null(known, a->error_ns +
						    b->error_ns));
}

char *report_json_compare(const struct past *a, const struct past *b)
{
	json_t *list = json_array();

	for (int i = 0; i < STAGES; i++)
		json_array_append_new(list, difference(stage_keys[i],
						       &a->stages[i],
						       &b->stages[i]));
	return dump(json_pack("{s:i, s:o, s:o, s:o, s:o}", "schema", SCHEMA,
			      "a", summary(a), "b", summary(b), "stages", list,
			      "total", difference("total", &a->total,
						  &b->total)));
}
