# SPDX-License-Identifier: GPL-2.0-only
"""Results as text."""
from benchlib.figures import BASE, OWN, WAYS

CLOCK_NAMES = {"wall": "wall", "printk": "the kernel log's clock",
               "tsc": "the guest's TSC"}
MAIN = ("exec -> online", "exec -> init", "bring-up")
INSIDE = ("purgatory", "digest", OWN, "jump -> online", "exec -> entry")
STEPS = ("who is parked", "INIT and SIPI", "zero pages, arrival", "ping",
         "ACPI tables")
# accelerator -> [(clock, spans)]
TABLES = {
    "icount": [("tsc", MAIN), ("tsc", INSIDE), ("tsc", STEPS)],
    "single": [("wall", MAIN), ("cpu", MAIN), ("printk", MAIN[2:]),
               ("tsc", INSIDE[:3])],
}
TABLES["multi"] = TABLES["single"]


def clock_name(accel, clock):
    if clock == "tsc" and accel == "icount":
        return "virtual time"
    if clock == "cpu":
        return ("CPU time of the boot CPU's thread" if accel == "multi"
                else "CPU time of the thread of all CPUs")
    return CLOCK_NAMES[clock]


def amount(ms):
    return f"{ms:.0f}" if ms >= 100 else f"{ms:.3g}"


def cell(figure, ratio):
    """What it is of the default comes first, where that was measured."""
    if not figure:
        return "-"
    text = (f"{amount(figure.median)} ({amount(figure.low)}.."
            f"{amount(figure.high)})")
    return text if ratio is None else f"{ratio:.2f} x  {text}"


def inside_ratio(results, accel, cpus, way, span, clock):
    """What is inside a hop by kpark is compared with that hop, by the host's
    clock where the TSC does not tell when it ended: both are real time."""
    part = results.figure(accel, cpus, way, span, clock)
    whole = (results.figure(accel, cpus, way, "exec -> online", clock) or
             results.figure(accel, cpus, way, "exec -> online", "wall"))
    return part.median / whole.median if part and whole else None


def rows(results, accel, clock, spans):
    """(cpus, way, [(figure, ratio)]) of what has one of the spans."""
    def ratio(cpus, way, span):
        if spans[0] in (INSIDE[0], STEPS[0]):
            return inside_ratio(results, accel, cpus, way, span, clock)
        return results.ratio(accel, cpus, way, span, clock)

    for cpus in sorted(results.has("cpus")):
        for way in results.ways(accel, cpus):
            cells = [(results.figure(accel, cpus, way, span, clock),
                      ratio(cpus, way, span)) for span in spans]
            if any(figure for figure, _ in cells):
                yield cpus, way, cells


def title(accel, clock, spans):
    per = ("share of the hop's exec -> online"
           if spans[0] in (INSIDE[0], STEPS[0])
           else f"ratio to {WAYS[BASE]}")
    return (f"{accel}, {clock_name(accel, clock)}: {per}, "
            "median in milliseconds (range)")


def compare(results):
    """All tables, line by line."""
    for accel in results.has("accel"):
        for clock, spans in TABLES[accel]:
            yield title(accel, clock, spans)
            yield f"{'CPUs':>4}  {'':29}" + "".join(f" {s:>30}" for s in spans)
            for cpus, way, cells in rows(results, accel, clock, spans):
                yield (f"{cpus:4}  {WAYS[way]:29}" +
                       "".join(f" {cell(*c):>30}" for c in cells))
            yield ""


def naps(results, clocks):
    """Bring-up by the mailbox for each nap, against the first one's."""
    for accel in results.has("accel"):
        for cpus in sorted(results.has("cpus")):
            yield (f"{accel}, {cpus} CPUs, bring-up by the mailbox: ratio to "
                   "the first nap, median in milliseconds (range)")
            yield f"{'nap':>8} " + "".join(f" {clock_name(accel, c):>36}"
                                           for c in clocks(accel))
            for nap in results.has("nap"):
                yield f"{nap:5} us " + "".join(
                    f" {nap_cell(results, accel, cpus, nap, c):>36}"
                    for c in clocks(accel))
            yield ""


def nap_cell(results, accel, cpus, nap, clock):
    first, this = (results.figure(accel, cpus, "kpark", "bring-up", clock, n)
                   for n in (results.has("nap")[0], nap))
    return cell(this, this.median / first.median if first and this else None)


def parked(results):
    for cpus in sorted(results.has("cpus")):
        yield (f"icount, {cpus - 1} CPUs beside a kernel that takes one: "
               "early -> init in virtual milliseconds (range)")
        for way in results.ways("icount", cpus):
            figure, ratio = (f("icount", cpus, way, "early -> init", "tsc",
                               *base) for f, base in (
                                   (results.figure, ()),
                                   (results.ratio, ("alone-kexec",))))
            yield f"  {WAYS[way]:29} {cell(figure, ratio):>30}"
        yield ""
