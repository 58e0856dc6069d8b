# SPDX-License-Identifier: GPL-2.0-only
"""Spans, medians and ratios.

A sample is one hop: {"accel", "cpus", "round", "way", "repeat", "ms": {span:
{clock: milliseconds}}}. A figure is what all samples of a way say of one span;
a pair is what two ways say of it in the same guest and repeat.
"""
import statistics
from typing import NamedTuple

BASE = "kexec-c"        # what all others are compared with
WAYS = {
    "kexec-c": "kexec-tools -c (default)",
    "kexec-s": "kexec-tools -s",
    "kexec-nochecks": "kexec-tools -c --no-checks",
    "kexec-elf": "kexec-tools, ELF, --no-checks",
    "kpark-first": "kpark, first hop",
    "kpark": "kpark",
    "kpark-noverify": "kpark --verify=none",
    "kpark-cold": "kpark --mailbox=never",
    "kpark-tsc": "kpark, tsc=reliable",
    "kpark-initrd": "kpark, packed initrd",
    "kpark-initrd-packed": "kpark --initrd-packed",
    "alone-kpark": "one CPU beside parked ones",
    "alone-kexec": "one CPU beside halted ones",
}
SPANS = {               # name -> stages
    "exec -> online": ("exec", "online"),
    "exec -> init": ("exec", "init"),
    "bring-up": ("smp", "online"),
    "purgatory": ("entry", "jump"),
    "digest": ("sent", "verified"),
    "jump -> online": ("jump", "online"),
    "early -> init": ("early", "init"),
    "exec -> entry": ("exec", "entry"),
    "who is parked": ("entry", "found"),
    "INIT and SIPI": ("found", "sent"),
    "zero pages, arrival": ("verified", "arrived"),
    "ping": ("arrived", "answered"),
    "ACPI tables": ("answered", "jump"),
}
OWN = "purgatory, no digest"
# Next to nothing of it is kpark's, and the emulator and the host are as fast, or
# slow, then as in the bring-up behind it: they are not in each hop.
BOOT = "entry -> bring-up"
DERIVED = (OWN, BOOT)
CLOCKS = ("wall", "cpu", "printk", "tsc")


class Figure(NamedTuple):
    """Milliseconds."""
    median: float
    low: float
    high: float
    count: int


def add_derived(ms):
    """Purgatory's entry has a stamp of the TSC only, which is real time, or
    virtual time where all of it is."""
    for clock, whole in ms.get("purgatory", {}).items():
        digest = ms.get("digest", {}).get(clock, 0)
        ms.setdefault(OWN, {})[clock] = whole - digest
    for entry in ms.get("exec -> entry", {}).values():
        for clock, whole in ms.get("exec -> online", {}).items():
            ms.setdefault(BOOT, {})[clock] = (whole - entry -
                                              ms["bring-up"][clock])


def spans_of(clocks):
    """{span: {clock: ms}} of a hop, as far as its clocks have the stages."""
    ms = {}
    for span, (start, end) in SPANS.items():
        for clock, stages in clocks.items():
            if start in stages and end in stages:
                ms.setdefault(span, {})[clock] = stages[end] - stages[start]
    add_derived(ms)
    return ms


def summary(values):
    return Figure(statistics.median(values), min(values), max(values),
                  len(values))


class Results:
    """Samples, and what to ask of them."""

    def __init__(self, samples):
        self.samples = samples

    def add(self, guest, hops):
        """`hops`: [(number from 1, way, clocks)], those that are good."""
        for hop, way, clocks in hops:
            self.samples.append({
                "accel": guest.accel, "cpus": guest.cpus,
                "round": guest.round, "nap": guest.nap, "way": way,
                "repeat": guest.ways[:hop - 1].count(way),
                "ms": spans_of(clocks)})

    def has(self, key):
        """What there is of "accel", "cpus", "nap": in the order it came."""
        return list(dict.fromkeys(s[key] for s in self.samples))

    def ways(self, accel, cpus):
        there = {s["way"] for s in self.samples
                 if (s["accel"], s["cpus"]) == (accel, cpus)}
        return [way for way in WAYS if way in there]

    def figure(self, accel, cpus, way, span, clock, nap=None):
        """A Figure, or None when nothing was measured."""
        key = (accel, cpus, way)
        values = [s["ms"][span][clock] for s in self.samples
                  if (s["accel"], s["cpus"], s["way"]) == key
                  and nap in (None, s["nap"])
                  and clock in s["ms"].get(span, {})]
        return summary(values) if values else None

    def ratio(self, accel, cpus, way, span, clock, base=BASE):
        """Median over the base's median, or None."""
        ours = self.figure(accel, cpus, way, span, clock)
        theirs = self.figure(accel, cpus, base, span, clock)
        if not ours or not theirs or theirs.median <= 0:
            return None
        return ours.median / theirs.median

    def values(self, accel, cpus, way, span, clock, per=None):
        """{(round, nap, repeat): ms}; `per`: each divided by that span of the
        same hop."""
        return {(s["round"], s["nap"], s["repeat"]): s["ms"][span][clock] /
                (s["ms"][per][clock] if per else 1)
                for s in self.samples
                if (s["accel"], s["cpus"], s["way"]) == (accel, cpus, way)
                and all(clock in s["ms"].get(x, {})
                        for x in (span, per or span))}

    def pairs(self, accel, cpus, ours, theirs):
        """[(ours, theirs)] of those that one guest measured in one turn;
        `ours` and `theirs` are (way, span, clock, per)."""
        a, b = (self.values(accel, cpus, *x) for x in (ours, theirs))
        return [(a[key], b[key]) for key in a if key in b]

    def figures(self):
        """All of them, as rows for JSON."""
        for accel in self.has("accel"):
            for cpus in sorted(self.has("cpus")):
                for way in self.ways(accel, cpus):
                    yield from self._rows(accel, cpus, way)

    def _rows(self, accel, cpus, way):
        naps = self.has("nap")
        for nap in naps:
            for span in (*SPANS, *DERIVED):
                for clock in CLOCKS:
                    figure = self.figure(accel, cpus, way, span, clock, nap)
                    if figure:
                        yield {"accel": accel, "cpus": cpus, "way": way,
                               "nap": nap, "span": span, "clock": clock,
                               **figure._asdict(), "ratio": self.ratio(
                                   accel, cpus, way, span, clock)}
