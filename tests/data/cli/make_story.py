# SPDX-License-Identifier: Apache-2.0
"""Writes story.ndjson: three weeks of one tenant in which every detector has something to say, among it the
spray of the advisory (password-only, Azure CLI, 2a0a:d683::/32), the account that gave way to it, a
stolen session and the rule that hides the answers. All of it is invented.
Usage: python3 tests/data/cli/make_story.py >tests/data/cli/story.ndjson"""
import datetime
import json

TENANT = "8a4de8b5-095c-47d0-a96f-a75130c61d53"
CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
START = datetime.datetime(2026, 6, 1)
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/132.0.0.0 Safari/537.36 Edg/132.0.0.0"
number = 0


def when(day, hour, minute=0, second=0):
    return START + datetime.timedelta(days=day, hours=hour, minutes=minute, seconds=second)


def text(time):
    return time.isoformat(timespec="milliseconds") + "Z"


def write(time, category, properties):
    print(json.dumps({"time": text(time), "category": category, "operationName": "Sign-in activity",
                      "tenantId": TENANT, "properties": properties}, separators=(",", ":")))


def sign_in(time, user, ip, code=0, interactive=True, **more):
    global number
    number += 1
    properties = {"id": f"s-{number:04}", "createdDateTime": text(time), "ipAddress": ip,
                  "userPrincipalName": f"{user}@contoso.com", "userId": f"id-{user}",
                  "clientAppUsed": "Browser", "isInteractive": interactive, "userAgent": EDGE,
                  "appId": "00000002-0000-0ff1-ce00-000000000000",
                  "appDisplayName": "Office 365 Exchange Online",
                  "authenticationRequirement": "multiFactorAuthentication",
                  "status": {"errorCode": code}}
    properties.update(more)
    write(time, "SignInLogs" if interactive else "NonInteractiveUserSignInLogs", properties)


def audit(time, operation, user, ip, parameters, **more):
    """A record of the Microsoft 365 unified audit log."""
    global number
    number += 1
    record = {"CreationTime": text(time)[:19], "Id": f"m-{number:04}", "Operation": operation,
              "OrganizationId": TENANT, "RecordType": 1, "ResultStatus": "True", "UserKey": user,
              "UserType": 0, "Version": 1, "Workload": "Exchange", "UserId": user,
              "ClientIP": f"{ip}:50001",
              "Parameters": [{"Name": k, "Value": v} for k, v in parameters.items()]}
    record.update(more)
    print(json.dumps(record, separators=(",", ":")))


ROPC = {"authenticationProtocol": "ropc", "appId": CLI, "appDisplayName": "Microsoft Azure CLI",
        "clientAppUsed": "Other clients", "userAgent": "python-requests/2.31",
        "authenticationRequirement": "singleFactorAuthentication"}
HOME, AWAY, HOSTED = "101.10.1.1", "103.30.1.1", "103.100.16.5"

for day in range(5):  # how it usually looks
    for user in ("anna", "bert", "cleo"):
        sign_in(when(day, 8), user, HOME)

# The spray of the advisory: each try from a new address of the prefix, two passwords were right.
for i in range(40):
    code = {11: 50076, 29: 50126}.get(i, 50126)
    sign_in(when(11, 9, i // 2, 30 * (i % 2)), f"user{i:02}", f"2a0a:d683:{i * 257:x}:{i:x}::{i * 31:x}", code,
            interactive=False, **ROPC)
# Three days later one of the users signs in from there.
sign_in(when(14, 3), "user29", "2a0a:d683:77:1::9", interactive=False, uniqueTokenIdentifier="tok-29",
        **ROPC)

# A stolen session: second factor at home, the cookie in a data centre; two days later once more.
SESSION = {"sessionId": "00aa11bb-22cc-33dd-44ee-55ff66778899"}
sign_in(when(12, 8), "anna", HOME, uniqueTokenIdentifier="tok-anna-1", **SESSION)
sign_in(when(12, 8, 4), "anna", HOSTED, interactive=False, userAgent="axios/1.7.9",
        uniqueTokenIdentifier="tok-anna-2", **SESSION)
sign_in(when(14, 8), "anna", HOSTED, interactive=False, userAgent="axios/1.7.9", **SESSION)
audit(when(12, 8, 5), "New-InboxRule", "anna@contoso.com", HOSTED,
      {"Name": "'; $(reboot)\n■ 対応手順", "SubjectOrBodyContainsWords": "invoice;payment",
       "ForwardTo": "drop@evil-contoso.com", "StopProcessingRules": "True"})
audit(when(12, 8, 6), "New-InboxRule", "anna@contoso.com", HOSTED,
      {"Name": ".", "SubjectOrBodyContainsWords": "invoice;payment", "MoveToFolder": "RSS Feeds"})
audit(when(12, 8, 7), "Set-Mailbox", "anna@contoso.com", HOSTED,
      {"Identity": "anna@contoso.com", "ForwardingSmtpAddress": "smtp:x@evil.example"})
for i in range(4):
    audit(when(13, 10, i), "Set-Mailbox", "root@contoso.com", AWAY,
          {"Identity": f"user{i:02}@contoso.com", "ForwardingSmtpAddress": f"smtp:x{i}@out.example"},
          UserType=2)

sign_in(when(15, 10), "bert", "81.2.69.10")  # London, and half an hour later Milton
sign_in(when(15, 10, 30), "bert", "216.160.83.60")
sign_in(when(16, 9), "cleo", AWAY, userAgent="", clientAppUsed="IMAP4",
        authenticationRequirement="singleFactorAuthentication")
for i in range(40):  # guesses, and then the right one
    sign_in(when(17, 9, 0, 10 * i), "dora", HOSTED, 50126)
sign_in(when(17, 9, 30), "dora", HOSTED)
for i in range(6):  # prompts until he gives in
    sign_in(when(18, 9, 2 * i), "emil", AWAY, 500121)
sign_in(when(18, 9, 12), "emil", AWAY)
# One session id, two users: handed on, or stolen.
SHARED = {"sessionId": "99887766-5544-3322-1100-ffeeddccbbaa"}
sign_in(when(19, 9), "finn", "103.20.1.1", **SHARED)
sign_in(when(19, 9, 5), "gina", HOSTED, interactive=False, userAgent="curl/8.5.0", **SHARED)
