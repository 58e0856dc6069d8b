# SPDX-License-Identifier: GPL-2.0-only
"""window: may a host be rebooted now?"""
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
name: window
short_description: Why a time is outside a maintenance window
description:
  - Says in words why a host's time is outside the window, and nothing if it is
    inside.
  - A window over midnight belongs to the day on which it begins.
positional: window, days
options:
  _input:
    description: Day and time, as C(date '+%u %H:%M') prints them.
    type: str
    required: true
  window:
    description: C(HH:MM-HH:MM), or nothing for the whole day.
    type: str
    default: ""
  days:
    description: Numbers of days, 1 is Monday; none are all.
    type: list
    elements: int
    default: []
author:
  - kpark developers (@kpark)
"""

EXAMPLES = r"""
- name: Be inside the window
  ansible.builtin.assert:
    that: "'6 02:00' | kpark.fleet.window('22:00-05:00', [5]) == ''"
"""

RETURN = r"""
_value:
  description: Why not, or nothing.
  type: str
"""

import re  # noqa: E402

CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"


def window_days(days):
    """A list of numbers; -e and an INI inventory give words."""
    if not isinstance(days, (list, tuple)):
        days = re.findall(r"[^\s,\[\]]+", str(days))
    days = [str(day).strip() for day in days]
    if all(day in "1234567" and len(day) == 1 for day in days):
        return [int(day) for day in days]
    return None


def window(now, hours="", days=()):
    """Why not, or ""."""
    parts = str(now).split()
    if len(parts) != 2:
        return "the host does not say what time it is (found %r)" % (now,)
    day, clock = int(parts[0]), parts[1]
    hours, numbers = str(hours or "").strip(), window_days(days or ())
    if hours and not re.match(CLOCK + "-" + CLOCK + r"\Z", hours):
        return "not a maintenance window: %s (need HH:MM-HH:MM)" % hours
    if numbers is None:
        return "not days of a maintenance window: %s (need 1 to 7)" % (days,)
    first, last = hours.split("-") if hours else ("00:00", "24:00")
    if first < last:
        inside = first <= clock < last
    else:
        inside = first <= clock or clock < last
        if clock < last:                # begun the day before
            day = 7 if day == 1 else day - 1
    if inside and (not numbers or day in numbers):
        return ""
    return "outside the maintenance window %s(there it is %s on day %s)" % (
        (hours + " " if hours else "") +
        ("on days %s " % " ".join(map(str, numbers)) if numbers else ""),
        clock, parts[0])


class FilterModule(object):
    """What Ansible looks for."""

    def filters(self):
        return {"window": window}
