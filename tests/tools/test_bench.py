# SPDX-License-Identifier: GPL-2.0-only
"""tools/bench without guests: canned events in, figures and a page out."""
import gzip
import html.parser
import io
import lzma
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tools"))

# pylint: disable=wrong-import-position
from benchlib import figures, guests, hops, page, table, targets  # noqa: E402
from benchlib.guests import Guest                                 # noqa: E402
from benchlib.progress import Progress                            # noqa: E402

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


def results(accel="icount", cpus=4, rounds=(0, 1, 5)):
    r = figures.Results([])
    for n, extra in enumerate(rounds):
        guest = Guest(accel, cpus, n, WAYS)
        r.add(guest, hops.read_hops(canned(extra), WAYS, accel == "icount",
                                    guest.cpus))
    return r


class Hops(unittest.TestCase):
    def test_spans_by_every_clock(self):
        by_way = dict(hops.read_hops(canned(), WAYS, True, 4))
        ms = figures.spans_of(by_way["kpark"])
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
        self.assertNotIn("purgatory", figures.spans_of(by_way["kexec-c"]))

    def test_without_digest(self):
        ways = ("kpark-first", "kpark-noverify")
        events = [{"event": "kernel", "hop": 0, "t": 1, "cpu0": 1}]
        for hop, way in enumerate(ways, 1):
            events += hop_events(hop, way, 100)
        ms = figures.spans_of(hops.read_hops(events, ways, True, 4)[1][1])
        self.assertNotIn("digest", ms)
        self.assertAlmostEqual(ms[figures.OWN]["tsc"], 30)

    def test_without_icount_the_tsc_runs_at_its_own_rate(self):
        ms = figures.spans_of(dict(hops.read_hops(canned(), WAYS, False, 4))
                              ["kpark"])
        self.assertAlmostEqual(ms["purgatory"]["tsc"], 15)   # 2 GHz

    def test_a_hop_that_is_not_what_its_way_says(self):
        events = [e for e in canned() if e.get("name") != "kprk"]
        events += [{"event": "note", "hop": hop, "name": "kprk",
                    "value": kprk("kpark-cold", 3, MS)} for hop in (3, 4, 5)]
        with self.assertRaisesRegex(hops.Wrong, "^kpark-first: outcome 2, "
                                    "need 1"):
            hops.read_hops(events, WAYS, True, 4)

    def test_a_second_hop_with_inits_is_none(self):
        events = canned()
        for event in events:
            if event.get("name") == "kprk":
                event["value"] = kprk("kpark-first", 3, MS)
        with self.assertRaisesRegex(hops.Wrong, "^kpark: inits 3, need 0"):
            hops.read_hops(events, WAYS, True, 4)

    def test_missing_stage_is_named(self):
        events = [e for e in canned() if (e["event"], e["hop"]) !=
                  ("online", 2)]
        with self.assertRaisesRegex(hops.Wrong, 'kexec-elf: no "online"'):
            hops.read_hops(events, WAYS, True, 4)

    def test_one_cpu_leaves_no_table(self):
        events = [e for e in canned() if e.get("name") != "kprk"]
        with self.assertRaisesRegex(hops.Wrong, 'kpark-first: no "kprk"'):
            hops.read_hops(events, WAYS, True, 4)
        ways = [way for way, _ in hops.read_hops(events, WAYS, True, 1)]
        self.assertEqual(tuple(ways), WAYS)

    def test_guest_that_stopped_early(self):
        events = [e for e in canned() if e["hop"] < 5]
        with self.assertRaisesRegex(hops.Wrong, "kpark-cold: no"):
            hops.read_hops(events, WAYS, True, 4)

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
            r.add(Guest("icount", 4, 0, WAYS, nap),
                  hops.read_hops(canned(extra), WAYS, True, 4))
        ask = ("icount", 4, "kpark", "exec -> online", "tsc")
        self.assertAlmostEqual(r.figure(*ask, 50).median, 100)
        self.assertAlmostEqual(r.figure(*ask, 200).median, 107)

    def test_no_cell_without_its_ratio(self):
        for accel in table.TABLES:
            lines = list(table.compare(results(accel)))
            self.assertIn("0.13 x  101 (100..105)", "\n".join(lines))
            rows = [x for x in lines if ".." in x]
            self.assertTrue(rows)
            for row in rows:
                self.assertEqual(row.count(".."), row.count(" x  "), row)


class Targets(unittest.TestCase):
    def verdict(self, **bound):
        target = targets.Target("t", "icount", (4,), *targets.both(
            "kpark", "kexec-c", "exec -> online", "tsc"), **bound)
        return targets.judge(target, results(rounds=(0,)), 4)

    def test_at_least(self):
        self.assertAlmostEqual(self.verdict(at_least=7)["value"], 8)
        self.assertEqual(self.verdict(at_least=7.99)["verdict"], "met")
        self.assertEqual(self.verdict(at_least=8.01)["verdict"], "missed")

    def test_at_most(self):
        self.assertAlmostEqual(self.verdict(at_most=1)["value"], 1 / 8)
        self.assertEqual(self.verdict(at_most=.126)["verdict"], "met")
        self.assertEqual(self.verdict(at_most=.124)["verdict"], "missed")

    def test_not_measured_is_not_met(self):
        found = {(v["text"], v["cpus"]): v["verdict"]
                 for v in targets.judge_all(targets.TARGETS, results())}
        both_there = [k for k, v in found.items() if v != "not measured"]
        self.assertTrue(both_there)
        self.assertEqual({cpus for _, cpus in both_there}, {4})
        self.assertFalse([k for k in both_there if "none" in k[0]])

    def test_the_table_of_targets(self):
        for target in targets.TARGETS + targets.parked(64):
            self.assertNotEqual(target.at_most is None,
                                target.at_least is None, target)
            for reading in (target.ours, target.theirs):
                self.assertIn(reading.way, figures.WAYS)
                self.assertIn(reading.span, (*figures.SPANS, figures.OWN))
                self.assertIn(reading.clock, figures.CLOCKS)


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

    def run_fake(self, script, timeout=5):
        guest = Guest("icount", 4, 0, WAYS)
        old = guests.command, guests.LOGS
        with tempfile.TemporaryDirectory() as folder:
            guests.LOGS = folder
            guests.command = lambda g, t: ["sh", "-c", script, "sh",
                                           guests.files(g)]
            try:
                return guests.run_guest(guest, timeout, lambda hop: None)
            finally:
                guests.command, guests.LOGS = old

    def test_failed_guest_is_named(self):
        with self.assertRaisesRegex(guests.Failure,
                                    "^icount-4-0: vm: guest hung$"):
            self.run_fake("echo 'vm: guest hung, log x' >&2; exit 3")

    def test_the_guests_own_word_comes_first(self):
        with self.assertRaisesRegex(guests.Failure,
                                    "^icount-4-0: FAIL at hop 2: because$"):
            self.run_fake("echo 'FAIL at hop 2: because' >\"$1.log\"; "
                          "echo 'vm: failed' >&2; exit 1")

    def test_success_without_events_is_a_failure(self):
        with self.assertRaisesRegex(guests.Failure, "^icount-4-0: kexec-c: "):
            self.run_fake("exit 0")


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
