# SPDX-License-Identifier: Apache-2.0
"""The small set gives the figures of the last commit to within what a seed explains, and matching is strict."""
import json
from pathlib import Path

import matching
import score

EXPECTED = json.loads((Path(__file__).parent / "expected.json").read_text())


def test_figures_are_those_of_the_last_commit():
    got = score.run_set(score.SMALL, EXPECTED["seed"], EXPECTED["world"], 1)["totals"]
    for name, was in EXPECTED["figures"].items():
        assert abs(got[name] - was) <= EXPECTED["tolerance"][name], (
            f"{name} was {was}, is {got[name]:.4f}: worse, or better and to be written down by score.py --calibrate")


def record(uid="f", ids=(), users=(), tenant="t", at=5000, status="New"):
    return json.dumps({
        "activity_name": "Create", "severity": "High", "status": status, "time": at, "start_time": at, "end_time": at,
        "metadata": {"tenant_uid": tenant}, "resources": [{"type": "user", "name": u} for u in users],
        "finding_info": {"uid": uid, "analytic": {"uid": "ropc"}, "related_events": [{"uid": i} for i in ids]},
        "unmapped": {"spoor": {"users": list(users)}}})


ATTACK = matching.Attack(7, "takeover", {"eve@x"}, {"t"}, {"a", "b"}, 1000, 9000, 2000, 1, True)


def matched(*records, attack=ATTACK):
    return [[a.id for a in hits] for hits in matching.match(matching.read_findings(records), [attack])]


def test_an_event_of_the_attack_decides():
    assert matched(record(ids=["x", "b"])) == [[7]]
    assert matched(record(ids=["x"], users=["eve@x"])) == [[]]  # the victim's own affairs


def test_an_account_decides_only_without_ids_and_in_time_and_place():
    late = 9000 + matching.SLACK_MS + 1
    assert matched(record(users=["eve@x"])) == [[7]]
    assert matched(record(users=["eve@x"], tenant="u")) == [[]]
    assert matched(record(users=["eve@x"], at=late)) == [[]]
    assert matched(record(users=["bob@x"])) == [[]]
    some = ATTACK._replace(all_ids=False)
    assert matched(record(ids=["x"], users=["eve@x"]), attack=some) == [[7]]


def test_records_of_a_uid_are_one_finding_and_what_is_taken_back_is_none():
    assert matched(record(ids=["x"]), record(ids=["a"])) == [[7]]
    assert matched(record(ids=["a"]), record(ids=["a"], status="Suppressed")) == []


def test_counts():
    findings = matching.read_findings([record("f", ["a"]), record("g", ["x"]), record("h", ["y"], at=10)])
    got = score.count(findings, [ATTACK], (1000, 10000), 500)
    assert got["kinds"]["takeover"] == {"labelled": 1, "found": 1, "findings": 1, "delays_s": [3.0]}
    assert got["false"] == {"ropc": {"High": 1}}
    assert got["totals"]["false_per_1000_user_days"] == 2
    assert score.count([], [ATTACK], (1000, 10000), 500)["totals"]["recall"] == 0
