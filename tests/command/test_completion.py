# SPDX-License-Identifier: GPL-2.0-only
"""bash completion offers what the commands take, and nothing else."""
import os
import unittest

from sandbox import KPARK, TOP, run

# What bash-completion would do: `--option=value` is two words.
STUBS = r"""
_init_completion()
{
	words=("${line[@]}") cword=$((${#line[@]} - 1)) split=false
	cur=${words[cword]} prev=${words[cword - 1]}
	case $cur in
	--*=*) prev=${cur%%=*} cur=${cur#*=} split=true ;;
	esac
}
_filedir() { COMPREPLY=(A-FILE); }
compopt() { :; }
kpark() { "$KPARK" "$@"; }
. "$TOP/tools/systemd/completion"
line=("$@")
_kpark
printf '%s\n' "${COMPREPLY[@]}"
"""


def offered(*words):
    """The words that are offered for the last one."""
    done = run("bash", "-c", STUBS, "bash", "kpark", *words,
               env={**os.environ, "KPARK": KPARK, "TOP": TOP})
    assert not done.stderr, done.stderr
    return done.stdout.split()


class Completion(unittest.TestCase):
    """Out of the --help of ./kpark."""

    def test_commands(self):
        """All, or those that begin so."""
        self.assertEqual(offered("c"), ["commit", "check"])
        self.assertIn("load", offered(""))

    def test_each_option_is_taken(self):
        """With a value that is good: then --help behind it is answered."""
        for command in ("load", "exec", "check", "report"):
            for word in offered(command, "--"):
                value = ""
                if word.endswith("="):
                    value = {"--fault=": "silent:1"}.get(
                        word, (offered(command, word) or ["60"])[0])
                done = run(KPARK, command, word + value, "--help")
                self.assertEqual(done.returncode, 0, f"{word}: {done.stderr}")
        for words in (["status", "--json"], ["commit", "--help"]):
            self.assertIn(words[1], offered(words[0], "--"))

    def test_options_of_load(self):
        """Each long option once, and no prose about those of others."""
        words = offered("load", "--")
        self.assertEqual(len(words), len(set(words)))
        for word in ("--initrd=", "--ramdisk=", "--command-line=",
                     "--watchdog", "--serial", "--mailbox=", "--dry-run"):
            self.assertIn(word, words)
        self.assertNotIn("--watchdog=", words)
        self.assertEqual(offered("commit", "--"), ["--help"])
        self.assertEqual(offered("exec", "--w"), ["--watchdog="])

    def test_check_takes_those_of_load(self):
        """And its own."""
        self.assertEqual(set(offered("check", "--")),
                         set(offered("load", "--")) | {"--json"})

    def test_values(self):
        """Of options that name them."""
        for option, values in (("--mailbox", "auto always never"),
                               ("--carry", "tsc none"),
                               ("--verify", "xxh3 sha256 none"),
                               ("--on-mismatch", "reset halt"),
                               ("--idle", "mwait hlt spin")):
            self.assertEqual(offered("load", option + "="), values.split())
            self.assertEqual(offered("check", option, ""), values.split())
        self.assertEqual(offered("report", "--mark=r"), ["ready"])
        self.assertEqual(offered("load", "--nap-us="), [])
        self.assertEqual(offered("load", "--fault="), [])

    def test_files(self):
        """For a kernel, an initrd, and what a report is written to."""
        for words in (["load", ""], ["check", ""], ["load", "--initrd="],
                      ["load", "--ramdisk", ""], ["report", "--html="],
                      ["load", "--trace", ""], ["load", "--serial", ""]):
            self.assertEqual(offered(*words), ["A-FILE"], words)
        self.assertEqual(offered("report", "--html", ""), [])
        self.assertEqual(offered("status", ""), [])


if __name__ == "__main__":
    unittest.main()
