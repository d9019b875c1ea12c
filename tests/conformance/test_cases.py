# SPDX-License-Identifier: Apache-2.0
"""Shapes of forwarders and reports through `spoor`, held against cases.tsv. The table is printed behind
the tests: each case, read or refused, and why."""
import os
import subprocess
import sys

import cases
import pytest
import samples

ROWS = samples.table("cases.tsv")
WRITER = samples.HERE.parent / "setup" / "mmdb_write.py"


@pytest.fixture(scope="session", autouse=True)
def present():
    if not cases.CASES.is_dir():
        assert os.environ.get("CI") != "true", f"{cases.CASES} is not there"
        pytest.skip(f"{cases.CASES} is not there")


@pytest.fixture(scope="session")
def geoip(tmp_path_factory):
    """A config with the places of networks.json."""
    home = tmp_path_factory.mktemp("geoip")
    subprocess.run([sys.executable, WRITER, "test-data", samples.HERE / "networks.json", home], check=True)
    config = home / "spoor.yaml"
    config.write_text(f"geoip: {{city: [{home}/city-maxmind.mmdb], asn: [{home}/asn.mmdb]}}\n")
    return str(config)


def test_every_case_has_a_row():
    assert cases.files() == sorted({row["case"] for row in ROWS})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "{case}:{command}".format(**row))
def test_case(row, geoip, answers):
    answer = cases.run(row, geoip)
    wrong = cases.wrong(row, answer)
    answers.append((row, answer, wrong))
    assert not wrong, row["why"]
