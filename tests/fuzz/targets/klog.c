// SPDX-License-Identifier: GPL-2.0-only
/*
 * klog.c - any text as the kernel's log, and its times as TSC values. The first
 * byte: what the TSC does meanwhile. Includes the file under test.
 */
#include "../fuzz.h"

#include "../../../loader/klog.c"

#include "clock.h"

/* As on a machine that has been up for 100 s, or for three years. */
static void look_at(int64_t up_ns, struct clock_sample *before,
		    struct clock_sample *now)
{
	*before = (struct clock_sample){
		.half = 100, .tsc = up_ns / 2 * 5, .raw_ns = up_ns,
		.mono_ns = up_ns, .boot_ns = up_ns, .real_ns = up_ns,
		.tick_ns = 4000000,
	};
	*now = *before;
	now->tsc += 25000000;
	now->raw_ns += 10000000;
	now->mono_ns += 10000500;
}

static void convert(const struct klog *klog, uint8_t how)
{
	int64_t up_ns = how & 1 ? 95000000000000000 : 100000000000;
	struct clock_sample before, now;
	struct clock clock;
	struct span span;

	look_at(up_ns, &before, &now);
	if (how & 2)
		now.tsc = before.tsc;
	clock_learn(&clock, klog, !(how & 4), &before, &now);
	for (int i = 0; i < KLOG_LINES; i++)
		if (clock_of_log(&clock, klog->us[i], &span))
			must(klog->us[i] >= 0 && span.early <= span.late);
	if (clock_of_log(&clock, 0, &span))
		must(span.early <= span.late);
	clock_of_log(&clock, KLOG_US_MAX, &span);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct klog klog = { 0 };
	char *text;

	if (!size)
		return 0;
	for (int i = 0; i < KLOG_LINES; i++)
		klog.us[i] = -1;
	text = malloc(size);
	must(text);
	memcpy(text, data + 1, size - 1);
	must(parse_lines(&klog, text, size - 1) < size);
	free(text);
	must(klog.marks <= KLOG_MARKS && klog.troubles <= KLOG_TROUBLES);
	convert(&klog, data[0]);
	return 0;
}
