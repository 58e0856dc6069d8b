# SPDX-License-Identifier: GPL-2.0-only
"""Results as one HTML page: tables, and bars drawn in SVG; no scripts."""
from html import escape

from benchlib import table, verdicts
from benchlib.figures import BASE, WAYS

HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark; --page: #fcfcfb; --ink: #0b0b0b;
  --soft: #52514e; --line: #d9d8d4; --other: #898781; --ours: #2a78d6;
  --good: #006300; --bad: #b3261e; }}
@media (prefers-color-scheme: dark) {{ :root {{ --page: #1a1a19;
  --ink: #ffffff; --soft: #c3c2b7; --line: #3a3a38; --ours: #3987e5;
  --good: #0ca30c; --bad: #f2726c; }} }}
body {{ font: 15px/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--page); max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; }}
h1 {{ font-size: 1.4rem; }} h2 {{ font-size: 1.05rem; margin-top: 2rem; }}
p {{ color: var(--soft); }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
th, td {{ padding: .15rem .8rem .15rem 0; text-align: right;
  border-bottom: 1px solid var(--line); white-space: nowrap; }}
th {{ color: var(--soft); font-weight: 500; }}
.text {{ text-align: left; white-space: normal; }}
.met {{ color: var(--good); }} .missed {{ color: var(--bad); }}
svg {{ width: 100%; height: auto; }}
svg text {{ font: 13px system-ui, sans-serif; fill: var(--soft); }}
svg .value {{ fill: var(--ink); }}
.bar {{ fill: var(--other); }} .bar.ours {{ fill: var(--ours); }}
.range {{ stroke: var(--ink); stroke-width: 1.5; }}
.axis {{ stroke: var(--line); }}
</style></head><body>
"""
WIDTH, LEFT, RIGHT, ROW, BAR, GAP = 900, 215, 190, 22, 14, 30


def chart_rows(results, accel, span, clock):
    """[(cpus, [(way, figure, ratio)])]"""
    for cpus in sorted(results.has("cpus")):
        rows = [(way, results.figure(accel, cpus, way, span, clock),
                 results.ratio(accel, cpus, way, span, clock))
                for way in results.ways(accel, cpus)]
        rows = [row for row in rows if row[1]]
        if rows:
            yield cpus, rows


def bar(y, scale, way, figure, ratio):
    """A row: name, median as a bar, range as a line, the words."""
    def x(ms):
        return LEFT + ms * scale

    words = table.cell(figure, ratio)
    ours = " ours" if way.startswith("kpark") else ""
    middle = y + BAR / 2
    return (f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">'
            f'{escape(WAYS[way])}</text>'
            f'<rect class="bar{ours}" x="{LEFT}" y="{y}" height="{BAR}" '
            f'width="{max(figure.median * scale, 1):.1f}" rx="2">'
            f'<title>{escape(f"{WAYS[way]}: {words} ms")}</title></rect>'
            f'<line class="range" x1="{x(figure.low):.1f}" y1="{middle}" '
            f'x2="{x(figure.high):.1f}" y2="{middle}"/>'
            f'<text class="value" x="{x(figure.high) + 8:.1f}" y="{y + 12}">'
            f'{escape(words)}</text>')


def chart(results, accel, span, clock):
    groups = list(chart_rows(results, accel, span, clock))
    if not groups:
        return
    top = max(figure.high for _, rows in groups for _, figure, _ in rows)
    scale = (WIDTH - LEFT - RIGHT) / top if top > 0 else 0
    parts, y = [], 0
    for cpus, rows in groups:
        parts.append(f'<text class="value" x="0" y="{y + 18}">{cpus} '
                     f'CPU{"s" if cpus > 1 else ""}</text>')
        y += GAP
        start = y
        for row in rows:
            parts.append(bar(y, scale, *row))
            y += ROW
        parts.append(f'<line class="axis" x1="{LEFT}" y1="{start - 4}" '
                     f'x2="{LEFT}" y2="{y - 4}"/>')
    name = f"{span}: {accel}, {table.clock_name(accel, clock)}"
    yield f"<h2>{escape(name)}</h2>"
    yield (f"<p>Milliseconds: median, and the range as a line. Before them: "
           f"how much of {escape(WAYS[BASE])} that is.</p>")
    yield (f'<svg viewBox="0 0 {WIDTH} {y}" role="img" '
           f'aria-label="{escape(name)}">{"".join(parts)}</svg>')


def html_table(head, rows):
    yield '<div class="wide"><table><thead><tr>'
    yield "".join(f"<th{c}>{escape(str(h))}</th>" for h, c in head)
    yield "</tr></thead><tbody>"
    for row in rows:
        yield "<tr>" + "".join(f"<td{c}>{escape(str(v))}</td>"
                               for v, c in row) + "</tr>"
    yield "</tbody></table></div>"


TEXT = ' class="text"'


def tables(results):
    for accel in results.has("accel"):
        for clock, spans in table.TABLES[accel]:
            yield f"<h2>{escape(table.title(accel, clock, spans))}</h2>"
            yield from html_table(
                [("CPUs", ""), ("", TEXT), *((s, "") for s in spans)],
                ([(cpus, ""), (WAYS[way], TEXT),
                  *((table.cell(*c), "") for c in cells)]
                 for cpus, way, cells in table.rows(results, accel, clock,
                                                    spans)))


def target_table(found):
    yield f"<h2>Targets</h2><p>{escape(verdicts.summary(found))}.</p>"
    there = [v for v in found if v["value"] is not None]
    yield from html_table(
        [("", TEXT), ("", TEXT), ("found", ""), ("", TEXT), ("need", ""),
         ("n", ""), ("range", "")],
        ([(v["verdict"], f' class="text {v["verdict"]}"'),
          (f"{v['text']}, {v['where']}", TEXT),
          (verdicts.digits(v["value"]), ""), (v["unit"], TEXT),
          (v["need"], ""), (v["n"], ""),
          (f"{verdicts.digits(v['low'])}..{verdicts.digits(v['high'])}", "")]
         for v in there))


def page(results, found, about):
    """The page's text. `about`: a few lines on what was measured."""
    name = "kpark and kexec-tools, from exec to all CPUs online"
    parts = [HEAD.format(title=escape(name)), f"<h1>{escape(name)}</h1>"]
    parts += [f"<p>{escape(line)}</p>" for line in about]
    for accel in results.has("accel"):
        clock = "tsc" if accel == "icount" else "wall"
        for span in table.MAIN:
            parts += chart(results, accel, span, clock)
    parts += target_table(found)
    parts += tables(results)
    return "\n".join(parts) + "\n</body></html>\n"
