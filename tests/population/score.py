# SPDX-License-Identifier: Apache-2.0
"""What spoor finds in generated populations, held against their truth. README.md says how to read the figures.

  score.py                 the four sets, and the tables into README.md
  score.py --json          the figures alone, on stdout
  score.py --small         the small set of test_score.py
  score.py --calibrate     the small set with several seeds, into expected.json
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import matching
import tables

HERE = Path(__file__).parent
SPOOR = os.environ.get("SPOOR", "build/spoor")
DAY_MS = 86400 * 1000
START_MS = matching.ms("2026-03-02T00:00:00Z")  # the first day of a set unless told
FEW, SEEDS = 3, range(1, 6)
KINDS = ("spray_single spray_rotating spray_gateway spray_residential stuffing brute_force mfa_fatigue aitm_cookie "
         "aitm_proxy token_theft infostealer device_code far_success same_second late_arrival hostile_rule "
         "hostile_forwarding bulk_forwarding takeover").split()
# A label keeps 256 event ids, and a campaign of more could not be matched by them.
CAMPAIGN = "campaign:240"

# tenants, users, days made, and the first day that counts
SETS = {
    "first week": (6, 600, 7, 0),
    "third week": (6, 600, 21, 14),
    "big tenant": (1, 2000, 7, 0),
    "many small": (60, 600, 7, 0),
}
SMALL = (4, 200, 5, 0)


def run_set(shape, seed, world, few=FEW):
    """Makes a set, replays it, and counts. Raises if either program fails."""
    tenants, users, days, first_day = shape
    folder = Path(tempfile.mkdtemp(prefix="spoor-score-"))
    try:
        attacks = ",".join([CAMPAIGN] + [f"{kind}:{few}" for kind in KINDS])
        subprocess.run([SPOOR, "generate", "--world", world, "--seed", str(seed), "--tenants", str(tenants), "--users",
                        str(users), "--days", str(days), "--attacks", attacks, "-o", folder],
                       check=True, stderr=subprocess.DEVNULL)
        with open(folder / "truth.ndjson") as truth:
            attacks = matching.read_attacks(truth)
        with subprocess.Popen([SPOOR, "replay", "-c", folder / "spoor.yaml", folder / "events.ndjson"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as replay:
            findings = matching.read_findings(replay.stdout)
        if replay.returncode:
            raise RuntimeError(f"replay failed with {replay.returncode}")
    finally:
        shutil.rmtree(folder)
    window = (START_MS + first_day * DAY_MS, START_MS + days * DAY_MS)
    return count(findings, attacks, window, users * (days - first_day))


def count(findings, attacks, window, user_days):
    """Attacks whose evidence is complete within the window, and findings first told from its start on."""
    per_kind, false, own = {}, {}, {a.id: [] for a in attacks}
    posture = 0
    for finding, hits in zip(findings, matching.match(findings, attacks)):
        for attack in hits:
            own[attack.id].append(finding)
        if finding.told < window[0]:
            continue
        if finding.detector == "exposure":
            posture += 1
        elif not hits:
            by_severity = false.setdefault(finding.detector, {})
            by_severity[finding.severity] = by_severity.get(finding.severity, 0) + 1
    for attack in attacks:
        if attack.wanted and attack.complete is not None and window[0] <= attack.complete < window[1]:
            mine = [f for f in own[attack.id] if f.detector != "exposure"]
            row = per_kind.setdefault(attack.kind, {"labelled": 0, "found": 0, "findings": 0, "delays_s": []})
            row["labelled"] += 1
            row["found"] += bool(mine)
            row["findings"] += len(mine)
            if mine:
                row["delays_s"].append((min(f.told for f in mine) - attack.complete) / 1000)
    return {"user_days": user_days, "kinds": per_kind, "false": false, "posture": posture,
            "totals": totals(per_kind, false, user_days)}


def totals(per_kind, false, user_days):
    labelled = sum(r["labelled"] for r in per_kind.values())
    found = sum(r["found"] for r in per_kind.values())
    wrong = sum(sum(s.values()) for s in false.values())
    return {"labelled": labelled, "found": found, "recall": found / max(labelled, 1),
            "false_per_1000_user_days": 1000 * wrong / user_days,
            "findings_per_attack": sum(r["findings"] for r in per_kind.values()) / max(found, 1)}


def calibrate(world):
    """How far the seed alone moves the figures: the tolerance is twice their standard deviation over SEEDS."""
    runs = {seed: run_set(SMALL, seed, world, 1)["totals"] for seed in SEEDS}
    names = ("recall", "false_per_1000_user_days", "findings_per_attack")
    spread = {n: statistics.stdev(r[n] for r in runs.values()) for n in names}
    expected = {"world": world, "seed": SEEDS[0], "seeds": {str(s): r for s, r in runs.items()},
                "figures": {n: round(runs[SEEDS[0]][n], 4) for n in names},
                "tolerance": {n: round(2 * spread[n], 4) for n in names}}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    return expected


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--world", default="calibrated")
    options.add_argument("--seed", type=int, default=1)
    for flag in ("--json", "--small", "--calibrate"):
        options.add_argument(flag, action="store_true")
    asked = options.parse_args()
    if asked.calibrate:
        return print(json.dumps(calibrate(asked.world), indent=1))
    results = {}
    for name, shape in {"small": SMALL}.items() if asked.small else SETS.items():
        print(f"{name}: {shape[1]} users of {shape[0]} tenants, {shape[2]} days", file=sys.stderr, flush=True)
        results[name] = run_set(shape, asked.seed, asked.world, 1 if asked.small else FEW)
    if asked.json:
        return print(json.dumps(results, indent=1))
    text = tables.write(results, asked.world, asked.seed, {"small": SMALL} if asked.small else SETS)
    print(text)
    if not asked.small:
        tables.put_into(HERE / "README.md", asked.world, text)


if __name__ == "__main__":
    main()
