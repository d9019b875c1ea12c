# SPDX-License-Identifier: Apache-2.0
"""The findings themselves: valid against the published OCSF schema, complete enough to act on. The first
tests try the checks on a finding made by hand; the others need spoor."""

import copy
import json

import pytest

from findings import errors_of, identity, subject_of

SAMPLE = {
    "activity_id": 1, "category_uid": 2, "class_uid": 2004, "type_uid": 200401, "severity_id": 4, "severity": "High",
    "time": 1751932800000, "is_alert": True, "status_id": 1, "message": "anna: sign-ins 9,600 km apart within 12 min",
    "metadata": {"version": "1.8.0", "product": {"name": "spoor", "vendor_name": "spoor"}, "tenant_uid": "t", "uid": "u.1"},
    "finding_info": {"uid": "u", "title": "anna: sign-ins 9,600 km apart within 12 min",
                     "analytic": {"uid": "impossible_travel", "type_id": 1, "name": "impossible_travel"}},
    "unmapped": {"spoor": {"subject": "Anna@tenant.example", "bucket": 20277}},
}


def test_sample_is_valid():
    assert errors_of(SAMPLE) == []
    assert tuple(identity(SAMPLE)) == ("impossible_travel", "t", "anna@tenant.example", 20277)


@pytest.mark.parametrize("path, value", [
    (("severity_id",), "High"), (("time",), "2025-07-08"), (("type_uid",), 200402), (("invented",), 1),
    (("metadata", "version"), "1.8.0"), (("finding_info", "uid"), None), (("is_alert",), False),
    (("finding_info", "analytic", "type_id"), 12345), (("activity_id",), 7),
])
def test_mistakes_are_noticed(path, value):
    finding = copy.deepcopy(SAMPLE)
    inner = finding
    for key in path[:-1]:
        inner = inner[key]
    if path == ("metadata", "version"):
        del finding["severity_id"]
    elif value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    assert errors_of(finding)


@pytest.mark.parametrize("text, subject", [
    ("AS4837", "as4837"), ("4837", "as4837"), ("2A0A:D683::/32", "as32167"), ("45.10.0.0/16", "45.10.0.0/16"),
    ("45.10.3.4/32", "45.10.0.0/16"), ("2a12:5940:1::/48", "2a12:5940::/32"),
    ("Azure CLI, ropc, python", "fp")])
def test_subjects_of_sprays(text, subject):
    assert subject_of("password_spray", text) == subject
    assert subject_of("cidr_match", " Lshiy ") == "lshiy"


# What spoor says

def test_clean_run(clean_run, small):
    clean_run.check(small.expected)  # validates every record
    clean_run.check_said_once()
    small.same_uids(clean_run.uids)


def test_ids_look_like_ids(clean_run):
    for finding in clean_run.all:
        uid = finding["finding_info"]["uid"]
        assert len(uid) >= 32 and uid.isascii() and not any(part in uid for part in ("@", " ")), uid
        assert finding["metadata"]["product"]["name"] == "spoor"
        assert finding["finding_info"]["title"] and finding["severity_id"] in range(1, 7)


def test_times_are_the_events_own(clean_run, small):
    """Never the clock: the traffic is of a day long past."""
    times = [event.time_ms for event in small.traffic.events]
    for finding in clean_run.all:
        assert min(times) <= finding["time"] <= max(times)
        assert finding.get("start_time", finding["time"]) <= finding.get("end_time", finding["time"])


def test_evidence_points_into_kafka(clean_run):
    """Each tells at least one event by topic, partition and offset."""
    for finding in clean_run.standing.values():
        places = [evidence.get("data", {}).get("kafka") for evidence in finding.get("evidences", ())]
        assert any(place and {"topic", "partition", "offset"} <= set(place) for place in places), finding["finding_info"]


def test_tenants_do_not_see_each_other(clean_run, small):
    """No user name or tenant of one tenant in a finding of another."""
    domains = {tenant: people[0][0].partition("@")[2] for tenant, people in small.traffic.people.items()}
    for finding in clean_run.all:
        text, tenant = json.dumps(finding), finding["metadata"]["tenant_uid"]
        for other, domain in domains.items():
            if other != tenant and tenant != "*":
                assert domain not in text and other not in text
