# SPDX-License-Identifier: GPL-2.0-only
"""Files that are none: no end, nobody who writes, another one by now."""
import os
import resource
import tempfile
import unittest

from sandbox import KERNEL, LOAD, run

MEMORY = 1 << 30


def little_memory():
    """What never ends is not to take the machine's memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class Input(unittest.TestCase):
    """Kernel and initrd, as root may mistype them."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.fifo = self.folder.name + "/fifo"
        os.mkfifo(self.fifo)

    def tearDown(self):
        self.folder.cleanup()

    def refused(self, code, words, *argv):
        """One line that says so."""
        done = run("timeout", "20", *LOAD[:2], "--dry-run", *argv,
                   preexec_fn=little_memory)
        self.assertEqual(done.returncode, code, done)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(words, done.stderr)

    def test_no_regular_file(self):
        """A device without end, a pipe that nobody writes to, a folder."""
        for path in ("/dev/zero", self.fifo, "/tmp"):
            self.refused(5, path + ": not a regular file", "--initrd=" + path,
                         KERNEL)
            self.refused(4, path + ": not a regular file", path)

    def test_too_large(self):
        """No more than Linux would load; of a file with holes."""
        path = self.folder.name + "/large"
        with open(path, "wb") as file:
            file.truncate(1 << 42)
        self.refused(5, path + ": file has 4398046511104 bytes, need ",
                     "--initrd=" + path, KERNEL)
        self.refused(4, path + ": file has 4398046511104 bytes, need ", path)


if __name__ == "__main__":
    unittest.main()
