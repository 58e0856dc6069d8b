# SPDX-License-Identifier: GPL-2.0-only
"""What kpark is to reach, stock 6.12 to 6.12, and whether it does."""
import statistics
from typing import NamedTuple, Optional

from benchlib.figures import BASE, BOOT, OWN
from benchlib.verdicts import verdict

LEAST = {"icount": 2}   # pairs that a figure needs
WALL_LEAST = 7


class Reading(NamedTuple):
    """A median: of a way's span by a clock, perhaps divided hop by hop by
    another span."""
    way: str
    span: str
    clock: str
    per: Optional[str] = None


class Target(NamedTuple):
    """`ours` over `theirs` is at most `at_most`, or `theirs` over `ours` is
    at least `at_least`: for each of these numbers of CPUs. With neither bound
    it is stated; `ours` in microseconds, where there are no `theirs`."""
    text: str
    accel: str
    cpus: tuple
    ours: Reading
    theirs: Optional[Reading] = None
    at_most: Optional[float] = None
    at_least: Optional[float] = None


FEW = (1, 2, 4, 16)
STAMPED = FEW[1:]       # one CPU leaves no table to read stamps from
MANY = (2, 4, 16, 64)
THREADS = {"multi": MANY[:-1]}  # plan.py says why not more


def both(ours, theirs, *span):
    return Reading(ours, *span), Reading(theirs, *span)


def bring_up(accel, clock, name):
    """By the mailbox and by INIT/SIPI, the same kernel by the same loader, in
    turns in one guest (plan.py)."""
    return Target("4 bring-up, kpark-first by the mailbox : kpark-cold after "
                  f"it by INIT/SIPI, {name}", accel, THREADS.get(accel, MANY),
                  *both("kpark-first", "kpark-cold", "bring-up", clock),
                  at_most=1)


def by_boot(accel, clock, name):
    """The same, each by the boot ahead of it: the host runs whole hops at one
    of two speeds, and a median of seven is that which came four times."""
    ours, theirs = both("kpark-first", "kpark-cold", "bring-up", clock, BOOT)
    return bring_up(accel, clock, name)._replace(
        text=f"4 the same by the rest of its boot, {name}", at_most=None,
        ours=ours, theirs=theirs)


def stated(text, way, span, cpus=STAMPED):
    return Target(f"3 {text}, virtual", "icount", cpus,
                  Reading(way, span, "tsc"))


def checked(text, way, cpus):
    """The digest's share of all that a user waits for."""
    return Target(f"5 digest{text} : exec -> online, virtual", "icount", cpus,
                  Reading(way, "digest", "tsc"),
                  Reading(way, "exec -> online", "tsc"), at_most=0.05)


def gained(text, way, base, span):
    return Target(f"7 {span}, {text}, virtual", "icount", (4,),
                  *both(way, base, span, "tsc"))


TARGETS = (
    Target("1 exec -> online, kexec-tools : kpark, virtual", "icount", FEW,
           *both("kpark", BASE, "exec -> online", "tsc"), at_least=7),
    Target("1 exec -> online, kexec-tools : kpark, wall", "single", FEW,
           *both("kpark", BASE, "exec -> online", "wall"), at_least=2.5),
    Target("1 the same, if it can be had", "single", FEW,
           *both("kpark", BASE, "exec -> online", "wall"), at_least=3),
    Target("1 the best that can be had: exec -> online, kexec-tools : ELF, "
           "wall", "single", FEW,
           *both(BASE, "kexec-elf", "exec -> online", "wall")),
    Target("1 exec -> init, kexec-tools : kpark, virtual", "icount", FEW,
           *both("kpark", BASE, "exec -> init", "tsc"), at_least=2.8),
    Target("2 exec -> online, kpark : ELF, virtual", "icount", FEW,
           *both("kpark", "kexec-elf", "exec -> online", "tsc"),
           at_most=1.08),
    Target("2 exec -> online, kpark : ELF, wall", "single", FEW,
           *both("kpark", "kexec-elf", "exec -> online", "wall")),
    Target("2 exec -> online, --verify=none : ELF, virtual", "icount", FEW,
           *both("kpark-noverify", "kexec-elf", "exec -> online", "tsc"),
           at_most=1),
    Target("3 purgatory without digest : jump -> online, virtual", "icount",
           STAMPED, Reading("kpark", OWN, "tsc"),
           Reading("kpark", "jump -> online", "tsc"), at_most=0.05),
    stated("purgatory without digest", "kpark", OWN, MANY),
    stated("digest", "kpark", "digest", MANY),
    stated("old kernel's shutdown and copying", "kpark", "exec -> entry",
           MANY),
    stated("first hop, INIT and SIPI", "kpark-first", "INIT and SIPI", MANY),
    stated("first hop, zero pages and arrival", "kpark-first",
           "zero pages, arrival", MANY),
    stated("first hop, ping", "kpark-first", "ping", MANY),
    stated("parked, who is parked", "kpark", "who is parked", MANY),
    stated("parked, zero pages and arrival", "kpark", "zero pages, arrival",
           MANY),
    stated("parked, ping", "kpark", "ping", MANY),
    stated("parked, ACPI tables", "kpark", "ACPI tables", MANY),
    bring_up("single", "wall", "wall"),
    by_boot("single", "wall", "wall"),
    bring_up("single", "cpu", "CPU time of all"),
    by_boot("single", "cpu", "CPU time of all"),
    bring_up("multi", "wall", "wall"),
    by_boot("multi", "wall", "wall"),
    bring_up("multi", "cpu", "boot CPU time"),
    by_boot("multi", "cpu", "boot CPU time"),
    bring_up("icount", "tsc", "virtual"),
    bring_up("multi", "wall", "wall")._replace(cpus=(2,), at_most=0.8),
    bring_up("icount", "tsc", "virtual")._replace(cpus=(2,), at_most=0.8),
    Target("4 purgatory without digest : exec -> online, virtual", "icount",
           (64,), Reading("kpark", OWN, "tsc"),
           Reading("kpark", "exec -> online", "tsc"), at_most=0.01),
    checked("", "kpark", STAMPED),
    checked(", 32 MiB more of initrd, packed", "kpark-initrd-packed", (4,)),
    checked(", 32 MiB more of initrd", "kpark-initrd", (4,)),
    gained("tsc=reliable : without", "kpark-tsc", "kpark", "exec -> online"),
    gained("tsc=reliable : without", "kpark-tsc", "kpark", "bring-up"),
    gained("tsc=reliable : without", "kpark-tsc", "kpark", "exec -> init"),
    gained("initrd unpacked at load : packed", "kpark-initrd",
           "kpark-initrd-packed", "exec -> online"),
    gained("initrd unpacked at load : packed", "kpark-initrd",
           "kpark-initrd-packed", "exec -> init"),
)


def parked(cpus):
    """What parked CPUs may cost: for --parked."""
    return (Target("4 early -> init, parked : halted, virtual", "icount",
                   (cpus,), *both("alone-kpark", "alone-kexec",
                                  "early -> init", "tsc"), at_most=1.02),)


def where(target, cpus):
    return f"{target.accel}, {cpus} CPU{'s' * (cpus > 1)}"


def ratios(target, results, cpus):
    """(that of the medians, of pairs only, or None; those of the pairs)"""
    pairs = results.pairs(target.accel, cpus, target.ours, target.theirs)
    if not pairs or min(map(min, pairs)) <= 0:
        return None, []
    if target.at_least is not None:
        pairs = [(b, a) for a, b in pairs]
    ours, theirs = map(statistics.median, zip(*pairs))
    return ours / theirs, [a / b for a, b in pairs]


def judge(target, results, cpus):
    """The verdict for this many."""
    if target.theirs:
        value, samples = ratios(target, results, cpus)
    else:
        samples = [1000 * ms for ms in results.values(
            target.accel, cpus, *target.ours).values()]
        value = statistics.median(samples) if samples else None
    return verdict(target.text, where(target, cpus), samples, value=value,
                   least=LEAST.get(target.accel, WALL_LEAST),
                   unit="" if target.theirs else "us",
                   at_most=target.at_most, at_least=target.at_least)


def line_through(points):
    """(slope, largest distance of a point from the line), least squares."""
    xs, ys = zip(*points)
    slope, at_0 = statistics.linear_regression(xs, ys)
    return slope, max(abs(y - at_0 - slope * x) for x, y in points)


def growth(text, where_, points, least):
    """What a CPU more costs in purgatory, all of them parked; `points`: [(CPUs,
    us)]. The samples are the slopes between neighbours."""
    value = None
    if len(points) > 1:
        value, off = line_through(points)
        text += f" (largest distance {off:.3g} us)"
    steps = [(b[1] - a[1]) / (b[0] - a[0])
             for a, b in zip(points, points[1:])]
    there = "CPUs " + ",".join(str(x) for x, _ in points) if points else ""
    return verdict(f"4 {text}", ", ".join(filter(None, (where_, there))),
                   steps, value=value, least=least - 1, unit="us a CPU")


def growth_of(results):
    points = [(cpus, 1000 * figure.median) for cpus in MANY
              for figure in [results.figure("icount", cpus, "kpark", OWN,
                                            "tsc")] if figure]
    return growth("purgatory without digest, slope by least squares", "icount",
                  points, len(MANY))


def judge_all(targets, results):
    found = [judge(target, results, cpus)
             for target in targets for cpus in target.cpus]
    return found + [growth_of(results)] * (targets is TARGETS)
