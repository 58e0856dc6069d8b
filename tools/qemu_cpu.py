# SPDX-License-Identifier: GPL-2.0-only
"""qemu_cpu.py - the CPU that guests have where it is not speed that is measured.

TCG runs the repeats of a string instruction one by one, and a kernel that is told that
REP MOVSB and STOSB are fast (ERMS) copies and clears its memory by them: byte by byte.
Without it a cold boot and `kpark load` take two thirds of the time.
"""

QUICK = "Haswell-noTSX,-erms"
