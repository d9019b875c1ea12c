# SPDX-License-Identifier: Apache-2.0
"""Mail turned outside or hidden, from Microsoft 365 audit records to findings; each attack beside a twin of it that
people do every day."""
import json

from test_cli import DATA, last_words, lines, ocsf_errors, replay, summary

TENANT = "8a4de8b5-095c-47d0-a96f-a75130c61d53"
CONFIG = DATA / "mail.yaml"


def record(number, operation, user, parameters=None, **more):
    """One record of the unified audit log, `number` minutes after 2025-03-04T10:00."""
    return {"CreationTime": f"2025-03-04T{10 + number // 60:02}:{number % 60:02}:00", "Id": f"m-{number:04}",
            "Operation": operation, "OrganizationId": TENANT, "RecordType": 1, "ResultStatus": "True",
            "UserKey": user, "UserType": 0, "Version": 1, "Workload": "Exchange", "UserId": user,
            "ClientIP": "81.2.69.12:50001",
            "Parameters": [{"Name": k, "Value": v} for k, v in (parameters or {}).items()], **more}


def updated(number, user, name, condition, actions):
    """What Outlook writes when a rule changes: actions are JSON in a string, the condition is not."""
    properties = {"RuleOperation": "AddMailboxRule", "RuleName": name, "RuleState": "Enabled",
                  "RuleCondition": condition, "RuleActions": json.dumps(actions)}
    return record(number, "UpdateInboxRules", user, RecordType=2, Parameters=None, MailboxOwnerUPN=user,
                  OperationProperties=[{"Name": k, "Value": v} for k, v in properties.items()])


ANNA, BERT, ROOT = "anna@contoso.com", "bert@contoso.com", "root@contoso.com"
ATTACKS = [
    record(0, "New-InboxRule", ANNA, {"Name": ".", "SubjectOrBodyContainsWords": "invoice;payment",
                                      "MoveToFolder": "RSS Feeds", "StopProcessingRules": "True"}),
    updated(1, BERT, "Updates", "(Exists subject)",
            [{"ActionType": "Forward", "Recipients": ["drop@evil-contoso.com"]}]),
    record(2, "Set-Mailbox", ANNA, {"Identity": "anna", "ForwardingSmtpAddress": "smtp:x@evil.example",
                                    "DeliverToMailboxAndForward": "True"}),
    *(record(10 + i, "Set-Mailbox", ROOT, {"Identity": f"user{i}@contoso.com",
                                           "ForwardingSmtpAddress": f"smtp:x{i}@out.example"}, UserType=2)
      for i in range(12)),
    record(40, "Set-HostedOutboundSpamFilterPolicy", ROOT, {"AutoForwardingMode": "On"}, UserType=2),
]
TWINS = [
    record(0, "New-InboxRule", ANNA, {"Name": "Newsletters", "SubjectContainsWords": "newsletter",
                                      "MoveToFolder": "Newsletters"}),
    updated(1, BERT, "Updates", "(Exists subject)", [{"ActionType": "Forward", "Recipients": [ANNA]}]),
    record(2, "Set-Mailbox", ROOT, {"Identity": "leaver@contoso.com", "ForwardingSmtpAddress": ANNA}, UserType=2),
    record(3, "Set-Mailbox", ROOT, {"Identity": "help@contoso.com",
                                    "ForwardingSmtpAddress": "smtp:Tickets@desk.example"}, UserType=2),
    record(4, "Set-Mailbox", ANNA, {"Identity": "anna", "ForwardingSmtpAddress": ""}),
    record(5, "Set-Mailbox", ANNA, {"Identity": "anna", "ForwardingSmtpAddress": "x@evil.example"},
           ResultStatus="False"),
    record(6, "Set-HostedOutboundSpamFilterPolicy", ROOT, {"AutoForwardingMode": "Automatic"}, UserType=2),
]


def run(records):
    return replay("-c", CONFIG, stdin="\n".join(map(json.dumps, records)).encode())


def said(result):
    return {(f["finding_info"]["analytic"]["uid"], f["unmapped"]["spoor"]["subject"], f["severity"])
            for f in lines(result) if f["activity_id"] == 1}


def test_attacks_are_found():
    users = {("mailbox_forwarding", f"user{i}@contoso.com", "Critical") for i in range(12)}
    assert said(run(ATTACKS)) == users | {
        ("inbox_rule", ANNA, "High"), ("inbox_rule", BERT, "Critical"),
        ("mailbox_forwarding", ANNA, "Critical"), ("mailbox_forwarding", "tenant policy", "Critical"),
        ("bulk_forwarding", ROOT, "High")}
    bulk = [f for f in lines(run(ATTACKS)) if f["finding_info"]["analytic"]["uid"] == "bulk_forwarding"][-1]
    assert bulk["unmapped"]["spoor"]["counts"]["mailboxes"] == 12
    assert bulk["unmapped"]["spoor"]["thresholds"]["mailboxes"] == 3


def test_twins_are_not_but_counted():
    result = run(TWINS)
    assert lines(result) == []
    assert summary(result)["suppressed"][0] == 3


def test_order_and_repetition_change_nothing():
    whole = last_words(run(ATTACKS))
    assert last_words(run(ATTACKS[::-1])) == whole
    assert last_words(run(ATTACKS + ATTACKS)) == whole


def test_findings_keep_the_schema_and_offer_commands():
    findings = lines(run(ATTACKS))
    assert [error for f in findings for error in ocsf_errors(f)] == []
    commands = {c for f in findings for c in f["unmapped"]["spoor"].get("commands", [])}
    assert "Disable-InboxRule -Mailbox 'anna@contoso.com' -Identity '.'" in commands
    suspended = 'PATCH https://graph.microsoft.com/v1.0/users/root@contoso.com {"accountEnabled":false}'
    assert suspended in commands
    assert any(c.startswith("Set-Mailbox -Identity 'user3@contoso.com' -ForwardingSmtpAddress $null") for c in commands)


def test_bad_domains_are_told_with_their_line(tmp_path):
    from test_cli import spoor
    path = tmp_path / "c.yaml"
    path.write_text("tenants:\n  a: {domains: [contoso], accepted_forwarders: ['*@x.com']}\n")
    result = spoor("check-config", "-c", path)
    assert result.returncode == 3
    assert b"c.yaml:2:" in result.stderr and b"no mail domain" in result.stderr
