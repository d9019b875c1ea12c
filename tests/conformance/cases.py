# SPDX-License-Identifier: Apache-2.0
"""Shapes that forwarders send and shapes that people reported: running `spoor` on each, and comparing
what it says with the right answer, which cases.tsv has."""
import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import samples

CASES = Path(os.environ.get("SPOOR_CASES", "../shared/cases"))
NUMBERS = ("events", "not ours", "unknown", "bad")  # of replay's summary


@dataclass
class Answer:
    """What spoor says of a case. `findings` are open or suppressed ones, each once."""

    events: list
    errors: Counter
    findings: Counter
    numbers: dict
    refusal: str  # what is said on stderr when the command itself is refused

    @property
    def counts(self):
        return Counter(":".join(event.get(field, "-") for field in ("source", "kind", "outcome", "reason"))
                       for event in self.events)

    @property
    def refused(self):
        return sum(self.errors.values())


def files():
    return sorted(p.name for p in CASES.iterdir() if not p.name.endswith(".expect.md"))


def call(words, path):
    return subprocess.run([samples.SPOOR, *words, str(path)], capture_output=True, timeout=60)


def summary(stderr):
    """The numbers of replay's summary."""
    found = {}
    for line in stderr.decode().splitlines():
        words = line[11:].split()
        if line[:11].strip() in NUMBERS and words and words[0].isdigit():
            found[line[:11].strip()] = int(words[0])
    return found


def findings(stdout):
    """detector:severity of each finding as it stands at the end; Suppressed where it is held back."""
    last = {}
    for line in stdout.splitlines():
        finding = json.loads(line)
        severity = "Suppressed" if finding["status"] == "Suppressed" else finding["severity"]
        last[finding["finding_info"]["uid"]] = f"{finding['finding_info']['analytic']['uid']}:{severity}"
    return Counter(last.values())


def run(row, config):
    """parse tells what the records are, replay what they mean and how many are none of ours."""
    command, *options = row["command"].split()
    options = [word for option in options for word in (("-c", config) if option == "GEOIP" else (option,))]
    path = CASES / row["case"]
    parse = call(["parse", *(options if command == "parse" else [])], path)
    replay = call(["replay", *options], path)
    lines = [json.loads(line) for line in parse.stdout.splitlines()]
    done = parse.returncode == 0 and replay.returncode == 0
    said = (parse.stderr + replay.stderr).decode().strip()
    return Answer([line for line in lines if "error" not in line],
                  Counter(line["error"] for line in lines if "error" in line),
                  findings(replay.stdout) if done else Counter(), summary(replay.stderr),
                  "" if done else said.splitlines()[0] if said else "no word")


def within(number, limits):
    """Is a number "3", or between the two of "1-2"?"""
    low, _, high = limits.partition("-")
    return int(low) <= number <= int(high or low)


def differences(what, got, wanted):
    """Lines on how counts differ from "pattern=n,pattern=n"; one that no pattern names differs, too."""
    wanted = [part.split("=") for part in wanted.split(",") if part != "-"]
    for pattern, limits in wanted:
        n = sum(count for name, count in got.items() if fnmatchcase(name, pattern))
        if not within(n, limits):
            yield f"{what} {pattern}: {n}, not {limits}"
    for name, count in got.items():
        if not any(fnmatchcase(name, pattern) for pattern, _ in wanted):
            yield f"{what} {name}: {count}, not 0"


def unsaid(events, says):
    """Lines on fields that are not as "field=value field=-|..." has them."""
    parts = says.split("|")
    for n, event in enumerate(events):
        for word in parts[min(n, len(parts) - 1)].split():
            if word == "-":
                continue
            field, _, value = word.partition("=")
            if not fnmatchcase(str(event.get(field, "-")), value):
                yield f"event {n + 1}: {field} is {event.get(field, 'absent')}, not {value}"


def wrong(row, answer):
    """All that differs from the right answer, as lines."""
    if answer.refusal:
        return [answer.refusal]
    if row["events"].isdigit():
        found = [] if answer.numbers.get("events") == int(row["events"]) else [f"events {answer.numbers}"]
        refused = answer.numbers.get("bad", 0) + answer.numbers.get("unknown", 0)
    else:
        found = [*differences("events", answer.counts, row["events"]), *unsaid(answer.events, row["says"])]
        refused = answer.refused
    if not within(refused, row["refused"]):
        found.append(f"refused {refused}, not {row['refused']}")
    if row["command"].startswith("replay"):
        found += differences("findings", answer.findings, row["finds"])
    return found
