# SPDX-License-Identifier: GPL-2.0-only
"""Starts guests by tools/vm, and brings what they need."""
import json
import lzma
import os
import shutil
import struct
import subprocess
import threading
import time
import zlib
from typing import NamedTuple, Optional

from benchlib import hops

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
CACHE = os.path.join(TOP, ".cache")
LOGS = os.path.join(CACHE, "logs")
KERNEL = os.path.join(CACHE, "kernels", "vmlinuz-6.12")
TRACE = "trace_event=printk:console trace_clock=x86-tsc trace_buf_size=64k"
LOOK = 0.5              # seconds between two looks at a guest's events
HUNG = 120              # seconds without an event, and as many for 16 CPUs more
BALLAST = 32 << 20      # bytes of the vmlinux in the packed part of an initrd


STOPPED = "stopped by hand, what follows was not measured"


class Failure(Exception):
    """One line: what went wrong."""


class Guest(NamedTuple):
    """One life of a machine: a hop by each of `ways`, in this order."""
    accel: str
    cpus: int
    round: int
    ways: tuple
    nap: Optional[int] = None

    @property
    def name(self):
        nap = "" if self.nap is None else f"-nap{self.nap}"
        return f"{self.accel}-{self.cpus}{nap}-{self.round}"


# -- the ELF inside the bzImage ---------------------------------------------

def decompress(payload):
    """Of the kernel's formats, those of today's distributions."""
    # Documentation/arch/x86/boot.rst "payload_offset": a magic number tells;
    # all but gzip carry the uncompressed size behind the data.
    if payload[:2] == b"\x1f\x8b":
        return zlib.decompressobj(31).decompress(payload)
    if payload[:6] == b"\xfd7zXZ\0":
        return lzma.decompress(payload[:-4])
    if payload[:4] == b"\x28\xb5\x2f\xfd":
        if not shutil.which("zstd"):
            raise Failure("zstd: not installed; run tools/deps")
        return subprocess.run(["zstd", "-dcq"], input=payload[:-4],
                              stdout=subprocess.PIPE, check=True).stdout
    raise Failure(f"{KERNEL}: payload of unknown format {payload[:4].hex()}")


def extract_elf(image):
    if len(image) < 0x250 or image[0x202:0x206] != b"HdrS":
        raise Failure(f"{KERNEL}: not a bzImage")
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = 512 * (1 + (image[0x1f1] or 4)) + offset
    elf = decompress(image[start:start + length])
    if elf[:4] != b"\x7fELF":
        raise Failure(f"{KERNEL}: payload is no ELF")
    return elf


def vmlinux():
    """(file, bytes of it that count): a power of two long, as a PCI device's
    memory has to be."""
    path = os.path.join(CACHE, "vmlinux-6.12")
    sizes = path + ".size"
    try:
        if os.path.getmtime(sizes) > os.path.getmtime(KERNEL):
            with open(sizes, encoding="ascii") as f:
                return path, int(f.read())
    except (OSError, ValueError):
        pass
    with open(KERNEL, "rb") as f:
        elf = extract_elf(f.read())
    with open(path + ".new", "wb") as f:
        f.write(elf)
        f.truncate(1 << (len(elf) - 1).bit_length())
    os.rename(path + ".new", path)
    with open(sizes, "w", encoding="ascii") as f:
        f.write(str(len(elf)))
    return path, len(elf)


# -- an initrd as a distribution packs it -----------------------------------

def cpio(name, data):
    """An archive (newc) of one file."""
    text = b""
    for path, mode, body in ((name, 0o100644, data), ("TRAILER!!!", 0, b"")):
        fields = (0, mode, 0, 0, 1, 0, len(body), 0, 0, 0, 0,
                  len(path) + 1, 0)
        head = (b"070701" + b"".join(b"%08X" % f for f in fields) +
                path.encode() + b"\0")
        text += head + b"\0" * (-len(head) % 4) + body
        text += b"\0" * (-len(text) % 4)
    return text


def ballast():
    """(file, bytes of it that count): code of the kernel, as modules would be,
    in a cpio archive packed by zstd as Debian's initramfs-tools does."""
    path = os.path.join(CACHE, "ballast.zst")
    if (not os.path.exists(path) or
            os.path.getmtime(path) < os.path.getmtime(KERNEL)):
        with open(vmlinux()[0], "rb") as f:
            archive = cpio("ballast", f.read(BALLAST))
        if not shutil.which("zstd"):
            raise Failure("zstd: not installed; run tools/deps")
        packed = subprocess.run(["zstd", "-q", "-9", "-c"], input=archive,
                                stdout=subprocess.PIPE, check=True).stdout
        with open(path + ".new", "wb") as f:
            f.write(packed)
        os.rename(path + ".new", path)
    return path, os.path.getsize(path)


def device_of(path, size):
    """The same, as long as a PCI device's memory has to be."""
    padded = path + ".pci"
    length = 1 << (size - 1).bit_length()
    if (not os.path.exists(padded) or
            os.path.getmtime(padded) < os.path.getmtime(path)):
        shutil.copyfile(path, padded + ".new")
        os.truncate(padded + ".new", length)
        os.rename(padded + ".new", padded)
    return padded


# -- a guest ----------------------------------------------------------------

def files(guest):
    return os.path.join(LOGS, f"bench-{guest.name}")


def memory_device(name, path):
    """What the guest finds as an ivshmem device, in this order."""
    return ["-object", f"memory-backend-file,id={name},share=off,readonly=on,"
            f"mem-path={path},size={os.path.getsize(path)}",
            "-device", f"ivshmem-plain,memdev={name}"]


def command(guest, timeout):
    path, size = vmlinux()
    append = ["WAYS=" + ",".join(guest.ways), f"ELF_SIZE={size}"]
    qemu = memory_device("vmlinux", path)
    if any(way.startswith("kpark-initrd") for way in guest.ways):
        path, size = ballast()
        append.append(f"BALLAST_SIZE={size}")
        qemu += memory_device("ballast", device_of(path, size))
    if guest.accel == "icount":
        append.append(TRACE)
    if guest.nap is not None:
        append.append(f"NAP_US={guest.nap}")
    return [
        "setpriv", "--pdeathsig", "TERM",       # nor does QEMU outlive vm
        os.path.join(TOP, "tools", "vm"), "--quiet", "--accel", guest.accel,
        "--cpus", str(guest.cpus), "--mem", str(1536 + 8 * guest.cpus),
        "--timeout", str(timeout), "--kernel", KERNEL, "--boot", KERNEL,
        *(word for a in append for word in ("--append", a)),
        *("--qemu=" + word for word in qemu),
        "--with", os.path.join(TOP, "tests", "linux", "steps.sh") +
        ":/lib/steps.sh", "--log", files(guest) + ".log",
        "--events", files(guest) + ".events",
        "--run", os.path.join(TOP, "tools", "bench-hops.sh")]


def read_events(guest):
    """What is there so far; the last line may not be whole."""
    try:
        with open(files(guest) + ".events", encoding="utf-8") as f:
            return [json.loads(line) for line in f if line.endswith("\n")]
    except OSError:
        return []


def failed_line(guest, said):
    """Why, by the guest's own word if it has one, else by vm's."""
    try:
        with open(files(guest) + ".log", errors="replace",
                  encoding="utf-8") as f:
            said = [x[x.index("FAIL at"):] for x in f if "FAIL at" in x] or said
    except OSError:
        pass
    # vm names its log, as whoever shows this does
    return (said or ["nothing said"])[-1].strip().partition(", log ")[0]


def patience(guest):
    return HUNG * (1 + guest.cpus / 16)


def watch_vm(vm, guest, watch, stop):
    """What vm said, once it has ended; `watch(hop)` is called now and then."""
    size, since = 0, time.monotonic()
    while True:
        try:
            return vm.communicate(timeout=LOOK)[1].strip().splitlines()
        except subprocess.TimeoutExpired:
            pass
        events = read_events(guest)
        watch(events[-1]["hop"] if events else 0)
        if len(events) != size:
            size, since = len(events), time.monotonic()
        if stop.is_set():
            raise Failure(STOPPED)
        if time.monotonic() - since > patience(guest):
            raise Failure(f"no event for {patience(guest):.0f} s")


def run_guest(guest, timeout, watch, stop=threading.Event()):
    """([(hop, way, clocks)] of its good hops, None or why not of all)."""
    os.makedirs(LOGS, exist_ok=True)
    for end in (".log", ".events"):
        if os.path.exists(files(guest) + end):
            os.remove(files(guest) + end)
    vm = subprocess.Popen(command(guest, timeout), text=True,
                          stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    why = None
    try:
        said = watch_vm(vm, guest, watch, stop)
        if vm.returncode:
            why = failed_line(guest, said)
    except Failure as e:
        why = str(e)
    finally:
        if vm.poll() is None:
            vm.terminate()
        vm.wait()
        vm.stderr.close()
    try:
        good, wrong = hops.read_hops(read_events(guest), guest.ways,
                                     guest.accel == "icount", guest.cpus)
    except hops.Wrong as e:
        good, wrong = [], [str(e)]
    why = why or (wrong or [None])[0]
    return good, why and f"{guest.name}: {why}"


def initrd_size(guest):
    """Bytes, as its last hop's events say, or None."""
    notes = [e["value"] for e in read_events(guest)
             if e.get("name") == "initrd"]
    return int(notes[-1]) if notes else None
