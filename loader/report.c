// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.c - `kpark report`: where the time of the last reboot went.
 *
 * Reads what is there and waits for nothing. All that it leaves behind unasked
 * is five debug lines in the kernel's log, which tie its clock to the TSC.
 */
#include "report.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kpark.h"
#include "plain.h"
#include "replace.h"

static const char help[] =
"usage: kpark report [OPTION]...\n"
"\n"
"Says where the time went from the old kernel's last command until userland was\n"
"ready, stage by stage, and how each CPU came. Reads only, waits for nothing.\n"
"\n"
"  kpark report\n"
"  kpark report --compare 2 1\n"
"\n"
"  --json               for machines (docs/report.schema.json)\n"
"  --html[=FILE]        one page for a browser, with all in it\n"
"  --prometheus[=FILE]  for node-exporter's textfile collector\n"
"                       FILE is replaced as a whole; stdout without\n"
"  --save               keep this boot's report in /var/lib/kpark/history\n"
"  --list               the reports kept, newest first\n"
"  --compare A B        what got slower from A to B, stage by stage: a number\n"
"                       of --list, the beginning of a boot_id, or `now`\n"
"  --mark=exec|ready    stamp this moment: for shutdown hooks (systemctl\n"
"                       kexec), and for systems without systemd\n"
"\n"
"exit codes: 0 done, 1 the system failed, 2 usage, 3 not root\n";

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_HTML, FORMAT_PROMETHEUS };

struct report_options {
	enum format format;
	const char *file;		/* HTML's, Prometheus'; NULL: stdout */
	bool save, list, compare;
	const char *mark;		/* NULL: none */
	const char *a, *b;		/* what to compare */
};

enum option_id {
	OPT_JSON = 256, OPT_HTML, OPT_PROMETHEUS, OPT_SAVE, OPT_LIST,
	OPT_COMPARE, OPT_MARK, OPT_HELP,
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "html", optional_argument, NULL, OPT_HTML },
	{ "prometheus", optional_argument, NULL, OPT_PROMETHEUS },
	{ "save", no_argument, NULL, OPT_SAVE },
	{ "list", no_argument, NULL, OPT_LIST },
	{ "compare", no_argument, NULL, OPT_COMPARE },
	{ "mark", required_argument, NULL, OPT_MARK },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static int parse_option(int id, const char *value,
			struct report_options *options)
{
	switch (id) {
	case OPT_JSON:
		options->format = FORMAT_JSON;
		return 0;
	case OPT_HTML:
		options->format = FORMAT_HTML;
		options->file = value;
		return 0;
	case OPT_PROMETHEUS:
		options->format = FORMAT_PROMETHEUS;
		options->file = value;
		return 0;
	case OPT_SAVE:
		options->save = true;
		return 0;
	case OPT_LIST:
		options->list = true;
		return 0;
	case OPT_COMPARE:
		options->compare = true;
		return 0;
	case OPT_MARK:
		options->mark = value;
		if (!strcmp(value, "exec") || !strcmp(value, "ready"))
			return 0;
		warnx("report: --mark=%s: need exec or ready", value);
		return -1;
	default:
		return -1;	/* getopt_long has said what is wrong */
	}
}

static bool goes_to_file(const struct report_options *options)
{
	return options->format == FORMAT_HTML ||
	       options->format == FORMAT_PROMETHEUS;
}

/* 0; 1 if there was only help to be given; -1 after one line on stderr. */
static int parse(int argc, char **argv, struct report_options *options)
{
	int id, words, need;

	optind = 1;
	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (id == OPT_HELP) {
			fputs(help, stdout);
			return 1;
		}
		if (parse_option(id, optarg, options))
			return -1;
	}
	words = argc - optind;
	need = options->compare ? 2 : 0;
	/* --html FILE, as other tools have it */
	if (goes_to_file(options) && !options->file && words == need + 1) {
		options->file = argv[optind + need];
		words--;
	}
	if (words != need) {
		warnx("report: found %d arguments, need %d"
		      " (kpark report --help says more)", words, need);
		return -1;
	}
	if (options->format == FORMAT_HTML &&
	    (options->list || options->compare)) {
		warnx("report: --html shows this boot only"
		      " (found --list or --compare)");
		return -1;
	}
	if (options->compare) {
		options->a = argv[optind];
		options->b = argv[optind + 1];
	}
	return 0;
}

static int mark(const char *which)
{
	bool ready = !strcmp(which, "ready");
	const char *path = ready ? STAMP_READY : STAMP_EXEC;
	struct stamp stamp, first;
	char why[WHY_SIZE];

	stamp_take("", &stamp);
	if (ready && !stamp_read("", path, &first, why) &&
	    !strcmp(first.boot_id, stamp.boot_id))
		return EXIT_OK;		/* the first one counts */
	if (!stamp_write("", path, &stamp))
		return EXIT_OK;
	warn("report: %s", path);
	return EXIT_FAILED;
}

/* The log's clock can be converted once it has lines of known TSC. */
static void tie_log(void)
{
	struct klog klog;

	if (!klog_read("", &klog) && klog.marks < 2)
		clock_mark_log("");
}

static int look(struct timeline *timeline)
{
	struct clock_sample before, now;
	struct past *past;
	size_t count, damaged;

	clock_look(&before);
	tie_log();
	clock_look(&now);
	if (timeline_read("", &before, &now, timeline) ||
	    history_read("", &past, &count, &damaged)) {
		warn("report");
		return -1;
	}
	history_add_saved(past, count, timeline);
	free(past);
	return 0;
}

static int say(char *text)
{
	if (!text) {
		warn("report");
		return EXIT_FAILED;
	}
	fputs(text, stdout);
	if (text[strlen(text) - 1] != '\n')
		fputc('\n', stdout);
	free(text);
	return EXIT_OK;
}

/* A device, also behind /dev/stdout, would be replaced by a file. */
static bool is_no_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

static int write_file(const char *path, char *text)
{
	int ret = -1;

	if (!text || !path)
		return say(text);
	if (is_no_file(path))
		warnx("report: %s: found no regular file, need one or none",
		      path);
	else if ((ret = replace_file(path, text, strlen(text))))
		warn("report: %s", path);
	free(text);
	return ret ? EXIT_FAILED : EXIT_OK;
}

static int save(const struct timeline *timeline)
{
	char *json = report_json(timeline);
	int ret;

	if (!json) {
		warn("report");
		return EXIT_FAILED;
	}
	ret = history_save("", timeline, json);
	free(json);
	return ret ? EXIT_FAILED : EXIT_OK;
}

/* For a terminal; what is saved and sent stays as it is. */
static void make_plain(struct timeline *timeline)
{
	plain(timeline->release);
	plain(timeline->cmdline);
	plain(timeline->previous);
	plain(timeline->previous_cmdline);
	plain(timeline->saved_against);
	for (size_t i = 0; i < timeline->degraded.count; i++)
		plain(timeline->degraded.text[i]);
	for (size_t i = 0; i < timeline->problems.count; i++)
		plain(timeline->problems.text[i]);
}

static int show(const struct report_options *options)
{
	struct report_style style;
	struct timeline timeline;
	int code = EXIT_OK, saved = EXIT_OK;

	if (look(&timeline))
		return EXIT_FAILED;
	if (options->save)
		saved = save(&timeline);
	switch (options->format) {
	case FORMAT_TEXT:
		make_plain(&timeline);
		report_style_choose(stdout, &style);
		report_text(&timeline, &style, stdout);
		break;
	case FORMAT_JSON:
		code = say(report_json(&timeline));
		break;
	case FORMAT_HTML:
		code = write_file(options->file, report_html(&timeline));
		break;
	case FORMAT_PROMETHEUS:
		code = write_file(options->file,
				  report_prometheus(&timeline));
		break;
	}
	timeline_free(&timeline);
	return code ? code : saved;
}

/* -- history --------------------------------------------------------------- */

static int look_as_past(struct past *past)
{
	struct timeline timeline;
	char *json;
	bool is;

	if (look(&timeline))
		return -1;
	json = report_json(&timeline);
	is = json && history_parse(json, strlen(json), past);
	free(json);
	timeline_free(&timeline);
	if (!is)
		warnx("report: now: this boot cannot be compared");
	return is ? 0 : -1;
}

static int find(const struct past *past, size_t count, const char *name,
		struct past *found)
{
	size_t matches = 0;
	unsigned long number;
	char *end;

	if (!strcmp(name, "now"))
		return look_as_past(found);
	number = strtoul(name, &end, 10);
	if (*name && !*end && number >= 1 && number <= count) {
		*found = past[number - 1];
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		if (*name && !strncmp(past[i].boot_id, name, strlen(name))) {
			*found = past[i];
			matches++;
		}
	if (matches == 1)
		return 0;
	warnx("report: %s: found %zu reports of that name, need 1"
	      " (kpark report --list shows them)", name, matches);
	return -1;
}

static int compare(const struct report_options *options,
		   const struct past *past, size_t count)
{
	struct past a, b;

	if (find(past, count, options->a, &a) ||
	    find(past, count, options->b, &b))
		return EXIT_USAGE;
	if (options->format == FORMAT_JSON)
		return say(report_json_compare(&a, &b));
	plain(a.release);
	plain(b.release);
	report_text_compare(&a, &b, stdout);
	return EXIT_OK;
}

static void list(struct past *past, size_t count)
{
	for (size_t i = 0; i < count; i++)
		plain(past[i].release);
	report_text_list(past, count, stdout);
}

static int show_history(const struct report_options *options)
{
	struct past *past;
	size_t count, damaged;
	int code = EXIT_OK;

	if (history_read("", &past, &count, &damaged)) {
		warn("report");
		return EXIT_FAILED;
	}
	if (damaged)
		warnx("report: %zu reports in the history cannot be read",
		      damaged);
	if (options->compare)
		code = compare(options, past, count);
	else if (options->format == FORMAT_JSON)
		code = say(report_json_list(past, count));
	else
		list(past, count);
	free(past);
	return code;
}

static int run(const struct report_options *options)
{
	if (geteuid()) {
		warnx("report: not permitted (found uid %u, need root)",
		      (unsigned int)geteuid());
		return EXIT_DENIED;
	}
	if (options->mark)
		return mark(options->mark);
	if (options->list || options->compare)
		return show_history(options);
	return show(options);
}

int cmd_report(int argc, char **argv)
{
	struct report_options options = { 0 };
	int parsed = parse(argc, argv, &options);

	if (parsed)
		return parsed < 0 ? EXIT_USAGE : EXIT_OK;
	return run(&options);
}
