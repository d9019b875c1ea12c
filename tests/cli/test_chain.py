# SPDX-License-Identifier: Apache-2.0
"""A takeover as one incident, from sign-in and audit records of two sources: the timeline in true order whatever came
first, the schema, the page of `explain`, and that what the detectors take back leaves it."""
import json

from test_cli import DATA, last_words, lines, ocsf_errors, replay, spoor

TENANT = "8a4de8b5-095c-47d0-a96f-a75130c61d53"
CONFIG = DATA / "sessions.yaml"
ANNA = "anna@contoso.com"
HOME, RENTED = "103.30.1.1", "103.100.16.5"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/132.0.0.0 Safari/537.36 Edg/132.0.0.0"


def sign_in(at, ip, user=ANNA, agent=EDGE, **more):
    return {"time": at, "category": "SignInLogs", "tenantId": TENANT, "properties": {
        "id": f"s-{user}-{at}", "createdDateTime": at, "userPrincipalName": user, "ipAddress": ip,
        "isInteractive": True, "userAgent": agent, "status": {"errorCode": 0},
        "authenticationRequirement": "multiFactorAuthentication", **more}}


def audit(at, what, ip, user=ANNA):
    return {"time": at, "category": "AuditLogs", "tenantId": TENANT, "operationName": what, "properties": {
        "id": f"a-{user}-{at}", "activityDateTime": at, "activityDisplayName": what, "result": "success",
        "initiatedBy": {"user": {"userPrincipalName": user, "ipAddress": ip}}}}


def rule(at, ip, user=ANNA):
    parameters = {"Name": ".", "SubjectOrBodyContainsWords": "invoice;payment", "MoveToFolder": "RSS Feeds"}
    return {"CreationTime": at.rstrip("Z"), "Id": f"m-{user}-{at}", "Operation": "New-InboxRule",
            "OrganizationId": TENANT, "RecordType": 1, "ResultStatus": "True", "UserKey": user, "UserType": 0,
            "Version": 1, "Workload": "Exchange", "UserId": user, "ClientIP": f"{ip}:50001",
            "Parameters": [{"Name": k, "Value": v} for k, v in parameters.items()]}


KNOWN = [sign_in(f"2025-03-0{day}T08:00:00Z", HOME) for day in (1, 2, 3, 4)]
THEFT = [sign_in("2025-03-10T10:00:00Z", RENTED, sessionId="s1"),
         sign_in("2025-03-10T10:04:00Z", "103.100.17.9", agent="axios/1.7.9", sessionId="s1", isInteractive=False),
         audit("2025-03-10T10:09:00Z", "User registered security info", RENTED),
         rule("2025-03-10T10:12:07Z", RENTED)]


def run(records):
    return replay("-c", CONFIG, stdin="\n".join(map(json.dumps, records)).encode())


def chains(records):
    found = {}
    for f in lines(run(records)):
        if f["finding_info"]["analytic"]["uid"] == "kill_chain":
            found[f["finding_info"]["uid"]] = f
    return [f for f in found.values() if f["status"] != "Suppressed"]


def timeline(finding):
    return [(s["stage"], s.get("detector", "")) for s in finding["unmapped"]["spoor"]["timeline"]]


def test_one_incident_in_true_order():
    chain, = chains(KNOWN + THEFT)
    assert (chain["severity"], chain["unmapped"]["spoor"]["subject"]) == ("Critical", ANNA)
    assert chain["finding_info"]["title"] == f"{ANNA}: account takeover in progress: access, session, persistence, mail"
    assert chain["unmapped"]["spoor"]["title_ja"].startswith(f"{ANNA}: アカウント乗っ取りの進行: 不正アクセス、")
    assert timeline(chain) == [("access", ""), ("session", "session_user_agent"), ("persistence", ""),
                               ("mail", "inbox_rule")]
    times = [s["time"] for s in chain["unmapped"]["spoor"]["timeline"]]
    assert times[2:] == [1741601340000, 1741601527000]  # to the second
    assert "2025-03-10 10:12:07 mail: inbox rule that steals or hides mail." in chain["finding_info"]["desc"]
    assert chain["unmapped"]["spoor"]["counts"]["access_to_act"] == 727


def test_the_rule_arrives_before_the_sign_in_five_seconds_older():
    late = [rule("2025-03-10T10:00:05Z", RENTED), sign_in("2025-03-10T10:00:00Z", RENTED)]
    chain, = chains(KNOWN + late)
    assert timeline(chain) == [("access", ""), ("mail", "inbox_rule")]
    assert chain["unmapped"]["spoor"]["counts"]["access_to_act"] == 5
    assert last_words(run(KNOWN + late)) == last_words(run(KNOWN + late[::-1]))


def test_related_findings_phases_and_schema():
    findings = lines(run(KNOWN + THEFT))
    chain = [f for f in findings if f["finding_info"]["analytic"]["uid"] == "kill_chain"][-1]
    said = {f["finding_info"]["uid"]: f["finding_info"]["analytic"]["uid"] for f in findings}
    related = {r["uid"]: r["type"] for r in chain["finding_info"]["related_events"] if "desc" in r}
    assert sorted(related.values()) == ["inbox_rule", "session_user_agent"]
    assert all(said[uid] == name for uid, name in related.items())
    assert [p["phase_id"] for p in chain["finding_info"]["kill_chain"]] == [4, 5, 7]
    assert [error for f in findings for error in ocsf_errors(f)] == []
    commands = chain["unmapped"]["spoor"]["commands"]
    assert f"POST https://graph.microsoft.com/v1.0/users/{ANNA}/revokeSignInSessions" in commands
    assert any(c.startswith(f"Get-Mailbox -Identity '{ANNA}'") for c in commands)


def test_what_is_taken_back_leaves_the_chain():
    """The days that make a password-only sign-in familiar arrive after it: the detector takes it back, and the chain
    with it; in the other order nobody spoke."""
    password_only = {"authenticationProtocol": "ropc", "authenticationRequirement": "singleFactorAuthentication"}
    used = [sign_in(f"2025-03-0{day}T08:00:00Z", HOME, **password_only) for day in (1, 2, 3, 4)]
    today = [sign_in("2025-03-10T08:00:00Z", HOME, **password_only), rule("2025-03-10T09:00:00Z", "103.40.1.1")]
    assert len(chains(today)) == 1
    assert chains(used + today) == []
    others = [sign_in(f"2025-03-10T10:{i % 60:02}:{i // 60:02}Z", HOME, user=f"u{i}@contoso.com") for i in range(600)]
    assert chains(today + others + used) == []
    after = [f for f in lines(run(today + others + used)) if f["finding_info"]["analytic"]["uid"] == "kill_chain"][-1]
    assert (after["activity_name"], after["status"]) == ("Close", "Suppressed")
    assert after["unmapped"]["spoor"]["suppressed"] == "superseded"


def test_the_page_of_explain():
    chain, = chains(KNOWN + THEFT)
    page = spoor("explain", stdin=json.dumps(chain).encode()).stdout.decode()
    text = [line for line in page.splitlines() if "timeline" in line or line.startswith(" " * 12 + "2025")]
    assert text[:4] == [
        "  timeline  2025-03-10 10:00:00  access          sign-in from an unfamiliar hosting or VPN network",
        "            2025-03-10 10:00+30m session         session in an unfamiliar agent (session_user_agent)",
        "            2025-03-10 10:09:00  persistence     second factor added or changed",
        "            2025-03-10 10:12:07  mail            inbox rule that steals or hides mail (inbox_rule)"]
    assert "Timeline" not in page
