/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * x86.h - registers, MSRs and APIC: names for C and assembly.
 *
 * "SDM" is the Intel 64 and IA-32 Architectures Software Developer's Manual,
 * volume 3; sections go by their titles because the numbers move between
 * editions. "APM" is the AMD64 Architecture Programmer's Manual, volume 2.
 */
#ifndef X86_H
#define X86_H

/* SDM "Control Registers" */
#define CR0_PE			0x00000001
#define CR0_MP			0x00000002
#define CR0_EM			0x00000004
#define CR0_TS			0x00000008
#define CR0_ET			0x00000010
#define CR0_NE			0x00000020
#define CR0_WP			0x00010000
#define CR0_PG			0x80000000
#define CR4_PAE			0x00000020
#define CR4_MCE			0x00000040
#define CR4_OSFXSR		0x00000200
#define CR4_LA57		0x00001000
#define CR4_OSXSAVE		0x00040000
#define CR4_CET_BIT		23
#define CR4_FRED_BIT		32

/* SDM "Extended Control Registers (Including XCR0)" */
#define XCR0_X87		0x1
#define XCR0_SSE		0x2
#define XCR0_AVX		0x4

/* What a parked CPU, and a CPU that leaves the park, runs with. */
#define CR0_LONG_MODE	(CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE)

/* SDM "Debug Control Register (DR7)": bit 10 reads as 1, all else off */
#define DR7_OFF			0x00000400

/* SDM "Extended Feature Enable Register" */
#define MSR_EFER		0xc0000080
#define EFER_LME		0x00000100
#define EFER_LMA		0x00000400
#define EFER_NXE		0x00000800

/* SDM "Global Machine-Check MSRs" */
#define MSR_MCG_STATUS		0x0000017a
#define MCG_STATUS_RIPV		0x00000001

/* SDM "4-Level Paging and 5-Level Paging" */
#define PTE_PRESENT		0x001
#define PTE_WRITE		0x002
#define PTE_PWT			0x008
#define PTE_PCD			0x010
#define PTE_ACCESSED		0x020
#define PTE_DIRTY		0x040
#define PTE_LARGE		0x080
#define PTE_NX			0x8000000000000000

/* SDM "Segment Descriptors", "IDT Descriptors" */
#define DESC_CODE32		0x00cf9b000000ffff
#define DESC_CODE64		0x00af9b000000ffff
#define DESC_DATA		0x00cf93000000ffff
#define DESC_TSS_AVAILABLE	0x89
#define DESC_INTERRUPT_GATE	0x8e

/* Selectors a kernel is entered with; "The Linux/x86 Boot Protocol" */
#define BOOT_CS			0x10
#define BOOT_DS			0x18

/* SDM "Exception and Interrupt Reference" */
#define VECTOR_NMI		2
#define VECTOR_MC		18
#define VECTOR_FIRST_FREE	32
#define RFLAGS_IF_BIT		9

/* SDM "Local APIC Status and Location", "x2APIC Register Address Space" */
#define MSR_APIC_BASE		0x0000001b
#define APIC_BASE_BSP		0x00000100
#define APIC_BASE_EXTD		0x00000400
#define APIC_BASE_ENABLE	0x00000800
#define APIC_BASE_ADDRESS	0x000ffffffffff000
#define APIC_DEFAULT_BASE	0xfee00000
#define MSR_X2APIC		0x00000800	/* + xAPIC offset / 16 */

/* SDM "Local APIC Register Address Map": offsets in the xAPIC page */
#define APIC_ID			0x020
#define APIC_VERSION		0x030
#define APIC_TPR		0x080
#define APIC_EOI		0x0b0
#define APIC_LDR		0x0d0		/* read-only in x2APIC mode */
#define APIC_SVR		0x0f0
#define APIC_ISR		0x100		/* 8 words, 16 bytes apart */
#define APIC_IRR		0x200
#define APIC_IRR_WORDS		8	/* 256 bits; the ISR alike */
#define APIC_LVT_CMCI		0x2f0
#define APIC_ICR		0x300
#define APIC_ICR_HIGH		0x310
#define APIC_LVT_TIMER		0x320
#define APIC_LVT_THERMAL	0x330
#define APIC_LVT_PERF		0x340
#define APIC_LVT_LINT0		0x350
#define APIC_LVT_LINT1		0x360
#define APIC_LVT_ERROR		0x370
#define APIC_TIMER_INITIAL	0x380
#define APIC_TIMER_CURRENT	0x390
#define APIC_TIMER_DIVIDE	0x3e0
#define APIC_DIVIDE_BY_1	0xb
#define APIC_LVT_MASKED		0x00010000
#define APIC_SVR_ENABLE		0x00000100
#define APIC_SPURIOUS_VECTOR	0xff
#define APIC_ID_BROADCAST	0xff		/* in xAPIC mode */

/* SDM "Interrupt Command Register (ICR)" */
#define ICR_FIXED		0x00000000
#define ICR_NMI			0x00000400
#define ICR_INIT		0x00000500
#define ICR_STARTUP		0x00000600
#define ICR_PENDING		0x00001000
#define ICR_ASSERT		0x00004000

/* SDM "CPUID" */
#define CPUID_BASIC		0x0	/* EAX: highest leaf */
#define CPUID_VERSION		0x1	/* EBX 31:24: initial APIC ID */
#define CPUID_VERSION_MONITOR	(1u << 3)	/* ECX */
#define CPUID_VERSION_SSSE3	(1u << 9)	/* ECX */
#define CPUID_VERSION_SSE41	(1u << 19)	/* ECX */
#define CPUID_VERSION_XSAVE	(1u << 26)	/* ECX */
#define CPUID_VERSION_AVX	(1u << 28)	/* ECX */
#define CPUID_VERSION_HYPERVISOR (1u << 31)	/* ECX */
#define CPUID_MONITOR		0x5	/* EDX: C-states, 4 bits each */
#define MWAIT_C1		0x00	/* MWAIT's EAX */
#define CPUID_FEATURES		0x7
#define CPUID_FEATURES_AVX2	(1u << 5)	/* EBX */
#define CPUID_FEATURES_TRACE	(1u << 25)	/* EBX: Processor Trace */
#define CPUID_FEATURES_SHA	(1u << 29)	/* EBX */
#define CPUID_FEATURES_SHSTK	(1u << 7)	/* ECX */
#define CPUID_FEATURES_LA57	(1u << 16)	/* ECX */
#define CPUID_FEATURES_IBT	(1u << 20)	/* EDX */
#define CPUID_FEATURES1_LASS	(1u << 6)	/* subleaf 1, EAX */
#define CPUID_PERFMON		0xa	/* EAX 7:0: version */
#define CPUID_TOPOLOGY		0xb	/* EDX: the full 32-bit APIC ID */
#define CPUID_EXTENDED_MAX	0x80000000	/* EAX: highest leaf */
#define CPUID_EXTENDED		0x80000001
#define CPUID_EXTENDED_NX	0x00100000	/* EDX; for assembly, too */
#define CPUID_EXTENDED_GIB_PAGES (1u << 26)	/* EDX */
#define CPUID_POWER		0x80000007
#define CPUID_POWER_NONSTOP_TSC	(1u << 8)	/* EDX */

/* SDM "IA32_DEBUGCTL", "IA32_PERF_GLOBAL_CTRL", "IA32_RTIT_CTL" */
#define MSR_DEBUGCTL		0x000001d9
#define MSR_PERF_GLOBAL_CTRL	0x0000038f
#define MSR_RTIT_CTL		0x00000570

/* SDM "Control-Flow Enforcement Technology" */
#define MSR_S_CET		0x000006a2

#endif
