#!/usr/bin/python
# SPDX-License-Identifier: GPL-2.0-only
# -*- coding: utf-8 -*-
"""kpark_lock: one roll at a time on a host; outlives reboots, expires."""
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: kpark_lock
short_description: Hold a host for one roll of kernels
description:
  - Keeps a small file on the host that names who may reboot it, and until when.
  - The holder gets it again, and its time anew. Anybody gets it once the time
    is over. All times are of the host's own clock.
options:
  state:
    description: Take the lock, or give it back.
    type: str
    choices: [held, released]
    default: held
  owner:
    description: Who holds it.
    type: str
    required: true
  seconds:
    description: How long it holds.
    type: int
    default: 3600
  path:
    description: The file.
    type: path
    default: /var/lib/kpark/fleet.lock
attributes:
  check_mode:
    support: full
    description: Says whether the lock could be had.
  diff_mode:
    support: none
    description: There is nothing to show.
author:
  - kpark developers (@kpark)
"""

EXAMPLES = r"""
- name: Keep others from rebooting this host
  kpark.fleet.kpark_lock:
    owner: roll-20260101
    seconds: 1800

- name: Let them
  kpark.fleet.kpark_lock:
    owner: roll-20260101
    state: released
"""

RETURN = r"""
taken_over:
  description: The holder whose time was over, if there was one.
  returned: when state is held
  type: str
expires:
  description: Until when it is held, in seconds since 1970.
  returned: when state is held
  type: int
"""

import fcntl  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import time  # noqa: E402

from ansible.module_utils.basic import AnsibleModule  # noqa: E402


def holder(path):
    """What stands in the file: None if there is none, {} if it is damaged."""
    if not os.path.lexists(path):
        return None
    try:
        with open(path) as file:
            found = json.load(file)
        return {"owner": str(found["owner"]), "expires": int(found["expires"])}
    except (IOError, OSError, ValueError, KeyError, TypeError):
        return {}


def write(path, found):
    with open(path + ".new", "w") as file:
        json.dump(found, file)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".new", path)


def hold(module, path):
    """Takes the lock, or fails."""
    owner, now = module.params["owner"], int(time.time())
    found = holder(path)
    if found == {}:
        module.fail_json(msg="%s: damaged, remove it by hand" % path)
    if found and found["owner"] != owner and found["expires"] > now:
        module.fail_json(msg="%s: held by %s for another %d s" % (
            path, found["owner"], found["expires"] - now))
    other = found["owner"] if found and found["owner"] != owner else None
    expires = now + module.params["seconds"]
    if not module.check_mode:
        write(path, {"owner": owner, "since": now, "expires": expires})
    return {"changed": True, "taken_over": other, "expires": expires}


def release(module, path):
    """Gives back what is ours, and nothing else."""
    found = holder(path)
    if not found or found["owner"] != module.params["owner"]:
        return {"changed": False}
    if not module.check_mode:
        os.unlink(path)
    return {"changed": True}


def main():
    module = AnsibleModule(
        argument_spec=dict(
            state=dict(choices=["held", "released"], default="held"),
            owner=dict(required=True),
            seconds=dict(type="int", default=3600),
            path=dict(type="path", default="/var/lib/kpark/fleet.lock")),
        supports_check_mode=True)
    path = module.params["path"]
    folder = os.path.dirname(path)
    try:
        if not os.path.isdir(folder) and not module.check_mode:
            os.makedirs(folder, 0o700)          # as kpark makes it
        if os.path.isdir(folder):
            guard = os.open(folder, os.O_RDONLY)
            fcntl.flock(guard, fcntl.LOCK_EX)   # until this process ends
        if module.params["state"] == "held":
            result = hold(module, path)
        else:
            result = release(module, path)
    except (IOError, OSError) as error:
        module.fail_json(msg="%s: %s" % (path, error.strerror))
    module.exit_json(**result)


if __name__ == "__main__":
    main()
