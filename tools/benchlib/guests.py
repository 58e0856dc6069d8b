# SPDX-License-Identifier: GPL-2.0-only
"""Starts guests by tools/vm, and brings what they need."""
import json
import lzma
import os
import shutil
import struct
import subprocess
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


# -- a guest ----------------------------------------------------------------

def files(guest):
    return os.path.join(LOGS, f"bench-{guest.name}")


def command(guest, timeout):
    path, size = vmlinux()
    append = ["WAYS=" + ",".join(guest.ways), f"ELF_SIZE={size}"]
    if guest.accel == "icount":
        append.append(TRACE)
    if guest.nap is not None:
        append.append(f"NAP_US={guest.nap}")
    qemu = ["-object", "memory-backend-file,id=vmlinux,share=off,readonly=on,"
            f"mem-path={path},size={os.path.getsize(path)}",
            "-device", "ivshmem-plain,memdev=vmlinux"]
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


def run_guest(guest, timeout, watch):
    """[(way, clocks)] of its hops; `watch(hop)` is called now and then."""
    for end in (".log", ".events"):
        if os.path.exists(files(guest) + end):
            os.remove(files(guest) + end)
    vm = subprocess.Popen(command(guest, timeout), text=True,
                          stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while True:
            try:
                _, said = vm.communicate(timeout=LOOK)
                break
            except subprocess.TimeoutExpired:
                events = read_events(guest)
                watch(events[-1]["hop"] if events else 0)
    finally:
        if vm.poll() is None:
            vm.terminate()
        vm.wait()
    if vm.returncode:
        raise Failure(f"{guest.name}: " +
                      failed_line(guest, said.strip().splitlines()))
    try:
        return hops.read_hops(read_events(guest), guest.ways,
                              guest.accel == "icount", guest.cpus)
    except hops.Wrong as e:
        raise Failure(f"{guest.name}: {e}") from None
