# SPDX-License-Identifier: Apache-2.0
"""Samples of third parties through `spoor parse`, held against expected.tsv and fields.tsv."""
import os

import pytest
import samples

EXPECTED = samples.table("expected.tsv")
FIELDS = samples.table("fields.tsv")


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
