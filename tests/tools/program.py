# SPDX-License-Identifier: GPL-2.0-only
"""program.py - a program of this tree, whose name has no .py, as a module."""
import importlib.machinery
import importlib.util
import os
import sys

sys.dont_write_bytecode = True
TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))


def program(path):
    """By its path below the top of the tree; it finds what lies beside it."""
    path = os.path.join(TOP, path)
    if os.path.dirname(path) not in sys.path:
        sys.path.insert(0, os.path.dirname(path))
    loader = importlib.machinery.SourceFileLoader(
        os.path.basename(path).replace("-", "_") + "_program", path)
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module
