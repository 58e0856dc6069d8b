# SPDX-License-Identifier: GPL-2.0-only
"""The manual pages name what the commands take."""
import re
import unittest

from sandbox import KPARK, TOP, run

PAGES = {"load": "kpark.8", "exec": "kpark.8", "check": "kpark.8",
         "status": "kpark.8", "report": "kpark-report.8"}
# Of a line that an option begins, or of usage; and nothing of prose.
OPTION = re.compile(r"(?m)^(?:  |usage: .*\[)(--[a-z-]+)"
                    r"(?:\S*, (--[a-z-]+))?")


class Man(unittest.TestCase):
    """Against --help of ./kpark."""

    def test_options(self):
        """In bold, as all of them are."""
        for command, page in PAGES.items():
            with open(f"{TOP}/docs/man/{page}.scd") as file:
                text = file.read()
            words = {word for pair in OPTION.findall(
                run(KPARK, command, "--help").stdout) for word in pair if word}
            self.assertTrue(words, command)
            for word in words:
                self.assertRegex(text, rf"\*{word}\*", f"{page}: {command}")

    def test_exit_codes(self):
        """In order, each once."""
        with open(f"{TOP}/docs/man/kpark.8.scd") as file:
            codes = re.findall(r"(?m)^\|[\[ ] +?\*(\d+)\*|^\|\[ \*(\d+)\*",
                               file.read())
        self.assertEqual([int(a or b) for a, b in codes], list(range(11)))

    def test_settings(self):
        """Those of /etc/kpark.conf."""
        with open(f"{TOP}/docs/man/kpark.8.scd") as page, \
                open(f"{TOP}/tools/systemd/kpark.conf") as conf:
            text = page.read()
            for key in re.findall(r"(?m)^([A-Z]+)=", conf.read()):
                self.assertIn(f"_{key}_", text)


if __name__ == "__main__":
    unittest.main()
