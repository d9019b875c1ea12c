# SPDX-License-Identifier: Apache-2.0
"""Findings held against the truth of a generated set. README.md says the rules in words."""
import json
from collections import namedtuple
from datetime import datetime

# What an attack's label says; times in milliseconds. complete is None where the logs alone never tell.
Attack = namedtuple("Attack", "id kind users tenants ids first last complete wanted all_ids")
SLACK_MS = 60 * 60 * 1000  # a window of an hour may open before an attack's first event


def ms(text):
    return None if text is None else round(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


class Finding:
    """All records of one uid: the first tells when, the last how severe, all together whom and what they name."""

    def __init__(self, record):
        self.detector = record["finding_info"]["analytic"]["uid"]
        self.tenant = record["metadata"].get("tenant_uid")
        self.told = record["end_time"]  # how far event time had come when it was first told
        self.since, self.until = record["start_time"], record["end_time"]
        self.ids, self.users = set(), set()
        self.retracted = False

    def add(self, record):
        info, own = record["finding_info"], record["unmapped"]["spoor"]
        self.severity = record["severity"]
        self.since, self.until = min(self.since, record["start_time"]), max(self.until, record["end_time"])
        self.ids.update(e["uid"] for e in info.get("related_events", ()) if "uid" in e)
        self.ids.update(e["data"]["event_id"] for e in record.get("evidences", ()) if "event_id" in e.get("data", ()))
        self.users.update(own.get("users", ()))
        self.users.update(r["name"] for r in record.get("resources", ()) if r["type"] == "user")
        self.retracted = record["status"] == "Suppressed"


def read_findings(stream):
    """What stands at the end: findings that were taken back are not among them."""
    findings = {}
    for line in stream:
        record = json.loads(line)
        uid = record["finding_info"]["uid"]
        if uid not in findings:
            findings[uid] = Finding(record)
        findings[uid].add(record)
    return [f for f in findings.values() if not f.retracted]


def read_attacks(stream):
    attacks = []
    for line in stream:
        t = json.loads(line)
        if t["type"] == "attack":
            attacks.append(Attack(t["id"], t["kind"], set(t["users"]), set(t["tenants"]), set(t["event_ids"]),
                                  ms(t["first"]), ms(t["last"]), ms(t["complete"]), t["findings"],
                                  t["events"] == len(t["event_ids"])))
    return attacks


def by_account(finding, attack):
    """Where event ids cannot decide: an account of the attack, in its tenant, during it."""
    return (finding.tenant in attack.tenants and bool(finding.users & attack.users)
            and finding.since <= attack.last + SLACK_MS and finding.until >= attack.first - SLACK_MS)


def match(findings, attacks):
    """For each finding the list of attacks that it belongs to; empty: false."""
    by_id = {}
    for attack in attacks:
        for event in attack.ids:
            by_id.setdefault(event, []).append(attack)
    matched = []
    for finding in findings:
        hits = {a.id: a for event in finding.ids for a in by_id.get(event, ())}
        for attack in attacks:
            if (not finding.ids or not attack.all_ids) and by_account(finding, attack):
                hits[attack.id] = attack
        matched.append(list(hits.values()))
    return matched
