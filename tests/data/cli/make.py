# SPDX-License-Identifier: Apache-2.0
"""Writes attacks.ndjson: invented sign-ins with a password spray, a sign-in without a second factor by
ROPC, legacy authentication and a network of a feed. Addresses say nothing about a place without a
database; documentation ranges would not do, since nobody signs in from them.
Usage: python3 tests/data/cli/make.py >tests/data/cli/attacks.ndjson"""
import datetime
import json

TENANT = "8a4de8b5-095c-47d0-a96f-a75130c61d53"
CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
number = 0


def sign_in(minute, user, ip, code, **more):
    """One Entra diagnostic record, `minute` minutes after the start of 2025-03-04."""
    global number
    number += 1
    when = datetime.datetime(2025, 3, 4) + datetime.timedelta(minutes=minute)
    time = when.isoformat(timespec="milliseconds") + "Z"
    properties = {"id": f"e-{number:05}", "createdDateTime": time,
                  "userPrincipalName": f"{user}@contoso.com", "userId": f"id-{user}",
                  "ipAddress": ip, "clientAppUsed": "Browser", "isInteractive": True,
                  "userAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/136.0",
                  "appId": "00000002-0000-0ff1-ce00-000000000000",
                  "appDisplayName": "Office 365 Exchange Online",
                  "authenticationRequirement": "multiFactorAuthentication",
                  "status": {"errorCode": code}}
    properties.update(more)
    print(json.dumps({"time": time, "category": "SignInLogs", "operationName": "Sign-in activity",
                      "tenantId": TENANT, "properties": properties}, separators=(",", ":")))


ROPC = {"authenticationProtocol": "ropc", "appId": CLI, "appDisplayName": "Microsoft Azure CLI",
        "clientAppUsed": "Mobile Apps and Desktop clients", "userAgent": "python-requests/2.31",
        "authenticationRequirement": "singleFactorAuthentication"}
LEGACY = {"clientAppUsed": "IMAP4", "authenticationRequirement": "singleFactorAuthentication",
          "userAgent": ""}

for day in range(3):  # how it usually looks
    for user in range(30):
        sign_in(day * 1440 + 480 + user, f"user{user:02}", "216.160.83.7", 0)
start = 4 * 1440
for user in range(60):  # the spray: one network, many users
    sign_in(start + user / 4, f"user{user:02}", f"81.2.69.{user % 8 + 10}", 50126, **ROPC)
sign_in(start + 61, "user17", "81.2.69.12", 0, **ROPC)
sign_in(start + 90, "user05", "81.2.69.200", 0, **LEGACY)
for user in range(30):
    sign_in(start + 480 + user, f"user{user:02}", "216.160.83.7", 0)
