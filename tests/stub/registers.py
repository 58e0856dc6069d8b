# SPDX-License-Identifier: GPL-2.0-only
"""registers.py - what nobody but a debugger can do to a CPU, by QEMU's port for gdb.

Undefined registers: behind 32-bit code the upper halves of the general registers
are undefined, and once IA-32e mode was left, R8 to R15 are (SDM vol. 1
"General-Purpose Registers in 64-Bit Mode"). QEMU and Bochs keep them as they were, so
nothing else would show who relies on that. Arrivals: an NMI at one instruction and no
other. The protocol is that of gdb's manual, "Remote Serial Protocol".
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


FIRE_AT = 4             # in the stub's orders (arrivals.c)


def word(gdb, at):
    """32 bits of memory."""
    return int.from_bytes(bytes.fromhex(gdb.ask(f"m{at:x},4")), "little")


RIP = slice(16 * 16, 17 * 16)   # of 'g', in hexadecimal digits


def instruction(gdb):
    """Where the CPU is that stopped, or was chosen."""
    return int.from_bytes(bytes.fromhex(gdb.ask("g")[RIP]), "little")


def step(gdb, packet):
    """One instruction. QEMU says T05 also for one it was called away from."""
    before = instruction(gdb)
    gdb.ask(packet, "T05")
    if instruction(gdb) == before:
        gdb.ask(packet, "T05")


def strike_arrival(path, vector, instructions, orders):
    """An NMI for the CPU that comes to the reset vector, so many further on.

    QEMU takes no interrupt in a step: it is pending from the first ones on.
    """
    with Gdb(path) as gdb:
        gdb.ask("", "T")
        gdb.ask(f"Z1,{vector:x},1", "OK")
        gdb.ask(f"M{orders:x},4:01000000", "OK")
        thread = gdb.ask("c", "T05thread:").partition(":")[2].strip(";")
        gdb.ask(f"z1,{vector:x},1", "OK")
        gdb.ask(f"M{orders + FIRE_AT:x},4:01000000", "OK")
        done = 0
        while word(gdb, orders + FIRE_AT):
            step(gdb, "s")          # the others go on meanwhile
            done += 1
        while done < instructions:
            step(gdb, f"vCont;s:{thread}")
            done += 1
        gdb.ask("D", "OK")


WENT_ON, SLEPT = 2, 3   # the same
STEPS = 3               # of park_mwait, up to its MWAIT
MWAIT_SIZE = 3


def get_ahead(path, code, fired, orders):
    """Where a CPU goes that has an NMI and a kick pending at its MWAIT.

    By way of the NMI's handler, for the NMI is to end the shadow of STI.
    """
    park_mwait, wait, on_nmi = (code + symbol("park.elf", name)
                                for name in ("park_mwait", "wait", "on_nmi"))
    with Gdb(path) as gdb:
        gdb.ask("", "T")
        gdb.ask(f"Z1,{park_mwait:x},1", "OK")
        parked = gdb.ask("c", "T05thread:").partition(":")[2].strip(";")
        gdb.ask(f"z1,{park_mwait:x},1", "OK")
        gdb.ask(f"Z1,{fired:x},1", "OK")
        other = {"02": "03", "03": "02"}[parked]
        gdb.ask(f"Hg{other}", "OK")     # by the kernel's map, not the park's
        gdb.ask(f"M{orders + FIRE_AT:x},4:01000000", "OK")
        gdb.ask(f"vCont;c:{other}", "T05")
        gdb.ask(f"z1,{fired:x},1", "OK")
        gdb.ask(f"Hg{parked}", "OK")
        for _ in range(STEPS):
            step(gdb, f"vCont;s:{parked}")
        if instruction(gdb) != wait:
            raise ValueError("gdb's port: the CPU is not at its MWAIT")
        gdb.ask(f"Z1,{on_nmi:x},1", "OK")
        gdb.ask(f"vCont;c:{parked}", "T05")
        gdb.ask(f"z1,{on_nmi:x},1", "OK")
        for at in (wait, wait + MWAIT_SIZE):
            gdb.ask(f"Z1,{at:x},1", "OK")
        gdb.ask(f"vCont;c:{parked}", "T05")
        rip = instruction(gdb)
        for at in (wait, wait + MWAIT_SIZE):
            gdb.ask(f"z1,{at:x},1", "OK")
        gdb.ask(f"Hg{other}", "OK")
        went = WENT_ON if rip == wait + MWAIT_SIZE else SLEPT
        gdb.ask(f"M{orders:x},4:{went:02x}000000", "OK")
        gdb.ask("D", "OK")
