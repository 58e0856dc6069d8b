# SPDX-License-Identifier: GPL-2.0-only
"""test_stub_soak.py - what tests/stub/soak draws."""
import random
import unittest

from program import program

soak = program("tests/stub/soak")


class Draw(unittest.TestCase):
    """From the lists as they are today."""

    @classmethod
    def setUpClass(cls):
        lines = soak.draw(random.Random(1), 10000, 200)
        cls.lines = [line.split() for line in lines]

    def chained(self, at_least):
        """Hops that are asked for, with so many CPUs."""
        return sum(int(word[5:]) for _, cpus, *words in self.lines
                   if int(cpus) >= at_least for word in words
                   if word.startswith("hops=") and "mode=chain" in words)

    def test_so_many_hops(self):
        self.assertGreaterEqual(self.chained(1), 10000)
        self.assertGreaterEqual(self.chained(64), 200)

    def test_all_kinds(self):
        words = {word.split(",")[0] for line in self.lines for word in line}
        self.assertLessEqual({"mode=" + mode for mode in soak.MODES}, words)
        self.assertLessEqual({"way=" + way for way in soak.WAYS}, words)
        self.assertTrue(any(word.startswith("fault=") and "," in word
                            for line in self.lines for word in line))

    def test_a_name_is_one_guest(self):
        self.assertEqual(len({line[0] for line in self.lines}), len(self.lines))

    def test_again(self):
        again = soak.draw(random.Random(1), 10000, 200)
        self.assertEqual([line.split() for line in again], self.lines)


if __name__ == "__main__":
    unittest.main()
