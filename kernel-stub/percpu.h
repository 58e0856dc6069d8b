/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * percpu.h - one struct for each CPU, and the one word through which boot CPU
 * (BP) and AP meet.
 */
#ifndef PERCPU_H
#define PERCPU_H

#define CPUS_MAX	256	/* what the stub is built for */

/* struct cpu, for boot.S */
#define CPU_SIZE	0x200
#define CPU_STACK_TOP	0x08
#define CPU_APIC_ID	0x10

#define STACK_SIZE	0x2000

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACE_SIZE	32
#define TRACE_DOWN	0x80

struct mm;

/*
 * struct cpu.sync, one writer an arrow; README.md has the drawing:
 *
 *       BP           AP          BP             AP             AP
 *  DEAD --> KICKED ---> ALIVE -----> PROCEED -----> INITED -----> ONLINE
 *             |                                                      |
 *             +-> DEAD (BP: it did not come)     DEAD or FAILED <----+ AP
 */
enum sync {
	SYNC_DEAD,	/* parked, halted, or waiting for a SIPI */
	SYNC_KICKED,	/* wake: it was sent for */
	SYNC_ALIVE,	/* sign of life: it runs our code on its own stack */
	SYNC_PROCEED,	/* the BP has not given it up meanwhile */
	SYNC_INITED,	/* it is fit to take interrupts; TSC comes next */
	SYNC_ONLINE,	/* all steps are done */
	SYNC_FAILED,	/* a step failed, all are undone, it went home */
};

struct cpu {
	struct cpu *self;		/* 0x00  what %gs:0 shows */
	uint64_t stack_top;		/* 0x08 */
	uint32_t apic_id;		/* 0x10 */
	uint32_t index;			/* 0x14  0 = the boot CPU */
	uint32_t sync;			/* 0x18  enum sync */
	uint32_t step;			/* 0x1c  hotplug.c: how far up it is */
	bool     online;		/* AP: fully functional */
	bool     wanted;		/* BP: this bring-up is to reach it */
	bool     via_sipi;		/* BP: how it was sent for last */
	uint64_t parked_before;		/* BP: its record, when it was sent for */
	uint32_t failed_step;		/* hotplug.c: what failed, or 0 */
	uint64_t online_at;		/* AP: TSC */
	uint64_t tsc_warp;		/* AP: ticks back at most; 0 is good */
	uint32_t unclean;		/* AP: UNCLEAN_* of arrival.h */

	/* ipi.c */
	uint32_t gate __attribute__((aligned(64)));
	uint64_t pending;
	uint32_t strays;		/* vectors nobody expected .. */
	bool     is_deaf;		/* .. as are wake-ups: the gate is closed */
	uint64_t tokens_taken;
	uint64_t tokens_sent, tokens_refused;	/* by this CPU */

	/* mm.c: the hazard pointer; written by this CPU only */
	struct mm *mm __attribute__((aligned(64)));
	uint64_t mm_uses;
	uint64_t random;
	void   (*before_home)(struct cpu *cpu);	/* BP: faults.c; else NULL */

	/* hotplug.c: the last callbacks that ran, step | TRACE_DOWN */
	uint8_t  trace[TRACE_SIZE];
	uint32_t traced;
} __attribute__((aligned(CPU_SIZE)));

_Static_assert(sizeof(struct cpu) == CPU_SIZE, "struct cpu is CPU_SIZE");
_Static_assert(offsetof(struct cpu, stack_top) == CPU_STACK_TOP, "stack");
_Static_assert(offsetof(struct cpu, apic_id) == CPU_APIC_ID, "APIC ID");

extern struct cpu cpus[CPUS_MAX];
extern uint32_t cpu_count;		/* with the boot CPU, cpus[0] */

/* Makes cpus[] from the machine's tables; the caller is cpus[0]. */
void percpu_init(void);

/* Points %gs at the struct of the CPU that calls. */
void percpu_load(struct cpu *cpu);

static inline struct cpu *this_cpu(void)
{
	struct cpu *cpu;

	__asm__ volatile("mov %%gs:0, %0" : "=r"(cpu));
	return cpu;
}

/* xorshift; each CPU has its own sequence. Below `limit`. */
uint32_t percpu_random(struct cpu *cpu, uint32_t limit);

uint32_t percpu_online(void);
uint32_t percpu_strays(void);		/* of all CPUs, since they came up */

#define FOR_EACH_AP(cpu) \
	for (struct cpu *cpu = cpus + 1; cpu < cpus + cpu_count; cpu++)

#endif /* __ASSEMBLER__ */
#endif
