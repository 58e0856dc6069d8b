// SPDX-License-Identifier: GPL-2.0-only
/*
 * drain.c - the boot CPU's local APIC, emptied for the next kernel.
 *
 * Linux disables its APIC by software before the jump, and a tick that was
 * pending then stays so: the next kernel would get it before it has a handler.
 * The APIC is left as it was found in all else: LINT0 may carry the PIC's
 * interrupts, which a kernel relies on early.
 */
#include "purgatory.h"

#include "lapic_drain.h"

void drain_apic(void)
{
	uint32_t svr, tpr, lint0, lint1;

	if (!(rdmsr(MSR_APIC_BASE) & APIC_BASE_ENABLE))
		return;
	svr = lapic_read(APIC_SVR);
	tpr = lapic_read(APIC_TPR);
	lint0 = lapic_read(APIC_LVT_LINT0);
	lint1 = lapic_read(APIC_LVT_LINT1);
	lapic_write(APIC_SVR, APIC_SVR_ENABLE | APIC_SPURIOUS_VECTOR);
	lapic_mask_local();
	lapic_write(APIC_TPR, 0);
	lapic_drain();
	lapic_write(APIC_TPR, tpr);
	lapic_write(APIC_LVT_LINT0, lint0);
	lapic_write(APIC_LVT_LINT1, lint1);
	lapic_write(APIC_SVR, svr);
}
