# SPDX-License-Identifier: Apache-2.0
"""The figures of score.py as Markdown."""
import statistics

SEVERITIES = ("Critical", "High", "Medium", "Low", "Informational")


def row(*cells):
    return "| " + " | ".join(str(c) for c in cells) + " |"


def head(*cells):
    return [row(*cells), "|" + "---|" * len(cells)]


def kinds_table(results):
    """All sets together: an attack kind has few of each."""
    kinds = {}
    for result in results.values():
        for kind, r in result["kinds"].items():
            mine = kinds.setdefault(kind, {"labelled": 0, "found": 0, "findings": 0, "delays_s": []})
            for name in mine:
                mine[name] = mine[name] + r[name]
    lines = head("attack", "labelled", "found", "findings per found attack", "median delay, minutes")
    for kind, r in sorted(kinds.items()):
        per = f"{r['findings'] / r['found']:.1f}" if r["found"] else "-"
        delay = f"{statistics.median(r['delays_s']) / 60:.1f}" if r["delays_s"] else "-"
        lines.append(row(kind, r["labelled"], r["found"], per, delay))
    return lines


def false_table(results):
    lines = head("detector", *results)
    rates = {}
    for name, result in results.items():
        for detector, by_severity in result["false"].items():
            per = [1000 * by_severity.get(s, 0) / result["user_days"] for s in SEVERITIES]
            rates.setdefault(detector, {})[name] = f"{sum(per):.2f} ({' / '.join(f'{p:.3g}' for p in per)})"
    for detector, cells in sorted(rates.items()):
        lines.append(row(detector, *(cells.get(name, "0") for name in results)))
    return lines


def totals_table(results):
    lines = head("total", *results)
    for label, name, form in (("recall", "recall", "{:.3f}"), ("attacks", "labelled", "{}"),
                              ("false findings per 1,000 users and day", "false_per_1000_user_days", "{:.1f}"),
                              ("findings per found attack", "findings_per_attack", "{:.2f}")):
        lines.append(row(label, *(form.format(r["totals"][name]) for r in results.values())))
    lines.append(row("statements on a tenant (exposure)", *(r["posture"] for r in results.values())))
    return lines


def write(results, world, seed, sets):
    sizes = "; ".join(f"{name}: {tenants} tenants, {users} users, {days} days, counted from day {first}"
                      for name, (tenants, users, days, first) in sets.items())
    lines = [f"World `{world}`, seed {seed}. {sizes}.", "", *totals_table(results), "", *kinds_table(results), "",
             "False findings per 1,000 users and day: all (Critical / High / Medium / Low / Informational).", "",
             *false_table(results)]
    return "\n".join(lines) + "\n"


def put_into(path, world, text):
    """Replaces what stands between the world's two marks, or adds it at the end."""
    begin, end = f"<!-- {world}: written by make score -->\n", f"<!-- end of {world} -->\n"
    page = path.read_text()
    before, found, rest = page.partition(begin)
    after = rest.partition(end)[2] if found else ""
    path.write_text(before + ("" if found else "\n") + begin + text + end + after)
