/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - the bring-up as the kernel's cpuhp events saw it, in raw TSC.
 */
#ifndef KPARK_TRACE_H
#define KPARK_TRACE_H

#include <stddef.h>
#include <stdint.h>

/* What `kpark load --trace` adds to the next kernel's command line. */
#define TRACE_CMDLINE	"trace_event=cpuhp:* trace_clock=x86-tsc" \
			" trace_buf_size=1M"

struct trace_cpu {
	uint32_t number;
	int64_t  prepared;	/* the boot CPU begins with it; 0: not seen */
	int64_t  alive;		/* the first event on that CPU itself */
	int64_t  online;	/* its last own step of the bring-up */
};

struct trace {
	struct trace_cpu *cpus;
	size_t count;		/* 0: nothing was traced */
	/* The boot CPU's own last event before the first AP's turn and first
	   one after the last AP's: the bring-up lies between. 0: none. */
	int64_t before, after;
	const char *why_not;
};

/* Events after `until` are not of the bring-up. */
void trace_read(const char *root, int64_t until, struct trace *trace);
void trace_free(struct trace *trace);
const struct trace_cpu *trace_find(const struct trace *trace, uint32_t number);

#endif
