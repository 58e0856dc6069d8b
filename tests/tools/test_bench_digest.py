# SPDX-License-Identifier: GPL-2.0-only
"""What tools/bench-digest reads out of other programs' words."""
import unittest

from program import program

DIGEST = program("tools/bench-digest")


class Read(unittest.TestCase):
    def test_cycles(self):
        found = DIGEST.read_cycles(
            "xxh3-avx2        2 threads   0.0350 cycles/byte (median 0.0400, "
            "worst 0.0500 of 9)\nsha256-ni  skipped: no\n")
        self.assertEqual(found, {"xxh3-avx2": {"2": [.035, .04, .05, 9]}})

    def test_instructions_of_a_block(self):
        code = ["nop"] * 3 + ["sha256rnds2 %xmm0,%xmm1,%xmm2"] * 32
        text = "\n".join(f"  {at:x}:\t{words}" for at, words in
                         enumerate(["ret", *code, "jne    1 <f+0x1>"]))
        self.assertEqual(DIGEST.loop_length(text), 36)
        for wrong in (text.replace("sha256rnds2", "nop", 1),
                      text.replace("nop", "call 99", 1)):
            with self.assertRaises(DIGEST.Failure):
                DIGEST.loop_length(wrong)


if __name__ == "__main__":
    unittest.main()
