# SPDX-License-Identifier: Apache-2.0
"""`spoor generate`: the same bytes for a seed, a folder that replays as it stands, truth that belongs to the events,
paces, and mistakes told. What is in the events is tests/unit/generate_*.c's."""
import json
import subprocess
import time
from pathlib import Path

import pytest

from test_cli import lines, spoor

SMALL = ["--users", "30", "--days", "3"]


def generate(*args):
    result = spoor("generate", *args)
    assert result.returncode == 0, result.stderr.decode()
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("set") / "made"
    generate(*SMALL, "-o", path)
    return path


def test_same_seed_same_bytes(folder):
    assert generate(*SMALL).stdout == (folder / "events.ndjson").read_bytes()
    assert generate(*SMALL, "--seed", "2").stdout != generate(*SMALL, "--seed", "3").stdout


def test_another_compiler_gives_the_same_bytes(folder):
    subprocess.run(["make", "-s", "-j2", "CC=clang", "SAN=", "all"], check=True, capture_output=True)
    other = Path("build/clang/spoor")  # make lint takes it as it is
    made = subprocess.run([other, "generate", *SMALL], capture_output=True, check=True).stdout
    assert made == (folder / "events.ndjson").read_bytes()


def test_a_folder_replays_as_it_stands(folder):
    result = spoor("replay", "-c", folder / "spoor.yaml", folder / "events.ndjson")
    assert result.returncode == 0, result.stderr.decode()
    assert any(f["finding_info"]["analytic"]["uid"] == "cidr_match" for f in lines(result))
    assert b"bad         0" in result.stderr


def test_truth_belongs_to_the_events(folder):
    truth = [json.loads(line) for line in (folder / "truth.ndjson").open()]
    parsed = lines(spoor("parse", folder / "events.ndjson"))
    ids = {e.get("event_id") for e in parsed}
    users = {e.get("user") for e in parsed}
    attacks = [t for t in truth if t["type"] == "attack"]
    assert len({a["kind"] for a in attacks}) == 20
    for a in attacks:
        assert a["tenants"] and a["event_ids"] and set(a["event_ids"]) <= ids
        assert set(a["users"]) <= users
        assert a["findings"] == 1
    assert all(t["user"] for t in truth if t["type"] == "oddity")


def test_help_names_every_kind_of_attack(folder):
    help_text = spoor("generate", "--help").stdout.decode()
    for line in (folder / "truth.ndjson").open():
        t = json.loads(line)
        assert t["type"] != "attack" or t["kind"] in help_text


def test_chosen_attacks(tmp_path):
    truth = tmp_path / "truth"
    generate(*SMALL, "--attacks", "takeover:2,brute_force", "--truth", truth)
    kinds = sorted(t["kind"] for t in map(json.loads, truth.open()) if t["type"] == "attack")
    assert kinds == ["brute_force", "takeover", "takeover"]
    generate(*SMALL, "--attacks", "none", "--truth", truth)
    assert all(json.loads(line)["type"] == "oddity" for line in truth.open())


def test_attacks_without_a_place_are_told():
    result = generate("--tenants", "1", "--users", "5", "--days", "2", "--attacks", "takeover:9")
    assert b"4 of 9 attacks found no place" in result.stderr
    assert b"no place" not in generate(*SMALL, "--attacks", "takeover:2,campaign:50").stderr


def test_start_moves_the_set():
    event = lines(spoor("parse", stdin=generate("--users", "20", "--days", "1", "--start", "2026-05-04").stdout))[0]
    assert event["time"].startswith("2026-05-04")


def test_pace():
    began = time.monotonic()
    result = generate("--users", "5", "--tenants", "1", "--days", "1", "--attacks", "none", "--speed", "100000x")
    assert time.monotonic() - began > 0.6  # a day is 0.86 s; what comes late comes later
    assert result.stdout


@pytest.mark.parametrize("args,told", [
    (["--sed", "1"], b'no option "--sed"'), (["--seed"], b"--seed needs a value"),
    (["--seed", "x"], b"--seed takes a number"), (["--users", "0"], b"--users takes a number from 1"),
    (["--tenants", "50"], b"at least 250 users"), (["--attacks", "takover"], b'did you mean "takeover"?'),
    (["--attacks", "takeover:x"], b"takeover takes a number"), (["--world", "calibratd"], b'did you mean "calibrated"'),
    (["--speed", "fast"], b"--speed takes a number above 0"), (["--rate", "0"], b"--rate takes a number above 0"),
    (["--topic", "t"], b"-c and --topic belong together"), (["-c", "f"], b"-c and --topic belong together"),
    (["-o", "d", "-c", "f", "--topic", "t"], b"-o and --topic exclude each other"),
    (["--start", "monday"], b"--start takes a time"), (["events"], b'no option "events"')])
def test_mistakes_are_told(args, told):
    result = spoor("generate", *args)
    assert (result.returncode, result.stdout) == (2, b"")
    assert told in result.stderr


def test_a_config_that_is_wrong_and_a_folder_that_is_not(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("kafka: {bootstrap.servers: 1, no.such.property: 2}\n")
    assert spoor("generate", "-c", bad, "--topic", "t").returncode == 3
    result = spoor("generate", "-o", tmp_path / "no" / "such")
    assert (result.returncode, result.stdout) == (1, b"")
    assert b"No such file" in result.stderr
