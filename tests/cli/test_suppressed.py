# SPDX-License-Identifier: Apache-2.0
"""What is held back can be seen: counted by detector, reason and tenant, and printed as findings with the
status Suppressed when asked for."""
import json

import test_mail
from test_cli import lines, ocsf_errors, replay, spoor, summary
from test_mail import CONFIG, TENANT

OTHER = "11111111-2222-3333-4444-555555555555"


def run(records, *args):
    return replay(*args, "-c", CONFIG, stdin="\n".join(map(json.dumps, records)).encode())


def held(result):
    return [f for f in lines(result) if f["status_id"] == 3]


def test_explain_prints_what_is_held_back():
    result = run(test_mail.TWINS, "--explain")
    n, by_reason = summary(result)["suppressed"]
    findings = held(result)
    assert findings == lines(result) and len(findings) == n == 3
    assert "held back 3" in summary(result)["records"][1]
    said = {(f["finding_info"]["analytic"]["uid"], f["unmapped"]["spoor"]["suppressed"]) for f in findings}
    assert said == {("inbox_rule", "internal_domain"), ("mailbox_forwarding", "internal_domain"),
                    ("mailbox_forwarding", "accepted_forwarder")}
    assert all(f"{detector} {reason} 1" in by_reason for detector, reason in said)
    for f in findings:
        assert (f["status"], f["is_alert"], f["unmapped"]["spoor"]["held_back"]) == ("Suppressed", False, True)
        assert f["metadata"]["uid"] == f"{f['finding_info']['uid']}.{f['unmapped']['spoor']['suppressed']}"
        assert f["severity_id"] >= 1 and f["evidences"] and ocsf_errors(f) == []
    assert len({f["metadata"]["uid"] for f in findings}) == 3


def test_without_it_they_are_only_counted():
    assert lines(run(test_mail.TWINS)) == []


def test_the_config_asks_for_them_too(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(CONFIG.read_text() + "output: {suppressed: true}\n")
    stdin = "\n".join(map(json.dumps, test_mail.TWINS)).encode()
    assert replay("-c", path, stdin=stdin).stdout == run(test_mail.TWINS, "--explain").stdout


def test_findings_are_the_same_with_and_without():
    both = test_mail.ATTACKS + test_mail.TWINS
    explained = lines(run(both, "--explain"))
    assert [f for f in explained if f["status_id"] != 3] == lines(run(both))
    assert len(explained) > len(lines(run(both)))


def test_one_that_fires_later_is_created():
    """A rule that forwards to a colleague, and is changed to forward outside the same day."""
    rule = test_mail.record(0, "New-InboxRule", test_mail.ANNA, {"Name": "x1", "ForwardTo": test_mail.BERT})
    evil = test_mail.record(9, "Set-InboxRule", test_mail.ANNA, {"Name": "x1", "ForwardTo": "x@evil.example"})
    first, second = lines(run([rule, evil], "--explain"))
    assert first["finding_info"]["uid"] == second["finding_info"]["uid"]
    assert (first["status_id"], second["status_id"], second["activity_id"]) == (3, 1, 1)
    assert second["metadata"]["uid"].endswith(".0")
    (only,) = lines(run([evil, rule], "--explain"))  # what was said is not taken back by an excuse
    assert only["activity_id"] == 1


def test_explain_and_mails_tell_it_apart():
    rule = test_mail.record(0, "New-InboxRule", test_mail.ANNA, {"Name": "x1", "ForwardTo": test_mail.BERT})
    evil = test_mail.record(9, "Set-InboxRule", test_mail.ANNA, {"Name": "x1", "ForwardTo": "x@evil.example"})
    first, second = run([rule, evil], "--explain").stdout.splitlines(keepends=True)
    assert b"held back and not an alert: internal_domain" in spoor("explain", stdin=first).stdout
    alone = spoor("notice", stdin=first)
    assert alone.stdout == b"" and b"1 retracted or suppressed finding(s) left out" in alone.stderr
    # Whichever comes last: another instance may say one after the other has said the other.
    mail = spoor("notice", stdin=second).stdout
    assert mail and mail == spoor("notice", stdin=first + second).stdout == spoor("notice", stdin=second + first).stdout


def test_tenants_are_told_where_there_are_several():
    twins = [dict(t, OrganizationId=OTHER) for t in test_mail.TWINS[1:2]] + test_mail.TWINS
    config = CONFIG.read_text()
    assert TENANT in config
    one, two = run(test_mail.TWINS), run(twins)
    assert b"of tenant" not in one.stderr
    # The other tenant has no domains: its rule to a colleague is internal all the same.
    assert f"  of tenant {TENANT} 3, {OTHER} 1\n".encode() in two.stderr


def test_a_tenant_of_the_log_cannot_write_on_the_terminal():
    evil = [dict(t, OrganizationId="\x1b[31m\nfindings    9") for t in test_mail.TWINS[1:2]]
    result = run(evil + test_mail.TWINS)
    assert b"\x1b" not in result.stderr and b"\nfindings    9" not in result.stderr
