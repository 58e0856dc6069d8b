# SPDX-License-Identifier: GPL-2.0-only
"""What runs, and how long is left: on stderr."""
import sys
import threading
import time

CLEAR = "\r\x1b[K"


def cost(guest):
    """Guessed seconds of a hop and of the cold boot; only ratios count."""
    if guest.accel == "icount":
        return 8 * (1 + guest.cpus / 4)
    return 8 * (1 + guest.cpus / 16)


def clock_text(seconds):
    minutes = int(seconds + 59) // 60
    return (f"{minutes // 60} h {minutes % 60} min" if minutes >= 60
            else f"{minutes} min")


class Progress:
    """Of the guests in `plan`; some may run at a time, in threads."""

    def __init__(self, plan, out=None, now=time.monotonic):
        self.plan = plan
        self.out = out = out or sys.stderr
        self.now = now
        self.tty = out.isatty()
        self.start = now()
        self.total = sum(cost(g) * (1 + len(g.ways)) for g in plan)
        self.done = 0.0         # of the guests that have ended
        self.lock = threading.Lock()

    def left(self, here=0.0):
        """Seconds: what was guessed, corrected by what has been seen."""
        done = self.done + here
        pace = (self.now() - self.start) / done if done else 1.0
        return pace * (self.total - done)

    def begin(self, number):
        self.say(number, 0, 0.0)

    def look(self, number, hop):
        if self.tty:
            self.say(number, hop, cost(self.plan[number]) * hop)

    def end(self, number):
        guest = self.plan[number]
        with self.lock:
            self.done += cost(guest) * (1 + len(guest.ways))

    def say(self, number, hop, here):
        guest = self.plan[number]
        way = guest.ways[hop - 1] if hop else "cold boot"
        at = (f"hop {hop} of {len(guest.ways)}: {way}, " if self.tty else
              f"{len(guest.ways)} hops, ")
        line = (f"bench: guest {number + 1} of {len(self.plan)} "
                f"({guest.name}), {at}about {clock_text(self.left(here))} left")
        with self.lock:
            self.out.write(CLEAR + line if self.tty else line + "\n")
            self.out.flush()

    def line(self, text):
        """A line of its own, above."""
        with self.lock:
            self.out.write((CLEAR if self.tty else "") + text + "\n")
            self.out.flush()

    def finish(self):
        if self.tty:
            self.out.write(CLEAR)
