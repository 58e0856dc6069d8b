# SPDX-License-Identifier: GPL-2.0-only
"""may-sleep refuses what would hang, and what nobody knows of."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from sandbox import TOP, mount

FILES = ("/sys/firmware", "/sys/power")


class Sleep(unittest.TestCase):
    """A made-up firmware, and a kpark that says what it is told to."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="kpark-sleep-")
        for path in FILES:
            mount("-t", "tmpfs", "none", path)
        os.makedirs("/sys/firmware/acpi/tables")
        self.kernel("deep")
        with open("/sys/firmware/acpi/tables/KPRK", "w"):
            pass

    def tearDown(self):
        for path in FILES:
            subprocess.run(["umount", path], check=True)
        shutil.rmtree(self.folder)

    def kernel(self, mem_sleep):
        """What the kernel would suspend to."""
        with open("/sys/power/mem_sleep", "w") as file:
            file.write("s2idle [deep]\n" if mem_sleep == "deep"
                       else "[s2idle] deep\n")

    def status(self, code, **boot):
        """What `kpark status --json` says, as it is laid out."""
        text = json.dumps({"version": 1, "boot": boot}, indent=2)
        with open(self.folder + "/kpark", "w") as file:
            file.write(f"#!/bin/sh\ncat <<E\n{text}\nE\nexit {code}\n")
        os.chmod(self.folder + "/kpark", 0o755)

    def may(self, how):
        """Does it permit that? A refusal is one line."""
        done = subprocess.run(
            [TOP + "/tools/systemd/may-sleep", how], text=True, timeout=60,
            stderr=subprocess.PIPE, check=False,
            env={"PATH": self.folder + ":/usr/bin:/bin"})
        self.assertIn(done.returncode, (0, 1))
        self.assertEqual(done.stderr.count("\n"), done.returncode)
        return done.returncode == 0

    def test_mailbox(self):
        """Both are refused; but to suspend to idle is permitted."""
        self.status(0, by="kpark", mailbox=True)
        self.assertFalse(self.may("suspend"))
        self.assertFalse(self.may("hibernate"))
        self.kernel("s2idle")
        self.assertTrue(self.may("suspend"))
        self.assertFalse(self.may("hibernate"))

    def test_no_mailbox(self):
        """By INIT and SIPI, in order or degraded."""
        for code in (0, 8):
            self.status(code, by="kpark", mailbox=False)
            self.assertTrue(self.may("suspend"))
            self.assertTrue(self.may("hibernate"))

    def test_another_version(self):
        """Its table says nothing to us."""
        self.status(0, by="kpark, another version", mailbox=False)
        self.assertFalse(self.may("hibernate"))

    def test_status_that_fails(self):
        """Whatever it says before."""
        self.status(1, by="kpark", mailbox=False)
        self.assertFalse(self.may("hibernate"))

    def test_no_kpark(self):
        """Refused until the next boot through firmware, and no longer."""
        self.assertFalse(self.may("hibernate"))
        os.unlink("/sys/firmware/acpi/tables/KPRK")
        self.assertTrue(self.may("hibernate"))
        self.assertTrue(self.may("suspend"))


if __name__ == "__main__":
    unittest.main()
