# SPDX-License-Identifier: GPL-2.0-only
"""What the figures were taken on and with: the head of each part's JSON."""
import os
import subprocess
import sys
import time

from benchlib import guests

QUIET = 0.5             # load average above which wall figures are doubtful


def first_line(*command):
    try:
        said = subprocess.run(command, cwd=guests.TOP, capture_output=True,
                              text=True, check=False).stdout
    except OSError:
        said = ""
    return (said.splitlines() or ["unknown"])[0]


def cpu_model():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return "unknown"


def head():
    return {
        "commit": first_line("git", "describe", "--tags", "--always",
                             "--dirty"),
        "started": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "qemu": first_line("qemu-system-x86_64", "--version"),
        "cpu": cpu_model(), "cores": os.cpu_count(),
        "load": [round(n, 2) for n in os.getloadavg()],
        "kernel": os.path.basename(os.path.realpath(guests.KERNEL))}


def warn(who, about):
    """Says the load average, and whether it is one to measure at."""
    load = about["load"][0]
    more = f"; above {QUIET:g}, wall figures are doubtful" * (load > QUIET)
    print(f"{who}: load average {load:g}{more}", file=sys.stderr)
