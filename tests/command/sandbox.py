# SPDX-License-Identifier: GPL-2.0-only
"""A made-up machine around ./kpark, in a mount namespace of our own."""
import os
import shutil
import subprocess
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
KPARK = os.environ.get("KPARK", os.path.join(TOP, "kpark"))
KERNEL = os.path.join(TOP, "build/stub.bin")
LOAD = [KPARK, "load", "--carry=none", "--command-line=x", KERNEL]
BOOT_IDS = ("11111111-1111-1111-1111-111111111111",
            "22222222-2222-2222-2222-222222222222")


def mount(*words):
    """One mount(8)."""
    subprocess.run(["mount", *words], check=True)


class Sandbox:
    """/var/lib, /run, a kexec, a watchdog and a boot_id of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="kpark-command-")
        mount("-t", "tmpfs", "none", self.folder)
        self.make_sys()
        self.make_dev()
        for path in ("/var/lib", "/run"):
            mount("--bind", self.make(path), path)
        for path in ("/proc/sys/kernel/random/boot_id", "/proc/cmdline"):
            self.write(path, "")
            mount("--bind", self.path(path), path)
        shutil.copy("/bin/true", self.make("/sbin") + "/modprobe")
        mount("--bind", self.path("/sbin"), os.path.realpath("/sbin"))
        self.reboot(0)

    def path(self, path):
        """Where a file of the made-up machine is kept."""
        return self.folder + path

    def make(self, path):
        """A folder there."""
        os.makedirs(self.path(path), exist_ok=True)
        return self.path(path)

    def write(self, path, text):
        """A file there."""
        self.make(os.path.dirname(path))
        with open(self.path(path), "w") as file:
            file.write(text)

    def make_sys(self):
        """What kpark reads of the real one, and a hardware watchdog."""
        for path in ("/sys/firmware", "/sys/devices",
                     "/sys/kernel/boot_params"):
            mount("--rbind", path, self.make(path))
        self.write("/sys/kernel/kexec_loaded", "1\n")
        self.write("/sys/module/watchdog/parameters/stop_on_reboot", "0\n")
        self.write("/sys/module/i6300esb/here", "")
        self.make("/sys/class/watchdog/watchdog0/device/driver")
        os.symlink("/sys/module/i6300esb", self.path(
            "/sys/class/watchdog/watchdog0/device/driver/module"))
        mount("--rbind", self.path("/sys"), "/sys")

    def make_dev(self):
        """No kernel log is written to, no watchdog started."""
        for name in ("/dev/kmsg", "/dev/watchdog0"):
            self.write(name, "")
        self.write("/dev/null", "")
        mount("--bind", "/dev/null", self.path("/dev/null"))
        mount("--rbind", self.path("/dev"), "/dev")

    def reboot(self, which, cmdline="root=/dev/made-up"):
        """Another boot_id, another command line."""
        self.write("/proc/sys/kernel/random/boot_id", BOOT_IDS[which] + "\n")
        self.write("/proc/cmdline", cmdline + "\n")

    def forget(self):
        """As on a machine where kpark never ran."""
        for path in ("/var/lib/kpark", "/var/lib/node", "/run/kpark"):
            shutil.rmtree(path, ignore_errors=True)

    def left(self):
        """All files where kpark writes."""
        return sorted(os.path.join(at, name)
                      for top in ("/var/lib", "/run/kpark")
                      for at, _, names in os.walk(top) for name in names)

    def close(self):
        """Goes away with the namespace; but the folder is the machine's."""
        for path in (os.path.realpath("/sbin"), "/proc/cmdline",
                     "/proc/sys/kernel/random/boot_id", "/run", "/var/lib",
                     "/dev", "/sys", self.folder):
            subprocess.run(["umount", "-l", path], stderr=subprocess.DEVNULL)
        os.rmdir(self.folder)


def run(*argv, **more):
    """What a command said, and its exit code."""
    return subprocess.run(argv, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=60, **more)
