# SPDX-License-Identifier: GPL-2.0-only
"""qemu_fault.py - did the emulator, and not what runs in it, kill a guest?

Before 8.1 QEMU translates pages that another vCPU is writing to: a guest that
patches its text then runs the old int3 for ever (QEMU commit deba78709a,
"accel/tcg: Always lock pages before translation"). Only with a thread for each
vCPU; it shows as an oops at a place in the kernel's text. And an interrupt behind
CMPXCHG8B or CMPXCHG16B may find EFLAGS that no CPU can have (as in ClangBuiltLinux
issue 1437).

What kills none: now and then vector 0 is pending when a kernel boots, behind plain
kexec as behind kpark. An APIC accepts none below 16 (SDM "Valid Interrupt Vectors");
QEMU's does, takes it for "no interrupt" then, and so keeps it until the machine is
reset: each later kernel finds it, too. Who raises it is not known.
"""
import re

RETRIES = 2             # more times than that it is no accident
OLD_INT3 = re.compile(r"\bint3: [0-9a-f]{4} \[#1\]")
EFLAGS = re.compile(r"RSP: \S+ EFLAGS: ([0-9a-f]+)")
LOW_VECTORS = re.compile(r".*Stale IRR: (?:0{8},){7}0000[0-9a-f]{4} "
                         r"ISR: (?:0{8},){7}0{8}\s*$", re.M)


def impossible(eflags):
    """SDM "EFLAGS Register": the bits from 22 on are 0."""
    return int(eflags, 16) >> 22 != 0


def drop_low_vectors(log):
    """(the log without what it says of nothing else, how often it did)"""
    return LOW_VECTORS.subn("", log)


def shows_in(log, threads=True):
    """In what the guest's kernel said; `threads`: one for each vCPU."""
    return (threads and OLD_INT3.search(log) is not None or
            any(impossible(eflags) for eflags in EFLAGS.findall(log)))
