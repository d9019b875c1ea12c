# SPDX-License-Identifier: Apache-2.0
"""Writes attacks.ndjson: invented sign-ins with a password spray, a sign-in without a second factor by
ROPC, legacy authentication, a feed's network and a journey no aircraft makes. Addresses are of the
documentation ranges or, where a place is needed, those that the test database knows.
Usage: python3 tests/data/cli/make.py >tests/data/cli/attacks.ndjson"""
import json

TENANT = "8a4de8b5-095c-47d0-a96f-a75130c61d53"
CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
number = 0


def sign_in(minute, user, ip, code, **more):
    """One Entra diagnostic record, `minute` minutes into 2025-03-04."""
    global number
    number += 1
    day, minute = divmod(minute, 1440)
    time = f"2025-03-{4 + day:02}T{minute // 60:02}:{minute % 60:02}:{number % 60:02}.000Z"
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
        sign_in(day * 1440 + 480 + user, f"user{user:02}", "198.51.100.7", 0)
start = 4 * 1440
for user in range(60):  # the spray: one network, many users
    sign_in(start + user, f"user{user:02}", f"203.0.113.{user % 8 + 10}", 50126, **ROPC)
sign_in(start + 61, "user17", "203.0.113.12", 0, **ROPC)
sign_in(start + 90, "user05", "203.0.113.200", 0, **LEGACY)
for user in range(30):
    sign_in(start + 480 + user, f"user{user:02}", "198.51.100.7", 0)
sign_in(start + 600, "user03", "2.125.160.216", 0)  # Boxford, GB in the test database
sign_in(start + 630, "user03", "216.160.83.56", 0)  # Milton, US
