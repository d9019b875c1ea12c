# SPDX-License-Identifier: Apache-2.0
"""Samples of third parties, which stand beside the repository where they are, and what spoor makes
of each: counts by kind, by reason of refusal, and the events themselves."""
import csv
import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

SPOOR = os.environ.get("SPOOR", "build/spoor")
CORPUS = Path(os.environ.get("SPOOR_CORPUS", "../shared/corpus"))
HERE = Path(__file__).parent
NOT_SAMPLES = ("maxmind-db/", "README.md")  # databases; who the samples are from


@dataclass
class Outcome:
    """What one file gave."""

    events: list
    counts: Counter
    errors: Counter
    ignored: int

    @property
    def records(self):
        return len(self.events) + self.ignored + sum(self.errors.values())


def table(name):
    """The rows of a table beside this file, as dictionaries."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t",
                          quoting=csv.QUOTE_NONE)
    return [{key: value or "" for key, value in row.items()} for row in rows]


def files():
    """Every sample, by its path below the corpus. What a rule expects of one is not a sample."""
    paths = (p.relative_to(CORPUS).as_posix() for p in CORPUS.rglob("*") if p.is_file())
    return sorted(p for p in paths
                  if not p.startswith(NOT_SAMPLES) and not p.endswith(".expected.json"))


def parsers():
    """Names of the parsers of this build."""
    out = subprocess.run([SPOOR, "list", "parsers"], capture_output=True, check=True, text=True)
    return {line.split()[0] for line in out.stdout.splitlines() if line[:1].isalpha()}


def counts(text):
    """"a=1,b=2" as a Counter; "-" as an empty one."""
    parts = (part.split("=") for part in text.split(",") if part != "-")
    return Counter({name: int(n) for name, n in parts})


def words(counter):
    return ",".join(f"{name}={n}" for name, n in sorted(counter.items())) or "-"


def rules():
    """Every sample that a rule stands beside."""
    return sorted(p.relative_to(CORPUS).as_posix().removesuffix(".expected.json")
                  for p in CORPUS.rglob("*.expected.json"))


def cases(rule):
    """What the rule says of the lines of its sample: their events with a time lent to them, and whether it matches."""
    sample = (CORPUS / f"{rule}.ndjson").read_text(encoding="utf-8").splitlines()
    for case in json.loads((CORPUS / f"{rule}.expected.json").read_text(encoding="utf-8"))["cases"]:
        text = f'{{"time":1741064767,"event":{sample[case["line"] - 1]}}}'
        parse = subprocess.run([SPOOR, "parse"], input=text.encode(), capture_output=True, timeout=60, check=True)
        events = [json.loads(line) for line in parse.stdout.splitlines()]
        yield case["name"], [event for event in events if "error" not in event], case["expected"]


def says(event, words):
    """Does an event say all of "field=value field=one,other"?"""
    parts = (word.split("=") for word in words.split())
    return all(event.get(field) in values.replace("_", " ").split(",") or event.get(field) in values.split(",")
               for field, values in parts)


def run(name):
    """parse says what the records are; how many are none of ours, only replay says."""
    path = str(CORPUS / name)
    parse = subprocess.run([SPOOR, "parse", path], capture_output=True, timeout=60, check=True)
    replay = subprocess.run([SPOOR, "replay", path], capture_output=True, timeout=60, check=True)
    lines = [json.loads(line) for line in parse.stdout.splitlines()]
    events = [line for line in lines if "error" not in line]
    summary = {}
    for line in replay.stderr.decode().splitlines():
        number = line[11:].split()
        if number and number[0].isdigit():
            summary[line[:11].strip()] = int(number[0])
    assert summary["events"] == len(events), "parse and replay do not agree"
    return Outcome(events, Counter(f"{e['source']}:{e['kind']}" for e in events),
                   Counter(line["error"] for line in lines if "error" in line),
                   summary["not ours"])
