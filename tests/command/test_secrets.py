# SPDX-License-Identifier: GPL-2.0-only
"""What is not in kpark's memory any more when it ends."""
import glob
import re
import subprocess
import tempfile
import time
import unittest

from sandbox import LOAD

SEED_SIZE = 32


class Secrets(unittest.TestCase):
    """strace holds the process at its last system call."""

    def test_seed_is_wiped(self):
        """The next kernel's seed, as getrandom(2) gave it."""
        with tempfile.TemporaryDirectory() as folder:
            held = subprocess.Popen(
                ["strace", "-ff", "-xx", "-s", "64", "-o", folder + "/log",
                 "-e", "trace=getrandom,exit_group", "-e",
                 "inject=exit_group:delay_enter=2000000",
                 *LOAD[:2], "--dry-run", "--verify=none", *LOAD[2:]],
                stdout=subprocess.DEVNULL)
            try:
                pid, seed = self.wait(folder)
                found = self.search(pid, (seed[:16], seed[16:]))
                argv = self.search(pid, (LOAD[-1].encode(),))
            finally:
                self.assertEqual(held.wait(), 0)
        self.assertEqual(found, [])
        self.assertNotEqual(argv, [], "nothing is found at all")

    def wait(self, folder):
        """Until it has drawn the seed and is about to end."""
        for _ in range(100):
            for path in glob.glob(folder + "/log.*"):
                with open(path) as file:
                    text = file.read()
                drawn = re.findall(r'getrandom\("([^"]*)", %d' % SEED_SIZE,
                                   text)
                if drawn and "exit_group" in text:
                    return path.rsplit(".", 1)[1], bytes.fromhex(
                        drawn[-1].replace("\\x", ""))
            time.sleep(0.05)
        return self.fail("no seed was drawn")

    @staticmethod
    def search(pid, needles):
        """Where in its writable memory."""
        found = []
        with open("/proc/%s/maps" % pid) as maps, \
                open("/proc/%s/mem" % pid, "rb") as memory:
            for line in maps:
                span, rights = line.split()[:2]
                if not rights.startswith("rw"):
                    continue
                start, end = (int(part, 16) for part in span.split("-"))
                memory.seek(start)
                bytes_there = memory.read(end - start)
                found += [line for needle in needles if needle in bytes_there]
        return found


if __name__ == "__main__":
    unittest.main()
