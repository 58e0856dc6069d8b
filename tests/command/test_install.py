# SPDX-License-Identifier: GPL-2.0-only
"""`make install`: what is installed names only what is installed."""
import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from sandbox import TOP, run

# A path that a unit runs, or that a script does.
RUNS = re.compile(r"^Exec\w+=[-@:+!]*(\S+)", re.M)


class Install(unittest.TestCase):
    """With a PREFIX of its own, into an empty folder."""

    PREFIX = "/opt/x"

    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="kpark-install-")
        # pages as they are, if there is nothing that formats them
        subprocess.run(["make", "-C", TOP, "install", f"DESTDIR={cls.root}",
                        f"PREFIX={cls.PREFIX}", f"BUILD={cls.root}/build",
                        "KPARK=kpark", "-o", "kpark",
                        "PATH=" + cls.tools() + os.environ["PATH"]],
                       check=True, stdout=subprocess.DEVNULL)

    @classmethod
    def tools(cls):
        """A scdoc that copies, where there is none."""
        if shutil.which("scdoc"):
            return ""
        os.makedirs(cls.root + "/bin")
        os.symlink(shutil.which("cat"), cls.root + "/bin/scdoc")
        return cls.root + "/bin:"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def texts(self):
        """(name, text) of all that is no binary; of what is read, man pages."""
        for at, _, names in os.walk(self.root):
            for name in names:
                path = os.path.join(at, name)
                if os.path.islink(path) or "/share/doc/" in path or \
                        "/build/" in path or "/sbin/" in path or "/bin/" in path:
                    continue
                with open(path) as file:
                    yield path[len(self.root):], file.read()

    def test_units_run_what_is_installed(self):
        """One that does not start makes every suspend fail, for instance."""
        found = 0
        for name, text in self.texts():
            for path in RUNS.findall(text):
                if path.startswith(self.PREFIX):
                    self.assertTrue(os.access(self.root + path, os.X_OK),
                                    f"{name}: {path}")
                    found += 1
                else:
                    self.assertTrue(os.access(path, os.X_OK),
                                    f"{name}: {path}")
        self.assertGreaterEqual(found, 8)

    def test_nothing_names_another_prefix(self):
        """Neither the one of Debian's package nor none."""
        for name, text in self.texts():
            for wrong in ("@PREFIX@", "/usr/lib/kpark", "/usr/sbin/kpark"):
                self.assertNotIn(wrong, text, name)

    def test_man_pages_name_this_one(self):
        with open(f"{self.root}{self.PREFIX}/share/man/man8/kpark.8") as file:
            page = file.read().replace("\\-", "-")
        for name in ("lib/kpark/may-sleep", "lib/kpark/kpark-reboot",
                     "sbin/kexec"):
            self.assertIn(f"{self.PREFIX}/{name}", page)

    def test_systemd_finds_its_files(self):
        """It looks into no folder below /opt."""
        for path in ("system/kpark-load.service",
                     "system/systemd-suspend.service.d/kpark.conf",
                     "system-shutdown/kpark"):
            self.assertTrue(os.path.exists(
                f"{self.root}/usr/lib/systemd/{path}"), path)

    def test_notices(self):
        """Licences that want their text beside the binary."""
        doc = f"{self.root}{self.PREFIX}/share/doc/kpark/"
        with open(doc + "third-party") as file:
            notices = file.read()
        for source in ("musl", "elfutils", "zlib", "xz-utils", "libzstd",
                       "lz4", "bzip2", "lzo2", "xxhash", "jansson"):
            self.assertRegex(notices, rf"(?m)^== {source} \d\S+\n\n\S")
        self.assertIn("Redistributions in binary form", notices)
        self.assertTrue(os.path.exists(doc + "GPL-2.0-only.txt"))

    def test_scripts_run_the_installed_kpark(self):
        """PATH has no /opt/x/sbin when systemd starts them."""
        for path in glob.glob(self.root + self.PREFIX + "/lib/kpark/*") + [
                self.root + "/usr/lib/systemd/system-shutdown/kpark"]:
            with open(path) as file:
                text = file.read()
            if re.search(r"^[^#\n]*\bkpark (load|status|report)", text, re.M):
                self.assertIn(f"PATH={self.PREFIX}/sbin:", text, path)


    def test_no_ordering_cycle(self):
        """All enabled: systemd would drop a job of a cycle, and say so."""
        if not shutil.which("systemd-analyze"):
            self.skipTest("no systemd-analyze (Debian: systemd)")
        enabled = self.root + "/enabled"
        units = self.root + "/usr/lib/systemd/system"
        for folder, unit in (
                ("multi-user.target.wants", units + "/kpark-load.service"),
                ("multi-user.target.wants", units + "/kpark-commit.service"),
                ("multi-user.target.wants", units + "/kpark-report.service"),
                ("boot-complete.target.requires", "/lib/systemd/system/"
                 "systemd-boot-check-no-failures.service")):
            os.makedirs(f"{enabled}/{folder}", exist_ok=True)
            os.symlink(unit, f"{enabled}/{folder}/{os.path.basename(unit)}")
        for target in ("multi-user.target", "graphical.target"):
            done = run("systemd-analyze", "verify", "--man=no", target,
                       "kpark-commit.service", env={
                           **os.environ, "SYSTEMD_UNIT_PATH":
                           f"{enabled}:{units}:/lib/systemd/system"})
            # it has seen them: there is no /opt/x here
            self.assertIn("kpark-commit.service: Command", done.stderr)
            self.assertNotIn("cycle", done.stderr)

    def test_commit_waits_for_all_services(self):
        """boot-complete.target alone is no more than sysinit.target."""
        with open(self.root + "/usr/lib/systemd/system/"
                  "kpark-commit.service") as file:
            after = re.search(r"(?m)^After=(.*)", file.read())[1].split()
        self.assertIn("multi-user.target", after)
        self.assertIn("boot-complete.target", after)


if __name__ == "__main__":
    unittest.main()
