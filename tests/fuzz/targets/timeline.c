// SPDX-License-Identifier: GPL-2.0-only
/*
 * timeline.c - any bytes as all that a reboot leaves behind: log, stamps, KPRK,
 * setup_data, CPUs and trace, a piece each, put together as `kpark report` does.
 * Includes the readers of log and stamps, less their opening of files.
 */
#include "../fuzz.h"

#define klog_read	klog_of_the_device
#include "../../../loader/klog.c"
#undef klog_read
#define stamp_read	stamp_of_the_folder
#include "../../../loader/stamps.c"
#undef stamp_read

#include "firmware.h"
#include "timeline.h"
#include "trial.h"

int klog_read(const char *root, struct klog *klog)
{
	struct file file;

	memset(klog, 0, sizeof(*klog));
	for (int i = 0; i < KLOG_LINES; i++)
		klog->us[i] = -1;
	if (file_read(root, &file))
		return -1;
	parse_lines(klog, (char *)file.data, file.size);
	file_free(&file);
	return 0;
}

int stamp_read(const char *root, const char *path, struct stamp *stamp,
	       char why[WHY_SIZE])
{
	const char *wrong = "is not there";
	struct file file;

	(void)root;
	memset(stamp, 0, sizeof(*stamp));
	if (!file_read(path, &file)) {
		wrong = parse(stamp, (char *)file.data);
		file_free(&file);
	}
	snprintf(why, WHY_SIZE, "%s", wrong ? wrong : "");
	return wrong ? -1 : 0;
}

void systemd_read(const char *root, struct systemd_times *times)
{
	(void)root;
	memset(times, 0, sizeof(*times));
}

void firmware_read(const char *root, bool cold,
		   const struct systemd_times *times,
		   struct firmware *firmware)
{
	(void)root;
	(void)cold;
	(void)times;
	memset(firmware, 0, sizeof(*firmware));
}

enum trial_state trial_story(const char *root, char *text, size_t size)
{
	(void)root;
	(void)size;
	*text = '\0';
	return TRIAL_NONE;
}

static void check(const struct timeline *timeline)
{
	int64_t early = INT64_MIN;

	for (int i = 0; i < MOMENTS; i++) {
		const struct moment *moment = &timeline->moments[i];

		if (!moment->known)
			continue;
		must(moment->at.early <= moment->at.late);
		must(moment->at.early >= early);
		early = moment->at.early;
	}
	must(timeline->slow <= TIMELINE_SLOWEST);
	for (size_t i = 0; i < timeline->slow; i++)
		must(timeline->slowest[i] < timeline->count);
	for (size_t i = 0; i < timeline->count; i++)
		must(timeline->cpus[i].took.ns >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct clock_sample before = {
		.half = 100, .tsc = 250000000000, .raw_ns = 100000000000,
		.mono_ns = 100000000000, .boot_ns = 100000000000,
		.real_ns = 1700000000000000000, .tick_ns = 4000000,
	};
	static struct timeline timeline;
	struct clock_sample now = before;

	now.tsc += 25000000;
	now.raw_ns += 10000000;
	now.mono_ns += 10000000;
	now.boot_ns += 10000000;
	now.real_ns += 10000000;
	files_cut(data, size);
	must(!timeline_read("", &before, &now, &timeline));
	check(&timeline);
	timeline_free(&timeline);
	return 0;
}
