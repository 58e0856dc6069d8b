# SPDX-License-Identifier: GPL-2.0-only
"""What is not in kpark's memory any more when it gives it back."""
import glob
import os
import re
import subprocess
import tempfile
import time
import unittest

from sandbox import KPARK, LOAD, TOP

SEED_SIZE = 32
LINUX = os.path.join(TOP, ".cache/kernels/vmlinuz-6.12")
TEXT_VA = 0xffffffff81000000  # where Linux is linked to
KERNEL_MIN = 16 << 20  # bytes; nothing else that load gives back is as large


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

    @unittest.skipUnless(os.path.exists(LINUX), "no kernel; run tools/deps")
    def test_moved_kernel_is_wiped(self):
        """Each pointer in it tells the virtual offset: held at munmap(2)."""
        argv = [KPARK, "load", "--dry-run", "--verify=none", "--carry=none",
                "--command-line=x", "--kaslr-seed=7", LINUX]
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                ["strace", "-o", folder + "/log", "-e", "trace=munmap", *argv],
                stdout=subprocess.PIPE, text=True, check=True)
            moved = int(re.search("moved virtually by 0x([0-9a-f]+)",
                                  done.stdout).group(1), 16)
            with open(folder + "/log") as file:
                sizes = [int(size) for size in re.findall(
                    r"munmap\(0x[0-9a-f]+, (\d+)", file.read())]
            last = max(i for i, size in enumerate(sizes)
                       if size >= KERNEL_MIN)
            held = subprocess.Popen(
                ["strace", "-ff", "-o", folder + "/held", "-e",
                 "trace=munmap", "-e",
                 "inject=munmap:delay_enter=3000000:when=%d" % (last + 1),
                 *argv], stdout=subprocess.DEVNULL)
            try:
                pid = self.wait_for_call(folder, last + 1)
                found = self.search(pid, (
                    (TEXT_VA + moved).to_bytes(8, "little"),))
                argv = self.search(pid, (LINUX.encode(),))
            finally:
                self.assertEqual(held.wait(), 0)
        self.assertNotEqual(moved, 0)
        self.assertEqual(found, [])
        self.assertNotEqual(argv, [], "nothing is found at all")

    def wait_for_call(self, folder, number):
        """Until it has begun so many."""
        for _ in range(200):
            for path in glob.glob(folder + "/held.*"):
                with open(path) as file:
                    if file.read().count("munmap(") >= number:
                        return path.rsplit(".", 1)[1]
            time.sleep(0.05)
        return self.fail("there was no such call")

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
