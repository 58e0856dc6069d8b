# SPDX-License-Identifier: GPL-2.0-only
"""The targets of the parts that start no Linux: from what each wrote as JSON,
or from None. The figures are then named, and not measured."""
import statistics

from benchlib.targets import growth
from benchlib.verdicts import verdict

LEAST = 7
APS = 254
STUB_CPUS = (1, 2, 3, 5, 9, 17, 33, 65, 129, 255)
VERSIONS = {"6.12": "zstd -dc", "6.1": "lz4 -dc"}
LOADS = ("kpark load", "kpark load --carry=none", "kexec -c -l")
PACKED = "kpark load, zstd initrd"
UNPACK = "zstd -dc of that initrd"
CHOICES = ("xxh3-scalar", "xxh3-sse2", "xxh3-avx2", "sha256-portable",
           "sha256-ni")
TOOLS = ("sha256sum", "openssl sha256", "xxhsum -H2")


# -- kernel-stub ------------------------------------------------------------

def way_ratio(figure, ours, theirs, text, at_least):
    """How often `ours` goes into `theirs`; its range by best and worst, for
    the stub does not tell which rounds were neighbours."""
    where = f"stub, {APS} APs"
    if not figure:
        return verdict(text, where, [], at_least=at_least)
    a, b = figure[ours], figure[theirs]
    value = b["median"] / a["median"]
    found = verdict(text, where, [b["best"] / a["worst"], value,
                                  b["worst"] / a["best"]], value=value,
                    at_least=at_least)
    found["n"] = figure["rounds"]
    if found["n"] < LEAST:
        found["verdict"] = "few samples"
    return found


def stub(kept):
    figures = {f["aps"]: f for f in (kept or {}).get("figures", [])}
    many = figures.get(APS)
    slope = growth("purgatory, no digest, slope by least squares", "stub, "
                   "icount", (kept or {}).get("purgatory", []),
                   len(STUB_CPUS))
    return [slope] + [way_ratio(many, ours, theirs,
                      f"4 from release to online, {theirs} : {ours}", need)
            for ours, theirs, need in (
                ("broadcast", "sipi-serial", 10),
                ("broadcast", "sipi-parallel", 1),
                ("mailbox", "sipi-serial", 1),
                ("mailbox", "sipi-parallel", 1))]


# -- bench-digest -----------------------------------------------------------

def cycles(name, threads, found):
    """`found`: [best, median, worst, rounds] or None"""
    text = f"5 {name}, cycles a byte"
    where = f"host, {threads} thread{'s' * (threads > 1)}"
    if not found:
        return verdict(text, where, [])
    made = verdict(text, where, found[:3], value=found[0])
    made["n"] = found[3]
    return made


def digest(kept):
    kept = kept or {}
    made = [cycles(name, threads, kept.get("cycles", {}).get(name, {}).get(
        str(threads))) for name in CHOICES for threads in (1, 2)]
    for name in TOOLS:
        samples = kept.get("tools", {}).get(name, [])
        made.append(verdict(f"5 {name}, the process, cycles a byte", "host",
                            samples, value=min(samples, default=None)))
    for name in CHOICES:
        count = kept.get("instructions", {}).get(name)
        made.append(verdict(f"5 {name}, instructions a byte", "host",
                            [] if count is None else [count], value=count))
    return made


# -- bench-load -------------------------------------------------------------

def over(samples, name, bases, clock):
    """(ratio of the medians, [ratio] by rounds): to the sum of `bases`."""
    ours = [s[clock] for s in samples[name]]
    theirs = [sum(s[clock] for s in turn)
              for turn in zip(*(samples[b] for b in bases))]
    return (statistics.median(ours) / statistics.median(theirs),
            [a / b for a, b in zip(ours, theirs)])


def load_ratio(text, version, samples, name, bases, clock, **need):
    there = samples and all(samples.get(n) for n in (name, *bases))
    value, found = (over(samples, name, bases, clock) if there else
                    (None, []))
    return verdict(f"6 {text}, {clock} time", f"{version} on the host", found,
                   value=value, least=LEAST, **need)


def load_of(version, base, kept):
    samples = (kept or {}).get("samples", {}).get(version)
    for clock in ("cpu", "wall"):
        for name in LOADS:
            need = {"at_most": 1.3} if name == LOADS[0] else {}
            yield load_ratio(f"{name} : {base}", version, samples, name,
                             [base], clock, **need)
        yield load_ratio(f"{PACKED} : {base} of both", version, samples,
                         PACKED, [base, UNPACK], clock)
    for name in (base, *LOADS, PACKED):
        peaks = (kept or {}).get("peak", {}).get(version, {}).get(name, [])
        yield verdict(f"6 {name}, peak memory", f"{version} on the host",
                      peaks, value=max(peaks, default=None), unit="MiB")


def load(kept):
    return [v for version, base in VERSIONS.items()
            for v in load_of(version, base, kept)]
