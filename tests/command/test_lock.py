# SPDX-License-Identifier: GPL-2.0-only
"""Two kparks at once: the record is of what is loaded."""
import fcntl
import os
import threading
import unittest

from sandbox import KPARK, LOAD, Sandbox, run
from test_crash import ANSWERS

FOLDER = "/var/lib/kpark"
STRACE = ["strace", "-f", "-o", "/dev/null"] + [
    word for call, answer in ANSWERS.items()
    for word in ("-e", "inject=%s:%s" % (call, answer))]


class Lock(unittest.TestCase):
    """Another one that loads is a descriptor with a lock here."""

    def setUp(self):
        self.machine = Sandbox()
        os.makedirs(FOLDER, 0o700)
        self.other = os.open(FOLDER, os.O_RDONLY)
        fcntl.flock(self.other, fcntl.LOCK_EX)

    def tearDown(self):
        os.close(self.other)
        self.machine.close()

    def test_waits(self):
        """For one that comes to its end."""
        timer = threading.Timer(2, fcntl.flock, (self.other, fcntl.LOCK_UN))
        timer.start()
        done = run(*STRACE, *LOAD)
        self.assertFalse(timer.is_alive(), "it did not wait")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(os.path.exists(FOLDER + "/loaded"))

    def test_waits_not_for_ever(self):
        """10 s are enough for any; nothing has happened then."""
        for argv in (LOAD, [KPARK, "unload"]):
            done = run(*STRACE, *argv)
            self.assertEqual(done.returncode, 1, done)
            self.assertEqual(done.stderr, "kpark: %s: another kpark has been"
                             " loading for 10 s\n" % argv[1])
            self.assertEqual(os.listdir(FOLDER), [])


if __name__ == "__main__":
    unittest.main()
