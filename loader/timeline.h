/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timeline.h - one reboot, from the old kernel's last command to userland:
 * what report's renderers show.
 *
 * Nothing here is a number that was not measured: each value has its `known`
 * and, if that is false, says why not. Times are TSC values of the one
 * counter that runs through the reboot; durations are nanoseconds with the
 * bound of their error. Renderers take it all as it is and only read.
 */
#ifndef KPARK_TIMELINE_H
#define KPARK_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "firmware.h"
#include "stamps.h"

/* In the order in which they happen. */
enum moment_id {
	M_EXEC,		/* kpark exec, or --mark exec */
	M_ENTRY,	/* purgatory's first instruction */
	M_FOUND,	/* known who is parked already */
	M_SENT,		/* INIT and SIPI sent to the others */
	M_VERIFIED,	/* digest checked */
	M_CLEARED,	/* zero pages */
	M_ARRIVED,	/* all arrived in the park, or given up */
	M_ANSWERED,	/* all pinged, or given up */
	M_JUMP,		/* to the next kernel */
	M_BRINGUP,	/* "smp: Bringing up secondary CPUs" */
	M_ONLINE,	/* "smp: Brought up" */
	M_INIT,		/* "Run /init as init process" */
	M_READY,	/* userland is */
	MOMENTS
};

struct moment {
	bool        known;
	struct span at;			/* it lies between these */
	char        why_not[WHY_SIZE];
};

struct duration {
	bool    known;
	int64_t ns, error_ns;		/* ns +- error_ns */
	char    why_not[WHY_SIZE];
};

enum stage_id {
	STAGE_SHUTDOWN, STAGE_FIND, STAGE_SUMMON, STAGE_VERIFY, STAGE_CLEAR,
	STAGE_ARRIVE, STAGE_ANSWER, STAGE_PUBLISH, STAGE_EARLY, STAGE_BRINGUP, STAGE_LATE,
	STAGE_USERSPACE, STAGES
};

/* They follow on each other without gaps, and begin and end at moments. */
struct stage {
	enum moment_id  from, to;
	struct duration took;
	double          share;		/* of `whole`, in percent */
};

enum how {
	HOW_FIRMWARE,	/* a cold boot */
	HOW_KEXEC,	/* by kexec, not by kpark */
	HOW_KPARK,
	HOWS
};

enum released {
	RELEASED_BOOT_CPU,	/* it started the kernel */
	RELEASED_MAILBOX,
	RELEASED_INIT,		/* INIT and SIPI */
	RELEASED_LOST,		/* commanded, and did not go */
	RELEASED_NOT,		/* it is not online */
	RELEASEDS
};

/* One CPU's way; TSC values, 0 = did not happen or was not measured. */
struct timeline_cpu {
	int64_t       number;		/* Linux's; -1: not known */
	int64_t       apic_id;
	bool          online;
	enum released released;
	bool          has_record;	/* of KPRK; what follows is from it */
	uint32_t      via;		/* PARK_VIA_* */
	int64_t       arrived, parked, commanded, woken;
	uint32_t      nmi, mc, stray;
	int64_t       prepared, alive, up;	/* traced: cpuhp events */
	struct duration took;		/* its own bring-up: from commanded (or
					   alive) to online (or woken) */
	const char   *why_no_stamps;	/* NULL: there are all there can be */
};

#define TIMELINE_SLOWEST	3
#define TIMELINE_NOTES		16
#define NOTE_SIZE		240

/* Sentences for the user. */
struct notes {
	size_t count;
	char   text[TIMELINE_NOTES][NOTE_SIZE];
};

struct timeline {
	char     boot_id[BOOT_ID_SIZE];
	int64_t  now_ns;		/* wall clock of this report */
	int64_t  started_ns;		/* .. and when this kernel was started */
	enum how how;
	char     release[STAMP_RELEASE];
	char     cmdline[STAMP_CMDLINE];
	uint32_t hop;			/* 0: not by kpark */
	char     previous[STAMP_RELEASE];		/* "": not known */
	char     previous_cmdline[STAMP_CMDLINE];	/* "": not known */

	struct clock  clock;
	struct moment moments[MOMENTS];
	struct stage  stages[STAGES];
	struct duration total;		/* from exec until ready */
	struct duration ready_uptime;	/* the kernel's clock at M_READY */
	struct duration whole;		/* from `first` until `last` .. */
	enum moment_id first, last;	/* .. of what is known; MOMENTS: none */

	struct timeline_cpu *cpus;	/* the boot CPU first, by number */
	size_t   count;
	unsigned int present, online;
	unsigned int released[RELEASEDS];
	size_t   slowest[TIMELINE_SLOWEST];	/* indices; of `slow` .. */
	size_t   slow;				/* .. CPUs, slowest first */
	const char *trace_why_not;		/* NULL: it was traced .. */
	struct span traced;			/* .. and the bring-up within
						   this; 0: end not known */

	bool     has_purgatory;		/* what follows is known */
	uint32_t aps, aps_found, aps_parked, inits_sent, sipis_sent;
	uint32_t outcome;		/* enum kprk_outcome */
	char     outcome_text[WHY_SIZE];
	const char *verify;		/* the digest; NULL: not said */

	struct firmware firmware;
	struct duration saved;		/* against the last firmware boot */
	char     saved_against[WHY_SIZE];	/* what that boot was */

	struct notes degraded;		/* what went the slow way, and why */
	struct notes problems;		/* what cannot be true, and is not shown */
};

/*
 * Reads all that is to be read below `root`; waits for nothing (but, where
 * systemd runs, for systemctl). 0; -1 without memory.
 */
int timeline_read(const char *root, const struct clock_sample *before,
		  const struct clock_sample *now, struct timeline *timeline);
void timeline_free(struct timeline *timeline);

/* From one moment to another; not known if either is not. */
void timeline_between(const struct timeline *timeline, enum moment_id from,
		      enum moment_id to, struct duration *duration);
/* A TSC value as nanoseconds since the first known moment. */
int64_t timeline_at_ns(const struct timeline *timeline, int64_t tsc);

/* Stable names for machines, and what people read. */
extern const char *const moment_keys[MOMENTS];
extern const char *const stage_keys[STAGES];
extern const char *const stage_names[STAGES];
extern const char *const how_keys[HOWS];
extern const char *const released_keys[RELEASEDS];
extern const char *const released_names[RELEASEDS];

void note_add(struct notes *notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void moment_known(struct moment *moment, int64_t early, int64_t late);
void moment_unknown(struct moment *moment, const char *why);

/* timeline_jump.c: purgatory's moments and facts; exec, which wants those. */
struct kprk;
void timeline_add_purgatory(const struct kprk *kprk,
			    struct timeline *timeline);
void timeline_add_exec(const char *root, const struct kprk *kprk,
		       struct timeline *timeline);

/* timeline_cpus.c: the rows. Wants all moments but READY. 0 or -1. */
struct topology;
int timeline_add_cpus(const char *root, const struct kprk *kprk,
		      const struct topology *topology,
		      struct timeline *timeline);

#endif
