# SPDX-License-Identifier: GPL-2.0-only
"""registers.py - what the SDM calls undefined, made so, by QEMU's port for gdb.

Behind 32-bit code the upper halves of the general registers are undefined, and once
IA-32e mode was left, R8 to R15 are (SDM vol. 1 "General-Purpose Registers in 64-Bit
Mode"). QEMU and Bochs keep them as they were, so nothing else would show who relies
on that. The protocol is that of gdb's manual, "Remote Serial Protocol".
"""
import os
import random
import socket
import struct
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
SECONDS = 5                     # for an answer
GENERAL = struct.Struct("<16Q")  # RAX .. RSP, R8 .. R15: as 'g' has them


class Gdb:
    """One connection; the machine stands still while it answers."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(SECONDS)
        self.socket.connect(path)
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def answer(self):
        """The next packet, acknowledged."""
        while (byte := self.stream.read(1)) != b"$":
            if not byte:
                raise ConnectionError("gdb's port was closed")
        text = b""
        while (byte := self.stream.read(1)) not in (b"#", b""):
            text += byte
        self.stream.read(2)
        self.socket.sendall(b"+")
        return text.decode()

    def send(self, text):
        self.socket.sendall(b"$%s#%02x" % (text.encode(),
                                           sum(text.encode()) & 0xff))

    def ask(self, text, wanted=""):
        """"" only waits: the machine stops because we have come."""
        if text:
            self.send(text)
        found = self.answer()
        if not found.startswith(wanted):
            raise ValueError(f"gdb's port: {text[:20]} (found {found!r}, "
                             f"need {wanted})")
        return found


def symbol(elf, name):
    """Where it is in a file that is linked at 0."""
    table = subprocess.run(["nm", os.path.join(TOP, "build", elf)], text=True,
                           stdout=subprocess.PIPE, check=True).stdout
    return next(int(line.split()[0], 16) for line in table.splitlines()
                if line.split()[-1] == name)


def undefined(registers):
    """The lower halves of the first eight are all that is left of them."""
    def one(at, value):
        low = random.getrandbits(32) if at >= 8 else value & 0xffffffff
        return random.getrandbits(32) << 32 | low
    return [one(at, value) for at, value in enumerate(registers)]


def make_undefined(path, purgatory, done):
    """In the purgatory that lies there, once; the stub waits for a word at done."""
    stop = purgatory + symbol("purgatory.elf", "after_32bit")
    with Gdb(path) as gdb:
        gdb.ask("", "T")
        gdb.ask(f"Z1,{stop:x},1", "OK")
        gdb.ask(f"M{done:x},4:01000000", "OK")
        gdb.ask("c", "T05")
        found = gdb.ask("g")
        size = 2 * GENERAL.size
        registers = GENERAL.unpack(bytes.fromhex(found[:size]))
        gdb.ask("G" + GENERAL.pack(*undefined(registers)).hex(), "OK")
        gdb.ask(f"z1,{stop:x},1", "OK")
        gdb.ask("D", "OK")
