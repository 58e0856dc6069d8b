// SPDX-License-Identifier: GPL-2.0-only
/*
 * clock.c - times of the kernel's log and of CLOCK_MONOTONIC as TSC values.
 *
 * The log's clock is tied to the TSC by experiment: lines that we write say
 * the TSC they were written at, and two in a row enclose the first one's time.
 * That holds on a bare TSC and on kvm-clock alike.
 *
 * Going back from there, two things have to be known (Linux,
 * kernel/sched/clock.c). Until late in the boot the log's clock is corrected
 * by the timer tick, and loses time where ticks are lost: by how much in all,
 * the line "sched_clock: Marking stable" says. And the kernel may refine its
 * idea of the TSC's rate on the way, from one line to another.
 */
#include "clock.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define LOOKS		16
#define MARKS		5
#define MILLION		1000000LL
#define BILLION		1000000000LL
#define KHZ_MIN		10000		/* slower TSCs do not exist, .. */
#define KHZ_MAX		20000000	/* .. nor faster ones */
#define KHZ_TOLERANCE	5000000		/* ppb: else the log is not believed */
#define REFINE_LIMIT	10000000	/* ppb: Linux refines by no more */

static int64_t read_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * BILLION + now.tv_nsec;
}

static int64_t rdtsc_ordered(void)
{
	int64_t tsc;

	_mm_lfence();
	tsc = (int64_t)__rdtsc();
	_mm_lfence();
	return tsc;
}

/* The quickest of several: nobody came between. */
void clock_look(struct clock_sample *sample)
{
	struct timespec tick = { 0 };
	struct clock_sample look = { 0 };

	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	look.tick_ns = (int64_t)tick.tv_sec * BILLION + tick.tv_nsec;
	sample->half = INT64_MAX;
	for (int i = 0; i < LOOKS; i++) {
		int64_t start = rdtsc_ordered(), end;

		look.raw_ns = read_ns(CLOCK_MONOTONIC_RAW);
		look.mono_ns = read_ns(CLOCK_MONOTONIC);
		look.boot_ns = read_ns(CLOCK_BOOTTIME);
		look.real_ns = read_ns(CLOCK_REALTIME);
		end = rdtsc_ordered();
		look.half = (end - start + 1) / 2;
		look.tsc = start + (end - start) / 2;
		if (look.half < sample->half)
			*sample = look;
	}
}

int64_t clock_ticks(const struct clock *clock, int64_t ns)
{
	return (int64_t)((__int128)ns * clock->khz / MILLION);
}

int64_t clock_ns(const struct clock *clock, int64_t ticks)
{
	return clock->khz ? (int64_t)((__int128)ticks * MILLION / clock->khz)
			  : 0;
}

static int64_t magnitude(int64_t value)
{
	return value < 0 ? -value : value;
}

static int64_t part_ppb(int64_t value, int64_t ppb)
{
	return (int64_t)((__int128)magnitude(value) * ppb / BILLION);
}

/* kHz between the two looks and how wrong that may be; false: cannot say. */
static bool measure(const struct clock_sample *before,
		    const struct clock_sample *now, int64_t *khz, int64_t *ppb)
{
	int64_t ns = now->raw_ns - before->raw_ns;
	int64_t ticks = now->tsc - before->tsc;

	if (ns <= 0 || ticks <= 0)
		return false;
	*khz = (int64_t)((__int128)ticks * MILLION / ns);
	*ppb = (int64_t)((__int128)(before->half + now->half) * BILLION /
			 ticks) + 1000;
	return *khz >= KHZ_MIN && *khz <= KHZ_MAX;
}

/* The kernel's own figure, unless what we see is far from it. */
static bool learn_rate(struct clock *clock, const struct klog *klog,
		       const struct clock_sample *before)
{
	uint32_t said = klog->refined_khz ? klog->refined_khz
					  : klog->detected_khz;
	int64_t khz, ppb;

	if (!measure(before, &clock->now, &khz, &ppb))
		return false;
	clock->khz = (uint32_t)khz;
	clock->error_ppb = ppb;
	if (said && magnitude(said - khz) * BILLION / khz <=
		    KHZ_TOLERANCE + ppb) {
		clock->khz = said;
		clock->error_ppb = BILLION / said;
		clock->khz_by_kernel = true;
	}
	clock->early_khz = klog->detected_khz ? klog->detected_khz
					      : clock->khz;
	return true;
}

/* The narrowest pair of marks. */
static void learn_anchor(struct clock *clock, const struct klog *klog)
{
	int64_t best = INT64_MAX;

	for (size_t i = 0; i + 1 < klog->marks; i++) {
		const struct klog_mark *mark = &klog->mark[i];
		int64_t width = mark[1].tsc - mark[0].tsc;

		if (width <= 0 || width >= best || mark[1].us < mark[0].us ||
		    mark[0].run != mark[1].run || mark[1].tsc > clock->now.tsc)
			continue;
		best = width;
		clock->anchored = true;
		clock->anchor_us = mark->us;
		clock->anchor.early = mark[0].tsc;
		clock->anchor.late = mark[1].tsc;
	}
	if (!clock->anchored)
		snprintf(clock->why_not_anchored, WHY_SIZE,
			 "the kernel log has no line of known TSC");
}

void clock_learn(struct clock *clock, const struct klog *klog, bool constant,
		 const struct clock_sample *before,
		 const struct clock_sample *now)
{
	const char *why = NULL;

	memset(clock, 0, sizeof(*clock));
	clock->now = *now;
	clock->offset_until_us = klog->us[KLOG_STABLE];
	clock->offset_ns = klog->sched_offset_ns;
	clock->refined_us = klog->us[KLOG_REFINED];
	if (klog->tsc_unstable)
		why = "the kernel found the TSC to be unstable";
	else if (!constant)
		why = "the TSC of this CPU does not run at a constant rate";
	else if (!learn_rate(clock, klog, before))
		why = "the TSC does not run with the kernel's clock";
	clock->usable = !why;
	snprintf(clock->why_not, WHY_SIZE, "%s", why ? why : "");
	if (clock->usable)
		learn_anchor(clock, klog);
	else
		clock->khz = clock->early_khz = MILLION; /* the log's ns */
}

static bool add(int64_t a, int64_t b, int64_t *sum)
{
	return !__builtin_add_overflow(a, b, sum);
}

/* Ticks for a time of the log's clock, both ways round. */
static int64_t scale(int64_t ns, uint32_t khz)
{
	return (int64_t)((__int128)ns * khz / MILLION);
}

/*
 * Back from the anchor, first at the refined rate, then at the early one.
 * A rate that was refined, but from we do not know what, may be off by what
 * Linux allows.
 */
static int64_t ticks_back(const struct clock *clock, int64_t us,
			  int64_t elapsed_ns, int64_t *error)
{
	int64_t early_ns = 0;

	if (clock->refined_us > us && clock->refined_us < clock->anchor_us)
		early_ns = (clock->refined_us - us) * 1000;
	*error = scale(part_ppb(elapsed_ns, clock->error_ppb), clock->khz);
	if (early_ns && clock->early_khz == clock->khz)
		*error += scale(part_ppb(early_ns, REFINE_LIMIT), clock->khz);
	return scale(elapsed_ns - early_ns, clock->khz) +
	       scale(early_ns, early_ns ? clock->early_khz : clock->khz);
}

/*
 * How much more time than the log shows passed between `us` and the anchor:
 * as much as the log's clock lost or won, give or take the tick it follows.
 */
static void unseen(const struct clock *clock, int64_t us, int64_t *least,
		   int64_t *most)
{
	*least = *most = 0;
	if (clock->offset_until_us < 0 || us >= clock->offset_until_us)
		return;
	if (clock->offset_ns < 0)
		*most = -clock->offset_ns;
	else
		*least = -clock->offset_ns;
	*least -= clock->now.tick_ns;
	*most += clock->now.tick_ns;
}

/* With no TSC: nanoseconds of the log's own clock, which follows the tick. */
static bool log_only(const struct clock *clock, int64_t us, struct span *span)
{
	int64_t least, most;

	unseen(clock, us, &least, &most);
	span->early = us * 1000 - most - clock->now.tick_ns;
	span->late = us * 1000 - least + clock->now.tick_ns;
	return true;
}

bool clock_of_log(const struct clock *clock, int64_t us, struct span *span)
{
	int64_t elapsed, least, most, error, ticks;

	if (us < 0 || us > KLOG_US_MAX)
		return false;
	if (!clock->usable)
		return log_only(clock, us, span);
	if (!clock->anchored)
		return false;
	elapsed = (clock->anchor_us - us) * 1000;
	unseen(clock, us, &least, &most);
	/* the log shows whole microseconds, cut off: of the anchor too */
	ticks = ticks_back(clock, us, elapsed, &error);
	error += scale(1000, clock->khz) + 1;
	return add(clock->anchor.early, -ticks - error -
		   scale(most, clock->khz), &span->early) &&
	       add(clock->anchor.late, -ticks + error -
		   scale(least, clock->khz), &span->late);
}

/* NTP may have bent CLOCK_MONOTONIC, by what it differs from the raw one. */
bool clock_of_monotonic(const struct clock *clock, int64_t us,
			struct span *span)
{
	const struct clock_sample *now = &clock->now;
	int64_t elapsed = now->mono_ns - us * 1000;
	int64_t bent = magnitude(now->mono_ns - now->raw_ns);
	int64_t slept = now->boot_ns - now->mono_ns;
	int64_t middle, error;

	if (us < 0 || us > INT64_MAX / 2000 || elapsed < 0 ||
	    slept > BILLION || slept < -BILLION)
		return false;
	middle = now->tsc - scale(elapsed, clock->khz);
	error = now->half + scale(bent + part_ppb(elapsed, clock->error_ppb) +
				  1000, clock->khz);
	span->early = middle - error;
	span->late = middle + error;
	return true;
}

/* Syslog priority 15: user.debug, which no console shows. */
int clock_mark_log(const char *root)
{
	char path[256], line[96];
	int fd, ret = 0;
	int64_t run = 0;

	snprintf(path, sizeof(path), "%s/dev/kmsg", root);
	fd = open(path, O_WRONLY | O_CLOEXEC | O_APPEND);
	if (fd < 0)
		return -1;
	for (int i = 0; i < MARKS && !ret; i++) {
		int64_t tsc = rdtsc_ordered();
		int length;

		if (!i)
			run = tsc;
		length = snprintf(line, sizeof(line), "<15>" KLOG_MARK
				  "%" PRId64 " %" PRId64 "\n", run, tsc);
		if (write(fd, line, (size_t)length) != length)
			ret = -1;
	}
	close(fd);
	return ret;
}
