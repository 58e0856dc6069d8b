#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""unit.py - the modules against a fake kpark, the roll's report, the watch
from outside, the window, and kured's two commands in a fake root; no guest, no
ssh. What needs Ansible is skipped, and says so, where there is none."""
import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
COLLECTION = os.path.join(TOP, "tools/fleet/ansible_collections/kpark/fleet")
FILES = os.path.join(COLLECTION, "roles/reboot/files")
PYTHON = "/usr/bin/python3"      # the one that has Ansible
NO_ANSIBLE = shutil.which("ansible-playbook") is None or subprocess.call(
    [PYTHON, "-c", "import ansible"], stderr=subprocess.DEVNULL) != 0
needs_ansible = unittest.skipIf(NO_ANSIBLE, "no Ansible: tools/deps fleet")

# What it was called with goes to calls; what is loaded stands in next.
FAKE_KPARK = r'''#!/usr/bin/python3
import json, os, sys
root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
args = sys.argv[1:]
loaded = root + "/next"
open(root + "/calls", "a").write(" ".join(args) + "\n")
if args[0] in ("load", "check"):
    if "--command-line=refuse" in args or "--append=refuse" in args:
        sys.exit("kpark: load: no")
    if "--dry-run" in args:
        print("command: what kpark would make of it")
    elif args[0] == "load":
        json.dump({"kernel": args[-1], "release": "r", "time": 1,
                   "cmdline": " ".join(args)}, open(loaded, "w"))
elif args[0] == "unload":
    os.unlink(loaded)
else:
    there = os.path.exists(loaded)
    bad = os.path.exists(root + "/degraded")
    print(json.dumps({"version": 1, "loaded": there,
                      "next": json.load(open(loaded)) if there else None,
                      "boot": {"by": "kpark", "degraded": bad}}))
    sys.exit(8 if bad else 0)
'''

# A module as Ansible runs it, in a root of the test's own.
RUNNER = """
import json, sys
sys.path.insert(0, sys.argv[1])
import ansible.module_utils.basic as basic
basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": json.loads(sys.argv[4])
                                  }).encode()
module = __import__(sys.argv[2])
module.ROOT = sys.argv[3]
module.main()
"""


def bzimage(release):
    """The beginning of one, with the release where the setup header says."""
    image = bytearray(4096)
    image[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", image, 0x20e, 0x800)
    text = release.encode() + b" (builder) #1\0"
    image[0xa00:0xa00 + len(text)] = text
    return bytes(image)


class Root(unittest.TestCase):
    """A root directory with kernels, a /proc and a fake kpark."""

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="kpark-unit-")
        self.addCleanup(shutil.rmtree, self.root)
        for folder in ("boot", "bin", "proc/sys/kernel/random",
                       "var/lib/kpark", "etc"):
            os.makedirs(os.path.join(self.root, folder))
        self.kernel("6.1.0-9-amd64")
        self.kernel("6.12.5-amd64")
        self.write("proc/sys/kernel/osrelease", "6.1.0-9-amd64\n")
        self.write("proc/sys/kernel/random/boot_id", "one\n")
        self.write("proc/cmdline", "root=/dev/vda\n")
        self.write("proc/uptime", "12.50 20.00\n")
        self.write("bin/kpark", FAKE_KPARK)
        os.chmod(self.path("bin/kpark"), 0o755)

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def kernel(self, release):
        with open(self.path("boot/vmlinuz-" + release), "wb") as file:
            file.write(bzimage(release))
        self.write("boot/initrd.img-" + release, "initrd")

    def module(self, name, **arguments):
        done = subprocess.run(
            [PYTHON, "-c", RUNNER, COLLECTION + "/plugins/modules",
             name, self.root, json.dumps(arguments)], text=True, timeout=120,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            env={**os.environ, "PATH": self.path("bin") + ":/usr/bin:/bin"})
        self.assertTrue(done.stdout, done.stderr)
        return json.loads(done.stdout)

    def calls(self, word):
        try:
            with open(self.path("calls"), encoding="utf-8") as file:
                return [call.split() for call in file
                        if call.startswith(word)]
        except FileNotFoundError:
            return []


@needs_ansible
class Kpark(Root):
    """The module kpark."""

    def kpark(self, **arguments):
        return self.module("kpark", **arguments)

    def test_newest_is_by_version(self):
        self.kernel("6.9.7-amd64")              # the last one by letters
        self.kernel("6.12~rc5-amd64")
        found = self.kpark()
        self.assertFalse(found["changed"])
        self.assertEqual(found["wanted"]["release"], "6.12.5-amd64")
        self.assertEqual([k["release"] for k in found["installed"]],
                         ["6.1.0-9-amd64", "6.9.7-amd64",
                          "6.12~rc5-amd64", "6.12.5-amd64"])
        self.assertEqual(found["running"]["boot_id"], "one")
        self.assertEqual(self.calls("load"), [])

    def test_newest_of_the_running_flavour(self):
        for release in ("6.12.5-cloud-amd64", "6.12.5-rt-amd64",
                        "6.12.4-amd64", "6.12.5-rc9-amd64"):
            self.kernel(release)
        for running, newest in (
                ("6.1.0-9-amd64", "6.12.5-amd64"),
                ("6.1.0-9-cloud-amd64", "6.12.5-cloud-amd64"),
                ("6.1.0-9-rt-amd64", "6.12.5-rt-amd64"),
                ("6.1.0", "6.12.5-amd64")):
            self.write("proc/sys/kernel/osrelease", running + "\n")
            with self.subTest(running):
                self.assertEqual(self.kpark()["wanted"]["release"], newest)

    def test_load_once(self):
        self.assertTrue(self.kpark(state="loaded")["changed"])
        self.assertEqual(self.calls("load"), [[
            "load", "--reuse-cmdline",
            "--initrd=/boot/initrd.img-6.12.5-amd64",
            "/boot/vmlinuz-6.12.5-amd64"]])
        found = self.kpark(state="loaded")
        self.assertFalse(found["changed"])
        self.assertEqual(len(self.calls("load")), 1)

    def test_other_settings_load_again(self):
        self.kpark(state="loaded")
        for other in ({"release": "6.1.0-9-amd64"}, {"append": "quiet"},
                      {"mailbox": "never"}, {"watchdog": True},
                      {"initrd": "none"}, {"command_line": "root=x"}):
            with self.subTest(other):
                self.assertTrue(self.kpark(state="loaded", **other)["changed"])
                self.assertFalse(self.kpark(state="loaded",
                                            **other)["changed"])

    def test_new_file_loads_again(self):
        self.kpark(state="loaded")
        later = time.time() + 100
        os.utime(self.path("boot/initrd.img-6.12.5-amd64"), (later, later))
        self.assertTrue(self.kpark(state="loaded")["changed"])

    def test_loaded_by_another(self):
        self.kpark(state="loaded")
        subprocess.run([self.path("bin/kpark"), "load", "/boot/other"],
                       check=True)
        self.assertTrue(self.kpark(state="loaded")["changed"])

    def test_check_mode_changes_nothing(self):
        found = self.kpark(state="loaded", watchdog=True, append="quiet",
                           _ansible_check_mode=True, _ansible_diff=True)
        self.assertTrue(found["changed"])
        self.assertEqual(found["diff"]["after"]["cmdline"],
                         "what kpark would make of it")
        self.assertEqual([call[1] for call in self.calls("load")],
                         ["--dry-run"])
        self.assertIn("--watchdog", self.calls("load")[0])
        self.assertFalse(self.kpark()["status"]["loaded"])
        self.kpark(state="loaded")
        self.assertTrue(self.kpark(state="unloaded",
                                   _ansible_check_mode=True)["changed"])
        self.assertTrue(self.kpark()["status"]["loaded"])

    def test_unload_once(self):
        self.assertFalse(self.kpark(state="unloaded")["changed"])
        self.kpark(state="loaded")
        found = self.kpark(state="unloaded")
        self.assertTrue(found["changed"])
        self.assertEqual(found["diff"]["after"], {"loaded": False})
        self.assertFalse(self.kpark(state="unloaded")["changed"])

    def test_errors_are_kparks(self):
        found = self.kpark(state="loaded", append="refuse")
        self.assertTrue(found["failed"])
        self.assertEqual(found["msg"], "kpark: load: no")
        found = self.kpark(state="loaded", append="refuse",
                           _ansible_check_mode=True)
        self.assertEqual(found["msg"], "kpark: load: no")
        found = self.kpark(state="loaded", release="5.10")
        self.assertIn("no kernel 5.10 in /boot (found 6.1.0-9-amd64",
                      found["msg"])

    def test_degraded(self):
        self.assertFalse(self.kpark()["degraded"])
        self.write("degraded", "")
        self.assertTrue(self.kpark()["degraded"])


@needs_ansible
class Lock(Root):
    """The module kpark_lock."""

    def lock(self, owner, **arguments):
        return self.module("kpark_lock", owner=owner,
                           path=self.path("var/lib/kpark/fleet.lock"),
                           **arguments)

    def test_one_holder(self):
        self.assertTrue(self.lock("one")["changed"])
        self.assertTrue(self.lock("one")["changed"])    # anew
        found = self.lock("two")
        self.assertTrue(found["failed"])
        self.assertIn("held by one for another", found["msg"])
        self.assertFalse(self.lock("two", state="released")["changed"])
        self.assertTrue(self.lock("one", state="released")["changed"])
        self.assertFalse(self.lock("one", state="released")["changed"])
        self.assertIsNone(self.lock("two")["taken_over"])

    def test_expiry(self):
        self.lock("one", seconds=-1)
        self.assertEqual(self.lock("two")["taken_over"], "one")
        self.assertTrue(self.lock("one")["failed"])

    def test_damaged(self):
        self.write("var/lib/kpark/fleet.lock", "{")
        self.assertIn("damaged", self.lock("one")["msg"])

    def test_check_mode(self):
        self.assertTrue(self.lock("one", _ansible_check_mode=True)["changed"])
        self.assertFalse(os.path.exists(self.path("var/lib/kpark/fleet.lock")))

    def test_folder(self):
        # kpark's own, where kpark was not yet: nobody else's to read
        folder = self.path("var/lib/kpark")
        os.rmdir(folder)
        self.assertTrue(self.lock("one", _ansible_check_mode=True)["changed"])
        self.assertFalse(os.path.exists(folder))
        self.assertTrue(self.lock("one")["changed"])
        self.assertEqual(os.stat(folder).st_mode & 0o777, 0o700)


class Window(unittest.TestCase):
    """The filter that says why not."""

    def setUp(self):
        sys.path.insert(0, COLLECTION + "/plugins/filter")
        self.addCleanup(sys.path.remove, COLLECTION + "/plugins/filter")
        self.window = __import__("window").window

    def test_table(self):
        night, day = "22:00-05:00", "09:00-17:00"
        for now, hours, days, inside in (
                ("1 12:00", "", [], True),
                ("1 12:00", "", [1], True), ("2 12:00", "", [1], False),
                ("1 12:00", "", ["1"], True), ("1 12:00", "", "1,3", True),
                ("3 12:00", "", "[1, 3]", True), ("2 12:00", "", "1,3", False),
                ("1 09:00", day, [], True), ("1 08:59", day, [], False),
                ("1 16:59", day, [], True), ("1 17:00", day, [], False),
                ("5 22:00", night, [5], True), ("6 02:00", night, [5], True),
                ("6 22:00", night, [5], False), ("5 02:00", night, [5], False),
                ("6 05:00", night, [5], False), ("5 21:59", night, [], False),
                ("1 02:00", night, [7], True), ("7 02:00", night, [7], False),
                ("1 00:00", "00:00-00:00", [], True)):
            with self.subTest(f"{now} in {hours} on {days}"):
                why = self.window(now, hours, days)
                self.assertEqual(why == "", inside, why)
                if why:
                    self.assertIn("outside the maintenance window", why)

    def test_what_is_none(self):
        # each would be compared as text, and permit what nobody asked for
        for hours in ("9:00-17:00", "09:00", "22-05", "25:00-26:00",
                      "09:00 - 17:00", "09:00 to 17:00"):
            with self.subTest(hours):
                self.assertIn("not a maintenance window",
                              self.window("1 03:00", hours, []))
        for days in ([0], [8], "Monday", [1, "x"]):
            with self.subTest(days):
                self.assertIn("not days", self.window("1 03:00", "", days))
        self.assertIn("what time", self.window("", "", []))


class Report(Root):
    """roll_report.py, over records as the role writes them."""

    def report(self):
        subprocess.run([PYTHON, FILES + "/roll_report.py", self.root],
                       check=True, timeout=120)
        with open(self.path("roll.html"), encoding="utf-8") as page:
            html = page.read()
        with open(self.path("roll.json"), encoding="utf-8") as file:
            return json.load(file), html

    def test_roll(self):
        os.mkdir(self.path("hosts"))
        self.write("plan.json", json.dumps(
            {"id": "<r>", "started": "1.5", "hosts": ["a", "b", "c", "d"]}))
        self.write("hosts/a.json", json.dumps(
            {"verdict": "ok", "before": {"release": "6.1"},
             "after": {"release": "6.12"}, "degraded": False,
             "status": {"cpus_online": 2, "cpus_present": 2,
                        "boot": {"by": "kpark"}},
             "outage": {"answers": 9, "outage": 4.25, "gaps": [
                 {"from": 1, "to": 5.25, "seconds": 4.25}]},
             "report": {"stages": [
                 {"key": "x", "name": "<shutdown>", "ns": 2500000},
                 {"key": "y", "name": "not known", "ns": None}]}}))
        self.write("hosts/b.json", json.dumps(
            {"verdict": "lost", "why": "it <hangs>", "before": "",
             "after": "", "status": "", "degraded": "", "report": "",
             "outage": {"answers": 1, "outage": None, "gaps": [
                 {"from": 1, "to": None, "seconds": 77.0}]}}))
        self.write("hosts/c.json", "{")         # cut off
        roll, page = self.report()
        hosts = {h["host"]: h for h in roll["hosts"]}
        self.assertEqual({n: h["verdict"] for n, h in hosts.items()},
                         {"a": "ok", "b": "lost", "c": "untouched",
                          "d": "untouched"})
        self.assertFalse(roll["ok"])
        self.assertEqual(roll["counts"], {"ok": 1, "lost": 1, "untouched": 2})
        self.assertEqual(hosts["a"]["stages"], [
            {"key": "x", "name": "<shutdown>", "ms": 2.5}])
        self.assertEqual(hosts["a"]["outage_seconds"], 4.25)
        self.assertIsNone(hosts["b"]["degraded"])
        for text in ("4.2 s", "&lt;shutdown&gt;", "it &lt;hangs&gt;",
                     "still out after 77.0 s", "prefers-color-scheme: dark"):
            self.assertIn(text, page)
        for text in ("<r>", "it <hangs>", "<shutdown>", "http", "None"):
            self.assertNotIn(text, page)


@needs_ansible
class Record(Root):
    """record.yml by Ansible itself, with what the role has by then."""

    def record(self, **facts):
        os.makedirs(self.path("hosts"), exist_ok=True)
        self.write("plan.json", json.dumps({"id": "r", "hosts": ["h"]}))
        self.write("play.yml", json.dumps([{
            "hosts": "all", "gather_facts": False, "tasks": [
                {"ansible.builtin.set_fact": {
                    "kpark_roll": {"id": "r", "dir": self.root},
                    "kpark_verdict": "ok", "kpark_why": 'a "b": {c}',
                    "kpark_phase": "jumped", "kpark_seen": {},
                    "kpark_report": {}, "kpark_after": {}, **facts}},
                {"ansible.builtin.include_role": {
                    "name": "kpark.fleet.reboot", "tasks_from": "record"}},
            ]}]))
        done = subprocess.run(
            ["ansible-playbook", "-i", "h,", self.path("play.yml")], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
            check=False, env={**os.environ, "ANSIBLE_COLLECTIONS_PATH":
                              TOP + "/tools/fleet"})
        self.assertEqual(done.returncode, 0, done.stdout)
        with open(self.path("roll.json"), encoding="utf-8") as file:
            return json.load(file)["hosts"][0]

    def test_all_that_is_known(self):
        seen = json.dumps({"answers": 3, "gaps": [], "outage": 4.5})
        stage = {"key": "k", "name": "n", "ns": 1000000, "why_not": None}
        host = self.record(
            kpark_seen={"content": base64.b64encode(seen.encode()).decode()},
            kpark_report={"stdout": json.dumps({"stages": [stage],
                                                "whole": True}, indent=2)},
            kpark_after={"running": {"release": "6.12"}, "degraded": False,
                         "status": {"cpus_online": 2,
                                    "boot": {"by": "kpark"}}},
            kpark_previous={"release": "6.1"})
        self.assertEqual(host["stages"],
                         [{"key": "k", "name": "n", "ms": 1.0}])
        self.assertEqual([host[k] for k in (
            "verdict", "why", "outage_seconds", "kernel_before",
            "kernel_after", "booted_by", "cpus_online", "degraded")],
            ["ok", 'a "b": {c}', 4.5, "6.1", "6.12", "kpark", 2, False])

    def test_nothing_known(self):
        host = self.record(kpark_report={"stdout": "", "rc": 2})
        self.assertEqual([host[k] for k in (
            "stages", "outage_seconds", "kernel_after", "degraded")],
            [[], None, None, None])


class Outage(Root):
    """outage.py, against an sshd of the test's own."""

    def serve(self, port, seconds, greeting=b"SSH-2.0-x\r\n"):
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.1", port))
            s.listen()
            s.settimeout(0.05)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                try:
                    client, _ = s.accept()
                except OSError:
                    continue
                with client:
                    client.sendall(greeting)

    def watch(self, serve, seconds=None):
        """Until the server has gone; or so long, while it is there still."""
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        path = self.path("seen")
        self.write("seen.stop", "")             # of an earlier run
        server = threading.Thread(target=serve, args=(port,))
        server.start()
        with subprocess.Popen([PYTHON, FILES + "/outage.py",
                               "127.0.0.1", str(port), path, "300"]) as watch:
            server.join(seconds)
            self.assertIsNone(watch.poll())
            self.write("seen.stop", "")
            self.assertEqual(watch.wait(120), 0)
            server.join()
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def test_gap(self):
        def serve(port):
            self.serve(port, 1.5)
            time.sleep(1.5)
            self.serve(port, 4)
        found = self.watch(serve, 5)
        self.assertEqual(len(found["gaps"]), 1, found)
        self.assertTrue(1.2 < found["outage"] < 10, found)

    def test_never_back(self):
        found = self.watch(lambda port: (self.serve(port, 1.5),
                                         time.sleep(1)))
        self.assertIsNone(found["outage"])
        self.assertIsNone(found["gaps"][-1]["to"])

    def test_a_connection_is_no_answer(self):
        found = self.watch(lambda port: self.serve(port, 1, b"no"))
        self.assertEqual(found, {"answers": 0, "gaps": [], "outage": None})


class Kured(Root):
    """kpark-reboot-needed and kpark-reboot, installed in a fake root."""

    def setUp(self):
        super().setUp()
        os.makedirs(self.path("usr/lib/kpark"))
        for name in ("kpark-reboot-needed", "kpark-reboot"):
            shutil.copy(f"{TOP}/tools/fleet/{name}", self.path("usr/lib/kpark"))
        for name in ("load-default", "bls-default"):
            shutil.copy(f"{TOP}/tools/systemd/{name}",
                        self.path("usr/lib/kpark"))
        self.write("bin/systemctl", '#!/bin/sh\necho "$@" >>'
                   f'{self.path("jumped")}\n')
        os.chmod(self.path("bin/systemctl"), 0o755)
        self.default("6.12.5-amd64")

    def default(self, release):
        link = self.path("vmlinuz")
        if os.path.islink(link):
            os.unlink(link)
        os.symlink("boot/vmlinuz-" + release, link)

    def command(self, name):
        return subprocess.run(
            [self.path("usr/lib/kpark/" + name), "--root=" + self.root],
            timeout=120, text=True,
            stderr=subprocess.PIPE, stdout=subprocess.PIPE, check=False,
            env={**os.environ, "PATH": self.path("bin") + ":/usr/bin:/bin"})

    def needed(self):
        return self.command("kpark-reboot-needed").returncode

    def test_newer(self):
        self.assertEqual(self.needed(), 0)

    def test_running_already(self):
        self.write("proc/sys/kernel/osrelease", "6.12.5-amd64\n")
        self.assertEqual(self.needed(), 1)

    def test_newest_is_not_the_default(self):
        # kured would reboot for ever
        self.default("6.1.0-9-amd64")
        self.assertEqual(self.needed(), 1)

    def test_older(self):
        self.write("proc/sys/kernel/osrelease", "6.13.0-amd64\n")
        self.assertEqual(self.needed(), 1)

    def test_release_out_of_the_image(self):
        # its name says nothing; 6.9 is older than 6.12, and not by letters
        os.rename(self.path("boot/vmlinuz-6.12.5-amd64"),
                  self.path("boot/linux"))
        self.write("etc/kpark.conf", f"KERNEL={self.path('boot/linux')}\n")
        self.write("proc/sys/kernel/osrelease", "6.9.0-amd64\n")
        self.assertEqual(self.needed(), 0)
        self.write("proc/sys/kernel/osrelease", "6.12.5-amd64\n")
        self.assertEqual(self.needed(), 1)

    def test_no_kernel(self):
        os.unlink(self.path("vmlinuz"))
        done = self.command("kpark-reboot-needed")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no default kernel", done.stderr)

    def test_reboot(self):
        self.assertEqual(self.command("kpark-reboot").returncode, 0)
        self.assertEqual(self.calls("load"), [[
            "load", "--reuse-cmdline",
            f"--initrd={self.path('boot/initrd.img-6.12.5-amd64')}",
            self.path("boot/vmlinuz-6.12.5-amd64")]])
        with open(self.path("jumped"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "kexec\n")

    def test_no_jump_without_a_kernel(self):
        self.write("etc/kpark.conf", "CMDLINE=refuse\n")
        self.assertEqual(self.command("kpark-reboot").returncode, 1)
        self.assertFalse(os.path.exists(self.path("jumped")))


if __name__ == "__main__":
    unittest.main()
