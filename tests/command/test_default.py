# SPDX-License-Identifier: GPL-2.0-only
"""Which kernel load-default takes for the boot loader's own choice."""
import os
import shutil
import subprocess
import tempfile
import unittest

from sandbox import TOP

VENDOR = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"


class Default(unittest.TestCase):
    """A made-up /boot, and a kpark that writes down what it is given."""

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="kpark-default-")
        self.write("/bin/kpark", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n"
                   "for word; do case $word in --initrd=*)\n"
                   f"cp \"${{word#*=}}\" {self.root}/initrd ;; esac; done\n")
        os.chmod(self.root + "/bin/kpark", 0o755)
        os.mkdir(self.root + "/run")

    def tearDown(self):
        shutil.rmtree(self.root)

    def write(self, path, text):
        """A file of the made-up machine."""
        os.makedirs(os.path.dirname(self.root + path), exist_ok=True)
        with open(self.root + path, "w") as file:
            file.write(text)

    def entry(self, name, text="", top="/boot", **more):
        """An entry and its kernel, whose name has the entry's."""
        keys = {"linux": f"/{name}/linux", **more}
        self.write(f"{top}/loader/entries/{name}.conf",
                   "".join(f"{key.replace('_', '-')} {value}\n"
                           for key, value in keys.items() if value) + text)
        if keys["linux"]:
            self.write(top + keys["linux"], "kernel")

    def run_script(self, *words):
        """load-default, as a process that ended."""
        return subprocess.run(
            [TOP + "/tools/systemd/load-default", "--root=" + self.root,
             *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, timeout=60, check=False,
            env={**os.environ, "PATH": f"{self.root}/bin:/usr/bin:/bin"})

    def load(self):
        """The words that kpark was started with."""
        done = self.run_script()
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def which(self):
        """The kernel, as a path of the made-up machine."""
        done = self.run_script("--which")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()[len(self.root):]

    def refused(self, why):
        """One line that says so, and nothing is loaded."""
        done = self.run_script()
        self.assertEqual(done.returncode, 1, done)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(why, done.stderr)

    def test_all_initrds(self):
        """Microcode first, and the second at a multiple of four bytes."""
        self.write("/boot/ucode.img", "micro")
        self.write("/boot/initrd.img", "root")
        self.entry("a", "initrd /ucode.img\ninitrd /initrd.img\n")
        self.load()
        with open(self.root + "/initrd", "rb") as file:
            self.assertEqual(file.read(), b"micro\0\0\0root")
        self.assertEqual(os.listdir(self.root + "/run"), ["kpark-default"])

    def test_one_initrd_is_taken_where_it_is(self):
        """No copy of it."""
        self.write("/boot/initrd.img", "root")
        self.entry("a", initrd="/initrd.img")
        self.assertIn(f"--initrd={self.root}/boot/initrd.img", self.load())

    def test_an_initrd_that_is_gone(self):
        """Without it, the next boot may have no root."""
        self.entry("a", initrd="/initrd.img")
        self.refused("initrd /initrd.img: there is no such file")

    def test_all_options(self):
        """Lines of the same key go together."""
        self.entry("a", "options root=/dev/vda\noptions quiet\\n ro\n")
        self.assertIn("--command-line=root=/dev/vda quiet\\n ro", self.load())

    def test_newest_version(self):
        """By version, and not by letter; with a sort-key or without."""
        for key in ({}, {"sort_key": "debian"}):
            for version in ("6.9", "6.12", "6.1"):
                self.entry("tok-" + version, version=version, **key)
            self.assertEqual(self.which(), "/boot/tok-6.12/linux")

    def test_sort_key(self):
        """Entries with one come first; of these, the first by letter."""
        self.entry("z-6.99")
        self.entry("y-7.0", sort_key="rescue", version="7.0")
        self.entry("a-6.1", sort_key="debian", version="6.1")
        self.entry("b-6.12", sort_key="debian", version="6.12")
        self.assertEqual(self.which(), "/boot/b-6.12/linux")

    def test_a_glob_takes_the_newest(self):
        """default tok-*"""
        self.entry("tok-6.1")
        self.entry("tok-6.12")
        self.entry("zzz-7.0")
        self.write("/boot/loader/loader.conf", "timeout 3\ndefault tok-*\n")
        self.assertEqual(self.which(), "/boot/tok-6.12/linux")

    def test_a_default_that_is_gone(self):
        """Then it is the first, as systemd-boot has it."""
        self.entry("tok-6.12")
        self.write("/boot/loader/loader.conf", "default gone.conf\n")
        self.assertEqual(self.which(), "/boot/tok-6.12/linux")

    def test_saved_and_chosen_in_the_menu(self):
        """@saved is the last one booted; bootctl set-default beats both."""
        for version in ("6.1", "6.9", "6.12"):
            self.entry("tok-" + version)
        self.write("/boot/loader/loader.conf", "default @saved\n")
        self.assertEqual(self.which(), "/boot/tok-6.12/linux")
        for name, entry in (("LoaderEntryLastBooted", "tok-6.9"),
                            ("LoaderEntryDefault", "tok-6.1")):
            self.write(f"/sys/firmware/efi/efivars/{name}-{VENDOR}",
                       "\7\0\0\0" + "".join(f"{c}\0" for c in
                                            entry + ".conf\0"))
            self.assertEqual(self.which(), f"/boot/{entry}/linux")

    def test_what_is_no_kernel(self):
        """A program of EFI, another machine's, one whose file is gone."""
        self.entry("tok-6.1")
        self.entry("tok-7.0", efi="/EFI/shell.efi", linux=None)
        self.entry("tok-8.0", architecture="aa64")
        self.entry("tok-9.0")
        os.unlink(self.root + "/boot/tok-9.0/linux")
        self.assertEqual(self.which(), "/boot/tok-6.1/linux")

    def test_boot_counting(self):
        """No tries left is bad; while some are left, it is not."""
        self.entry("tok-6.1")
        self.entry("tok-6.12+1-2")
        self.entry("tok-6.13+0-3")
        self.entry("tok-6.14+0")
        self.write("/boot/loader/loader.conf", "default tok-6.1*\n")
        self.assertEqual(self.which(), "/boot/tok-6.12+1-2/linux")

    def test_other_folders(self):
        """Debian's systemd-boot has its entries in /boot/efi."""
        for top in ("/boot/efi", "/efi"):
            self.entry("tok-6.1", top=top)
            self.assertEqual(self.which(), top + "/tok-6.1/linux")
            shutil.rmtree(self.root + top)

    def test_boot_that_is_no_file_system(self):
        """GRUB's paths begin at the root then."""
        self.entry("tok-6.1", linux="/boot/vmlinuz", top="")
        self.write("/boot/loader/entries/tok.conf", "linux /boot/vmlinuz\n")
        self.assertEqual(self.which(), "/boot/vmlinuz")

    def test_saved_by_grub(self):
        """An id without .conf, a title, a number in the menu, or nonsense."""
        self.entry("tok-6.12", title="New one")
        self.entry("tok-6.1", title="Old one")
        for saved, entry in (("tok-6.1", "tok-6.1"), ("Old one", "tok-6.1"),
                             ("1", "tok-6.1"), ("7", "tok-6.12"),
                             ("gone", "tok-6.12"), ("", "tok-6.12")):
            self.write("/boot/grub2/grubenv", f"saved_entry={saved}\n#####\n")
            self.assertEqual(self.which(), f"/boot/{entry}/linux", saved)

    def test_variables_of_grub(self):
        """Out of grubenv; tuned's are empty where it is not."""
        self.write("/boot/grub2/grubenv", "kernelopts=root=/dev/vda ro\n")
        self.write("/boot/initrd.img", "root")
        self.entry("a", options="$kernelopts $tuned_params quiet",
                   initrd="/initrd.img $tuned_initrd")
        words = self.load()
        self.assertIn("--command-line=root=/dev/vda ro  quiet", words)
        self.assertIn(f"--initrd={self.root}/boot/initrd.img", words)

    def test_variables_that_nobody_knows(self):
        """The next kernel would have no root."""
        self.entry("a", options="$kernelopts quiet")
        self.refused("$kernelopts is not known")
        self.write("/boot/grub2/grubenv", "kernelopts=$kernelopts\n")
        self.refused("$kernelopts is not known")

    def test_no_variables_of_systemd_boot(self):
        """It has none: a dollar is one."""
        self.entry("a", options="word=$x")
        self.write("/boot/loader/loader.conf", "timeout 3\n")
        self.assertIn("--command-line=word=$x", self.load())

    def test_no_entries(self):
        """The link that Debian's kernels keep, and the initrd beside it."""
        self.write("/boot/vmlinuz-6.12", "kernel")
        self.write("/boot/initrd.img-6.12", "root")
        os.symlink("boot/vmlinuz-6.12", self.root + "/vmlinuz")
        self.assertEqual(self.load(), [
            "load", "--reuse-cmdline",
            f"--initrd={self.root}/boot/initrd.img-6.12",
            self.root + "/boot/vmlinuz-6.12"])

    def test_nothing(self):
        """Neither entry nor link."""
        self.refused("no default kernel")

    def test_the_environment_names_no_root(self):
        """Only --root does, so what starts this by chance is no test."""
        self.entry("a")
        os.environ["KPARK_ROOT"] = "/nonexistent"
        try:
            self.assertEqual(self.which(), "/boot/a/linux")
        finally:
            del os.environ["KPARK_ROOT"]

    def test_renewal(self):
        """Of its own only, and not of what somebody loaded or unloaded since."""
        self.entry("a")
        record = self.root + "/var/lib/kpark/loaded"
        with open(self.root + "/bin/kpark", "a") as file:
            file.write(f"echo $$ >{record}\n")
        os.makedirs(os.path.dirname(record))
        self.write("/sys/kernel/kexec_loaded", "1\n")

        def renewed():
            done = self.run_script("--renew")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stderr.count("\n"), not done.stdout)
            return bool(done.stdout)

        self.assertFalse(renewed())
        self.load()
        self.assertTrue(renewed())
        self.assertTrue(renewed())
        with open(record, "a") as file:
            file.write("another\n")
        self.assertFalse(renewed())
        self.load()
        self.run_script("--dry-run")
        self.assertFalse(renewed(), "--dry-run loads nothing")
        self.load()
        self.write("/sys/kernel/kexec_loaded", "0\n")
        self.assertFalse(renewed(), "unloaded by another program")
        self.write("/sys/kernel/kexec_loaded", "1\n")
        os.remove(record)
        self.assertFalse(renewed())
        self.assertEqual(os.stat(self.root + "/run/kpark-default").st_mode &
                         0o777, 0o600)

    def test_settings_win(self):
        """/etc/kpark.conf, over what the entry has."""
        self.write("/boot/initrd.img", "root")
        self.entry("a", options="x", initrd="/initrd.img")
        self.write("/etc/kpark.conf", "INITRD=none\nCMDLINE='y z'\n")
        self.assertEqual(self.load(), ["load", "--command-line=y z",
                                       self.root + "/boot/a/linux"])


if __name__ == "__main__":
    unittest.main()
