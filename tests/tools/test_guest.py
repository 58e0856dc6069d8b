# SPDX-License-Identifier: GPL-2.0-only
"""test_guest.py - whose fault it is when a guest of tests/guest ends."""
import sys
import unittest

from program import program

run = program("tests/guest/run")
guest = sys.modules["guest"]
qemu_fault = sys.modules["qemu_fault"]


class Blame(unittest.TestCase):
    def test_int3_that_was_patched_away(self):
        for line in ("[ 1.8] Oops: int3: 0000 [#1] PREEMPT SMP PTI",
                     "[ 1.8] int3: 0000 [#1] PREEMPT SMP"):
            self.assertTrue(qemu_fault.shows_in("boot\n" + line + "\nmore"), line)

    def test_eflags_that_no_cpu_has(self):
        line = "[    2.1] RSP: 0018:ffffb0 EFLAGS: {:08x}"
        self.assertTrue(qemu_fault.shows_in(line.format(0x800246)))
        self.assertFalse(qemu_fault.shows_in(line.format(0x210246)))

    def test_all_else_is_ours(self):
        self.assertFalse(qemu_fault.shows_in(
            "Kernel panic - not syncing: VFS\n"
            "Oops: general protection fault: 0000 [#1] SMP\n"))

    def test_one_thread_does_not_race_with_itself(self):
        oops = "[ 1.8] Oops: int3: 0000 [#1] PREEMPT SMP PTI"
        self.assertFalse(qemu_fault.shows_in(oops, threads=False))


class Strays(unittest.TestCase):
    """Interrupts of the kernel before."""

    @staticmethod
    def line(vector):
        words = ["00000000"] * 8
        words[7 - vector // 32] = f"{1 << vector % 32:08x}"
        return (f"[ 0.0] APIC: Stale IRR: {','.join(words)} "
                f"ISR: {','.join(['00000000'] * 8)}\n")

    @staticmethod
    def strays(log):
        return guest.STRAY.search(qemu_fault.drop_low_vectors(log)[0])

    def test_any_that_a_cpu_can_take(self):
        for vector in (16, 31, 48, 0xec, 255):
            self.assertTrue(self.strays(self.line(vector)), vector)
            self.assertTrue(self.strays(self.line(vector) + self.line(0)))
        self.assertTrue(self.strays(
            "__common_interrupt: 1.55 No irq handler for vector"))

    def test_none_that_only_qemu_takes(self):
        for vector in (0, 15):
            self.assertFalse(self.strays(self.line(vector) + "more"), vector)


class Cases(unittest.TestCase):
    """A case whose first runs end with these errors."""

    def verdict(self, *by_qemu):
        left = list(by_qemu)

        def case():
            if left:
                error = guest.GuestError("not back")
                error.by_qemu = left.pop(0)
                error.last_words = ("CPU#0",)
                raise error
        run.CASES["made-up"] = case
        self.addCleanup(run.CASES.pop, "made-up")
        verdict, text = run.run_case("made-up")
        return verdict, text.splitlines(), left

    def test_passes(self):
        verdict, lines, _ = self.verdict()
        self.assertEqual(verdict, "PASS")
        self.assertRegex(lines[0], r"^PASS made-up \(\d")

    def test_our_fault_is_not_tried_again(self):
        verdict, lines, left = self.verdict(False, False)
        self.assertEqual((verdict, left), ("FAIL", [False]))
        self.assertRegex(lines[0], r"^FAIL made-up: not back \(")
        self.assertEqual(lines[1:], ["  CPU#0"])

    def test_qemus_fault_is_and_said(self):
        verdict, lines, _ = self.verdict(True, True)
        self.assertEqual(verdict, "PASS")
        self.assertEqual(
            lines[:2], ["made-up: not back: QEMU's own fault, starting over"] * 2)

    def test_but_not_for_ever(self):
        verdict, lines, left = self.verdict(*[True] * 4)
        self.assertEqual((verdict, left), ("FAIL", [True]))
        self.assertRegex(lines[2], "^FAIL made-up: not back ")


if __name__ == "__main__":
    unittest.main()
