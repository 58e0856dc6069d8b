/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job.h - one `kpark load` in the making, and the steps that are files of
 * their own. Each step takes what the ones before it have found.
 *
 * A step returns 0, or -1 after one line on stderr; nothing outside the
 * process has changed until job_hand_over.
 */
#ifndef KPARK_JOB_H
#define KPARK_JOB_H

#include "carry.h"
#include "efi.h"
#include "file.h"
#include "image.h"
#include "kprk.h"
#include "load_options.h"
#include "memmap.h"
#include "parkable.h"
#include "parking.h"
#include "permission.h"
#include "place.h"
#include "seal.h"
#include "segments.h"
#include "setup_data.h"
#include "tsc.h"
#include "units.h"

/* All that one load works on; job_free accepts it half filled, and wipes it. */
struct job {
	struct load_options options;
	struct image    image;
	struct file     initrd;
	size_t          initrd_file_size;
	const char     *initrd_packed;	/* why it still is; NULL: it is not */
	struct file     running;	/* the running kernel's zero page */
	char           *cmdline;
	bool            remade;		/* it; what it says has been said */
	struct carry    carry;
	struct memmap   e820;		/* the next kernel's */
	struct room     room;		/* still to be had */
	struct efi      efi;
	struct setup_data_list setup_data;	/* copied from the running one's */
	struct kprk     kprk;
	struct permission permission;
	struct parkable verdict;
	struct cpus     cpus;
	struct parking  parking;
	bool            by_file;	/* kexec_file_load(2): no purgatory */
	bool            mailbox;	/* purgatory may publish it */
	char           *note;		/* to the next kernel's status */
	bool            kaslr;
	uint64_t        kernel_pa, initrd_pa, bootparams_pa, purgatory_pa;
	uint64_t        given_rsdp_pa;	/* by acpi_rsdp=; 0: none */
	uint32_t        hop;
	struct tsc_reading tsc_start;	/* before all the work */
	uint32_t        tsc_khz;
	uint8_t        *bootparams;	/* the block; the seed is in it */
	size_t          bootparams_size;
	uint8_t        *purgatory;	/* image and page tables */
	size_t          purgatory_size;
	size_t          tables_at;	/* .. which begin here */
	struct segments segments;
	struct seal     seal;
};

/* load.c: are we let? And all but the hand-over; an exit code */
int job_permit(struct job *job);
int job_plan(struct job *job);
void job_free(struct job *job);

/* job_initrd.c: the file; then what is in it, which may fail */
int job_read_initrd(struct job *job);
void job_unpack_initrd(struct job *job);
/* job_watchdog.c: the words that put the next kernel on trial, if it is to be */
int job_watchdog(struct job *job);
/* job_cmdline.c: what the user wants of it; and what kpark adds to that */
int job_make_cmdline(struct job *job);
int job_complete_cmdline(struct job *job);	/* an exit code */
/* both anew, after one of the job_decide_*(); says nothing twice */
int job_remake_cmdline(struct job *job);		/* an exit code */
/* job_carry.c: more for that line; it is NULL where there was no memory */
void job_carry(struct job *job);
/* job_decide.c: parked or not, with the mailbox or not; -1 if it has to be */
int job_decide(struct job *job);
/* the same when there turned out to be a reason not to park, .. */
int job_decide_against(struct job *job, const char *why);
/* .. that kexec_load(2) is not permitted */
int job_decide_by_file(struct job *job, const char *why);
/* job_record.c: job->note; and /var/lib/kpark, which may fail */
int job_make_note(struct job *job);
void job_record(const struct job *job);
/* job_purgatory.c: purgatory's image, page tables and parameters */
int job_build_purgatory(struct job *job);
/* job_seal.c: splits the segments, and tells purgatory of all there is */
int job_seal(struct job *job);
bool job_wants_5level(const struct job *job);
/* job_describe.c: the plan, on stdout */
void job_describe(const struct job *job);
/* job_handover.c: to the kernel; an exit code */
int job_hand_over(struct job *job);

/* job_bootparams.c: the zero page and what hangs on it */
int job_build_bootparams(struct job *job);

/* job_rsdp.c: acpi_rsdp= of the running kernel and of the user, taken out */
int job_take_rsdp(struct job *job, const char *running);
int job_check_rsdp(const struct job *job);
/* The firmware's own RSDP: ours may be what the running kernel was given. */
uint64_t job_pristine_rsdp(const struct job *job);

#endif
