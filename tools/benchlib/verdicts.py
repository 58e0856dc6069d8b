# SPDX-License-Identifier: GPL-2.0-only
"""Figures with what is asked of them, and how they read.

met, missed   there is a bound
stated        there is none, the figure is to be known
few samples   measured less often than is asked for
not measured
"""
import json
import os

DONE = ("met", "missed", "stated")
PARTS = ("stub", "digest", "load", "bench", "parked")     # NAME.json


def bound(at_most, at_least):
    if at_most is not None:
        return f"at most {at_most:g}"
    return "-" if at_least is None else f"at least {at_least:g}"


def ask(value, at_most, at_least):
    if at_most is None and at_least is None:
        return "stated"
    met = value <= at_most if at_least is None else value >= at_least
    return "met" if met else "missed"


def verdict(text, where, samples, *, value=None, least=1, unit="",
            at_most=None, at_least=None):
    """`samples`: each by itself, for the range; `value`: what all of them
    say, None when that was not measured."""
    found = {"text": text, "where": where, "value": value, "unit": unit,
             "need": bound(at_most, at_least), "n": len(samples),
             "low": min(samples, default=None),
             "high": max(samples, default=None), "verdict": "not measured"}
    if value is not None:
        found["verdict"] = (ask(value, at_most, at_least)
                            if len(samples) >= least else "few samples")
    return found


def digits(value):
    """Four that count."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:#.4g}"


def line(v):
    text = f"{v['verdict']:12}  {v['text']}, {v['where']}"
    need = "" if v["need"] == "-" else f", need {v['need']}"
    if v["value"] is None:
        return text + need
    unit = v["unit"] and " " + v["unit"]
    return (f"{text}: {digits(v['value'])}{unit}{need} (n {v['n']}, "
            f"{digits(v['low'])}..{digits(v['high'])})")


def summary(found):
    kinds = (*DONE[:2], "stated", "few samples", "not measured")
    count = {kind: sum(v["verdict"] == kind for v in found) for kind in kinds}
    return ", ".join(f"{n} {kind}" for kind, n in count.items())


def status(found, failed):
    """Missing a target is no error of the bench; not measuring it is."""
    return 1 if failed or any(v["verdict"] not in DONE for v in found) else 0


def read_part(folder, name, judge):
    """(head, verdicts, failed) of what a part left there."""
    path = os.path.join(folder, name + ".json")
    try:
        with open(path, encoding="utf-8") as f:
            kept = json.load(f)
        return kept.get("head"), judge(kept), kept["failed"]
    except OSError as e:
        return None, judge(None), [f"{path}: {e.strerror}"]
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        return None, judge(None), [f"{path}: not written by make bench ({e})"]
