// SPDX-License-Identifier: GPL-2.0-only
/*
 * drain.c - the boot CPU's local APIC, emptied for the next kernel.
 *
 * Linux disables its APIC by software before the jump, and a tick that was
 * pending then stays so: the next kernel would get it before it has a handler.
 * The APIC is left as it was found in all else. LINT0 may carry the PIC's
 * interrupts, which a kernel relies on early; the thermal entry may be an SMI of
 * the firmware's, which Linux reads there and leaves alone then.
 */
#include "purgatory.h"

#include "lapic_drain.h"

/* SDM "Local Vector Table"; entries in the order of lapic_local, lapic_optional */
#define LOCAL		(sizeof(lapic_local) / sizeof(lapic_local[0]))
#define OPTIONAL	(sizeof(lapic_optional) / sizeof(lapic_optional[0]))

#define LVT_READ_ONLY	0x5000u		/* delivery status, remote IRR */

static uint32_t lvt[LOCAL + OPTIONAL];

static size_t lvt_entries(void)
{
	size_t entries = (lapic_read(APIC_VERSION) >> 16 & 0xff) + 1;

	return entries < LOCAL + OPTIONAL ? entries : LOCAL + OPTIONAL;
}

static uint32_t lvt_register(size_t entry)
{
	return entry < LOCAL ? lapic_local[entry]
			     : lapic_optional[entry - LOCAL];
}

/* Only the pins stay open if they were: a timer that runs on would tick again. */
static uint32_t given_back(size_t entry)
{
	uint32_t at = lvt_register(entry);
	bool pin = at == APIC_LVT_LINT0 || at == APIC_LVT_LINT1;

	return (lvt[entry] & ~LVT_READ_ONLY) | (pin ? 0 : APIC_LVT_MASKED);
}

void drain_apic(void)
{
	uint32_t svr, tpr;
	size_t i;

	if (!(rdmsr(MSR_APIC_BASE) & APIC_BASE_ENABLE))
		return;
	svr = lapic_read(APIC_SVR);
	tpr = lapic_read(APIC_TPR);
	for (i = 0; i < lvt_entries(); i++)
		lvt[i] = lapic_read(lvt_register(i));
	lapic_write(APIC_SVR, APIC_SVR_ENABLE | APIC_SPURIOUS_VECTOR);
	lapic_mask_local();
	lapic_write(APIC_TPR, 0);
	lapic_drain();
	lapic_write(APIC_TPR, tpr);
	for (i = 0; i < lvt_entries(); i++)
		lapic_write(lvt_register(i), given_back(i));
	lapic_write(APIC_SVR, svr);
}
