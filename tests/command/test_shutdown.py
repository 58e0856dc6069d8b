# SPDX-License-Identifier: GPL-2.0-only
"""The last moment before the jump is stamped, if it can be, and where."""
import os
import subprocess
import unittest

from sandbox import BOOT_IDS, TOP, Sandbox

EXEC = "/var/lib/kpark/exec"


class Shutdown(unittest.TestCase):
    """The hook, with a kpark and a mount that say that they were run."""

    def setUp(self):
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.close)
        self.stub("mount", 0)
        self.stub("kpark", 0)

    def stub(self, name, code):
        """A program that writes down its words."""
        self.sandbox.write("/bin/" + name, "#!/bin/sh\necho "
                           f"{name} \"$@\" >>{self.sandbox.path('/said')}\n"
                           f"exit {code}\n")
        os.chmod(self.sandbox.path("/bin/" + name), 0o755)

    def stamped(self, boot_id):
        """As kpark-report.service leaves it when it is stopped."""
        self.sandbox.write(EXEC, f"kpark-stamp 1\nboot_id {boot_id}\n")

    def hook(self, how="kexec"):
        """All that it ran."""
        done = subprocess.run(
            [TOP + "/tools/systemd/shutdown-hook", how], timeout=60,
            check=False, env={"PATH": self.sandbox.path("/bin") +
                              ":/usr/bin:/bin"})
        self.assertEqual(done.returncode, 0)
        try:
            with open(self.sandbox.path("/said")) as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def test_stamps(self):
        """Over the stamp of a minute ago."""
        self.stamped(BOOT_IDS[0])
        self.assertEqual(self.hook(), ["kpark report --mark=exec"])

    def test_only_for_kexec(self):
        """After a boot through firmware it would be nonsense."""
        self.stamped(BOOT_IDS[0])
        self.assertEqual(self.hook("reboot"), [])

    def test_a_root_that_was_remounted(self):
        """Written to, and read-only again."""
        self.stamped(BOOT_IDS[0])
        self.stub("kpark", 1)
        self.assertEqual(self.hook(), [
            "kpark report --mark=exec", "mount -o remount,rw /",
            "kpark report --mark=exec", "mount -o remount,ro /"])

    def test_another_var(self):
        """What is below the real /var, or a root that was never written to."""
        self.assertEqual(self.hook(), [])
        self.stamped(BOOT_IDS[1])
        self.assertEqual(self.hook(), [])


class Stop(unittest.TestCase):
    """kpark-report.service is stopped; with a systemctl that has jobs."""

    def setUp(self):
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.close)

    def stop(self, jobs):
        """Did it stamp?"""
        said = self.sandbox.path("/said")
        for name, text in (("systemctl", f"cat <<E\n{jobs}\nE"),
                           ("kpark", f'echo "$@" >{said}')):
            self.sandbox.write("/bin/" + name, "#!/bin/sh\n" + text + "\n")
            os.chmod(self.sandbox.path("/bin/" + name), 0o755)
        subprocess.run([TOP + "/tools/systemd/report-boot", "stop"],
                       timeout=60, check=True,
                       env={"PATH": self.sandbox.path("/bin") +
                            ":/usr/bin:/bin"})
        return os.path.exists(said)

    def test_kexec_only(self):
        """Jobs as systemctl lists them."""
        self.assertFalse(self.stop("  7 reboot.target   start waiting"))
        self.assertFalse(self.stop(""))
        self.assertTrue(self.stop("  6 umount.target  start waiting\n"
                                  "  7 kexec.target   start waiting"))


if __name__ == "__main__":
    unittest.main()
