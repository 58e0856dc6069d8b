# SPDX-License-Identifier: GPL-2.0-only
"""Killed, or with a full or broken disk, at each step that changes a file.

strace sends SIGKILL before the n-th system call of a kind, or lets it fail.
After each such run nothing is half done: what is kept is read as the old or
the new, the same command then works as ever, and no file is left beside those
of a run that nobody stopped.
"""
import collections
import json
import os
import re
import shutil
import sys
import unittest

from sandbox import BOOT_IDS, KERNEL, KPARK, LOAD, Sandbox, run

EVERY = bool(os.environ.get("KPARK_EVERY"))
CHANGES = {"mkdir", "openat", "write", "ftruncate", "fsync", "fchmod", "flock",
           "rename", "renameat", "unlink", "unlinkat", "kexec_load", "sync",
           "ioctl", "reboot"}
FAILS = {"mkdir", "openat", "write", "ftruncate", "fsync", "fchmod", "flock",
         "rename", "renameat", "unlink", "unlinkat"}
ERRORS = ("ENOSPC", "EIO")
TEMPORARY = ".kpark.new"

# What no test may really do; and an ioctl(2) on a file that is no watchdog.
ANSWERS = {
    "kexec_load": "retval=0",
    "reboot": "error=EINVAL",
    "sync": "retval=0",
    "ioctl": "retval=0:poke_exit=@arg3=00010000",
}


class Run:
    """One run under strace: its calls, as far as it came, and how it ended."""

    def __init__(self, argv, fault=None, how=None, when=None):
        log = "/run/strace.%d" % os.getpid()
        words = ["strace", "-o", log]
        for call, answer in ANSWERS.items():
            if call != fault:
                words += ["-e", "inject=%s:%s" % (call, answer)]
        if fault:
            if how == "signal=KILL" and fault in ("kexec_load", "reboot"):
                how += ":error=EINTR"
            words += ["-e", "inject=%s:%s:when=%d" % (fault, how, when)]
        done = run(*words, *argv)
        self.code, self.stdout = done.returncode, done.stdout
        self.stderr = "".join(line for line in done.stderr.splitlines(True)
                              if not line.startswith("strace: "))
        with open(log, errors="replace") as lines:
            self.calls = [line.rstrip("\n") for line in lines]
        os.unlink(log)
        self.killed = self.code == -9

    def numbers(self):
        """Which of its calls of each name are to be stopped."""
        counts, numbers = collections.Counter(), collections.defaultdict(list)
        for line in self.calls:
            call = line.split("(")[0]
            if not call.isidentifier():
                continue  # a signal, or the end
            counts[call] += 1
            if EVERY or call in CHANGES and not (
                    call == "openat" and "O_CREAT" not in line):
                numbers[call].append(counts[call])
        return numbers

    def killed_at(self, call):
        """As a jump ends it."""
        return self.killed and any(line.startswith(call + "(")
                                   for line in self.calls[-2:])

    def number_of(self, call, path):
        """Which of its calls of that name was the first with this path."""
        calls = [line for line in self.calls if line.startswith(call + "(")]
        return 1 + next(i for i, line in enumerate(calls)
                        if '"%s"' % path in line)

    def opened(self, path):
        """Was that file?"""
        return any(re.match('open(at)?\\(.*"%s".*= [0-9]' % path, line)
                   for line in self.calls)

    def did(self, call):
        """Was it made, and came it back?"""
        return any(line.startswith(call + "(") and "= ?" not in line
                   and "EINTR" not in line for line in self.calls)


class Crash(unittest.TestCase):
    """A method a command; each is stopped everywhere."""

    @classmethod
    def setUpClass(cls):
        cls.machine = Sandbox()
        cls.machine.write("/run/older", "")
        shutil.copy(KERNEL, "/run/older")

    @classmethod
    def tearDownClass(cls):
        cls.machine.close()

    def setUp(self):
        self.machine.reboot(0)
        self.machine.forget()
        shutil.rmtree("/run/before", ignore_errors=True)

    # -- what is the same for all ------------------------------------------

    def good(self, argv, code=0):
        """A run that nobody stops."""
        done = Run(argv)
        self.assertEqual(done.code, code, done.stderr)
        return done

    def status(self):
        """What kpark status knows; nothing of it damaged."""
        done = run(KPARK, "status", "--json")
        self.assertIn(done.returncode, (0, 8), done.stderr)
        self.assertNotIn("damaged", done.stdout)
        return json.loads(done.stdout)

    def keep(self):
        """The files as they are now are those before each run."""
        shutil.copytree("/var/lib", "/run/before/lib")
        if os.path.isdir("/run/kpark"):
            shutil.copytree("/run/kpark", "/run/before/run")

    def restore(self):
        """As they were before."""
        self.machine.forget()
        shutil.copytree("/run/before/lib", "/var/lib", dirs_exist_ok=True)
        if os.path.isdir("/run/before/run"):
            shutil.copytree("/run/before/run", "/run/kpark")
        self.machine.write("/dev/watchdog0", "")
        self.machine.reboot(self.boot, self.cmdline)

    def listing(self):
        """The list of reports is read without complaint."""
        done = run(KPARK, "report", "--list")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def afterwards(self, argv, clean, left):
        """The next commands find nothing amiss, and nothing stays behind."""
        self.status()
        self.listing()
        again = Run(argv)
        self.assertEqual((again.code, again.stderr),
                         (clean.code, clean.stderr))
        self.assertEqual(self.machine.left(), left)

    def everywhere(self, argv, check, code=0, cmdline="root=/dev/made-up",
                   boot=0):
        """All the ways to stop it; check(run) looks right behind each."""
        self.boot, self.cmdline = boot, cmdline
        self.machine.reboot(boot, cmdline)
        self.keep()
        clean = self.good(argv, code)
        left = self.machine.left()
        faults = 0
        for call, numbers in sorted(clean.numbers().items()):
            for when in numbers:
                for how in self.ways(call):
                    with self.subTest(call=call, when=when, how=how):
                        self.restore()
                        self.stop(Run(argv, call, how, when), clean, call)
                        check()
                        self.machine.reboot(boot, cmdline)
                        self.afterwards(argv, clean, left)
                    faults += 1
        self.assertGreater(faults, 2)
        print(f"{faults} ways to stop it", file=sys.__stderr__)

    @staticmethod
    def ways(call):
        """How a call of that name is stopped."""
        if call in ("execve", "exit_group"):
            return
        yield "signal=KILL"
        if call in FAILS:
            for error in ERRORS if EVERY else ERRORS[:1]:
                yield "error=" + error

    def stop(self, done, clean, call):
        """Killed it was; or it has said in a line what is wrong."""
        self.run_before = done
        if done.killed:
            return
        self.assertIn(done.code, (clean.code, 1, 10), done.stderr)
        more = done.stderr.count("\n") - clean.stderr.count("\n")
        self.assertLessEqual(more, 1, done.stderr)
        if done.code not in (0, clean.code):
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        if call not in ("unlinkat", "flock"):
            self.assertNotIn(TEMPORARY, " ".join(self.machine.left()))

    # -- the commands ------------------------------------------------------

    def load_older(self):
        """Something is loaded and recorded before."""
        self.good(LOAD[:-1] + ["/run/older"])

    def check_load(self):
        """The record is of what is loaded, or there is none."""
        known = (self.status()["next"] or {}).get("kernel")
        if self.run_before.did("kexec_load"):
            self.assertIn(known, (None, KERNEL))
        else:
            self.assertIn(known, (None, "/run/older"))

    def test_load(self):
        """A kernel over one that is loaded."""
        self.load_older()
        self.everywhere(LOAD, self.check_load)

    def test_first_load(self):
        """Where kpark never ran."""
        self.everywhere(LOAD, lambda: None)

    def test_unload(self):
        """The record goes with the kernel."""
        self.load_older()
        self.everywhere([KPARK, "unload"], lambda: None)

    def check_stamp(self, path="/var/lib/kpark/exec"):
        """Old or new, and whole."""
        if not os.path.exists(path):
            return
        with open(path) as file:
            lines = file.read().split("\n")
        self.assertEqual([line.split(" ")[0] for line in lines],
                         ["kpark-stamp", "boot_id", "tsc", "realtime_ns",
                          "hop", "release", "cmdline", ""])

    def test_exec(self):
        """Up to the jump, which the system refuses here."""
        self.load_older()
        self.good([KPARK, "report", "--mark=exec"])
        self.everywhere([KPARK, "exec"], self.check_stamp, code=7)

    def check_trial(self):
        """Who was never armed is not told to have failed; who was is told
        of, here and later, and can be stopped."""
        armed = self.run_before.did("ioctl")
        self.machine.reboot(1)
        failed = self.status()["trial_failed"]
        if not armed:
            self.assertFalse(failed, "a trial that never began")
        if self.run_before.killed_at("reboot"):
            self.assertTrue(failed, "a trial that nobody tells of")
        self.machine.reboot(0)
        if self.run_before.opened("/dev/watchdog0") and not self.stopped():
            self.stop_watchdog("commit")

    def stopped(self):
        """By the letter that is written, or by the call that asks for it."""
        with open("/dev/watchdog0") as file:
            return file.read().endswith("V") or any(
                re.match("ioctl.*WDIOC_SETOPTIONS.* = 0", line)
                for line in self.run_before.calls)

    def stop_watchdog(self, command):
        """It is told of until somebody stops it."""
        done = run(KPARK, "status")
        self.assertEqual(done.returncode, 8)
        self.assertIn("the watchdog i6300esb may count", done.stdout)
        self.assertTrue(self.status()["watchdog_left"])
        self.run_before = self.good([KPARK, command])
        self.assertTrue(self.stopped(), "it counts on")
        self.assertFalse(self.status()["watchdog_left"])

    def load_for_trial(self):
        """What is loaded is to be on trial."""
        self.load_older()
        path = "/var/lib/kpark/loaded"
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(text.replace("cmdline=",
                                    "cmdline=kpark.watchdog=i6300esb "))

    def test_exec_on_trial(self):
        """With a watchdog, which is armed right before the jump."""
        self.load_for_trial()
        self.everywhere([KPARK, "exec", "--watchdog=100"], self.check_trial,
                        code=7)

    def systemctl(self, code):
        """One that ends like this."""
        self.machine.write("/sbin/systemctl", "#!/bin/sh\nexit %d\n" % code)
        os.chmod(self.machine.path("/sbin/systemctl"), 0o755)

    def test_services_do_not_stop(self):
        """Then no watchdog counts on, and no trial is told of."""
        self.load_for_trial()
        argv = [KPARK, "exec", "--services", "--watchdog=100"]
        self.systemctl(4)
        done = self.run_before = self.good(argv, 1)
        self.assertIn("systemctl kexec: failed", done.stderr)
        self.assertTrue(self.stopped())
        self.assertIsNone(self.status()["trial"])
        self.systemctl(0)
        self.machine.write("/dev/watchdog0", "")
        self.run_before = self.good(argv)
        self.assertFalse(self.stopped())
        self.stop_watchdog("unload")

    def test_watchdog_that_cannot_be_stopped(self):
        """nowayout: who armed it says so, and it is told of as long."""
        state = "/sys/class/watchdog/watchdog0/state"
        self.addCleanup(self.machine.write, state, "inactive\n")
        self.systemctl(4)
        for seconds in 100, 300:        # strace says 256 to all that is asked
            argv = [KPARK, "exec", "--services", "--watchdog=%d" % seconds]
            self.load_for_trial()
            self.machine.write(state, "active\n")
            done = self.good(argv, 1 if seconds == 100 else 10)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertTrue(self.status()["watchdog_left"], done.stderr)
            self.good([KPARK, "commit"], 10)
            self.assertTrue(self.status()["watchdog_left"])
            again = self.good(argv, 1 if seconds == 100 else 10)
            self.assertIn("systemctl kexec: failed" if seconds == 100 else
                          "so long a timeout", again.stderr)
            self.machine.write(state, "inactive\n")
            self.good([KPARK, "commit"])
            self.assertFalse(self.status()["watchdog_left"])
            self.good(argv, 1 if seconds == 100 else 10)
            self.assertFalse(self.status()["watchdog_left"])

    def refused(self, done, text):
        """In one line, with nothing stopped, no trial, and nothing counting."""
        self.assertEqual(done.code, 10, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(text, done.stderr)
        self.assertFalse(done.did("reboot"))
        status = self.status()
        self.assertIsNone(status["trial"])
        self.assertFalse(status["watchdog_left"])

    def test_watchdogs_that_would_not_hold(self):
        """Another's, one that a reboot stops, one that close(2) stops."""
        self.load_for_trial()
        argv = [KPARK, "exec", "--watchdog=100"]
        open_ = self.good(argv, 7).number_of("open", "/dev/watchdog0")
        self.machine.write("/dev/watchdog0", "")
        self.refused(Run(argv, "open", "error=EBUSY", open_),
                     "another program has it")
        self.refused(Run(argv, "ioctl", "retval=0:poke_exit=@arg3=00000000",
                         1), "stops when it is closed")
        parameter = "/sys/module/watchdog/parameters/stop_on_reboot"
        self.addCleanup(self.machine.write, parameter, "0\n")
        self.machine.write(parameter, "1\n")
        self.refused(Run(argv), "a reboot would stop it")

    def test_killed_after_a_trial(self):
        """exec in a committed trial kernel: what it armed is stopped, and the
        running kernel is not on trial again."""
        self.systemctl(0)
        for command in "unload", "commit":
            self.machine.reboot(1, "kpark.watchdog=i6300esb")
            self.load_for_trial()
            with open("/var/lib/kpark/trial", "w") as file:
                file.write("version=1\nboot_id=%s\nrelease=6.12\n"
                           "driver=i6300esb\ncommitted=%s\nseconds=100\n"
                           "time=1\n" % BOOT_IDS)
            self.machine.write("/dev/watchdog0", "")
            self.good([KPARK, "exec", "--services", "--watchdog=100"])
            self.assertTrue(self.status()["watchdog_left"])
            self.stop_watchdog(command)
            self.assertIsNone(self.status()["trial"])

    def test_trial_after_trial(self):
        """One that comes to nothing leaves that of the running kernel known."""
        self.machine.reboot(1, "kpark.watchdog=i6300esb")
        self.load_for_trial()
        with open("/var/lib/kpark/trial", "w") as file:
            file.write("version=1\nboot_id=%s\nrelease=6.12\ndriver=i6300esb\n"
                       "committed=%s\nseconds=100\ntime=1\n"
                       % (BOOT_IDS[0], BOOT_IDS[1]))
        self.assertIsNone(self.status()["trial"])
        self.good([KPARK, "exec", "--watchdog=100"], 7)
        self.assertIsNone(self.status()["trial"])

    def fill(self, room):
        """A disk with so many pages left, in /var/lib/kpark."""
        with open("/var/lib/kpark/filler", "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass
            size = file.seek(0, os.SEEK_END)
            file.truncate(max(size - 4096 * room, 0))

    def test_full_disk(self):
        """With room for no file, or for some and not for all."""
        os.makedirs("/var/lib/kpark", 0o700)
        run("mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "none",
            "/var/lib/kpark")
        self.addCleanup(run, "umount", "/var/lib/kpark")
        failed = 0
        for argv, code in ((LOAD, 0), ([KPARK, "exec"], 7),
                           ([KPARK, "report", "--save"], 0)):
            clean = self.good(argv, code)
            left = self.machine.left()
            for room in range(8):
                with self.subTest(command=argv[1], room=room):
                    self.fill(room)
                    done = Run(argv)
                    self.stop(done, clean, "write")
                    failed += done.stderr != clean.stderr
                    os.unlink("/var/lib/kpark/filler")
                    self.afterwards(argv, clean, left)
        self.assertGreater(failed, 2)

    def test_commit(self):
        """The kernel that was on trial says so once more, if need be."""
        self.machine.reboot(1, "kpark.watchdog=i6300esb")
        os.makedirs("/var/lib/kpark", 0o700)
        with open("/var/lib/kpark/trial", "w") as file:
            file.write("version=1\nboot_id=%s\nrelease=6.12\ndriver=i6300esb\n"
                       "committed=\nseconds=100\ntime=1\n" % BOOT_IDS[0])
        self.everywhere([KPARK, "commit"], lambda: None, boot=1,
                        cmdline="kpark.watchdog=i6300esb")

    def test_ready(self):
        """The stamp of a system without systemd."""
        self.everywhere([KPARK, "report", "--mark=ready"],
                        lambda: self.check_stamp("/run/kpark/ready"))

    def test_save(self):
        """A report more than are kept: the oldest goes."""
        self.good([KPARK, "report", "--save"])
        folder = "/var/lib/kpark/history/"
        with open(folder + BOOT_IDS[0] + ".json") as file:
            text = file.read()
        # each is some more system calls, and nothing new
        for i in range(3 if EVERY else 50):
            boot_id = "%08x%s" % (i, BOOT_IDS[0][8:])
            with open(folder + boot_id + ".json", "w") as file:
                file.write(re.sub(r'"started_ns": *\d+',
                                  '"started_ns": %d' % (i + 1), text)
                           .replace(BOOT_IDS[0], boot_id))
        self.everywhere([KPARK, "report", "--save"], lambda: None, boot=1)

    def test_no_device_is_replaced(self):
        """--html=/dev/stdout, --prometheus=/dev/null."""
        os.mkfifo("/run/fifo")
        os.symlink("/run/fifo", "/run/link")
        for path in ("/run/fifo", "/run/link", "/run"):
            done = run(KPARK, "report", "--html=" + path)
            self.assertEqual((done.returncode, done.stderr), (
                1, "kpark: report: %s: found no regular file, need one or"
                " none\n" % path))
        self.assertTrue(os.path.islink("/run/link"))
        self.assertFalse(os.path.isfile("/run/fifo"))

    def check_prom(self):
        """Old or new, and whole."""
        with open("/var/lib/node/kpark.prom") as file:
            text = file.read()
        self.assertTrue(text == "old\n" or text.startswith("# HELP"), text)
        self.assertTrue(text.endswith("\n"))

    def test_prometheus(self):
        """A file that another program reads."""
        os.makedirs("/var/lib/node", exist_ok=True)
        with open("/var/lib/node/kpark.prom", "w") as file:
            file.write("old\n")
        self.everywhere([KPARK, "report",
                         "--prometheus=/var/lib/node/kpark.prom"],
                        self.check_prom)


if __name__ == "__main__":
    unittest.main()
