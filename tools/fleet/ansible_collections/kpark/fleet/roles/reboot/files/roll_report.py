#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""roll_report.py FOLDER - a roll as roll.json and as one page, roll.html.

FOLDER has plan.json (id, started, hosts) and hosts/NAME.json, one for each host
that was begun. Run on the controller each time one of them changes, so that a
roll that stops, or is killed, has its report too.
"""
import fcntl
import glob
import html
import json
import os
import sys
import time

# What became of a host, and what that means; the worst last.
VERDICTS = {
    "ok": "runs the wanted kernel, and is healthy",
    "untouched": "its turn did not come",
    "refused": "not rebooted; runs on as before",
    "started": "begun, and no end known: unreachable, or the controller was "
               "interrupted",
    "rolled back": "was not healthy; kexec took it back to its previous kernel",
    "fell back": "firmware took it back to its previous kernel",
    "power-cycled": "did not come back; was power-cycled",
    "unwell": "not healthy, and still in that state",
    "lost": "cannot be reached",
}
GOOD, BAD = ("ok",), ("unwell", "lost", "started")

STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24;
  --soft: #59636e; --line: #d1d9e0; --good: #1a7f37; --bad: #cf222e;
  --mid: #9a6700; --bar: #0969da; --bar2: #8ec3ff; --fill: #f3f5f7; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117;
  --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --good: #3fb950;
  --bad: #f85149; --mid: #d29922; --bar: #4493f8; --bar2: #1f4f86;
  --fill: #161b22; } }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
  background: var(--back); color: var(--text);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; } .soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin-top: 1.2rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .7rem;
  border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); }
td.number, th.number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.good { color: var(--good); } .bad { color: var(--bad); }
.mid { color: var(--mid); } .verdict { font-weight: 600; }
.bar { height: .5rem; background: var(--bar); border-radius: 2px; }
td.number .bar { margin-left: auto; }
.stages { display: flex; height: .7rem; margin: .3rem 0; min-width: 12rem; }
.stages div { background: var(--bar); margin-right: 1px; }
.stages div:nth-child(even) { background: var(--bar2); }
details summary { cursor: pointer; color: var(--soft); }
code { overflow-wrap: anywhere; }
"""


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def stages(report):
    """[{name, ms}] out of kpark report --json: what was measured."""
    found = []
    for stage in (report or {}).get("stages") or []:
        if stage.get("ns") is not None:
            found.append({"key": stage.get("key"), "name": stage.get("name"),
                          "ms": round(stage["ns"] / 1e6, 3)})
    return found


def host_of(name, record):
    """What the roll's report says of one host; None is what is not known."""
    outage = record.get("outage") or {}
    before, after = record.get("before") or {}, record.get("after") or {}
    status = record.get("status") or {}
    boot = status.get("boot") or {}
    degraded = record.get("degraded")
    return {
        "host": name,
        "verdict": record.get("verdict") or "untouched",
        "why": record.get("why") or None,
        "kernel_before": before.get("release"),
        "kernel_after": after.get("release"),
        "boot_id_before": before.get("boot_id"),
        "boot_id_after": after.get("boot_id"),
        "booted_by": boot.get("by"),
        "cpus_online": status.get("cpus_online"),
        "cpus_present": status.get("cpus_present"),
        "degraded": degraded if isinstance(degraded, bool) else None,
        "degraded_why": boot.get("why_not"),
        "outage_seconds": outage.get("outage"),
        "outage_gaps": outage.get("gaps") or [],
        "outage_seen": bool(outage.get("answers")),
        "stages": stages(record.get("report")),
        "time": record.get("time") or None,
    }


def roll_of(folder):
    plan = load(os.path.join(folder, "plan.json"))
    records = {os.path.basename(path)[:-len(".json")]: load(path)
               for path in glob.glob(os.path.join(folder, "hosts", "*.json"))}
    names = list(plan.get("hosts") or [])
    names += sorted(set(records) - set(names))
    hosts = [host_of(name, records.get(name, {})) for name in names]
    counts = {verdict: sum(h["verdict"] == verdict for h in hosts)
              for verdict in VERDICTS}
    return {"version": 1, "id": plan.get("id"), "started": plan.get("started"),
            "written": round(time.time(), 3), "hosts": hosts,
            "counts": {k: v for k, v in counts.items() if v},
            "ok": bool(hosts) and all(h["verdict"] == "ok" for h in hosts)}


def text(value, unknown="–"):
    return html.escape(unknown if value is None else str(value))


def moment(seconds):
    if not seconds:
        return "–"
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(float(seconds)))


def outage_cell(host, longest):
    seconds = host["outage_seconds"]
    if seconds is None:
        gaps = host["outage_gaps"]
        if gaps:
            return f"still out after {gaps[-1]['seconds']:.1f} s"
        return "–"
    share = 100 * seconds / longest if longest else 0
    return (f"{seconds:.1f} s"
            f'<div class="bar" style="width:{share:.1f}%"></div>')


def stages_cell(host):
    total = sum(stage["ms"] for stage in host["stages"])
    if not total:
        return ""
    bars = "".join(f'<div style="width:{100 * s["ms"] / total:.2f}%" '
                   f'title="{text(s["name"])}: {s["ms"]:.1f} ms"></div>'
                   for s in host["stages"])
    rows = "".join(f'<tr><td>{text(s["name"])}</td><td class="number">'
                   f'{s["ms"]:.1f} ms</td></tr>' for s in host["stages"])
    return (f'<div class="stages">{bars}</div><details><summary>'
            f"{total / 1000:.2f} s in {len(host['stages'])} stages</summary>"
            f"<table>{rows}</table></details>")


def state_cell(host):
    if host["degraded"] is None or host["verdict"] in ("untouched", "started"):
        return "–"
    cpus = f"{text(host['cpus_online'])} of {text(host['cpus_present'])} CPUs"
    if host["degraded"]:
        return f'<span class="mid">degraded</span>, {cpus}' + (
            f"<br>{text(host['degraded_why'])}" if host["degraded_why"] else "")
    return f"{cpus}, by {text(host['booted_by'])}"


def row(host, longest):
    verdict = host["verdict"]
    tone = ("good" if verdict in GOOD else "bad" if verdict in BAD else
            "soft" if verdict == "untouched" else "mid")
    why = f"<br>{text(host['why'])}" if host["why"] else ""
    return (f'<tr><td>{text(host["host"])}</td>'
            f'<td><span class="verdict {tone}">{text(verdict)}</span>'
            f'<br><span class="soft">{text(VERDICTS.get(verdict, ""))}</span>'
            f"{why}</td>"
            f'<td><code>{text(host["kernel_before"])}</code></td>'
            f'<td><code>{text(host["kernel_after"])}</code></td>'
            f'<td class="number">{outage_cell(host, longest)}</td>'
            f"<td>{state_cell(host)}</td><td>{stages_cell(host)}</td></tr>")


def page(roll):
    longest = max([h["outage_seconds"] or 0 for h in roll["hosts"]] or [0])
    counts = ", ".join(f"{n} {v}" for v, n in roll["counts"].items())
    rows = "\n".join(row(host, longest) for host in roll["hosts"])
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Roll {text(roll["id"])}</title><style>{STYLE}</style></head><body>
<h1>Roll {text(roll["id"])}</h1>
<p>{len(roll["hosts"])} hosts: {text(counts)}<br>
<span class="soft">begun {moment(roll["started"])}, as of \
{moment(roll["written"])}</span></p>
<div class="scroll"><table><thead><tr><th>host</th><th>verdict</th>
<th>kernel before</th><th>after</th>
<th class="number" title="from sshd's last answer to its next, seen from the \
controller">outage</th><th>state</th><th>stages</th></tr></thead>
<tbody>
{rows}
</tbody></table></div></body></html>
"""


def write(path, content):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(content)
    os.rename(path + ".new", path)


def main():
    folder = sys.argv[1]
    guard = os.open(folder, os.O_RDONLY)
    fcntl.flock(guard, fcntl.LOCK_EX)   # hosts of a batch end at a time
    roll = roll_of(folder)
    write(os.path.join(folder, "roll.json"), json.dumps(roll, indent=2) + "\n")
    write(os.path.join(folder, "roll.html"), page(roll))


if __name__ == "__main__":
    main()
