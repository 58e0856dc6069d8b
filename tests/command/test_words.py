# SPDX-License-Identifier: GPL-2.0-only
"""The command line of the next kernel, and what is said on a terminal."""
import os
import stat
import unittest

from sandbox import BOOT_IDS, KERNEL, KPARK, Sandbox, run

TRACE = "trace_event=cpuhp:* trace_clock=x86-tsc trace_buf_size=1M"


class Words(unittest.TestCase):
    """By --dry-run; nothing is loaded."""

    @classmethod
    def setUpClass(cls):
        cls.machine = Sandbox()

    @classmethod
    def tearDownClass(cls):
        cls.machine.close()

    def line(self, running, *options):
        """What --reuse-cmdline makes of a running kernel's."""
        self.machine.reboot(0, running)
        done = run(KPARK, "load", "--dry-run", "--reuse-cmdline",
                   "--carry=none", "--mailbox=never", *options, KERNEL)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [line for line in done.stdout.split("\n")
                 if line.startswith("command: ")]
        self.assertEqual(len(lines), 1, done.stdout)
        return lines[0][9:]

    def test_what_kpark_added_ends_with_its_kernel(self):
        """But not what the user wrote, be it the same."""
        for running, want in (
                ("a kpark.awake mem_sleep_default=s2idle nohibernate b", "a b"),
                ("a nohibernate kpark.awake mem_sleep_default=s2idle",
                 "a nohibernate"),
                ("a mem_sleep_default=s2idle kpark.awake nohibernate\nb",
                 "a mem_sleep_default=s2idle b"),
                ("a mem_sleep_default=s2idle nohibernate",
                 "a mem_sleep_default=s2idle nohibernate"),
                ("a " + TRACE + " b", "a b"),
                ("a trace_event=sched:* b", "a trace_event=sched:* b")):
            with self.subTest(running=running):
                self.assertEqual(self.line(running), want)
        self.assertEqual(self.line("a " + TRACE, "--trace"), "a " + TRACE)

    def test_trial_by_file(self):
        """kexec_load(2) is not to be had: the words of a trial stay, and go."""
        os.makedirs("/lib/modules", exist_ok=True)
        run("mount", "-t", "tmpfs", "none", "/lib/modules")
        self.addCleanup(run, "umount", "/lib/modules")
        os.mkdir("/lib/modules/kernel-stub")
        with open("/lib/modules/kernel-stub/modules.dep", "w") as file:
            file.write("kernel/drivers/watchdog/i6300esb.ko: \n")
        words = "kpark.watchdog=i6300esb modprobe.blacklist=i6300esb"
        self.machine.reboot(0, "a")
        self.assertIn(words, self.loaded_by_file("--watchdog"))
        self.machine.reboot(0, "a " + words)
        with open("/var/lib/kpark/trial", "w") as file:
            file.write("version=1\nboot_id=x\nrelease=6\ndriver=i6300esb\n"
                       "committed=%s\nseconds=1\ntime=1\n" % BOOT_IDS[0])
        self.assertNotIn(words, self.loaded_by_file())
        os.unlink("/var/lib/kpark/trial")

    def loaded_by_file(self, *options):
        """The record of a load that the kernel did not let pass as it was."""
        done = run("strace", "-o", "/dev/null",
                   "-e", "inject=kexec_load:error=EPERM",
                   "-e", "inject=kexec_file_load:retval=0", KPARK, "load",
                   "--carry=none", "--reuse-cmdline", *options, KERNEL)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open("/var/lib/kpark/loaded") as file:
            text = file.read()
        self.assertIn("path=kexec_file_load\n", text)
        return text

    def test_output_that_is_lost(self):
        """Is an error of its own."""
        os.mknod("/run/full", 0o600 | stat.S_IFCHR, os.makedev(1, 7))
        for command in ("status", "check", "report", "--version"):
            with self.subTest(command=command):
                done = run("sh", "-c", '"$0" "$1" >/run/full', KPARK, command)
                self.assertEqual((done.returncode, done.stderr), (
                    1, "kpark: standard output: No space left on device\n"))
        done = run("sh", "-c", '"$0" load --dry-run "$1" >/run/full', KPARK,
                   KERNEL)
        self.assertEqual((done.returncode, done.stderr), (
            1, "kpark: load: standard output: No space left on device\n"))

    def test_unknown_option(self):
        """Named as all errors are."""
        for command in ("load", "exec", "report", "check"):
            done = run(KPARK, command, "--no-such-option")
            self.assertEqual(done.returncode, 2, done)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertRegex(done.stderr, "^kpark: %s: .*no-such-option\n"
                             % command)

    def test_nothing_moves_the_cursor(self):
        """A record with an escape in it; as JSON it is what it was."""
        with open("/proc/sys/kernel/random/boot_id") as file:
            boot_id = file.read().strip()
        self.machine.write("/var/lib/kpark/loaded",
                           "version=1\nboot_id=%s\nfrom=6\nkernel=/boot/\\x1b[2J"
                           "k\nrelease=6\\x1b\ncmdline=x\npath=kexec_load\n"
                           "hop=1\ntime=1\nparked=no\nreason=why\\x7f\n"
                           "mailbox=no\nmailbox_reason=x\n" % boot_id)
        run("chmod", "700", "/var/lib/kpark")
        done = run(KPARK, "status")
        self.assertIn("loaded:    yes, /boot/?[2Jk (6?)\n", done.stdout)
        self.assertIn("not parked: why?\n", done.stdout)
        self.assertNotIn("\x1b", done.stdout)
        self.assertIn("/boot/\\u001B[2Jk", run(KPARK, "status",
                                               "--json").stdout)


if __name__ == "__main__":
    unittest.main()
