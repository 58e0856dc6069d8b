# SPDX-License-Identifier: GPL-2.0-only
"""test_runners.py - a runner of which nothing ran, or all was skipped, fails."""
import contextlib
import io
import os
import re
import stat
import subprocess
import tempfile
import unittest
from unittest import mock

from program import TOP, program


class NothingRan(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bin = os.path.join(folder.name, "bin")
        self.cases = os.path.join(folder.name, "cases")
        self.logs = os.path.join(folder.name, "logs")
        os.mkdir(self.bin)

    def without(self, *names):
        """PATH has what this machine has, but for these."""
        for folder in ("/usr/bin", "/usr/sbin"):
            for name in os.listdir(folder):
                path = os.path.join(self.bin, name)
                if name not in names and not os.path.lexists(path):
                    os.symlink(os.path.join(folder, name), path)

    def no_pass(self, *command):
        """What it says. It ends, is no success, and counts no pass."""
        path = self.bin if os.listdir(self.bin) else os.environ["PATH"]
        done = subprocess.run([os.path.join(TOP, command[0]), *command[1:]],
                              env=dict(os.environ, PATH=path), text=True,
                              capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        return done.stdout

    def skipped(self, *command, why):
        said = self.no_pass(*command)
        self.assertRegex(said, "(?m)^SKIP .*" + re.escape(why))
        self.assertRegex(said, r"(?m)^0 passed, 0 failed, [1-9]\d* skipped\n\Z")

    def none(self, *command):
        self.assertRegex(self.no_pass(*command),
                         r"(?m)^0 passed, 0 failed, 0 skipped\n\Z")

    def test_bochs(self):
        self.without("bochs")
        self.skipped("tests/bochs/run", why="no bochs")

    def test_bochs_unknown_case(self):
        self.assertIn("0 passed", self.no_pass("tests/bochs/run", "no-such"))

    def test_html(self):
        self.without("chromium")
        self.skipped("tests/html/run", why="no chromium")

    def test_model(self):
        self.without("spin")
        self.skipped("tests/model/run", why="no spin")

    def test_command(self):
        self.without("id")
        path = os.path.join(self.bin, "id")
        with open(path, "w", encoding="ascii") as script:
            script.write("#!/bin/sh\necho 1000\n")
        os.chmod(path, stat.S_IRWXU)
        self.skipped("tests/command/run", why="run it as root")

    def test_linux(self):
        with open(self.cases, "w", encoding="ascii") as file:
            file.write("[one]\nneeds = /nothing/there\n")
        self.skipped("tests/linux/run", "--cases", self.cases,
                     why="no /nothing/there")

    def test_linux_no_case(self):
        with open(self.cases, "w", encoding="ascii") as file:
            file.write("# none\n")
        self.none("tests/linux/run", "--cases", self.cases)

    def test_stub(self):
        self.none("tests/stub/run", "--logs", self.logs, "no such case")

    def test_unit(self):
        self.none("tests/unit/run")

    def test_unittest(self):
        for runner in ("tests/tools/run", "tests/command/run"):
            self.assertIn("no test has run",
                          self.no_pass(runner, "-k", "no_such_test"))

    def test_guest(self):
        run = program("tests/guest/run")
        said = io.StringIO()
        with mock.patch.object(run, "CASES", {}), \
                mock.patch("sys.argv", ["run"]), \
                contextlib.redirect_stdout(said):
            self.assertEqual(run.main(), 1)
        self.assertEqual(said.getvalue(), "0 passed, 0 failed, 0 skipped\n")


if __name__ == "__main__":
    unittest.main()
