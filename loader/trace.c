// SPDX-License-Identifier: GPL-2.0-only
/*
 * trace.c - the bring-up as the kernel's cpuhp events saw it, in raw TSC.
 *
 * Lines as Linux, "ftrace - Function Tracer", "Output format" has them:
 *   swapper/0-1  [000] .....  23665896176: cpuhp_exit: cpu: 0003  state:  85
 *                                                      step:  85 ret: 0
 * A CPU is done when it has left its last step; later the same events come
 * with a state that is not the step: drivers that register.
 */
#include "trace.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

#define PATH_SIZE	256
#define CPUS_MAX	8192	/* CONFIG_MAXSMP */

struct event {
	uint32_t on, about;	/* CPU numbers */
	int64_t  tsc;
	bool     step_done;
};

static bool parse_event(const char *line, struct event *event)
{
	const char *bracket = strchr(line, '[');
	char name[24];
	int at = 0, state = 0, step = 0;

	if (*line == '#' || !bracket ||
	    sscanf(bracket, "[%" SCNu32 "] %*s %" SCNd64 ": %23[a-z_]: cpu: %"
		   SCNu32 " %n", &event->on, &event->tsc, name, &event->about,
		   &at) != 4 || !at || strncmp(name, "cpuhp_", 6))
		return false;
	event->step_done = !strcmp(name, "cpuhp_exit") &&
		sscanf(bracket + at, "state: %d step: %d", &state, &step) ==
			2 && state == step;
	return event->about < CPUS_MAX && event->tsc > 0;
}

static struct trace_cpu *get_cpu(struct trace *trace, uint32_t number)
{
	struct trace_cpu *more;

	for (size_t i = 0; i < trace->count; i++)
		if (trace->cpus[i].number == number)
			return &trace->cpus[i];
	more = realloc(trace->cpus, (trace->count + 1) * sizeof(*more));
	if (!more)
		return NULL;
	trace->cpus = more;
	more += trace->count++;
	*more = (struct trace_cpu){ .number = number };
	return more;
}

/* Lines of several CPUs are merged by time, but let us not count on it. */
static void earliest(int64_t *stamp, int64_t tsc)
{
	if (!*stamp || tsc < *stamp)
		*stamp = tsc;
}

static void take_event(struct trace *trace, const struct event *event)
{
	struct trace_cpu *cpu = get_cpu(trace, event->about);

	if (!cpu)
		return;
	if (event->on != event->about) {
		earliest(&cpu->prepared, event->tsc);
		return;
	}
	earliest(&cpu->alive, event->tsc);
	if (event->step_done && event->tsc > cpu->online)
		cpu->online = event->tsc;
}

/* Bringing up others makes no events about the boot CPU, which is 0. */
static void frame_event(struct trace *trace, const struct event *event,
			int64_t first, int64_t last)
{
	if (event->about)
		return;
	if (event->tsc < first && event->tsc > trace->before)
		trace->before = event->tsc;
	if (event->tsc > last)
		earliest(&trace->after, event->tsc);
}

static void frame(struct trace *trace, char *text, size_t size)
{
	int64_t first = INT64_MAX, last = 0;
	struct event event;

	for (size_t i = 0; i < trace->count; i++) {
		const struct trace_cpu *cpu = &trace->cpus[i];

		if (!cpu->number || !cpu->prepared || !cpu->online)
			continue;
		if (cpu->prepared < first)
			first = cpu->prepared;
		if (cpu->online > last)
			last = cpu->online;
	}
	for (char *line = text; last && line < text + size;
	     line += strlen(line) + 1)
		if (parse_event(line, &event))
			frame_event(trace, &event, first, last);
}

static bool is_x86_tsc(const char *root)
{
	char path[PATH_SIZE];
	struct file file;
	bool is;

	snprintf(path, sizeof(path), "%s/sys/kernel/tracing/trace_clock", root);
	if (file_read(path, &file))
		return false;
	is = strstr((char *)file.data, "[x86-tsc]") != NULL;
	file_free(&file);
	return is;
}

void trace_read(const char *root, int64_t until, struct trace *trace)
{
	char path[PATH_SIZE];
	struct file file;
	struct event event;
	char *rest, *line;

	memset(trace, 0, sizeof(*trace));
	trace->why_not = "not traced (kpark load --trace)";
	if (!is_x86_tsc(root))
		return;
	snprintf(path, sizeof(path), "%s/sys/kernel/tracing/trace", root);
	if (file_read(path, &file))
		return;
	rest = (char *)file.data;
	while ((line = strsep(&rest, "\n")))
		if (parse_event(line, &event) && event.tsc <= until)
			take_event(trace, &event);
	frame(trace, (char *)file.data, file.size);
	file_free(&file);
}

void trace_free(struct trace *trace)
{
	if (!trace)
		return;
	free(trace->cpus);
	memset(trace, 0, sizeof(*trace));
}

const struct trace_cpu *trace_find(const struct trace *trace, uint32_t number)
{
	for (size_t i = 0; i < trace->count; i++)
		if (trace->cpus[i].number == number)
			return &trace->cpus[i];
	return NULL;
}
