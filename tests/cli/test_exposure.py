# SPDX-License-Identifier: Apache-2.0
"""The applicability check on its way out: replay, `spoor explain` and `spoor notice`, with golden
pages and mails of a tenant with no point and of one with the three that let the campaign succeed."""
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_explain import DATA, expect_inert, golden, hostile, spoor, width  # noqa: E402

# Last records of: grep -v IMAP4 attacks.ndjson | spoor replay -c attacks.yaml, of exposure: its two
# weeks are one without a point and one with three.
FINDINGS = DATA / "exposure.ndjson"
NONE, THREE = map(json.loads, FINDINGS.read_text().splitlines())


def run(command, *records, args=()):
    stdin = "".join(json.dumps(r) + "\n" for r in records).encode()
    result = spoor(command, *args, stdin=stdin)
    assert (result.returncode, result.stderr) == (0, b""), result.stderr.decode()
    return result.stdout.decode()


def states(record):
    return {p["name"]: p["state"] for p in record["unmapped"]["spoor"]["exposure"]}


def test_the_file_is_what_replay_says():
    lines = (DATA / "attacks.ndjson").read_text().splitlines(keepends=True)
    stdin = "".join(line for line in lines if "IMAP4" not in line).encode()
    result = spoor("replay", "-c", DATA / "attacks.yaml", "-", stdin=stdin)
    last = {}
    for record in map(json.loads, result.stdout.splitlines()):
        if record["finding_info"]["analytic"]["uid"] == "exposure":
            last[record["unmapped"]["spoor"]["bucket"]] = states(record), record["severity"]
    assert list(last.values()) == [(states(r), r["severity"]) for r in (NONE, THREE)]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name, record", [("none", NONE), ("three", THREE)])
def test_golden_mails(lang, name, record):
    text = run("notice", record, args=("--lang", lang))
    golden(f"exposure-{name}-{lang}.txt", text)
    assert max(map(width, text.splitlines())) <= 76


def test_golden_pages():
    golden("exposure-explain.txt", run("explain", NONE, THREE))


def test_with_no_point_there_is_nothing_to_do():
    mail = run("notice", NONE, args=("--lang", "en"))
    assert mail.count("None of the points applies: watch only.") == 2  # in the scope, and to do
    assert "POST" not in mail and "Disable" not in mail
    assert "commands" not in NONE["unmapped"]["spoor"] and "references" not in NONE["remediation"]
    assert "静観で問題ありません。" in run("notice", NONE, args=("--lang", "ja"))


def test_events_of_the_tenant_are_no_indicators():
    assert "Indicators" not in run("notice", THREE, args=("--lang", "en"))


@pytest.mark.parametrize("state, cli, ropc", [
    ("unknown", "Azure CLI 不明", "ROPC 不明"), ("yes", "Azure CLI 有", "ROPC 許可"),
    ("no", "Azure CLI 無", "ROPC 無"), ("blocked", "Azure CLI 遮断", "ROPC 遮断"),
    ("attacked", "Azure CLI 無（試行のみ）", "ROPC 無（試行のみ）"),
    ("not_shown_blocked", "Azure CLI 不明（試行あり）", "ROPC 不明（試行あり）"),
    ("no such state", "Azure CLI 不明", "ROPC 不明")])
def test_every_state_has_its_word(state, cli, ropc):
    record = json.loads(json.dumps(THREE))
    for point in record["unmapped"]["spoor"]["exposure"]:
        point["state"] = state
    mail = run("notice", record, args=("--lang", "ja"))
    one_line = mail.replace("\n    ", "").replace(" ", "")
    assert f"該当判定:{cli}/".replace(" ", "") in one_line
    assert f"/{ropc}/".replace(" ", "") in one_line


def test_two_weeks_are_one_mail_with_a_line_each():
    mail = run("notice", NONE, THREE, args=("--lang", "en"))
    assert mail.count("Applies here: ") == 2 and mail.count("Subject: ") == 1
    assert mail.count("None of the points applies: watch only.") == 1


def test_what_a_record_says_stays_inert():
    for record in map(hostile, (NONE, THREE)):
        expect_inert(run("explain", record))
        expect_inert(run("notice", record))
    record = json.loads(json.dumps(THREE))
    record["unmapped"]["spoor"]["exposure"] = [{"name": "legacy", "protocols": [{}] * 40,
                                                "names": ["x"] * 40, "users": 10**14}] * 40
    for command in ("explain", "notice"):
        expect_inert(run(command, record))
