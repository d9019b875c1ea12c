# SPDX-License-Identifier: Apache-2.0
"""Rules of third parties against our detectors, held against detectors.tsv."""
import subprocess

import pytest
import rules
import samples

ROWS = samples.table("detectors.tsv")


def test_every_rule_has_a_row():
    assert sorted(row["file"] for row in ROWS) == rules.files()


def test_every_detector_named_is_one():
    out = subprocess.run([samples.SPOOR, "list", "detectors"], capture_output=True, check=True)
    known = {line.split()[0] for line in out.stdout.decode().splitlines()}
    assert {row["detector"] for row in ROWS} - {"-"} <= known


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_rule(row, verdicts):
    ours, times, member = row["detector"], int(row["told"]), row["id"]
    expected = [] if row["cases"] == "-" else [int(n) for n in row["cases"].split(",")]
    theirs, matched = [], []
    for n, case in enumerate(rules.cases(row["file"]), 1):
        said = rules.said(case.event, times, member)
        if ours == "-":
            assert said == set(), f"case {n}, {case.name}: is there an equivalent after all?"
        if ours in said:
            matched.append(n)
            assert times == 1 or ours not in rules.said(case.event, times - 1, member)
        if case.expected:
            theirs.append(n)
        verdicts.append((row, n, case, ours in said))
    assert matched == expected
    assert matched == theirs or row["why"], "a difference that nobody explains"
    assert ours != "-" or row["why"]
