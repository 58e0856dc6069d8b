# SPDX-License-Identifier: GPL-2.0-only
"""tools/bench without guests: canned events in, figures and a page out."""
import contextlib
import gzip
import html.parser
import io
import json
import lzma
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tools"))

# pylint: disable=wrong-import-position
from benchlib import (figures, guests, hops, page, parts,        # noqa: E402
                      plan, table, targets, verdicts)
from benchlib.guests import Guest                                 # noqa: E402
from benchlib.progress import Progress                            # noqa: E402
from program import program                                       # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MS = 1_000_000          # TSC ticks under icount
with open(TOP + "/park/park_abi.h", encoding="utf-8") as header:
    ABI_VERSION = int(re.search(r"#define PARK_ABI_VERSION\s+(\d+)",
                                header.read())[1])


def kprk(way, aps, tsc):
    """The table that a hop of this way leaves; it enters at `tsc`."""
    cold = way in ("kpark-cold", "alone-kpark")
    first = way in ("kpark-first", "alone-kpark")
    raw = bytearray(320)
    raw[:4] = b"KPRK"
    struct.pack_into("<I", raw, 0x24, ABI_VERSION)
    struct.pack_into("<6I", raw, 0x44, hops.NOT_WANTED if cold else
                     hops.PUBLISHED, 0, aps, 0 if first else aps, aps,
                     aps if first else 0)
    struct.pack_into("<I", raw, 0x60, 2_000_000)
    # found +1 ms, sent +2, verified +22, arrived, answered, jump +30, cleared
    struct.pack_into("<8Q", raw, 0x70, *(
        tsc + n * MS for n in (0, 1, 2, 22, 25, 26, 30, 24)))
    if way == "kpark-noverify":
        raw[0x88:0x90] = bytes(8)
    return raw.hex()


def hop_events(hop, way, online, aps=3):
    """A hop that is online `online` ms after exec, by every clock."""
    start = 1000 * hop          # ms
    at = {"exec": 0, "kernel": 50, "smp": online - 10, "online": online,
          "init": online + 1000}
    for stage, ms in at.items():
        event = {"event": stage, "hop": hop, "t": (start + ms) / 1000,
                 "cpu0": (start + ms / 2) / 1000}
        if stage != "exec":
            event["printk"] = (ms - 50) / 1000
        yield event
    notes = {s: ms for s, ms in at.items() if s != "kernel"} | {"early": 90}
    for stage, ms in notes.items():
        yield {"event": "note", "hop": hop, "name": stage,
               "value": str((start + ms) * MS)}
    if "kpark" in way:
        yield {"event": "note", "hop": hop, "name": "kprk",
               "value": kprk(way, aps, (start + 40) * MS)}


WAYS = ("kexec-c", "kexec-elf", "kpark-first", "kpark", "kpark-cold")
ONLINE = {"kexec-c": 800, "kexec-elf": 100, "kpark-first": 130, "kpark": 100,
          "kpark-cold": 120}


def canned(extra=0):
    events = [{"event": "kernel", "hop": 0, "t": 1, "cpu0": 1, "printk": 0.0}]
    for hop, way in enumerate(WAYS, 1):
        events += hop_events(hop, way, ONLINE[way] + extra)
    return events


def read(events, ways=WAYS, icount=True, cpus=4):
    """The hops, all of them good."""
    good, wrong = hops.read_hops(events, ways, icount, cpus)
    assert not wrong, wrong
    return good


def clocks_of(events, way, icount=True):
    return {w: clocks for _, w, clocks in read(events, icount=icount)}[way]


def results(accel="icount", cpus=4, rounds=(0, 1, 5)):
    r = figures.Results([])
    for n, extra in enumerate(rounds):
        guest = Guest(accel, cpus, n, WAYS)
        r.add(guest, read(canned(extra), WAYS, accel == "icount", cpus))
    return r


class Hops(unittest.TestCase):
    def test_spans_by_every_clock(self):
        ms = figures.spans_of(clocks_of(canned(), "kpark"))
        self.assertAlmostEqual(ms["exec -> online"]["wall"], 100)
        self.assertAlmostEqual(ms["exec -> online"]["cpu"], 50)
        self.assertAlmostEqual(ms["exec -> online"]["tsc"], 100)
        self.assertAlmostEqual(ms["exec -> init"]["tsc"], 1100)
        self.assertAlmostEqual(ms["bring-up"]["printk"], 10)
        self.assertNotIn("printk", ms["exec -> online"])
        self.assertAlmostEqual(ms["purgatory"]["tsc"], 30)
        self.assertAlmostEqual(ms["digest"]["tsc"], 20)
        self.assertAlmostEqual(ms[figures.OWN]["tsc"], 10)
        self.assertAlmostEqual(ms["jump -> online"]["tsc"], 30)
        self.assertAlmostEqual(ms["early -> init"]["tsc"], 1010)
        self.assertNotIn("purgatory", figures.spans_of(
            clocks_of(canned(), "kexec-c")))

    def test_steps_of_purgatory(self):
        ms = figures.spans_of(clocks_of(canned(), "kpark-first"))
        for span, need in (("exec -> entry", 40), ("who is parked", 1),
                           ("INIT and SIPI", 1), ("zero pages, arrival", 3),
                           ("ping", 1), ("ACPI tables", 4)):
            self.assertAlmostEqual(ms[span]["tsc"], need)

    def test_without_digest(self):
        ways = ("kpark-first", "kpark-noverify")
        events = [{"event": "kernel", "hop": 0, "t": 1, "cpu0": 1}]
        for hop, way in enumerate(ways, 1):
            events += hop_events(hop, way, 100)
        ms = figures.spans_of(read(events, ways)[1][2])
        self.assertNotIn("digest", ms)
        self.assertAlmostEqual(ms[figures.OWN]["tsc"], 30)

    def test_what_is_left_of_a_boot(self):
        """Between purgatory's entry and the bring-up: by the TSC, 40 ms are
        ahead of it, or 20 where that runs at 2 GHz."""
        ms = figures.spans_of(clocks_of(canned(), "kpark-first"))
        self.assertAlmostEqual(ms[figures.BOOT]["tsc"], 130 - 40 - 10)
        self.assertAlmostEqual(ms[figures.BOOT]["cpu"], 65 - 40 - 5)
        self.assertNotIn("printk", ms[figures.BOOT])
        ms = figures.spans_of(clocks_of(canned(), "kpark-first", False))
        self.assertAlmostEqual(ms[figures.BOOT]["wall"], 130 - 20 - 10)
        self.assertNotIn(figures.BOOT, figures.spans_of(
            clocks_of(canned(), "kexec-c")))

    def test_without_icount_the_tsc_runs_at_its_own_rate(self):
        ms = figures.spans_of(clocks_of(canned(), "kpark", False))
        self.assertAlmostEqual(ms["purgatory"]["tsc"], 15)   # 2 GHz

    def wrong(self, events, cpus=4):
        return hops.read_hops(events, WAYS, True, cpus)[1]

    def test_a_hop_that_is_not_what_its_way_says(self):
        events = [e for e in canned() if e.get("name") != "kprk"]
        events += [{"event": "note", "hop": hop, "name": "kprk",
                    "value": kprk("kpark-cold", 3, MS)} for hop in (3, 4, 5)]
        self.assertRegex(self.wrong(events)[0],
                         "^hop 3, kpark-first: outcome 2, need 1")

    def test_a_second_hop_with_inits_is_none(self):
        events = canned()
        for event in events:
            if event.get("name") == "kprk":
                event["value"] = kprk("kpark-first", 3, MS)
        self.assertRegex(self.wrong(events)[0],
                         "^hop 4, kpark: inits 3, need 0")

    def test_missing_stage_is_named_and_costs_its_hop_only(self):
        events = [e for e in canned() if (e["event"], e["hop"]) !=
                  ("online", 2)]
        good, wrong = hops.read_hops(events, WAYS, True, 4)
        self.assertEqual(wrong, ['hop 2, kexec-elf: no "online" in the '
                                 "events"])
        self.assertEqual([(hop, way) for hop, way, _ in good],
                         [(1, "kexec-c"), (3, "kpark-first"), (4, "kpark"),
                          (5, "kpark-cold")])

    def test_one_cpu_leaves_no_table(self):
        events = [e for e in canned() if e.get("name") != "kprk"]
        self.assertRegex(self.wrong(events)[0], 'kpark-first: no "kprk"')
        self.assertEqual(self.wrong(events, 1), [])

    def test_guest_that_stopped_early(self):
        events = [e for e in canned() if e["hop"] < 5]
        good, wrong = hops.read_hops(events, WAYS, True, 4)
        self.assertEqual(len(good), 4)
        self.assertRegex(wrong[0], "kpark-cold: no")

    def test_more_hops_than_ways(self):
        with self.assertRaisesRegex(hops.Wrong, "hop 5, need 4"):
            hops.read_hops(canned(), WAYS[:4], True, 4)

    def test_broken_kprk(self):
        for text in ("", "4b50", "00" * 320,
                     kprk("kpark", 3, 0)[:0x48] + "07" + "00" * 283):
            with self.assertRaises(hops.Wrong):
                hops.decode_kprk(text)

    def test_the_park_says_the_same(self):
        with open(os.path.join(TOP, "park", "park_abi.h"),
                  encoding="utf-8") as f:
            abi = f.read()
        stamps = re.findall(r"\bKPRK_T_(\w+),", abi)
        self.assertEqual([s.lower() for s in stamps], list(hops.STAMPS))
        outcomes = re.search(r"enum kprk_outcome {(.*?)}", abi, re.S)[1]
        self.assertEqual(re.findall(r"KPRK_\w+", outcomes)[:3],
                         ["KPRK_PUBLISHED", "KPRK_NOT_WANTED", "KPRK_NO_APS"])
        struct_ = re.search(r"struct kprk_table {(.*?)\n}", abi, re.S)[1]
        at = {m[1]: int(m[2], 16) for m in re.finditer(
            r"(\w+)(?:\[\w+\])?;\s*/\* 0x(\w+)", struct_)}
        self.assertEqual([at[f] for f in (
            "version", "outcome", "aps", "aps_found", "aps_parked",
            "inits_sent", "tsc_khz", "stamp", "retired_pa")],
            [0x24, 0x44, 0x4c, 0x50, 0x54, 0x58, 0x60, 0x70, 0x130])


class Figures(unittest.TestCase):
    def test_median_and_range(self):
        figure = results().figure("icount", 4, "kpark", "exec -> online",
                                  "tsc")
        for found, need in zip(figure, (101, 100, 105, 3)):
            self.assertAlmostEqual(found, need)

    def test_ratio_is_of_medians(self):
        r = results()
        ask = ("icount", 4, "kpark", "exec -> online", "tsc")
        self.assertAlmostEqual(r.ratio(*ask), 101 / 801)
        self.assertAlmostEqual(r.ratio(*ask, base="kexec-elf"), 1)
        self.assertIsNone(r.ratio(*ask, base="kexec-s"))
        self.assertIsNone(r.figure("single", *ask[1:]))

    def test_figure_of_a_nap(self):
        r = figures.Results([])
        for nap, extra in ((50, 0), (200, 7)):
            r.add(Guest("icount", 4, 0, WAYS, nap), read(canned(extra)))
        ask = ("icount", 4, "kpark", "exec -> online", "tsc")
        self.assertAlmostEqual(r.figure(*ask, 50).median, 100)
        self.assertAlmostEqual(r.figure(*ask, 200).median, 107)

    def test_pairs_are_of_one_guest_and_turn(self):
        r = figures.Results([])
        ways = ("kpark-first", "kpark-cold") * 2
        events = [{"event": "kernel", "hop": 0, "t": 1, "cpu0": 1}]
        for hop, online in enumerate((100, 200, 110, 330), 1):
            events += hop_events(hop, ways[hop - 1], online)
        r.add(Guest("icount", 4, 0, ways), read(events, ways))
        events = [e for e in events if e["hop"] != 2]
        good, _ = hops.read_hops(events, ways, True, 4)
        r.add(Guest("icount", 4, 1, ways), good)
        self.assertEqual([s["repeat"] for s in r.samples],
                         [0, 0, 1, 1, 0, 1, 1])
        pairs = r.pairs("icount", 4, *(
            (way, "exec -> online", "tsc") for way in ways[:2]))
        self.assertEqual([tuple(round(x) for x in p) for p in pairs],
                         [(100, 200), (110, 330), (110, 330)])

    def test_no_cell_without_its_ratio(self):
        for accel in table.TABLES:
            lines = list(table.compare(results(accel)))
            self.assertIn("0.13 x  101 (100..105)", "\n".join(lines))
            rows = [x for x in lines if ".." in x]
            self.assertTrue(rows)
            for row in rows:
                self.assertEqual(row.count(".."), row.count(" x  "), row)


class Targets(unittest.TestCase):
    def verdict(self, rounds=(0, 0), **bound):
        target = targets.Target("t", "icount", (4,), *targets.both(
            "kpark", "kexec-c", "exec -> online", "tsc"), **bound)
        return targets.judge(target, results(rounds=rounds), 4)

    def test_at_least(self):
        self.assertAlmostEqual(self.verdict(at_least=7)["value"], 8)
        self.assertEqual(self.verdict(at_least=7.99)["verdict"], "met")
        self.assertEqual(self.verdict(at_least=8.01)["verdict"], "missed")

    def test_at_most(self):
        self.assertAlmostEqual(self.verdict(at_most=1)["value"], 1 / 8)
        self.assertEqual(self.verdict(at_most=.126)["verdict"], "met")
        self.assertEqual(self.verdict(at_most=.124)["verdict"], "missed")

    def test_without_a_bound_it_is_stated(self):
        self.assertEqual(self.verdict()["verdict"], "stated")

    def test_a_part_of_a_hop_is_stated_in_microseconds(self):
        target = targets.stated("t", "kpark", "exec -> entry", (4,))
        v = targets.judge(target, results(), 4)
        self.assertEqual((round(v["value"]), v["unit"], v["n"]),
                         (40000, "us", 3))

    def test_range_is_that_of_the_pairs(self):
        v = self.verdict((0, 100), at_least=1)
        self.assertEqual((v["n"], v["low"], v["high"]), (2, 4.5, 8))
        self.assertAlmostEqual(v["value"], 850 / 150)

    def test_what_has_no_pair_does_not_count(self):
        """A first hop elsewhere is behind another kernel, and in no turns."""
        r = results(rounds=(0,))
        before = self.judged(r)
        r.add(Guest("icount", 4, 7, ("kpark",)), [
            (1, "kpark", {"tsc": {"exec": 0, "online": 9}})])
        self.assertEqual(self.judged(r), before)

    @staticmethod
    def judged(found):
        return targets.judge(targets.Target(
            "x", "icount", (4,), *targets.both("kpark", "kexec-c",
                                               "exec -> online", "tsc"),
            at_least=1), found, 4)

    def test_by_the_rest_of_its_boot(self):
        """10 ms of 80 are 9/7 of 10 ms of 70, less where a boot is longer."""
        target = targets.by_boot("icount", "tsc", "t")
        self.assertAlmostEqual(targets.judge(
            target, results(rounds=(0,)), 4)["value"], (10 / 80) / (10 / 70))
        v = targets.judge(target, results(rounds=(0, 10)), 4)
        self.assertAlmostEqual(v["low"], (10 / 80) / (10 / 70))
        self.assertAlmostEqual(v["high"], (10 / 90) / (10 / 80))
        self.assertEqual(v["verdict"], "stated")

    def test_few_samples_are_neither_met_nor_missed(self):
        for need in (7, 9):
            self.assertEqual(self.verdict((0,), at_least=need)["verdict"],
                             "few samples")
        target = targets.bring_up("multi", "wall", "wall")
        for count, need in ((6, "few samples"), (7, "met")):
            r = results("multi", rounds=(0,) * count)
            self.assertEqual(targets.judge(target, r, 4)["verdict"], need)

    def test_not_measured_is_not_met(self):
        found = {(v["text"], v["where"]): v["verdict"]
                 for v in targets.judge_all(targets.TARGETS, results())}
        there = [k for k, v in found.items() if v != "not measured"]
        self.assertTrue(there)
        self.assertEqual({where for _, where in there}, {"icount, 4 CPUs"})
        self.assertFalse([k for k in there if "none" in k[0]])

    def test_slope(self):
        self.assertAlmostEqual(targets.line_through(
            [(2, 14), (4, 18), (64, 138)])[0], 2)
        slope, off = targets.line_through([(0, 0), (1, 2), (2, 1)])
        self.assertAlmostEqual(slope, 0.5)
        self.assertAlmostEqual(off, 1)
        r = figures.Results([])
        for cpus in targets.MANY:
            r.add(Guest("icount", cpus, 0, WAYS), read(canned()))
        for s in r.samples:
            s["ms"][figures.OWN] = {"tsc": 3 + 0.002 * s["cpus"]}
        v = targets.growth_of(r)
        self.assertAlmostEqual(v["value"], 2)
        self.assertEqual(v["verdict"], "stated")
        r.samples = [s for s in r.samples if s["cpus"] < 64]
        self.assertEqual(targets.growth_of(r)["verdict"], "few samples")
        r.samples = [s for s in r.samples if s["cpus"] < 4]
        self.assertEqual(targets.growth_of(r)["verdict"], "not measured")

    def test_the_table_of_targets(self):
        for target in targets.TARGETS + targets.parked(64):
            self.assertFalse(target.at_most and target.at_least, target)
            for reading in filter(None, (target.ours, target.theirs)):
                self.assertIn(reading.way, figures.WAYS)
                self.assertIn(reading.span,
                              (*figures.SPANS, *figures.DERIVED))
                self.assertIn(reading.per,
                              (*figures.SPANS, *figures.DERIVED, None))
                self.assertIn(reading.clock, figures.CLOCKS)


class Plan(unittest.TestCase):
    def test_every_target_has_its_guests(self):
        pairs = {}
        for g in plan.guests_of(list(plan.rows(None, None, None))):
            for target in targets.TARGETS:
                if g.accel == target.accel and g.cpus in target.cpus:
                    n = min(g.ways.count(r.way) for r in
                            (target.ours, target.theirs or target.ours))
                    pairs[target, g.cpus] = pairs.get((target, g.cpus), 0) + n
        for target in targets.TARGETS:
            for cpus in target.cpus:
                self.assertGreaterEqual(
                    pairs.get((target, cpus), 0), targets.LEAST.get(
                        target.accel, targets.WALL_LEAST), (target, cpus))

    def test_slope_has_its_guests(self):
        there = {g.cpus for g in plan.guests_of(plan.PLAN)
                 if g.accel == "icount" and "kpark" in g.ways}
        self.assertLessEqual(set(targets.MANY), there)

    def test_each_hop_can_be_what_its_way_says(self):
        for row in plan.PLAN:
            mailbox = False         # CPUs of the kernel before the hop
            for way in row.ways * 2:
                if row.cpus != (1,) and way.startswith("kpark"):
                    self.assertEqual(mailbox, way != "kpark-first", row)
                mailbox = (way.startswith("kpark") and way != "kpark-cold")
                self.assertIn(way, figures.WAYS)
                if way == row.ways[-1] and row.repeats == 1:
                    break

    def test_filters(self):
        chosen = list(plan.guests_of(list(plan.rows(["multi"], [2], 3))))
        self.assertEqual([(g.name, g.ways) for g in chosen],
                         [("multi-2-0", ("kpark-first", "kpark-cold") * 3)])
        chosen = list(plan.guests_of(list(plan.rows(["single"], [4], 2))))
        self.assertEqual([(g.name, len(g.ways)) for g in chosen],
                         [("single-4-0", 4), ("single-4-1", 4),
                          ("single-4-2", 4)])
        self.assertEqual(sorted(set(chosen[1].ways) & set(plan.TURNS)),
                         sorted(plan.TURNS))
        self.assertEqual(list(plan.rows(["icount"], [3], None)), [])

    def test_names_are_of_one_guest_each(self):
        names = [g.name for g in plan.guests_of(plan.PLAN)]
        self.assertEqual(len(names), len(set(names)))

    def test_turns(self):
        names = [g.name for g in plan.guests_of((
            plan.Row("single", (2,), ("kpark",), 2),
            plan.Row("single", (4,), ("kpark",), 2),
            plan.Row("icount", (4,), ("kpark",), 2),
            plan.Row("icount", (2,), ("kpark",), 1)))]
        self.assertEqual(names, ["icount-4-0", "icount-4-1", "icount-2-0",
                                 "single-2-0", "single-4-0", "single-2-1",
                                 "single-4-1"])


class Verdicts(unittest.TestCase):
    def test_four_digits(self):
        for value, text in ((1 / 3, "0.3333"), (15.1234, "15.12"),
                            (7, "7.000"), (123456.7, "123457")):
            self.assertEqual(verdicts.digits(value), text)

    def test_line(self):
        v = verdicts.verdict("t", "here", [1, 3], value=2, at_most=1.5)
        self.assertEqual(verdicts.line(v), "missed        t, here: 2.000, "
                         "need at most 1.5 (n 2, 1.000..3.000)")
        v = verdicts.verdict("t", "here", [], at_least=7)
        self.assertEqual(verdicts.line(v),
                         "not measured  t, here, need at least 7")

    def test_status(self):
        def status(*kinds, failed=()):
            return verdicts.status([{"verdict": k} for k in kinds], failed)
        self.assertEqual(status("met", "missed", "stated"), 0)
        self.assertEqual(status("met", "not measured"), 1)
        self.assertEqual(status("met", "few samples"), 1)
        self.assertEqual(status("met", failed=["x"]), 1)


class Parts(unittest.TestCase):
    FIGURE = {"aps": 254, "rounds": 7,
              "broadcast": {"best": 9, "median": 10, "worst": 20},
              "mailbox": {"best": 20, "median": 20, "worst": 20},
              "sipi-serial": {"best": 80, "median": 99, "worst": 100},
              "sipi-parallel": {"best": 15, "median": 20, "worst": 30}}

    def test_nothing_is_all_not_measured(self):
        for part in (parts.stub, parts.digest, parts.load):
            found = part(None)
            self.assertTrue(found)
            self.assertEqual({v["verdict"] for v in found}, {"not measured"})

    def test_stub(self):
        found = parts.stub({"figures": [self.FIGURE]})
        self.assertEqual([v["verdict"] for v in found],
                         ["not measured", "missed", "met", "met", "met"])
        self.assertAlmostEqual(found[1]["value"], 9.9)
        self.assertEqual((found[1]["low"], found[1]["n"]), (4, 7))
        found = parts.stub({"figures": [self.FIGURE | {"rounds": 5}]})[1:]
        self.assertEqual({v["verdict"] for v in found}, {"few samples"})
        self.assertEqual({v["verdict"] for v in parts.stub(
            {"figures": [self.FIGURE | {"aps": 64}]})}, {"not measured"})

    def test_slope_of_the_stub(self):
        for cpus, need in ((parts.STUB_CPUS, "stated"),
                           (parts.STUB_CPUS[1:], "few samples")):
            v = parts.stub({"purgatory": [[n, 2 * n + 5] for n in cpus]})[0]
            self.assertAlmostEqual(v["value"], 2)
            self.assertEqual(v["verdict"], need)
        with open(os.path.join(TOP, "tests", "stub", "figures"),
                  encoding="ascii") as f:
            lists = [line.split()[1] for line in f
                     if line.startswith("parked ")]
        self.assertEqual(lists, [",".join(map(str, parts.STUB_CPUS))])

    def loads(self, **ms):
        names = dict(zip(("base", "ours", "none", "kexec", "packed", "unpack"),
                         ("zstd -dc", *parts.LOADS, parts.PACKED,
                          parts.UNPACK)))
        samples = {name: [{"cpu": ms.get(key, 10), "wall": 10}] * 7
                   for key, name in names.items()}
        return {v["text"]: v for v in parts.load(
            {"samples": {"6.12": samples}, "peak": {"6.12": {
                "zstd -dc": [50, 60]}}}) if "6.12" in v["where"]}

    def test_load_is_judged_by_its_default(self):
        name = "6 kpark load : zstd -dc, cpu time"
        self.assertEqual(self.loads(ours=13)[name]["verdict"], "met")
        self.assertEqual(self.loads(ours=14, none=1)[name]["verdict"],
                         "missed")
        self.assertEqual(self.loads()["6 kpark load --carry=none : zstd -dc, "
                                      "cpu time"]["verdict"], "stated")

    def test_packed_initrd_has_both_for_reference(self):
        v = self.loads(packed=30, base=10, unpack=20)
        self.assertAlmostEqual(v["6 kpark load, zstd initrd : zstd -dc of "
                                 "both, cpu time"]["value"], 1)
        self.assertEqual(v["6 zstd -dc, peak memory"]["value"], 60)


class Bench(unittest.TestCase):
    """Its main, with guests that only seem to run."""

    def setUp(self):
        self.bench = program("tools/bench")
        self.ran = []

    def fake(self, good_of):
        def run_guest(guest, timeout, watch, stop):
            self.ran.append(guest.name)
            hops_ = read(canned())
            good = good_of(guest, hops_)
            return good, (None if len(good) == len(hops_) else
                          f"{guest.name}: broken")
        return run_guest

    def main(self, good_of, *words):
        old = (guests.run_guest, guests.vmlinux, guests.initrd_size, sys.argv,
               guests.LOGS)
        out = io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bench.json")
            guests.run_guest = self.fake(good_of)
            guests.vmlinux = guests.initrd_size = lambda *_: None
            guests.LOGS = folder
            sys.argv = ["bench", "--json", path, *words]
            try:
                with contextlib.redirect_stdout(out):
                    with contextlib.redirect_stderr(io.StringIO()):
                        code = self.bench.main()
            finally:
                (guests.run_guest, guests.vmlinux, guests.initrd_size,
                 sys.argv, guests.LOGS) = old
            with open(path, encoding="utf-8") as f:
                return code, json.load(f), out.getvalue()

    QUICK = ("--accel", "icount", "--cpus", "4", "--pairs", "2", "--ways",
             ",".join(WAYS))

    def test_good_hops_of_a_broken_guest_count(self):
        code, kept, text = self.main(
            lambda guest, good: good[:4] if guest.round % 100 == 1 else good,
            *self.QUICK)
        self.assertEqual(code, 1)
        self.assertEqual(sorted(self.ran),
                         ["icount-4-0", "icount-4-1", "icount-4-101",
                          "icount-4-201"])
        self.assertEqual(len(kept["samples"]), 5 + 4 + 4 + 4)
        self.assertEqual(kept["failed"], ["icount-4-201: broken"])
        self.assertIn("failed        icount-4-201: broken", text)

    def test_a_further_try_makes_up_for_those_before(self):
        for last in (1, 101):
            self.ran.clear()
            code, kept, _ = self.main(
                lambda guest, good, to=last:
                good[:2] if guest.round in range(1, to + 1, 100) else good,
                *self.QUICK)
            self.assertEqual((code, kept["failed"]), (0, []))
            self.assertEqual(len(kept["samples"]),
                             5 + (2 if last == 1 else 4) + 5)

    def test_a_part_of_the_plan_shows_its_figures_only(self):
        code, _, text = self.main(lambda _, good: good, *self.QUICK)
        self.assertEqual(code, 0)
        self.assertIn("met           1 exec -> online", text)
        self.assertNotRegex(text, "(?m)^not measured")

    def test_all_of_the_plan_has_to_be_measured(self):
        code, kept, text = self.main(lambda _, good: good)
        self.assertEqual((code, kept["failed"]), (1, []))
        self.assertRegex(text, "(?m)^not measured +7 ")

    def test_head(self):
        _, kept, _ = self.main(lambda _, good: good, *self.QUICK)
        self.assertLessEqual({"commit", "qemu", "cpu", "load", "initrd",
                              "kernel"}, set(kept["head"]))

    def test_all_targets_over_all_parts(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "stub.json"), "w",
                      encoding="ascii") as f:
                json.dump({"figures": [Parts.FIGURE], "failed": ["x"]}, f)
            with open(os.path.join(folder, "load.json"), "w",
                      encoding="ascii") as f:
                f.write("[]")
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                code = self.bench.show_verdicts(folder)
        text = out.getvalue()
        self.assertEqual(code, 1)
        self.assertIn("missed        4 from release to online, sipi-serial : "
                      "broadcast, stub, 254 APs: 9.900, need at least 10",
                      text)
        self.assertIn("failed        stub: x", text)
        self.assertIn("bench.json: No such file", text)
        self.assertIn("not written by make bench", text)
        for figure in "1234567":
            self.assertRegex(text, rf"(?m)^(not measured|missed) +{figure} ")


class Time(unittest.TestCase):
    def test_what_is_left(self):
        now = [0.0]
        out = io.StringIO()
        plan = [Guest("single", 16, n, ("a",) * 4) for n in range(4)]
        progress = Progress(plan, out, lambda: now[0])
        self.assertAlmostEqual(progress.left(), 4 * 5 * 16)
        progress.begin(0)
        now[0] = 100
        progress.end(0)
        self.assertAlmostEqual(progress.left(), 300)
        progress.begin(1)
        self.assertEqual(out.getvalue().count("\n"), 2)
        self.assertIn("guest 2 of 4 (single-16-1)", out.getvalue())
        self.assertIn("5 min left", out.getvalue())
        now[0] = 300
        progress.end(1)
        self.assertAlmostEqual(progress.left(), 300)
        self.assertAlmostEqual(progress.left(here=40), 300 / 200 * 120)


class Guests(unittest.TestCase):
    def image(self, payload, magic=b"HdrS"):
        image = bytearray(1024)
        image[0x1f1] = 1
        image[0x202:0x206] = magic
        struct.pack_into("<II", image, 0x248, 0, len(payload))
        return bytes(image) + payload

    def test_elf_from_the_image(self):
        elf = b"\x7fELF" + bytes(range(256)) * 50
        size = struct.pack("<I", len(elf))
        for payload in (gzip.compress(elf), lzma.compress(elf) + size):
            self.assertEqual(guests.extract_elf(self.image(payload)), elf)
        for image in (b"", self.image(b"", b"none"), self.image(b"????????"),
                      self.image(gzip.compress(b"no ELF"))):
            with self.assertRaises(guests.Failure):
                guests.extract_elf(image)

    def run_fake(self, script, stop=threading.Event()):
        guest = Guest("icount", 4, 0, WAYS)
        old = guests.command, guests.LOGS
        with tempfile.TemporaryDirectory() as folder:
            guests.LOGS = folder
            guests.command = lambda g, t: ["sh", "-c", script, "sh",
                                           guests.files(g)]
            try:
                return guests.run_guest(guest, 5, lambda hop: None, stop)
            finally:
                guests.command, guests.LOGS = old

    def test_failed_guest_is_named(self):
        self.assertEqual(
            self.run_fake("echo 'vm: guest hung, log x' >&2; exit 3"),
            ([], "icount-4-0: vm: guest hung"))

    def test_the_guests_own_word_comes_first(self):
        _, why = self.run_fake("echo 'FAIL at hop 2: because' >\"$1.log\"; "
                               "echo 'vm: failed' >&2; exit 1")
        self.assertEqual(why, "icount-4-0: FAIL at hop 2: because")

    def test_success_without_events_is_a_failure(self):
        good, why = self.run_fake("exit 0")
        self.assertEqual(good, [])
        self.assertRegex(why, "^icount-4-0: hop 1, kexec-c: no ")

    def events_file(self, last):
        file = tempfile.NamedTemporaryFile("w+")
        file.writelines(json.dumps(e) + "\n" for e in canned()
                        if e["hop"] <= last)
        file.flush()
        return file

    def test_good_hops_stay_when_the_guest_dies(self):
        with self.events_file(3) as file:
            good, why = self.run_fake(f"cp {file.name} \"$1.events\"; "
                                      "echo vm: crashed >&2; exit 4")
        self.assertEqual([way for _, way, _ in good], list(WAYS[:3]))
        self.assertEqual(why, "icount-4-0: vm: crashed")

    def test_silence_ends_a_guest(self):
        old = guests.HUNG
        guests.HUNG = 1
        try:
            with self.events_file(2) as file:
                start = time.monotonic()
                good, why = self.run_fake(f"cp {file.name} \"$1.events\"; "
                                          "exec sleep 60")
        finally:
            guests.HUNG = old
        self.assertLess(time.monotonic() - start, 30)
        self.assertEqual(len(good), 2)
        self.assertEqual(why, "icount-4-0: no event for 1 s")

    def test_stopped_by_hand(self):
        stop = threading.Event()
        stop.set()
        self.assertEqual(self.run_fake("exec sleep 60", stop),
                         ([], "icount-4-0: " + guests.STOPPED))

    def test_archive_of_one_file(self):
        with tempfile.TemporaryDirectory() as folder:
            for size in range(5):
                data = b"data"[:size]
                subprocess.run(["cpio", "-i", "--quiet"], cwd=folder,
                               input=guests.cpio("ballast", data), check=True)
                with open(folder + "/ballast", "rb") as f:
                    self.assertEqual(f.read(), data)
                os.remove(folder + "/ballast")


class Bars(html.parser.HTMLParser):
    VOID = ("meta", "link")

    def __init__(self, text):
        super().__init__()
        self.bars, self.open = 0, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.bars += tag == "rect" and "bar" in dict(attrs)["class"].split()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


class Page(unittest.TestCase):
    BARS = len(WAYS) * len(table.MAIN)

    def text(self):
        r = results()
        return page.page(r, targets.judge_all(targets.TARGETS, r), ["<&>"])

    def test_bars_and_nesting(self):
        bars = Bars(self.text())
        self.assertEqual((bars.bars, bars.open), (self.BARS, []))
        self.assertIn("&lt;&amp;&gt;", self.text())

    def test_nothing_from_elsewhere(self):
        self.assertIn("prefers-color-scheme: dark", self.text())
        self.assertNotRegex(self.text(), r"https?:|<script|@import|url\(")

    def test_nothing_measured(self):
        self.assertEqual(Bars(page.page(figures.Results([]), [], [])).bars, 0)

    @unittest.skipUnless(CHROMIUM, "no chromium")
    def test_in_a_browser(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "page.html")
            with open(path, "w", encoding="utf-8") as f:
                f.write(self.text())
            shown = subprocess.run(
                [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
                 f"--user-data-dir={folder}/profile", "--enable-logging=stderr",
                 "--dump-dom", "file://" + path],
                capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(Bars(shown.stdout).bars, self.BARS)
        self.assertEqual([x for x in shown.stderr.splitlines()
                          if "CONSOLE" in x], [])


if __name__ == "__main__":
    unittest.main()
