# SPDX-License-Identifier: GPL-2.0-only
"""The word that keeps a kernel on trial from committing by its unit."""
import unittest

from sandbox import KERNEL, KPARK, Sandbox, run

HOLD = "systemd.mask=kpark-commit.service"
TRIAL = "kpark.watchdog=i6300esb modprobe.blacklist=i6300esb"


class Hold(unittest.TestCase):
    """It is of one load: the next one, by whomever, does not inherit it."""

    def setUp(self):
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.close)
        self.addCleanup(self.sandbox.forget)

    def load(self, *words):
        """The next kernel's command line, and what is said beside it."""
        done = run(KPARK, "load", "--dry-run", "--carry=none", *words, KERNEL)
        self.assertEqual(done.returncode, 0, done.stderr)
        line = next(line for line in done.stdout.splitlines()
                    if line.startswith("command: "))
        return line.partition(": ")[2].split(), done.stderr

    def test_what_is_asked_for_is_kept(self):
        words, _ = self.load("--append=quiet " + HOLD)
        self.assertEqual(words.count(HOLD), 1, words)

    def test_it_is_not_inherited(self):
        self.sandbox.reboot(1, f"root=x {TRIAL} {HOLD} quiet")
        words, _ = self.load("--reuse-cmdline")
        self.assertNotIn(HOLD, words)
        self.assertIn("root=x", words)
        self.assertIn("quiet", words)

    def test_asked_for_once_more(self):
        self.sandbox.reboot(1, f"root=x {HOLD}")
        words, _ = self.load("--reuse-cmdline", "--append=" + HOLD)
        self.assertEqual(words.count(HOLD), 1, words)

    def test_a_trial_that_goes_on_is_told(self):
        _, said = self.load("--append=quiet")
        self.assertNotIn("trial", said)
        self.sandbox.reboot(1, f"root=x {TRIAL}")
        words, said = self.load("--reuse-cmdline")
        self.assertIn("the watchdog counts on", said)
        self.assertNotIn("modprobe.blacklist=i6300esb", words)


if __name__ == "__main__":
    unittest.main()
