# SPDX-License-Identifier: GPL-2.0-only
"""What kpark is to reach, stock 6.12 to 6.12, and whether it does."""
from typing import NamedTuple, Optional

from benchlib.figures import BASE, OWN


class Reading(NamedTuple):
    """A median: of a way's span by a clock."""
    way: str
    span: str
    clock: str


class Target(NamedTuple):
    """`ours` over `theirs` is at most `at_most`, or `theirs` over `ours` is
    at least `at_least`: for each of these numbers of CPUs."""
    text: str
    accel: str
    cpus: tuple
    ours: Reading
    theirs: Reading
    at_most: Optional[float] = None
    at_least: Optional[float] = None


FEW = (1, 2, 4, 16)
STAMPED = FEW[1:]       # one CPU leaves no table to read stamps from
MANY = (2, 4, 16, 64)


def both(ours, theirs, span, clock):
    return Reading(ours, span, clock), Reading(theirs, span, clock)


def bring_up(accel, clock, name):
    """By the mailbox and by INIT/SIPI, the same kernel by the same loader."""
    return Target(f"bring-up, mailbox : INIT/SIPI, {name}", accel, MANY,
                  *both("kpark", "kpark-cold", "bring-up", clock), at_most=1)


TARGETS = (
    Target("exec -> online, kexec-tools : kpark, virtual", "icount", FEW,
           *both("kpark", BASE, "exec -> online", "tsc"), at_least=7),
    Target("exec -> online, kexec-tools : kpark, wall", "single", FEW,
           *both("kpark", BASE, "exec -> online", "wall"), at_least=2.5),
    Target("exec -> init, kexec-tools : kpark, virtual", "icount", FEW,
           *both("kpark", BASE, "exec -> init", "tsc"), at_least=2.8),
    Target("exec -> online, kpark : ELF, virtual", "icount", FEW,
           *both("kpark", "kexec-elf", "exec -> online", "tsc"),
           at_most=1.08),
    Target("exec -> online, --verify=none : ELF, virtual", "icount", FEW,
           *both("kpark-noverify", "kexec-elf", "exec -> online", "tsc"),
           at_most=1),
    bring_up("single", "wall", "wall"),
    bring_up("single", "cpu", "CPU time of all"),
    bring_up("multi", "wall", "wall"),
    bring_up("multi", "cpu", "boot CPU time"),
    Target("bring-up, mailbox : INIT/SIPI, virtual", "icount", (2,),
           *both("kpark", "kpark-cold", "bring-up", "tsc"), at_most=0.8),
    Target("digest : exec -> online, virtual", "icount", STAMPED,
           Reading("kpark", "digest", "tsc"),
           Reading("kpark", "exec -> online", "tsc"), at_most=0.05),
    Target("purgatory without digest : jump -> online, virtual", "icount",
           STAMPED, Reading("kpark", OWN, "tsc"),
           Reading("kpark", "jump -> online", "tsc"), at_most=0.05),
    Target("purgatory without digest : exec -> online, virtual", "icount",
           (64,), Reading("kpark", OWN, "tsc"),
           Reading("kpark", "exec -> online", "tsc"), at_most=0.01),
)


def parked(cpus):
    """What parked CPUs may cost: for --parked."""
    return (Target("early -> init, parked : halted, virtual", "icount",
                   (cpus,), *both("alone-kpark", "alone-kexec",
                                  "early -> init", "tsc"), at_most=1.02),)


def judge(target, results, cpus):
    """{"value", "verdict": met, missed or not measured, ...} for this many."""
    ours, theirs = (results.figure(target.accel, cpus, *reading)
                    for reading in (target.ours, target.theirs))
    low = target.at_most is None
    verdict = {"text": target.text, "accel": target.accel, "cpus": cpus,
               "need": f"at least {target.at_least:g}" if low
               else f"at most {target.at_most:g}",
               "value": None, "verdict": "not measured"}
    if not ours or not theirs or min(ours.median, theirs.median) <= 0:
        return verdict
    if low:
        verdict["value"] = theirs.median / ours.median
        met = verdict["value"] >= target.at_least
    else:
        verdict["value"] = ours.median / theirs.median
        met = verdict["value"] <= target.at_most
    verdict["verdict"] = "met" if met else "missed"
    return verdict


def judge_all(targets, results):
    return [judge(target, results, cpus)
            for target in targets for cpus in target.cpus]
