#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""role.py - whole rolls by Ansible over made-up hosts: an ssh that runs what it
is given here, in a mount namespace with a boot_id, a /boot and a kpark of the
host's own. What a jump comes to stands on the command line that was loaded.

tests/fleet/role.py [--list] [NAME...]      as root
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
OLD, NEW = "6.1.0-9-amd64", "6.12.5-amd64"
HOLD = "systemd.mask=kpark-commit.service"

# ssh [OPTION]... HOST COMMAND; off: until when the host cannot be reached.
SSH = r'''#!/usr/bin/python3
import os, sys, time
top = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
if "-O" in sys.argv:
    sys.exit(0)
host, command = sys.argv[-2:]
root = top + "/" + host
open(root + "/ssh", "a").write(" ".join(sys.argv[1:-1]) + "\n")
if os.path.exists(root + "/off"):
    until = float(open(root + "/off").read() or "inf")
    if until > time.time():
        sys.exit(sys.stderr.write("ssh: no route to host\n") and 255)
    os.unlink(root + "/off")
os.environ.update(HOST_ROOT=root, PATH=top + "/bin:" + os.environ["PATH"])
binds = "".join("mount --bind %s%s %s; " % (root, at, at) for at in (
    "/boot", "/var/lib", "/proc/cmdline", "/proc/uptime",
    "/proc/sys/kernel/osrelease", "/proc/sys/kernel/random/boot_id"))
# Ansible looks for some by itself, and the role names systemctl's path.
binds += "mount --bind %s/bin /usr/local/sbin; " % top + "".join(
    "[ ! -e %s ] || mount --bind %s/bin/%s %s; " % (
        at, top, os.path.basename(at), at)
    for at in ("/bin/systemctl", "/usr/bin/systemd-run"))
os.execvp("unshare", ["unshare", "-m", "--propagation", "private", "sh", "-ec",
                      binds + "exec sh -c \"$1\"", "sh", command])
'''

# kpark, and systemctl, systemd-run and sudo by their names.
COMMANDS = r'''#!/usr/bin/python3
import json, os, sys, time, uuid
root = os.environ["HOST_ROOT"]
name, args = os.path.basename(sys.argv[0]), sys.argv[1:]
OLD, NEW = "6.1.0-9-amd64", "6.12.5-amd64"

def put(path, text):
    open(root + path, "w").write(text + "\n")

def boot(release, cmdline, by):
    put("/proc/sys/kernel/random/boot_id", str(uuid.uuid4()))
    put("/proc/sys/kernel/osrelease", release)
    put("/proc/cmdline", cmdline)
    put("/proc/uptime", "0.01 0.01")
    state.update(by=by, next=None, hop=0)
    state["online"] = 1 if "maxcpus=1" in cmdline else state["usual"]

def jump(seconds=0):
    next = state["next"]
    if not next:
        sys.exit("no kernel is loaded")
    words = next["cmdline"].split()
    state["trial"] = "on" if seconds else None
    if "dies" in words:             # until firmware has brought the old one
        put("/off", str(time.time() + seconds / 10))
        boot(OLD, "root=/dev/vda", "other")
        state["trial"] = "failed" if seconds else None
    else:
        boot(next["release"], next["cmdline"], "kpark")
    if "hangs" in words:
        put("/off", "inf")

state = json.load(open(root + "/state"))
code = 0
open(root + "/calls", "a").write(" ".join([name] + args) + "\n")
if name == "sudo":
    os.execvp("sh", ["sh", "-c", args[-1]])
if name == "systemd-run":
    name, args = "kpark", args[args.index("kpark") + 1:]
if name == "systemctl":
    if args == ["kexec"]:
        jump()
    elif args == ["reboot"]:
        boot(NEW, "root=/dev/vda", "other")
elif args[0] == "load" and "--dry-run" not in args:
    line = " ".join(a.partition("=")[2] for a in args if "--append" in a)
    if "--reuse-cmdline" in args:
        line = open(root + "/proc/cmdline").read().strip() + " " + line
    state["next"] = {"kernel": args[-1], "cmdline": line, "time": time.time(),
                     "release": args[-1].partition("-")[2]}
elif args[0] == "unload":
    state["next"] = None
elif args[0] == "commit":
    state["trial"] = None
elif args[0] == "exec":
    seconds = [int(a.partition("=")[2]) for a in args if "--watchdog=" in a]
    jump(*seconds)
elif args[0] == "status":
    bad = state["trial"] == "failed" or state["online"] < state["usual"]
    print(json.dumps({
        "version": 1, "loaded": bool(state["next"]), "next": state["next"],
        "cpus_online": state["online"], "cpus_present": state["present"],
        "on_trial": state["trial"] == "on",
        "trial_failed": state["trial"] == "failed",
        "trial": "it was reset" if state["trial"] == "failed" else None,
        "boot": {"by": state["by"], "why_not": None}}))
    code = 8 if bad else 0
json.dump(state, open(root + "/state", "w"))
sys.exit(code)
'''

# Since ansible-core 2.19 a condition that is no boolean is an error: here, too.
STRICT = '''#!/usr/bin/python3
import ansible.cli.playbook
import ansible.playbook.conditional as c
old = c.Conditional._check_conditional

def check(self, conditional, templar, all_vars):
    if isinstance(conditional, str) and conditional:
        found = templar.template("{{ (%s) is boolean }}" % conditional,
                                 fail_on_undefined=False)
        if str(found) != "True":
            raise c.AnsibleError("not a boolean: " + conditional)
    return old(self, conditional, templar, all_vars)
c.Conditional._check_conditional = check
ansible.cli.playbook.main()
'''


class Role(unittest.TestCase):
    """Three hosts, and a controller."""

    def setUp(self):
        self.top = tempfile.mkdtemp(prefix="kpark-role-")
        self.addCleanup(shutil.rmtree, self.top)
        self.write("bin/ssh", SSH)
        self.write("bin/ansible-playbook", STRICT)
        self.write("bin/kpark", COMMANDS)
        for name in ("systemctl", "systemd-run", "sudo"):
            shutil.copy(self.path("bin/kpark"), self.path("bin/" + name))
        for name in os.listdir(self.path("bin")):
            os.chmod(self.path("bin/" + name), 0o755)
        for name in "abc":
            self.host(name)

    def path(self, name):
        return os.path.join(self.top, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        if not os.path.exists(self.path(name)):
            return ""
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def host(self, name, **state):
        for release in (OLD, NEW):
            self.write(f"{name}/boot/vmlinuz-{release}", "kernel")
        os.makedirs(self.path(name + "/var/lib"), exist_ok=True)
        self.write(name + "/proc/sys/kernel/random/boot_id", f"first-{name}\n")
        self.write(name + "/proc/sys/kernel/osrelease", OLD + "\n")
        self.write(name + "/proc/cmdline", "root=/dev/vda\n")
        self.write(name + "/proc/uptime", "9999999.0 1.0\n")
        self.write(name + "/state", json.dumps(
            {"by": "other", "next": None, "trial": None, "online": 2,
             "usual": 2, "present": 2, **state}))

    def lock(self, name, owner):
        self.write(name + "/var/lib/kpark/fleet.lock", json.dumps(
            {"owner": owner, "expires": int(time.time()) + 9999}))

    def roll(self, code, *flags, hosts="abc", user="root", words=(),
             play="kpark.fleet.roll", **settings):
        """Its report by host; -e NAME=WORD for what is in words."""
        settings = {"kpark_reboot_timeout": 20, "kpark_poll_host": "127.0.0.1",
                    "kpark_rolls": self.path("rolls"), "kpark_roll_id": "r",
                    "ansible_python_interpreter": "/usr/bin/python3",
                    "ansible_ssh_executable": self.path("bin/ssh"),
                    "ansible_remote_tmp": self.path("tmp"),
                    "ansible_pipelining": True, **settings}
        hooks = {f"kpark_{hook}_command": f"echo {hook} >>$HOST_ROOT/hooks"
                 for hook in ("drain", "undrain")}
        done = subprocess.run(
            [self.path("bin/ansible-playbook"), "-i", ",".join(hosts) + ",", play, "-u", user,
             "-e", json.dumps({**hooks, **settings}), *flags,
             *(w for word in words for w in ("-e", word))], text=True,
            cwd=self.top, stdin=subprocess.DEVNULL, check=False, timeout=1500,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_CONFIG": "/",
                 "ANSIBLE_COLLECTIONS_PATH": TOP + "/tools/fleet"})
        self.assertEqual(done.returncode, code, done.stdout)
        self.said = done.stdout
        try:
            return {h["host"]: h for h in
                    json.loads(self.read("rolls/r/roll.json"))["hosts"]}
        except ValueError:
            return {}

    def verdicts(self, found, *verdicts):
        self.assertEqual([h["verdict"] for h in found.values()],
                         list(verdicts), self.said)

    def calls(self, name, *without):
        """What was called there, but for questions."""
        return [call for call in self.read(name + "/calls").splitlines()
                if not call.startswith(("kpark status", "kpark report"))
                and not call.startswith(without or ("sudo",))]

    def runs(self, name):
        return self.read(name + "/proc/sys/kernel/osrelease").strip()

    def hooks(self, name):
        return self.read(name + "/hooks").split()

    def test_one_after_the_other(self):
        """Another user than root, its ssh told to ask, and words for truth."""
        found = self.roll(0, user="nobody", kpark_batches=[1, 2],
                          kpark_window_days="1,2,3,4,5,6,7", words=[
                              "kpark_firmware=false", "kpark_services=false",
                              "kpark_rollback=false", "kpark_watchdog_seconds=0",
                              "kpark_allow_degraded=false"])
        self.verdicts(found, "ok", "ok", "ok")
        for name in "abc":
            self.assertEqual(self.calls(name), [
                f"kpark load --reuse-cmdline /boot/vmlinuz-{NEW}",
                "systemd-run --collect --on-active=2 kpark exec"])
            self.assertEqual(self.runs(name), NEW)
            self.assertEqual(self.hooks(name), ["drain", "undrain"])
            self.assertIn("sudo", self.read(name + "/calls"))
            self.assertFalse(glob.glob(self.path(name + "/var/lib/*/*.lock")))
            for line in self.read(name + "/ssh").splitlines():
                self.assertIn("-o ServerAliveInterval=", line)
        # and once more: nobody is rebooted, nothing of the record is lost
        before = found
        found = self.roll(0, kpark_batches=[3])
        self.verdicts(found, "ok", "ok", "ok")
        self.assertEqual(found["a"], before["a"])
        self.assertEqual(len(self.calls("a")), 2)
        self.assertFalse(glob.glob(self.path("a/var/lib/*/*.lock")))

    def test_words_that_are_false(self):
        """Degraded is not allowed, and there is no way back: it stays."""
        found = self.roll(2, hosts="a", kpark_append="maxcpus=1",
                          kpark_expected_cpus=1, words=[
                              "kpark_allow_degraded=false",
                              "kpark_rollback=false"])
        self.verdicts(found, "unwell")
        self.assertIn("degraded", found["a"]["why"])
        self.assertEqual(self.runs("a"), NEW)

    def test_degraded_is_allowed(self):
        found = self.roll(0, hosts="a", kpark_append="maxcpus=1",
                          kpark_expected_cpus=1, kpark_allow_degraded=True)
        self.verdicts(found, "ok")
        self.assertTrue(found["a"]["degraded"])

    def test_firmware_host_is_not_taken_back_by_kexec(self):
        """Which does not suit it: it stays, for somebody to look at."""
        found = self.roll(2, hosts="a", kpark_firmware=True,
                          kpark_expected_cpus=3)
        self.verdicts(found, "unwell")
        self.assertIn("2 CPUs online, need 3", found["a"]["why"])
        self.assertEqual(self.calls("a", "kpark unload"),
                         ["systemctl reboot"])
        self.assertEqual(self.runs("a"), NEW)

    def test_settings_that_are_none(self):
        for word in ("kpark_firmware=perhaps", "kpark_mailbox=mostly",
                     "kpark_reboot_timeout=soon"):
            with self.subTest(word):
                self.roll(2, hosts="a", words=[word])
                self.assertEqual(self.calls("a"), [])
                self.assertIn("arg spec", self.said)

    def test_cannot_be_reached(self):
        """It ends the roll, though another in its batch is well."""
        self.write("b/off", "inf")
        found = self.roll(2, kpark_batches=[2, 1])
        self.verdicts(found, "ok", "lost", "untouched")
        self.assertIn("cannot be reached", found["b"]["why"])
        self.assertEqual(self.calls("c"), [])

    def test_goes_away_while_it_is_drained(self):
        found = self.roll(2, kpark_batches=[2, 1], kpark_drain_command=(
            "[ {{ inventory_hostname }} = a ] || echo >$HOST_ROOT/off inf"))
        self.verdicts(found, "ok", "lost", "untouched")
        self.assertEqual(self.calls("c"), [])

    def test_does_not_jump(self):
        """Its services are as they were; so it is undrained."""
        found = self.roll(2, kpark_drain_command=(
            "echo drain >>$HOST_ROOT/hooks; kpark unload"))
        self.verdicts(found, "refused", "untouched", "untouched")
        self.assertIn("no kernel is loaded", found["a"]["why"])
        self.assertEqual(self.hooks("a"), ["drain", "undrain"])
        self.assertEqual(self.runs("a"), OLD)
        self.assertFalse(glob.glob(self.path("a/var/lib/*/*.lock")))

    def test_on_trial(self):
        """The health gate commits, and nobody before it."""
        found = self.roll(0, hosts="a", kpark_watchdog_seconds=50,
                          kpark_append="quiet", kpark_health_command=(
                              "grep -q '\"trial\": \"on\"' $HOST_ROOT/state"))
        self.verdicts(found, "ok")
        self.assertEqual(self.calls("a"), [
            f"kpark load --reuse-cmdline --append=quiet {HOLD} --watchdog "
            f"/boot/vmlinuz-{NEW}", "kpark exec --services --watchdog=50",
            "kpark commit"])
        found = self.roll(0, hosts="b", kpark_watchdog_seconds=50,
                          kpark_services=False)
        self.assertIn("systemd-run --collect --on-active=2 kpark exec "
                      "--watchdog=50", self.calls("b"))

    def test_reset_by_its_watchdog(self):
        """Later than a reboot takes: it is waited for, and tells no more."""
        found = self.roll(2, kpark_watchdog_seconds=600, kpark_append="dies",
                          kpark_reboot_timeout=30)
        self.verdicts(found, "fell back", "untouched", "untouched")
        self.assertEqual(self.calls("a")[-1], "kpark commit")
        self.assertEqual(self.hooks("a"), ["drain", "undrain"])
        self.assertIn('"trial": null', self.read("a/state"))
        self.assertEqual(self.runs("a"), OLD)

    def test_falls_back_into_the_same_release(self):
        found = self.roll(2, hosts="a", kpark_append="dies",
                          kpark_kernel_release=OLD)
        self.verdicts(found, "fell back")
        self.assertIn("not started by kpark", found["a"]["why"])
        self.assertEqual(self.hooks("a"), ["drain", "undrain"])

    def test_not_well_on_trial(self):
        """The watchdog does not count on into the previous kernel."""
        found = self.roll(2, kpark_watchdog_seconds=50,
                          kpark_append="maxcpus=1")
        self.verdicts(found, "rolled back", "untouched", "untouched")
        self.assertIn("1 CPUs online, need 2", found["a"]["why"])
        calls = [" ".join(call.split()[:2]) for call in self.calls("a")]
        self.assertEqual(calls, ["kpark load", "kpark exec", "kpark commit",
                                 "kpark load", "systemctl kexec"])
        self.assertEqual(self.runs("a"), OLD)
        self.assertEqual(self.hooks("a"), ["drain", "undrain"])

    def test_cpus_that_were_off_before(self):
        self.host("a", usual=2, online=2, present=4)        # nosmt
        self.verdicts(self.roll(0, hosts="a"), "ok")
        self.host("b", usual=2, online=2, present=2)
        found = self.roll(2, hosts="b", kpark_expected_cpus=3)
        self.assertIn("2 CPUs online, need 3", found["b"]["why"])

    def test_lock(self):
        """Held by another, and nothing is asked but that; or too short."""
        self.lock("a", "other")
        self.verdicts(self.roll(2), "refused", "untouched", "untouched")
        self.assertEqual(self.read("a/calls"), "")
        self.assertIn("other", self.read("a/var/lib/kpark/fleet.lock"))
        found = self.roll(2, hosts="b", kpark_lock_seconds=60)
        self.assertIn("need more than", found["b"]["why"])
        # its holder is told, and holds it anew behind the jump
        self.roll(0, hosts="c", kpark_health_command=(
            "cp /var/lib/kpark/fleet.lock $HOST_ROOT/seen"))
        held, now = json.loads(self.read("c/seen")), time.time()
        self.assertEqual(held["owner"], "r@" + os.uname().nodename)
        self.assertGreater(held["expires"], now + 3000)

    def test_lock_of_no_roll(self):
        """Two runs by the same user are two holders."""
        self.write("one.yml", json.dumps([{
            "hosts": "all", "gather_facts": False,
            "roles": [{"role": "kpark.fleet.reboot"}]}]))
        owners = set()
        for name in "ab":
            self.roll(0, hosts=name, play=self.path("one.yml"),
                      kpark_health_command=(
                          "cp /var/lib/kpark/fleet.lock $HOST_ROOT/seen"))
            owners.add(json.loads(self.read(name + "/seen"))["owner"])
        self.assertEqual(len(owners), 2, owners)

    def test_check_mode(self):
        self.assertEqual(self.roll(0, "--check", "--diff", hosts="a",
                                   kpark_watchdog_seconds=50), {})
        self.assertFalse(os.path.exists(self.path("rolls")))
        self.assertEqual(os.listdir(self.path("a/var/lib")), [])
        self.assertNotIn("roll.html", self.said)
        calls = self.calls("a")
        self.assertEqual([call.split()[:3] for call in calls],
                         [["kpark", "load", "--dry-run"]])
        self.assertIn("--watchdog", calls[0])


if __name__ == "__main__":
    if sys.argv[1:] == ["--list"]:
        for one in unittest.TestLoader().loadTestsFromTestCase(Role):
            print("Role." + one.id().rpartition(".")[2])
    else:
        unittest.main()
