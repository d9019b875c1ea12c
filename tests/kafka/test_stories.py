# SPDX-License-Identifier: Apache-2.0
"""The stories of tests/scenario as one stream of vendors' records: `run` on a real Kafka ends with the
findings that `replay` ends with, of every detector. With one worker: the stream is four months in a few
seconds, and two workers may be some hundred messages apart, which here are days (plugin/README.md)."""

import json
import subprocess
from datetime import datetime, timezone

import pytest

import process
import spoor
from findings import SUPPRESSED, Findings, errors_of

SCENARIO = process.ROOT / "build/scenario/scenario"

pytestmark = pytest.mark.usefixtures("program")


def happened(text):
    record = json.loads(text)
    if "class_uid" in record:  # OCSF counts milliseconds, the others write dates
        return datetime.fromtimestamp(record["time"] / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    inner = record.get("properties") or record.get("data") or record
    return inner.get("date") or inner.get("createdDateTime") or inner.get("timeGenerated") or inner.get("activityDateTime") \
        or inner["CreationTime"]


@pytest.fixture(scope="module")
def stories():
    """All of them, without their own config: what matters is that both ways say the same."""
    found = sorted((process.ROOT / "tests/scenario").glob("*.scn"))
    assert len(found) > 100
    return found


@pytest.fixture(scope="module")
def records(stories):
    """What they log, in the order in which it happened."""
    out = subprocess.run([SCENARIO, "--records", *stories], cwd=process.ROOT, check=True, capture_output=True).stdout
    return sorted(out.splitlines(), key=happened)


@pytest.fixture(scope="module")
def tenants(stories):
    mail = {"domains": ["contoso.com"], "accepted_forwarders": ["tickets@desk.example", "archive.example"]}
    return {f"{path.stem}.contoso": mail for path in stories}


def standing(findings):
    return {uid: (finding["finding_info"]["analytic"]["uid"], finding["severity"], finding["unmapped"]["spoor"]["subject"])
            for uid, finding in findings.items() if finding.get("status_id") != SUPPRESSED}


def replayed(config, records, path):
    path.write_bytes(b"\n".join(records))
    out = subprocess.run([spoor.PROGRAM, "replay", "-c", config, path], cwd=process.ROOT, check=True, capture_output=True).stdout
    lines = [json.loads(line) for line in out.splitlines()]
    return standing({line["finding_info"]["uid"]: line for line in lines})


def test_run_says_what_replay_says(kafka, tmp_path, records, tenants):
    topics = spoor.make_topics(kafka)
    spoor.produce(kafka, topics["input"], [(0, record) for record in records])
    with spoor.Spoor(kafka, tmp_path, topics, tenants=tenants, workers=1) as running:
        running.wait_drained().stop()
        config = running.config
    found = Findings(kafka.read(topics["findings"]))
    expected = replayed(config, records, tmp_path / "stories.ndjson")
    assert standing(found.last) == expected
    assert not kafka.read(topics["dead_letters"])
    found.check_said_once()
    for finding in found.last.values():
        assert not errors_of(finding)
    listed = subprocess.run([spoor.PROGRAM, "list", "detectors"], check=True, capture_output=True, text=True).stdout
    assert {name for name, _, _ in expected.values()} == {line.split()[0] for line in listed.splitlines() if line.strip()}
