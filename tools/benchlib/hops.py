# SPDX-License-Identifier: GPL-2.0-only
"""What one guest's events say: for each hop, the time of its stages.

A hop has up to four clocks, each a dict of stage -> milliseconds:
wall    the host's
cpu     of vCPU 0's thread, or of the thread that all vCPUs share
printk  the next kernel's log
tsc     the guest's TSC, which runs on through kexec: virtual time under icount
"""
import struct

WALL_STAGES = ("exec", "kernel", "smp", "online", "init")
TSC_STAGES = ("exec", "early", "smp", "online", "init")   # but for exec: icount
# enum kprk_stamp, struct kprk_table: park/park_abi.h
STAMPS = ("entry", "found", "sent", "verified", "arrived", "answered", "jump",
          "cleared")
VERSION = 4       # PARK_ABI_VERSION
PUBLISHED, NOT_WANTED, NO_APS = 1, 2, 3


class Wrong(Exception):
    """The events do not show what the guest was told to do."""


def decode_kprk(text):
    raw = bytes.fromhex(text)
    if len(raw) != 320 or raw[:4] != b"KPRK":
        raise Wrong("not a KPRK table")
    version, = struct.unpack_from("<I", raw, 0x24)
    if version != VERSION:
        raise Wrong(f"KPRK version {version}, known is {VERSION}")
    outcome, _, aps, found, parked, inits = struct.unpack_from("<6I", raw, 0x44)
    return {"outcome": outcome, "aps": aps, "found": found, "parked": parked,
            "inits": inits, "khz": struct.unpack_from("<I", raw, 0x60)[0],
            "stamps": dict(zip(STAMPS, struct.unpack_from("<8Q", raw, 0x70)))}


def check_kprk(way, kprk):
    """Is this hop what its way says? None, or what is wrong."""
    def need(what, needed):
        if kprk[what] != needed:
            raise Wrong(f"{way}: {what} {kprk[what]}, need {needed}")

    aps = kprk["aps"]
    wanted = way not in ("kpark-cold", "alone-kpark")
    need("parked", aps)
    if aps:
        need("outcome", PUBLISHED if wanted else NOT_WANTED)
    if way in ("kpark-first", "alone-kpark"):
        need("inits", aps)
    else:
        need("inits", 0)
        need("found", aps)


def tsc_clock(notes, khz, kprk):
    """Stage -> ms by the TSC, counted from the jump's command."""
    stamps = {s: int(notes[s]["value"]) for s in TSC_STAGES if s in notes}
    stamps.update((s, t) for s, t in (kprk or {}).get("stamps", {}).items()
                  if t)
    return {s: (t - stamps["exec"]) / khz for s, t in stamps.items()}


def need_all(way, wanted, there):
    for stage in wanted:
        if stage not in there:
            raise Wrong(f"{way}: no \"{stage}\" in the events")


def read_hop(way, events, notes, icount, cpus):
    need_all(way, WALL_STAGES, events)
    need_all(way, TSC_STAGES if icount else TSC_STAGES[:1], notes)
    clocks = {
        "wall": {s: 1000 * events[s]["t"] for s in WALL_STAGES},
        "printk": {s: 1000 * events[s]["printk"] for s in WALL_STAGES[1:]},
    }
    if all(events[s]["cpu0"] is not None for s in WALL_STAGES):
        clocks["cpu"] = {s: 1000 * events[s]["cpu0"] for s in WALL_STAGES}
    kprk = None
    if "kpark" in way and cpus > 1:     # one CPU: nothing to park, no table
        need_all(way, ["kprk"], notes)
        kprk = decode_kprk(notes["kprk"]["value"])
        check_kprk(way, kprk)
    # QEMU's TSC is virtual time then: 1 GHz
    khz = 1_000_000 if icount else kprk and kprk["khz"]
    if khz:
        clocks["tsc"] = tsc_clock(notes, khz, kprk)
    return clocks


def sort_events(events, count):
    """(stages, notes): for each hop up to `count` a dict by name."""
    stages = [{} for _ in range(count + 1)]
    notes = [{} for _ in stages]
    for event in events:
        hop = event["hop"]
        if hop > count:
            raise Wrong(f"hop {hop}, need {count} or less")
        if event["event"] == "note":
            notes[hop][event["name"]] = event
        else:
            stages[hop].setdefault(event["event"], event)
    return stages, notes


def read_hops(events, ways, icount, cpus):
    """([(hop, way, clocks)] of the good ones, [what is wrong with others])"""
    good, wrong = [], []
    stages, notes = sort_events(events, len(ways))
    for hop, way in enumerate(ways, 1):
        try:
            good.append((hop, way, read_hop(way, stages[hop], notes[hop],
                                            icount, cpus)))
        except Wrong as e:
            wrong.append(f"hop {hop}, {e}")
    return good, wrong
