# SPDX-License-Identifier: Apache-2.0
"""`spoor explain`: golden pages, columns, colours, and that hostile names stay inert."""
import json
import os
import pty
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest

SPOOR = os.environ.get("SPOOR", "build/spoor")
DATA = Path("tests/data/cli")
FINDINGS = DATA / "findings.ndjson"  # last records of: replay -c attacks.yaml attacks.ndjson
RECORDS = [json.loads(line) for line in FINDINGS.read_text().splitlines()]
HOSTILE = ("eve\r\n■ \x1b[31m$(reboot)`id`';\u202e\u2066\u200b\u0085\u009b2J\ufeff"
           "@evil.net" + "e" + "\u0301" * 40)


def spoor(*args, stdin=b""):
    return subprocess.run([SPOOR, *map(str, args)], input=stdin, capture_output=True, timeout=60)


def page(*records):
    stdin = "".join(json.dumps(r) + "\n" for r in records).encode()
    result = spoor("explain", stdin=stdin)
    assert (result.returncode, result.stderr) == (0, b""), result.stderr.decode()
    return result.stdout.decode()


def record(detector="ropc"):
    return json.loads(json.dumps(next(
        r for r in RECORDS if r["finding_info"]["analytic"]["uid"] == detector)))


def width(line):
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def golden(name, text):
    """Compares; with SPOOR_GOLDEN=write, writes."""
    if os.environ.get("SPOOR_GOLDEN") == "write":
        (DATA / name).write_text(text)
    assert text == (DATA / name).read_text()


def expect_inert(text):
    for c in text:
        assert c == "\n" or (unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp")), hex(ord(c))


def hostile(value, key=None):
    """Every text but those that the program reads as words of its own."""
    if isinstance(value, dict):
        return {k: v if k in ("analytic", "commands") else hostile(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(v, key) for v in value]
    return HOSTILE if isinstance(value, str) else value


def test_golden():
    golden("explain.txt", spoor("explain", FINDINGS).stdout.decode())


def test_stdin_dash_and_file_are_the_same():
    expected = spoor("explain", FINDINGS).stdout
    assert spoor("explain", stdin=FINDINGS.read_bytes()).stdout == expected
    assert spoor("explain", "-", stdin=FINDINGS.read_bytes()).stdout == expected


def test_a_real_replay_is_explained():
    findings = spoor("replay", "-c", DATA / "attacks.yaml", DATA / "attacks.ndjson").stdout
    result = spoor("explain", stdin=findings)
    assert result.returncode == 0
    assert result.stdout.decode().count("\n  finding ") == len(findings.splitlines())


def test_what_an_analyst_needs_is_there():
    finding = record("password_spray")
    finding["evidences"][0]["data"].update(
        session="s-1", kafka={"topic": "signins", "partition": 3, "offset": 77, "index": 2})
    finding["evidences"][0]["src_endpoint"].update(
        location={"city": "Linköping", "country": "SE"},
        autonomous_system={"number": 29518, "name": "Bredband2"})
    text = page(finding)
    for part in ("2025-03-08T00:00:00.000Z", "held against 4", "Linköping / SE  AS29518 Bredband2",
                 "session s-1", "kafka topic signins  partition 3  offset 77  index 2",
                 "T1110.003 Password Spraying", "confidence ", "04b07795-8ddb-461a-bbee"):
        assert part in text, part


def test_units_of_several_words_are_read_whole():
    """A time is a measure whose unit has blanks; it was once shown as so many seconds."""
    finding = record()
    spoor_part = finding["unmapped"]["spoor"]
    spoor_part["counts"] = {"removed_at": 1780329600, "odd \"name\"": 3}
    spoor_part["units"] = {"removed_at": "s since 1970"}
    text = page(finding)
    assert re.search(r"removed_at +2026-06-01T16:00:00.000Z$", text, re.M), text
    assert re.search(r'odd "name" +3$', text, re.M), text


def test_pages_are_at_most_100_columns():
    for text in (page(*RECORDS), page(*map(hostile, RECORDS))):
        assert max(map(width, text.splitlines())) <= 100


@pytest.mark.parametrize("finding", RECORDS, ids=lambda r: r["finding_info"]["analytic"]["uid"])
def test_hostile_texts_stay_inert(finding):
    text = page(hostile(finding))
    expect_inert(text)
    assert "\\u{D}\\u{A}" in text and "\\u{1B}" in text and "\\u{202E}" in text
    assert sum(not line.startswith(" ") for line in text.splitlines() if line) == 1


def test_a_command_that_deceives_is_not_shown():
    for bad in ("rm\x1b[2J -rf", "a\nb", "x\u202ey", "POST " + "a" * 300):
        finding = record()
        finding["unmapped"]["spoor"]["commands"] = [bad]
        text = page(finding)
        expect_inert(text)
        assert "cannot be shown here exactly" in text


def test_commands_can_be_pasted():
    finding = record("password_spray")
    block = page(finding).split("check them before use\n")[1].split("\n  ATT&CK")[0]
    shown = [" ".join(c.split("\n")) for c in re.split(r"\n            (?=\S)", block.lstrip())]
    commands = finding["unmapped"]["spoor"]["commands"]
    assert len(shown) == len(commands) > 2
    for text, command in zip(shown, commands):
        method, _, body = text.partition("{")
        assert method.split() == command.partition("{")[0].split()
        if body:
            assert json.loads("{" + body) == json.loads(command[command.index("{"):])


@pytest.mark.parametrize("no_colour", [None, "1"])
def test_colours_only_on_a_terminal_that_wants_them(no_colour):
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    if no_colour:
        env["NO_COLOR"] = no_colour
    ours, theirs = pty.openpty()
    process = subprocess.Popen([SPOOR, "explain", str(FINDINGS)], stdout=theirs, env=env)
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 4096):
            text += piece
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    assert process.wait() == 0
    assert (b"\x1b[" in text) == (no_colour is None)
    assert b"\x1b" not in spoor("explain", FINDINGS).stdout


GOOD = json.dumps(RECORDS[0])
WRONG = [
    "{", "nothing", "[1]", '"text"', "{}", GOOD + GOOD, GOOD[:-5], GOOD + " x",
    GOOD.replace('"password_spray"', '"mind_reading"'), GOOD.replace("2004", "2005"),
    "{" * 9000, '{"a":' * 3000, '{"a":"' + "x" * 200000 + '"}',
    GOOD.replace('"finding_info": {"uid"', '"finding_info": {"iud"')]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
@pytest.mark.parametrize("command", ["explain", "notice"])
def test_wrong_input_is_1_with_the_line(command, wrong):
    result = spoor(command, stdin=f"{GOOD}\n\n{wrong}\n".encode())
    assert result.returncode == 1
    assert result.stderr.startswith(f"spoor {command}: stdin:3: ".encode())
    assert len(result.stderr.splitlines()) == 1
    expect_inert(result.stderr.decode())


def test_every_cut_of_a_record_is_refused_or_explained():
    for n in range(1, len(GOOD), 97):
        assert spoor("explain", stdin=GOOD[:n].encode()).returncode == 1


@pytest.mark.parametrize("command", ["explain", "notice"])
def test_a_finding_with_nothing_but_its_name(command):
    bare = {"class_uid": 2004, "metadata": {"tenant_uid": "t"},
            "finding_info": {"uid": "u", "title": "T", "analytic": {"uid": "ropc"}}}
    odd = {**bare, "evidences": [1, {}, {"data": []}], "severity_id": -4, "start_time": 10 ** 14,
           "unmapped": {"spoor": {"counts": {"a": {"b": [1]}, "c": "\\"}, "users": {"x": 1}}}}
    result = spoor(command, stdin=(json.dumps(bare) + "\n" + json.dumps(odd)).encode())
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.parametrize("command", ["explain", "notice"])
def test_missing_file_is_1_and_no_such_option_2(command):
    assert spoor(command, DATA / "missing").returncode == 1
    assert spoor(command, "--loud").returncode == 2
