# SPDX-License-Identifier: Apache-2.0
"""Cases of third parties' rules: events, and whether their rule matches. What our detectors say of
the same events comes from `spoor replay`."""
import json
import subprocess
from dataclasses import dataclass

import samples


@dataclass
class Case:
    """One event of a rule's tests. `expected` is what their rule says of it; None: no rule."""

    name: str
    event: dict
    expected: bool | None


def files():
    """Every sample that a rule was tested with."""
    return [name for name in samples.files() if name.startswith(("streamalert/", "otrf-"))
            or (samples.CORPUS / name).with_suffix(".expected.json").exists()]


def panther(path):
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    told = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    return [Case(case["name"], json.loads(lines[case["line"] - 1]), case["expected"])
            for case in sorted(told["cases"], key=lambda case: case["line"])]


def streamalert(path):
    return [Case(case.get("description", "")[:60], case,
                 bool(case["trigger_rules"]) if "trigger_rules" in case else None)
            for case in json.loads(path.read_text(encoding="utf-8"))]


def cases(name):
    path = samples.CORPUS / name
    if path.with_suffix(".expected.json").exists():
        return panther(path)
    if name.startswith("streamalert/"):
        return streamalert(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Case("attack recorded", json.loads(line), True) for line in lines if line.strip()]


def copies(event, times, member):
    """The event so often, each a little different: another id, or one member more."""
    for n in range(times):
        yield {**event, member if member != "-" else "copy": f"copy-{n}"}


def said(event, times=1, member="-"):
    """Names of the detectors that say something of an event, told so often. Not exposure, which says what
    is open to attack and is no rule's equivalent."""
    told = [event] if times == 1 else copies(event, times, member)
    stdin = "".join(json.dumps(e) + "\n" for e in told).encode()
    out = subprocess.run([samples.SPOOR, "replay"], input=stdin, capture_output=True, timeout=60,
                         check=True).stdout
    return {json.loads(line)["finding_info"]["analytic"]["uid"] for line in out.splitlines()} - {"exposure"}
