#!/usr/bin/python
# SPDX-License-Identifier: GPL-2.0-only
# -*- coding: utf-8 -*-
"""kpark: load a kernel for the next kexec, unload it, or say how things are."""
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: kpark
short_description: Load a kernel for the next kexec with kpark
description:
  - Loads a kernel with C(kpark load), forgets it, or only says how things are.
  - A kernel that is loaded already, with the same settings and from the same
    files, is not loaded again.
options:
  state:
    description:
      - C(loaded) loads the kernel if it is not loaded.
      - C(unloaded) forgets what is loaded.
      - C(status) changes nothing.
    type: str
    choices: [loaded, unloaded, status]
    default: status
  release:
    description:
      - The release of an installed kernel, as C(uname -r) will say it, or
        C(newest) for the one of the highest version. Where there are some of
        that, it is the one of the running kernel's flavour, else a plain one.
      - Kernels are looked for in /boot/vmlinuz-RELEASE.
    type: str
    default: newest
  kernel:
    description: Path of a kernel, instead of I(release).
    type: path
  initrd:
    description:
      - Path of the initrd, C(none), or C(default) for the one that bears the
        kernel's release.
    type: str
    default: default
  command_line:
    description: The whole command line. Without it, the running kernel's.
    type: str
  append:
    description: More words behind the command line.
    type: str
    default: ""
  mailbox:
    description: As C(kpark load --mailbox).
    type: str
    choices: [auto, always, never]
    default: auto
  require_park:
    description: Refuse to load what would not be parked.
    type: bool
    default: false
  watchdog:
    description: Prepare the next kernel for C(kpark exec --watchdog).
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    description: C(kpark load --dry-run) goes all the way but the last step.
  diff_mode:
    support: full
    description: What is loaded, before and after.
author:
  - kpark developers (@kpark)
"""

EXAMPLES = r"""
- name: Load the newest installed kernel
  kpark.fleet.kpark:
    state: loaded

- name: Load a named one, with a command line of its own
  kpark.fleet.kpark:
    state: loaded
    release: 6.12.48+deb13-amd64
    command_line: root=/dev/sda1 ro console=ttyS0

- name: How did this machine boot?
  kpark.fleet.kpark:
  register: machine
"""

RETURN = r"""
status:
  description: What C(kpark status --json) says, after the change.
  returned: always
  type: dict
degraded:
  description: Whether C(kpark status) ended with its exit code for that.
  returned: always
  type: bool
running:
  description: The running kernel's release, cmdline, boot_id and uptime.
  returned: always
  type: dict
installed:
  description: Installed kernels, the newest last.
  returned: always
  type: list
  elements: dict
wanted:
  description: The kernel that I(release) or I(kernel) names.
  returned: always
  type: dict
messages:
  description: What C(kpark load) said beside it.
  returned: when it was run
  type: list
  elements: str
"""

import glob  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import struct  # noqa: E402

from ansible.module_utils.basic import AnsibleModule  # noqa: E402

ROOT = ""               # but in tests
NOTE = "/var/lib/kpark/ansible.json"
EXIT_DEGRADED = 8


def read(path):
    """A small file's text, or "" if it cannot be read."""
    try:
        with open(ROOT + path) as text:
            return text.read().strip()
    except (IOError, OSError, UnicodeDecodeError):
        return ""


def version_key(release):
    """Orders releases: numbers as numbers, 6.12 behind 6.9, and behind its rc."""
    return [(2, int(part), "") if part.isdigit() else
            (0, 0, "") if part == "rc" else (1, 1, part)
            for part in re.findall(r"\d+|[^\d.+~-]+", release)] + [(1, 0, "")]


def flavour(release):
    """What follows the version: rt-amd64 of 6.12.5-rt-amd64."""
    found = re.search(r"-(?!rc\d)([a-z].*)$", release)
    return found.group(1) if found else ""


def order_key(release):
    """Later ones are preferred: see I(release)."""
    kind = flavour(release)
    return (version_key(release[:len(release) - len(kind)]),
            kind == flavour(read("/proc/sys/kernel/osrelease")),
            -kind.count("-"), kind)


def image_release(path):
    """What a bzImage says uname -r will be; else what its name says."""
    try:
        with open(path, "rb") as image:
            head = image.read(0x8200)
        if head[0x202:0x206] == b"HdrS":
            at = struct.unpack_from("<H", head, 0x20e)[0] + 0x200
            word = head[at:at + 256].split(b"\0")[0].split(b" ")[0]
            if word:
                return word.decode("ascii", "replace")
    except (IOError, OSError, struct.error):
        pass
    return os.path.basename(path).partition("-")[2]


def describe(path):
    """A kernel, and the initrd that bears its version."""
    name = os.path.basename(path).partition("-")[2]
    folder = os.path.dirname(path)
    initrds = [os.path.join(folder, "initrd.img-" + name),
               os.path.join(folder, "initramfs-" + name + ".img")]
    found = [initrd for initrd in initrds if os.path.exists(ROOT + initrd)]
    return {"release": image_release(ROOT + path), "kernel": path,
            "initrd": found[0] if found else None}


def installed():
    kernels = [describe(path[len(ROOT):])
               for path in glob.glob(ROOT + "/boot/vmlinuz-*")
               if os.path.isfile(path) and "rescue" not in path]
    return sorted(kernels, key=lambda kernel: order_key(kernel["release"]))


def changed_at(path):
    """When a file came to be what it is; a package sets mtime back."""
    try:
        found = os.stat(ROOT + path)
        return int(max(found.st_mtime, found.st_ctime))
    except OSError:
        return None


def running():
    uptime = read("/proc/uptime").split()
    return {"release": read("/proc/sys/kernel/osrelease"),
            "cmdline": read("/proc/cmdline"),
            "boot_id": read("/proc/sys/kernel/random/boot_id"),
            "uptime": float(uptime[0]) if uptime else None}


class Kpark(object):
    """The command on this host, and what the module is to make of it."""

    def __init__(self, module):
        self.module = module
        self.path = module.get_bin_path(
            "kpark", True, ["/usr/local/sbin", "/usr/sbin", "/sbin"])

    def run(self, *arguments):
        return self.module.run_command([self.path] + list(arguments))

    def fail(self, what, error):
        lines = [line for line in error.splitlines() if line.strip()]
        self.module.fail_json(msg=lines[-1] if lines else what)

    def status(self):
        """(kpark status --json, whether this boot is degraded)"""
        code, out, error = self.run("status", "--json")
        if code not in (0, EXIT_DEGRADED):
            self.fail("kpark status: exit code %d" % code, error)
        try:
            return json.loads(out), code == EXIT_DEGRADED
        except ValueError:
            self.module.fail_json(msg="kpark status --json: not JSON")

    def wanted(self, kernels):
        """The kernel that the task names, or None."""
        path = self.module.params["kernel"]
        release = self.module.params["release"]
        if path:
            return describe(path)
        if release == "newest":
            return kernels[-1] if kernels else None
        for kernel in kernels:
            if kernel["release"] == release:
                return kernel
        return None

    def initrd(self, wanted):
        initrd = self.module.params["initrd"]
        if initrd == "default":
            return wanted["initrd"]
        return None if initrd == "none" else initrd

    def load_arguments(self, wanted):
        params = self.module.params
        arguments = []
        if params["command_line"] is None:
            arguments.append("--reuse-cmdline")
        words = [params["command_line"] or "", params["append"]]
        if any(words):
            arguments.append("--append=" + " ".join(w for w in words if w))
        initrd = self.initrd(wanted)
        if initrd:
            arguments.append("--initrd=" + initrd)
        if params["mailbox"] != "auto":
            arguments.append("--mailbox=" + params["mailbox"])
        if params["require_park"]:
            arguments.append("--require-park")
        if params["watchdog"]:
            arguments.append("--watchdog")
        return arguments + [wanted["kernel"]]

    def note(self, arguments, wanted, status):
        """What was asked for, of which files, and what kpark made of it."""
        initrd = self.initrd(wanted)
        return {"arguments": arguments, "next": status.get("next"),
                "kernel_changed": changed_at(wanted["kernel"]),
                "initrd_changed": changed_at(initrd) if initrd else None}

    def is_loaded(self, status, arguments, wanted):
        if not status.get("loaded") or not status.get("next"):
            return False
        try:
            noted = json.loads(read(NOTE))
        except ValueError:
            return False
        return noted == self.note(arguments, wanted, status)

    def keep(self, note):
        path = ROOT + NOTE
        try:
            with open(path + ".new", "w") as file:
                json.dump(note, file)
            os.rename(path + ".new", path)
        except (IOError, OSError) as error:
            # only the next run pays: it loads again
            self.module.warn("%s: %s" % (NOTE, error.strerror))


def shown(status):
    """What is loaded, for a diff."""
    if not status.get("loaded"):
        return {"loaded": False}
    found = {"loaded": True}
    for key in ("kernel", "release", "cmdline"):
        found[key] = (status.get("next") or {}).get(key)
    return found


def load(kpark, wanted, result):
    module = kpark.module
    if wanted is None:
        module.fail_json(msg="no kernel %s in /boot (found %s)" % (
            module.params["release"],
            ", ".join(k["release"] for k in result["installed"]) or "none"))
    arguments = kpark.load_arguments(wanted)
    before = result["status"]
    if kpark.is_loaded(before, arguments, wanted):
        return
    if module.check_mode:
        code, out, error = kpark.run("load", "--dry-run", *arguments)
        if code:
            kpark.fail("kpark load --dry-run: exit code %d" % code, error)
        found = re.search(r"^command: (.*)$", out, re.MULTILINE)
        after = {"loaded": True, "kernel": wanted["kernel"],
                 "release": wanted["release"],
                 "cmdline": found.group(1) if found else None}
    else:
        code, out, error = kpark.run("load", *arguments)
        if code:
            kpark.fail("kpark load: exit code %d" % code, error)
        result["status"], result["degraded"] = kpark.status()
        kpark.keep(kpark.note(arguments, wanted, result["status"]))
        after = shown(result["status"])
    result["messages"] = error.splitlines()
    result.update(changed=True, diff={"before": shown(before), "after": after})


def unload(kpark, result):
    before = result["status"]
    if before.get("loaded") is False:
        return
    if not kpark.module.check_mode:
        code, out, error = kpark.run("unload")
        if code:
            kpark.fail("kpark unload: exit code %d" % code, error)
        result["status"], result["degraded"] = kpark.status()
    result.update(changed=True, diff={"before": shown(before),
                                      "after": {"loaded": False}})


def main():
    module = AnsibleModule(
        argument_spec=dict(
            state=dict(choices=["loaded", "unloaded", "status"],
                       default="status"),
            release=dict(default="newest"),
            kernel=dict(type="path"),
            initrd=dict(default="default"),
            command_line=dict(),
            append=dict(default=""),
            mailbox=dict(choices=["auto", "always", "never"], default="auto"),
            require_park=dict(type="bool", default=False),
            watchdog=dict(type="bool", default=False)),
        supports_check_mode=True)
    kpark = Kpark(module)
    status, degraded = kpark.status()
    kernels = installed()
    wanted = kpark.wanted(kernels)
    result = {"changed": False, "status": status, "degraded": degraded,
              "running": running(), "installed": kernels, "wanted": wanted}
    if module.params["state"] == "loaded":
        load(kpark, wanted, result)
    elif module.params["state"] == "unloaded":
        unload(kpark, result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
