// SPDX-License-Identifier: GPL-2.0-only
/*
 * mm.c - page tables of an mm: the kernel's root, copied, and one page of its
 * own at MM_AT. SDM "4-Level Paging and 5-Level Paging".
 */
#include "mm.h"

#include <string.h>

#include "atomic.h"
#include "clock.h"
#include "console.h"
#include "ipi.h"
#include "memory.h"
#include "x86.h"

#define LEVELS_MAX	5
#define PAGES_MAX	1024
#define LET_GO_MS	2000
#define ROOT_SLOT	1	/* of the root: not used by the identity map */

struct mm {
	uint64_t page[LEVELS_MAX + 1];	/* root .. table, then the data */
	uint64_t stamp;			/* what its data page holds */
	bool     dead;
};

static struct mm mms[2 * MM_SLOTS];
static struct mm *slots[MM_SLOTS];	/* those that can be had */
static uint64_t free_pages[PAGES_MAX];
static uint32_t free_count;
static uint64_t stamps;

uint64_t mm_freed, mm_asked, mm_waited_for_offline, mm_wrong_reads;

static int levels(void)
{
	uint64_t cr4;

	__asm__("mov %%cr4, %0" : "=r"(cr4));
	return cr4 & CR4_LA57 ? 5 : 4;
}

/* Where the root's second entry points: 512 GiB or 256 TiB */
static const volatile uint64_t *data_address(void)
{
	return (void *)((uint64_t)ROOT_SLOT << (12 + 9 * (levels() - 1)));
}

static void load_root(uint64_t root)
{
	__asm__ volatile("mov %0, %%cr3" : : "r"(root) : "memory");
}

bool mm_init(void)
{
	uint64_t pages = memory_take(PAGES_MAX * PAGE, PAGE, 1 << 20,
				     UINT64_MAX);

	if (!pages)
		return false;
	for (uint32_t i = 0; i < PAGES_MAX; i++)
		free_pages[free_count++] = pages + i * PAGE;
	memset((void *)pages, POISON, PAGES_MAX * PAGE);
	return true;
}

/* Last in, first out: a freed table is in use again as soon as can be. */
static uint64_t take_page(void)
{
	uint64_t pa = free_pages[--free_count];

	memset((void *)pa, 0, PAGE);
	return pa;
}

/* An mm that is neither to be had nor on any CPU. */
static struct mm *unused(void)
{
	for (uint32_t i = 0; i < 2 * MM_SLOTS; i++)
		if (!mms[i].page[0])
			return &mms[i];
	return NULL;
}

bool mm_create(uint32_t slot)
{
	struct mm *mm = unused();
	int depth = levels();

	if (!mm || slots[slot] || free_count <= LEVELS_MAX)
		return false;
	for (int i = 0; i <= depth; i++)
		mm->page[i] = take_page();
	memcpy((void *)mm->page[0], (void *)kernel_root, PAGE);
	for (int i = 0; i < depth; i++) {
		uint64_t *table = (uint64_t *)mm->page[i];

		table[i ? 0 : ROOT_SLOT] = mm->page[i + 1] | PTE_PRESENT |
					   PTE_WRITE;
	}
	mm->stamp = ++stamps;
	*(uint64_t *)mm->page[depth] = mm->stamp;
	mm->dead = false;
	__atomic_store_n(&slots[slot], mm, __ATOMIC_SEQ_CST);
	return true;
}

/*
 * A closed gate means that the CPU is behind mm_cpu_down, which runs before
 * ipi_close: its pointer is NULL then, and stays so until it is back.
 */
static void make_let_go(struct cpu *cpu, struct mm *mm)
{
	uint64_t end = deadline_ms(LET_GO_MS);

	if (LOAD(cpu->mm) != mm)
		return;
	mm_asked++;
	if (!ipi_wake(cpu, WAKE_MM) && LOAD(cpu->mm) == mm)
		mm_waited_for_offline++;
	while (LOAD(cpu->mm) == mm) {
		if (is_past(end))
			die("mm: CPU %u does not let go", cpu->index);
		pause();
	}
}

void mm_free(uint32_t slot)
{
	struct mm *mm = SWAP(slots[slot], NULL);

	if (!mm)
		return;
	STORE(mm->dead, true);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	FOR_EACH_AP(cpu)
		make_let_go(cpu, mm);
	for (int i = levels(); i >= 0; i--) {
		memset((void *)mm->page[i], POISON, PAGE);
		free_pages[free_count++] = mm->page[i];
	}
	mm->page[0] = 0;
	mm_freed++;
}

/* Publish, then look again: after that mm_free waits for this CPU. */
static struct mm *claim(struct cpu *self, uint32_t slot)
{
	struct mm *mm = LOAD(slots[slot]);

	if (!mm)
		return NULL;
	__atomic_store_n(&self->mm, mm, __ATOMIC_SEQ_CST);
	return __atomic_load_n(&slots[slot], __ATOMIC_SEQ_CST) == mm ? mm
								       : NULL;
}

bool mm_use(struct cpu *self, uint32_t slot)
{
	struct mm *mm;

	if (self->mm && self->mm == LOAD(slots[slot])) {
		mm = self->mm;		/* still loaded: no CR3 write at all */
	} else {
		load_root(kernel_root);
		mm = claim(self, slot);
		if (!mm) {
			STORE(self->mm, NULL);
			return false;
		}
		load_root(mm->page[0]);
	}
	if (*data_address() != mm->stamp)
		ADD(mm_wrong_reads, 1);
	self->mm_uses++;
	return true;
}

void mm_let_go(struct cpu *self)
{
	if (!self->mm || !LOAD(self->mm->dead))
		return;
	load_root(kernel_root);
	STORE(self->mm, NULL);
}

int mm_cpu_up(struct cpu *self)
{
	load_root(kernel_root);
	STORE(self->mm, NULL);
	return 0;
}

void mm_cpu_down(struct cpu *self)
{
	load_root(kernel_root);
	STORE(self->mm, NULL);
}
