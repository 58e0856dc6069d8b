#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""outage.py HOST PORT FILE SECONDS - when did sshd not answer?

Run by the role on the controller, from before the jump until FILE.stop comes
to be, or SECONDS are over; it outlives a controller that is killed. An answer
is sshd's greeting: a connection alone may be a proxy's. FILE is then one JSON
object:

  answers   how many there were; 0: this host cannot be seen from here
  gaps      from, to (since 1970; to is null if it was still out) and seconds,
            each from the last answer to the next one
  outage    all gaps together; null if it never answered, or is still out
"""
import json
import os
import socket
import sys
import time

PAUSE = 0.1
PATIENCE = 5.0


def answers(host, port):
    try:
        with socket.create_connection((host, port), PATIENCE) as s:
            s.settimeout(PATIENCE)
            return s.recv(4) == b"SSH-"
    except OSError:
        return False


def watch(host, port, stop, seconds):
    """(number of answers, gaps); monotonic inside, so that no clock step
    makes a gap."""
    offset = time.time() - time.monotonic()
    end = time.monotonic() + seconds
    count, last, out, gaps = 0, None, False, []
    while time.monotonic() < end and not os.path.exists(stop):
        if answers(host, port):
            now = time.monotonic()
            if out and last is not None:
                gaps.append({"from": last + offset, "to": now + offset,
                             "seconds": round(now - last, 3)})
            count, last, out = count + 1, now, False
        else:
            out = True
        time.sleep(PAUSE)
    if out and last is not None:
        gaps.append({"from": last + offset, "to": None,
                     "seconds": round(time.monotonic() - last, 3)})
    return count, gaps


def main():
    host, port, path, seconds = sys.argv[1:]
    stop = path + ".stop"
    for old in (path, stop):            # of an earlier run
        if os.path.exists(old):
            os.unlink(old)
    count, gaps = watch(host, int(port), stop, float(seconds))
    if os.path.exists(stop):
        os.unlink(stop)
    known = count and (not gaps or gaps[-1]["to"])
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump({"answers": count, "gaps": gaps, "outage": round(
            sum(g["seconds"] for g in gaps), 3) if known else None}, file)
    os.rename(path + ".new", path)


if __name__ == "__main__":
    main()
