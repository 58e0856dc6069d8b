# SPDX-License-Identifier: GPL-2.0-only
"""Which guests there are, as data.

kpark-cold needs a kernel that has its CPUs by the mailbox, and kpark-first one
that took them by INIT/SIPI, as kpark-cold leaves it: these two can take turns
in one guest for ever, each hop the other's pair.
"""
from typing import NamedTuple

from benchlib.guests import Guest


class Row(NamedTuple):
    """For each of `cpus` so many guests, each hopping `repeats` times by all
    of `ways`."""
    accel: str
    cpus: tuple
    ways: tuple
    guests: int
    repeats: int = 1


# Behind a kernel that took its CPUs by INIT/SIPI, kpark has to as well, once:
# the first hop. Behind one that has them by the mailbox they come unasked.
# kexec-elf is the last: its kernel always lies at 16 MiB, where the next one takes
# its first pages, and each write to a page that had code costs the emulator time
# (10 times the blocks thrown away, 100 ms more for each AP), if not virtual time.
ALL = ("kexec-c", "kpark-first", "kpark", "kpark-noverify", "kpark-cold",
       "kexec-elf")
ONE = ("kexec-c", "kpark", "kpark-noverify", "kexec-elf")
SINGLE = ("kexec-c", "kpark-first", "kpark", "kexec-elf")
TURNS = ("kpark-first", "kpark-cold")
# kexec-nochecks: a kernel that has all CPUs, and no park to return them to
PARKED = ("alone-kpark", "kexec-nochecks", "alone-kexec")
# Virtual time repeats to 1 %; what the host's clock says needs seven pairs. No
# Linux with 255 CPUs under icount: four minutes of a core did not take it to its
# bring-up. kernel-stub has that many. No 64 threads either: of five guests of four
# hops the emulator ended three, one of fourteen hops at its ninth (int3 of a static
# key that another CPU runs while it is patched).
PLAN = (
    Row("icount", (64,), ("kpark-first", "kpark", "kpark-cold"), 2),
    Row("icount", (16,), ALL, 4),       # little to spare up to init
    Row("icount", (4, 2), ALL, 2),
    Row("icount", (1,), ONE, 2),
    Row("icount", (4,), ("kexec-c", "kexec-s", "kexec-nochecks"), 1),
    Row("icount", (4,), ("kpark-first", "kpark", "kpark-tsc", "kpark-initrd",
                         "kpark-initrd-packed"), 2),
    Row("single", (1,), ("kexec-c", "kpark", "kexec-elf"), 7),
    Row("single", (2, 4, 16), SINGLE, 7),
    Row("single", (2, 4, 16, 64), TURNS, 1, 7),
    Row("multi", (2, 4, 16), TURNS, 1, 7),
)
PHASES = ("icount", "single", "multi")


def rows(accels, cpus, pairs):
    """The plan, as far as it is asked for; None: all of it."""
    for row in PLAN:
        row = row._replace(cpus=tuple(c for c in row.cpus
                                      if cpus is None or c in cpus))
        if pairs:
            row = row._replace(**({"guests": pairs} if row.repeats == 1 else
                                  {"repeats": pairs}))
        if row.cpus and (accels is None or row.accel in accels):
            yield row


def by_hand(ways, accels, cpus, pairs):
    """One row for each accelerator, for ways that are asked for by name."""
    return [Row(accel, tuple(cpus or (4,)), ways, pairs or 1)
            for accel in accels or ("icount",)]


def in_turns(there):
    """[(row, turn)], so that a noisy hour hits all alike."""
    return [(row, turn) for turn in range(max((row.guests for row in there),
                                              default=0))
            for row in there if turn < row.guests]


def longest_first(there):
    """The same for virtual time, as the plan has them: none of the long ones is
    left to run alone at the end."""
    return [(row, turn) for row in there for turn in range(row.guests)]


def guests_of(chosen):
    """A phase after the other. Each guest of an accelerator and a number of
    CPUs has a round of its own."""
    rounds = {}
    for accel in PHASES:
        there = [row for row in chosen if row.accel == accel]
        order = longest_first if accel == "icount" else in_turns
        for row, _ in order(there):
            for cpus in row.cpus:
                number = rounds.setdefault((accel, cpus), 0)
                rounds[accel, cpus] += 1
                yield Guest(accel, cpus, number, row.ways * row.repeats)
