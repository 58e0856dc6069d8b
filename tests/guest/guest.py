# SPDX-License-Identifier: GPL-2.0-only
"""guest.py - a real Debian guest in QEMU, reached over ssh on 127.0.0.1.

The disk is a throw-away overlay of .cache/guest/base.img (tools/guest-image).
QEMU boots the kernel it is given at power-on and after every reset: that is
the guest's "firmware, then the default kernel".
"""
import glob
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tools"))
# pylint: disable=wrong-import-position
import qemu_cpu  # noqa: E402
import qemu_fault  # noqa: E402

CACHE = os.path.join(TOP, ".cache")
IMAGE = os.path.join(CACHE, "guest")
KEY = os.path.join(IMAGE, "id_ed25519")
WATCHDOG = ["-device", "i6300esb", "-action", "watchdog=reset"]
# A boot takes a third less without mitigations: TCG pays for each switch of CR3.
CMDLINE = ("root=/dev/vda rw console=ttyS0 net.ifnames=0 no_timer_check "
           "mitigations=off")
# A kernel that finds an interrupt of the one before it.
STRAY = re.compile(r"No irq handler for vector|Stale IRR: .*")
STATE = re.compile("^VM status|^CPU#|^[RE]IP=")
LAST_LINES = 30


class GuestError(Exception):
    """What went wrong in or with a guest, in one line."""
    last_words = ()     # and what the guest itself has to say to it
    by_qemu = False     # the emulator, and not what ran in it, is to blame


def need(condition, what):
    if not condition:
        raise GuestError(what)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def monitor(path, line, timeout=60):
    """What QEMU's monitor, behind this socket, says to a command."""
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(timeout)
        s.connect(path)
        with s.makefile("rw", encoding="utf-8") as qmp:
            qmp.readline()
            answer = {}
            for command in ({"execute": "qmp_capabilities"},
                            {"execute": "human-monitor-command",
                             "arguments": {"command-line": line}}):
                qmp.write(json.dumps(command) + "\n")
                qmp.flush()
                answer = {}
                while not answer.keys() & {"return", "error"}:
                    answer = json.loads(qmp.readline())
    if "error" in answer:
        raise GuestError(f"monitor: {answer['error'].get('desc')}")
    return answer["return"]


class Guest:
    """One machine: powered on by start(), gone with close()."""

    def __init__(self, name, cpus=2, mem=1024, kernel="6.12", append="",
                 qemu=()):
        self.name, self.cpus, self.mem = name, cpus, mem
        self.kernel, self.append, self.extra = kernel, append, list(qemu)
        self.port = free_port()
        self.log = os.path.join(CACHE, "logs", f"guest-{name}.log")
        self.folder = tempfile.mkdtemp(prefix=f"kpark-guest-{name}-")
        self.disk = os.path.join(self.folder, "disk.qcow2")
        self.process = None
        self.tag = None         # of a snapshot to go on from
        os.makedirs(os.path.dirname(self.log), exist_ok=True)
        # of the log, which earlier guests of this name have begun
        self.born = (os.path.exists(self.log) and os.path.getsize(self.log))

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, _, error, __):
        if isinstance(error, GuestError):
            error.last_words = self.last_words()
            error.by_qemu = qemu_fault.shows_in(self.said())
        self.close()
        stray = None if error else STRAY.search(
            qemu_fault.drop_low_vectors(self.said())[0])
        need(not stray, f"{self.name}: a vector of the kernel before: "
             f"{stray and stray[0][:200]}, log {os.path.relpath(self.log)}")

    def start(self):
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw",
                        "-b", os.path.join(IMAGE, "base.img"), self.disk],
                       check=True)
        self.power_on()

    def power_on(self):
        command = [
            "setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64",
            "-nodefaults", "-no-user-config", "-display", "none",
            "-machine", "pc", "-cpu", qemu_cpu.QUICK, "-accel",
            "tcg,thread=multi,tb-size=256", "-smp", str(self.cpus),
            "-m", str(self.mem), "-kernel",
            os.path.join(IMAGE, "vmlinuz-" + self.kernel), "-initrd",
            os.path.join(IMAGE, "initrd-" + self.kernel),
            "-append", f"{CMDLINE} {self.append}",
            "-drive", f"file={self.disk},if=virtio,format=qcow2,cache=unsafe",
            "-netdev", "user,id=n,restrict=on,"
            f"hostfwd=tcp:127.0.0.1:{self.port}-:22",
            "-device", "virtio-net-pci,netdev=n",
            "-chardev", f"file,id=s,path={self.log},append=on",
            "-serial", "chardev:s",
            "-qmp", f"unix:{self.qmp_path()},server=on,wait=off", *self.extra]
        if self.tag:
            command += ["-loadvm", self.tag]
        with open(self.log, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)

    def qmp_path(self):
        return os.path.join(self.folder, "qmp")

    def save(self, tag):
        """Machine and disk as they are, for clones to go on from."""
        said = monitor(self.qmp_path(), f"savevm {tag}", 300)
        if said.strip():
            raise GuestError(f"{self.name}: savevm: {said.strip()}")
        self.tag = tag

    def become_clone_of(self, other):
        """To be powered on where that one, now powered off, was saved."""
        shutil.copyfile(other.disk, self.disk)
        self.tag = other.tag

    def power_off(self):
        """As if the plug was pulled."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self):
        self.power_off()
        shutil.rmtree(self.folder, ignore_errors=True)

    def last_words(self):
        """Where its CPUs are, and the last lines it printed."""
        cpus = []
        try:
            for command in ("info status", "info registers -a"):
                said = monitor(self.qmp_path(), command).splitlines()
                cpus += [line for line in said if STATE.search(line)]
        except (OSError, ValueError, GuestError) as error:
            cpus.append(f"monitor: {error}")
        return cpus + self.said().splitlines()[-LAST_LINES:]

    def said(self):
        """What it printed in its life."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            log.seek(self.born)
            return log.read()

    def ssh_options(self):
        """A login takes a guest 3 s: one is for all that is run in a boot."""
        options = (f"Port={self.port}", f"IdentityFile={KEY}",
                   "StrictHostKeyChecking=no", "BatchMode=yes",
                   "UserKnownHostsFile=/dev/null", "LogLevel=ERROR",
                   "ConnectTimeout=30", "ServerAliveInterval=5",
                   "ServerAliveCountMax=3", "ControlMaster=auto",
                   "ControlPersist=yes",
                   f"ControlPath={os.path.join(self.folder, 'login')}")
        return [word for option in options for word in ("-o", option)]

    def log_out(self):
        """The login does not outlive its boot."""
        subprocess.run(["ssh", *self.ssh_options(), "-O", "exit", "127.0.0.1"],
                       check=False, timeout=60, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def try_run(self, script, timeout=60):
        """(exit status, or 255 if it cannot be reached; its output)"""
        try:
            done = subprocess.run(
                ["ssh", *self.ssh_options(), "root@127.0.0.1", script],
                text=True, stdin=subprocess.DEVNULL, timeout=timeout,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        except subprocess.TimeoutExpired:
            return 255, f"no end after {timeout} s"
        return done.returncode, done.stdout

    def run(self, script, timeout=60, code=0):
        """The output of a script that must end with this exit status."""
        found, out = self.try_run(script, timeout)
        if found != code:
            raise GuestError(f"{self.name}: \"{script.splitlines()[0]}\": exit "
                             f"status {found}, need {code}: "
                             f"{' '.join(out.split())[-300:]}")
        return out

    def put(self, path, to):
        subprocess.run(["scp", "-q", *self.ssh_options(), path,
                        f"root@127.0.0.1:{to}"], check=True, timeout=120)

    def put_package(self, target, to):
        """What make deb, or deb-next, made last."""
        debs = glob.glob(os.path.join(TOP, "build", target, "kpark_*.deb"))
        if not debs:
            raise GuestError(f"no package in build/{target}; run make {target}")
        self.put(max(debs, key=os.path.getmtime), to)

    def install(self):
        """The package that make deb made last."""
        self.put_package("deb", "/root/kpark.deb")
        self.run("dpkg -i /root/kpark.deb", 240)

    def boot_id(self):
        return self.run("cat /proc/sys/kernel/random/boot_id").strip()

    def wait_gone(self, timeout=120):
        """Until ssh does not answer any more."""
        end = time.monotonic() + timeout
        while self.try_run("true", 15)[0] == 0:
            if time.monotonic() > end:
                raise GuestError(f"{self.name}: still there after {timeout} s")
            time.sleep(0.5)

    def wait_up(self, timeout=600, other_than=None, without=None):
        """Until ssh answers, from another boot than the one named, without
        that text on its command line: the boot's id."""
        end, out = time.monotonic() + timeout, ""
        while time.monotonic() < end:
            code, out = self.try_run("cat /proc/sys/kernel/random/boot_id "
                                     "/proc/cmdline", 15)
            boot_id, _, cmdline = out.partition("\n")
            if (code == 0 and boot_id != other_than and
                    not (without and without in cmdline)):
                return boot_id
            if self.process.poll() is not None:
                raise GuestError(f"{self.name}: QEMU ended with status "
                                 f"{self.process.returncode}, log {self.log}")
            need(not qemu_fault.shows_in(self.said()), f"{self.name}: an oops of QEMU's"
                 f" making, log {os.path.relpath(self.log)}")
            time.sleep(0.5)
        raise GuestError(f"{self.name}: not back after {timeout} s, log "
                         f"{os.path.relpath(self.log)}, ssh said at last: "
                         f"{' '.join(out.split())[-200:]}")

    def reboot(self, how, timeout=600):
        """Runs `how`, which is to end this boot, and waits for the next one."""
        before = self.boot_id()
        self.try_run(how, 30)
        self.log_out()
        return self.wait_up(timeout, before)
