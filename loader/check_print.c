// SPDX-License-Identifier: GPL-2.0-only
/*
 * check_print.c - what `kpark check` found, for people and as JSON. Keys stay
 * as they are; new ones may come. What is not known or does not apply is null.
 */
#include "check.h"

#include <inttypes.h>
#include <stdio.h>

#include "jput.h"
#include "kpark.h"

#define VERSION	1

static const char *const prospects[] = {
	[PROSPECT_MAILBOX] = "mailbox",
	[PROSPECT_PARK] = "park",
	[PROSPECT_PLAIN] = "plain",
	[PROSPECT_NOTHING] = "nothing",
};

/* The machine's part was looked at: root, and kexec is not switched off. */
static bool is_permitted(const struct job *job)
{
	return job->permission.root && !permission_why_not(&job->permission);
}

/* All that the verdict needs was found out. */
static bool has_verdict(const struct check *check)
{
	return is_permitted(&check->job) &&
	       (check->prospect != PROSPECT_NOTHING ||
		check->code == EXIT_NOT_PARKED || check->code == EXIT_NO_ROOM);
}

static const char *no_kexec(const struct job *job)
{
	return job->permission.built_in ? permission_why_not(&job->permission)
					: "this kernel has none";
}

static const char *lockdown(const struct job *job)
{
	return *job->permission.lockdown ? job->permission.lockdown : NULL;
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static void print_machine(const struct check *check)
{
	const struct job *job = &check->job;
	const char *why_not = no_kexec(job);

	printf("root:     %s\n", job->permission.root ? "yes" : "no");
	printf("kexec:    %s\n", why_not ? why_not : "permitted");
	printf("lockdown: %s\n", lockdown(job) ? lockdown(job) : "not known");
	printf("paging:   %d levels, the CPU can %d\n",
	       check->runs_la57 ? 5 : 4, check->cpu_la57 ? 5 : 4);
	if (job->permission.root)
		printf("memory:   %" PRIu64 " MiB for a kernel, %" PRIu64
		       " MiB of it in one piece\n", check->free >> 20,
		       check->largest >> 20);
}

static void print_verdict(const struct check *check)
{
	const struct parkable *verdict = &check->job.verdict;

	if (*verdict->not_parked)
		printf("park:     no: %s\n", verdict->not_parked);
	else
		printf("park:     yes, %" PRIu32 " CPUs\n",
		       check->job.cpus.count);
	if (!check->job.options.kernel)
		return;
	if (*verdict->no_mailbox)
		printf("mailbox:  no: %s\n", verdict->no_mailbox);
	else
		printf("mailbox:  yes\n");
}

void check_print(const struct check *check)
{
	static const char *const words[] = {
		[PROSPECT_MAILBOX] = "parked, and offered by the mailbox",
		[PROSPECT_PARK] = "parked, and collected by INIT/SIPI",
		[PROSPECT_PLAIN] = "loaded without parking",
		[PROSPECT_NOTHING] = "nothing is loaded",
	};
	const struct job *job = &check->job;

	print_machine(check);
	if (job->image.path)
		printf("kernel:   %s (%s)\n", job->options.kernel,
		       *job->image.release ? job->image.release
					   : "unknown release");
	if (has_verdict(check))
		print_verdict(check);
	if (job->options.kernel)
		printf("load:     %s\n", words[check->prospect]);
}

static void put_yes_or_why(struct jput *jput, const char *key,
			   const char *why_key, bool known, const char *why)
{
	if (!known) {
		jput_null(jput, key);
		jput_null(jput, why_key);
		return;
	}
	jput_bool(jput, key, !why);
	jput_string(jput, why_key, why);
}

static void put_machine(struct jput *jput, const struct check *check)
{
	const struct job *job = &check->job;

	jput_bool(jput, "root", job->permission.root);
	put_yes_or_why(jput, "kexec", "no_kexec", true,
		       no_kexec(job));
	jput_string(jput, "lockdown", lockdown(job));
	jput_number(jput, "paging_levels", check->runs_la57 ? 5 : 4);
	jput_number(jput, "paging_levels_max", check->cpu_la57 ? 5 : 4);
	if (job->permission.root) {
		jput_number(jput, "free_bytes", check->free);
		jput_number(jput, "largest_free_bytes", check->largest);
	} else {
		jput_null(jput, "free_bytes");
		jput_null(jput, "largest_free_bytes");
	}
}

static void put_kernel(struct jput *jput, const struct job *job)
{
	if (!job->image.path) {
		jput_null(jput, "kernel");
		return;
	}
	jput_object(jput, "kernel");
	jput_string(jput, "path", job->options.kernel);
	jput_string(jput, "release", or_null(job->image.release));
	jput_bool(jput, "gives_cpus_back", job->image.mailbox_v1);
	jput_bool(jput, "lass", job->image.lass);
	jput_bool(jput, "five_levels", !job->image.no_5level);
	jput_close(jput);
}

int check_print_json(const struct check *check)
{
	const struct parkable *verdict = &check->job.verdict;
	bool known = has_verdict(check);
	struct jput jput;

	jput_begin(&jput);
	jput_object(&jput, NULL);
	jput_number(&jput, "version", VERSION);
	put_machine(&jput, check);
	put_kernel(&jput, &check->job);
	put_yes_or_why(&jput, "park", "not_parked", known,
		       or_null(verdict->not_parked));
	put_yes_or_why(&jput, "mailbox", "no_mailbox",
		       known && check->job.options.kernel,
		       or_null(verdict->no_mailbox));
	jput_string(&jput, "load", check->job.options.kernel
		    ? prospects[check->prospect] : NULL);
	jput_number(&jput, "exit_code", (uint64_t)check->code);
	jput_close(&jput);
	return jput_end(&jput, stdout);
}
