# SPDX-License-Identifier: Apache-2.0
"""Findings as they come out of the topic: checked against the published OCSF schema, and reduced to what
the oracle can know."""

import functools
import ipaddress
import json
import re

from jsonschema import Draft202012Validator
from ocsf_json_schema.embedded import OcsfJsonSchemaEmbedded
from ocsf_json_schema.loader import get_ocsf_schema, get_packaged_versions

from geo import Geo
from oracle import Expected

JUDGED = ("impossible_travel", "password_spray", "cidr_match", "ropc", "legacy_auth")
SUPPRESSED = 3


@functools.cache
def validator(version, profiles):
    """For class 2004 of one version of the schema. Unknown attributes are errors in it."""
    assert version in get_packaged_versions(), f"no published OCSF schema {version}"
    assert tuple(int(part) for part in version.split(".")[:2]) >= (1, 3), f"OCSF {version} is too old"
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version))
    return Draft202012Validator(schema.get_class_schema(schema.lookup_class_name_from_uid(2004), list(profiles)))


def errors_of(finding):
    """What is wrong with a finding, as sentences; [] if nothing is."""
    metadata = finding.get("metadata", {})
    checker = validator(metadata.get("version", "?"), tuple(metadata.get("profiles", ())))
    errors = [f"{'.'.join(map(str, error.absolute_path)) or 'finding'}: {error.message[:200]}"
              for error in checker.iter_errors(finding)]
    expect = {
        "class_uid": 2004, "category_uid": 2, "type_uid": 200400 + finding.get("activity_id", 0),
        "is_alert": finding.get("activity_id") in (1, 2),
    }
    errors += [f"{key}: {finding.get(key)!r}, expected {value!r}" for key, value in expect.items()
               if finding.get(key) != value]
    if finding.get("activity_id") not in (1, 2, 3):
        errors.append(f"activity_id: {finding.get('activity_id')!r}")
    return errors


@functools.cache
def geo():
    return Geo()


def subject_of(detector, text):
    """A subject as the oracle writes it. A spray's is a source or a fingerprint, whose wording is spoor's
    own affair. A source may be told by any level that explains it, but its id is that of the system,
    or of the /16 or /32 where no system is known: so it is brought back to that."""
    text = text.strip().lower()
    if detector != "password_spray":
        return text
    number = re.fullmatch(r"(?:as)?\s*(\d+)", text)
    if number:
        return f"as{number[1]}"
    try:
        prefix = ipaddress.ip_network(text)
    except ValueError:
        return "fp"
    asn = geo().find(str(prefix.network_address)).asn
    wide = 16 if prefix.version == 4 else 32
    return f"as{asn}" if asn else str(prefix.supernet(new_prefix=wide) if prefix.prefixlen > wide else prefix)


def identity(finding):
    detector, unmapped = finding["finding_info"]["analytic"]["uid"], finding["unmapped"]["spoor"]
    return Expected(detector, finding["metadata"]["tenant_uid"], subject_of(detector, unmapped["subject"]),
                    int(unmapped["bucket"]))


class Findings:
    """All records of a findings topic. The last record of an id is the finding; one that ends as
    suppressed was taken back and counts as never said."""

    def __init__(self, records):
        self.all = [json.loads(record.value) for record in records if record.value is not None]
        self.keys = [record.key.decode() for record in records if record.value is not None]
        self.last = {finding["finding_info"]["uid"]: finding for finding in self.all}
        self.standing = {uid: finding for uid, finding in self.last.items() if finding.get("status_id") != SUPPRESSED}

    @property
    def uids(self):
        return set(self.standing)

    def found(self):
        return {identity(finding) for finding in self.standing.values()}

    def created(self):
        """{uid: how often a Create was said}"""
        counts = {}
        for finding in self.all:
            if finding["activity_id"] == 1:
                uid = finding["finding_info"]["uid"]
                counts[uid] = counts.get(uid, 0) + 1
        return counts

    def check(self, expected):
        """The findings of the judged detectors are exactly the oracle's, each once, and valid."""
        found = {one for one in self.found() if one.detector in JUDGED}
        missing, surplus = sorted(expected - found), sorted(found - expected)
        assert not missing and not surplus, report(missing, surplus, len(expected))
        assert len(self.standing) == len(self.found()), "two ids for one subject and bucket"
        for key, finding in zip(self.keys, self.all):
            assert key == finding["finding_info"]["uid"], f"record key {key} of finding {finding['finding_info']['uid']}"
            errors = errors_of(finding)
            assert not errors, "\n".join([*errors, json.dumps(finding, ensure_ascii=False, indent=1)])

    def check_said_once(self):
        again = {uid: count for uid, count in self.created().items() if count != 1}
        assert not again, f"created more than once: {again}"
        assert set(self.created()) == set(self.last), "an Update or Close of what was never created"


def report(missing, surplus, total):
    lines = [f"{len(missing)} of {total} expected findings are missing, {len(surplus)} are too many"]
    lines += [f"  missing  {tuple(one)}" for one in missing[:12]]
    lines += [f"  surplus  {tuple(one)}" for one in surplus[:12]]
    return "\n".join(lines)
