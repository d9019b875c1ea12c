# SPDX-License-Identifier: Apache-2.0
"""Samples of third parties through `spoor parse`, held against expected.tsv, fields.tsv and rules.tsv."""
import os

import pytest
import samples

EXPECTED = samples.table("expected.tsv")
FIELDS = samples.table("fields.tsv")
RULES = samples.table("rules.tsv")


def need(row, known):
    missing = set(row["needs"].split(",")) - known
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"this build has no parser {', '.join(sorted(missing))}")
    assert not missing


def test_every_sample_has_a_row():
    assert samples.files() == sorted(row["file"] for row in EXPECTED)


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: row["file"])
def test_sample(row, known, outcome):
    got = outcome(row["file"])
    need(row, known)
    assert got.counts == samples.counts(row["events"]), row["why"]
    assert got.errors == samples.counts(row["errors"]), row["why"]
    assert got.ignored == int(row["ignored"]), row["why"]
    assert got.records == int(row["records"])


@pytest.mark.parametrize("row", FIELDS, ids=lambda row: "{file}:{event}:{field}".format(**row))
def test_field(row, known, outcome):
    need(row, known)
    value = outcome(row["file"]).events[int(row["event"]) - 1].get(row["field"])
    text = str(value).lower() if isinstance(value, bool) else value
    assert (text if value is not None else "-") == row["value"]


def test_every_rule_has_a_row():
    assert samples.rules() == [row["rule"] for row in RULES]
    assert all(row["says"] != "-" or row["why"] for row in RULES)


@pytest.mark.parametrize("row", [row for row in RULES if row["says"] != "-"], ids=lambda row: row["rule"])
def test_rule(row, known):
    need(row, known)
    cases = list(samples.cases(row["rule"]))
    assert any(expected for _, _, expected in cases)
    for name, events, expected in cases:
        assert any(samples.says(event, row["says"]) for event in events) == expected, (name, events)
