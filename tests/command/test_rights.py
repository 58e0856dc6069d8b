# SPDX-License-Identifier: GPL-2.0-only
"""Who may run kpark, and what it takes over from whoever does."""
import os
import shutil
import subprocess
import tempfile
import unittest

from sandbox import KPARK, Sandbox, run

NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


class Rights(unittest.TestCase):
    """Setuid is refused, and so is anybody but root."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir="/dev/shm")
        subprocess.run(["mount", "-t", "tmpfs", "-o", "suid", "none",
                        self.folder], check=True)
        self.copy = shutil.copy(KPARK, self.folder + "/kpark")
        os.chmod(self.folder, 0o755)

    def tearDown(self):
        subprocess.run(["umount", "-l", self.folder])
        os.rmdir(self.folder)

    def refused(self, *argv):
        """One line, exit code 3."""
        done = run(*argv)
        self.assertEqual(done.returncode, 3, done)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr

    def test_setuid_and_setgid_are_refused(self):
        """Whatever the command, before anything is looked at."""
        for mode in (0o4755, 0o2755):
            os.chmod(self.copy, mode)
            for words in (["load", "x"], ["unload"], ["--version"], []):
                self.assertIn("refused: kpark is not to be setuid",
                              self.refused(*NOBODY, self.copy, *words))

    def test_file_capabilities_are_refused(self):
        """unload asks for no user, but for a capability."""
        if not shutil.which("setcap"):
            self.skipTest("no setcap (Debian: libcap2-bin)")
        subprocess.run(["setcap", "cap_sys_boot+ep", self.copy], check=True)
        self.assertIn("refused", self.refused(*NOBODY, self.copy, "unload"))

    def test_root_may_run_a_setuid_one(self):
        """It gets no rights that it did not have."""
        os.chmod(self.copy, 0o4755)
        self.assertEqual(run(self.copy, "--version").returncode, 0)

    def test_others_than_root_are_refused(self):
        """One line each, exit code 3."""
        for words in (["load", "x"], ["exec"], ["unload"], ["status"],
                      ["report"], ["commit"]):
            self.refused(*NOBODY, self.copy, *words)


class Descriptors(unittest.TestCase):
    """Standard descriptors that are closed are not those of other files."""

    def test_no_message_goes_into_a_file(self):
        """The first file to be opened would be descriptor 2."""
        done = run("strace", "-o", "/dev/stdout", "-e",
                   "trace=open,openat,writev,write", KPARK, "load", "/nonexistent",
                   preexec_fn=lambda: os.close(2), close_fds=False)
        calls = done.stdout.splitlines()
        opened = [line for line in calls if line.startswith("open")]
        self.assertIn("/dev/null", opened[0])
        self.assertTrue(opened[0].endswith("= 2"), opened[0])


class HandedOn(unittest.TestCase):
    """What a program that kpark starts gets of kpark's own."""

    def setUp(self):
        self.machine = Sandbox()
        self.machine.write("/sbin/systemctl", "#!/bin/sh\nenv >/run/env\n")
        os.chmod(self.machine.path("/sbin/systemctl"), 0o755)

    def tearDown(self):
        self.machine.close()

    def test_environment_is_dropped_and_no_core_is_left(self):
        """The program comes from kpark's own path, not from the caller's."""
        evil = self.machine.make("/evil")
        with open(evil + "/systemctl", "w") as file:
            file.write("#!/bin/sh\necho EVIL=1 >/run/env\n")
        os.chmod(evil + "/systemctl", 0o755)
        done = run("strace", "-o", "/run/calls", "-e", "trace=prctl",
                   KPARK, "exec", "--services",
                   env=os.environ | {
                       "PATH": evil + ":" + os.environ["PATH"],
                       "LD_LIBRARY_PATH": evil, "SYSTEMD_PAGER": evil,
                       "MODPROBE_OPTIONS": "-C " + evil, "LANG": "C"})
        self.assertEqual(done.returncode, 0, done)
        with open("/run/env") as file:
            names = {line.split("=")[0] for line in file}
        self.assertLessEqual(names, {"PATH", "LANG", "TERM",    # and sh's own
                                     "PWD", "OLDPWD", "SHLVL", "_"})
        self.assertIn("LANG", names)
        with open("/run/calls") as file:
            self.assertRegex(file.read(),
                             r"^prctl\(PR_SET_DUMPABLE, \S+\) += 0\n")


if __name__ == "__main__":
    unittest.main()
