# SPDX-License-Identifier: Apache-2.0
"""The command line as a contract: usage, exit codes, what goes to stdout and what to stderr."""
import gzip
import json
import os
import re
import subprocess
from pathlib import Path

import jsonschema
import ocsf_json_schema
import pytest

SPOOR = os.environ.get("SPOOR", "build/spoor")
DATA = Path("tests/data/cli")
ATTACKS = DATA / "attacks.ndjson"


def spoor(*args, stdin=b""):
    return subprocess.run([SPOOR, *map(str, args)], input=stdin, capture_output=True, timeout=120)


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def replay(*args, stdin=b""):
    result = spoor("replay", *args, stdin=stdin)
    assert result.returncode == 0, result.stderr.decode()
    return result


def summary(result):
    """{"events": (212, ""), "bad": (1, "not_json 1"), ...} from the lines on stderr."""
    parts = {}
    for line in result.stderr.decode().splitlines():
        number, _, more = line[11:].strip().partition(" ")
        if number.isdigit():
            parts[line[:11].strip()] = (int(number), more.strip(" ()"))
    return parts


# --- usage ---


def test_no_command_is_wrong_usage():
    result = spoor()
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"check-config" in result.stderr


def test_help_goes_to_stdout():
    for args in (["help"], ["--help"], ["help", "replay"], ["replay", "--help"], ["list", "-h"]):
        result = spoor(*args)
        assert (result.returncode, result.stderr) == (0, b"")
        assert result.stdout.startswith(b"usage: spoor ")


def test_every_command_of_the_overview_has_help():
    overview = spoor("help").stdout.decode().splitlines()
    names = [line.split()[0] for line in overview if line.startswith("  ")]
    assert names == ["run", "demo", "replay", "parse", "explain", "notice", "generate", "check-config", "list",
                     "version"]
    for name in names:
        assert spoor(name, "--help").stdout.decode().startswith(f"usage: spoor {name}")


def test_unknown_command_names_the_nearest():
    result = spoor("repaly")
    assert (result.returncode, result.stdout) == (2, b"")
    assert b'did you mean "replay"?' in result.stderr


@pytest.mark.parametrize("args", [
    ["replay", "--speed"], ["replay", "-c"], ["parse", "--format"], ["parse", "--format", "entrra"],
    ["replay", "--format"], ["replay", "--format", "entrra"],
    ["check-config"], ["check-config", "-c"], ["check-config", "file"], ["list"],
    ["list", "parsers", "options"], ["list", "detektors"], ["version", "now"]])
def test_wrong_usage_is_2(args):
    result = spoor(*args)
    assert (result.returncode, result.stdout) == (2, b"")
    assert b"usage: spoor " + args[0].encode() in result.stderr


def test_unreadable_file_is_1_and_the_others_are_read():
    result = spoor("parse", DATA / "missing", DATA / "mixed.ndjson")
    assert result.returncode == 1
    assert len(lines(result)) == 4
    assert b"missing: No such file" in result.stderr


def test_full_disk_is_1():
    with open("/dev/full", "wb") as full:
        result = subprocess.run([SPOOR, "list", "options"], stdout=full, stderr=subprocess.PIPE)
    assert result.returncode == 1
    assert b"No space left" in result.stderr


# --- parse ---


def test_parse_keeps_order_and_tells_what_is_bad():
    result = spoor("parse", DATA / "mixed.ndjson")
    assert (result.returncode, result.stderr) == (0, b"")
    first, bad, foreign, last = lines(result)
    assert first["user"] == "alice@contoso.com"
    assert first["time"] == "2025-03-04T05:06:06.500Z"
    assert (first["outcome"], first["reason"], first["code"]) == (
        "failure", "wrong_password", "50126")
    assert (bad["error"], foreign["error"]) == ("not_json", "unknown_format")
    text = (DATA / "mixed.ndjson").read_bytes()
    assert foreign["offset"] == text.index(b'{"what"')
    assert text.index(b"{\"this") <= bad["offset"] < foreign["offset"]
    assert last["ip"] == "203.0.113.9"


def test_stdin_dash_file_and_gzip_are_the_same(tmp_path):
    text = (DATA / "mixed.ndjson").read_bytes()
    packed = tmp_path / "x.gz"
    packed.write_bytes(gzip.compress(text[:100]) + gzip.compress(text[100:]))
    expected = spoor("parse", DATA / "mixed.ndjson").stdout
    assert spoor("parse", stdin=text).stdout == expected
    assert spoor("parse", "-", stdin=text).stdout == expected
    assert spoor("parse", packed).stdout == expected


def test_offsets_count_from_the_start_of_a_large_file(tmp_path):
    record = json.loads((DATA / "mixed.ndjson").read_text().splitlines()[0])
    record["properties"]["padding"] = "x" * 3000
    good = json.dumps(record).encode() + b"\n"
    large = tmp_path / "large"
    large.write_bytes(good * 1000 + b"{broken}\n" + good * 1000)
    result = lines(spoor("parse", large))
    assert len(result) == 2001
    assert result[1000]["error"] == "not_json"
    assert 0 <= result[1000]["offset"] - 1000 * len(good) < 8


def test_one_format_refuses_the_others():
    result = lines(spoor("parse", "--format", "o365", DATA / "mixed.ndjson"))
    assert [r.get("error") for r in result] == [
        "unknown_format", "not_json", "unknown_format", "unknown_format"]


def test_gzip_in_gzip_up_to_a_depth(tmp_path):
    text = (DATA / "mixed.ndjson").read_bytes()
    expected = spoor("parse", DATA / "mixed.ndjson").stdout
    for depth in range(1, 12):
        text = gzip.compress(text)
        (tmp_path / "x.gz").write_bytes(text)
        got = spoor("parse", tmp_path / "x.gz").stdout
        counts = summary(replay(tmp_path / "x.gz"))
        if depth <= 9:  # one of the file, eight envelopes
            assert (got, counts["events"][0]) == (expected, 2), depth
        else:
            assert json.loads(got) == {"error": "too_deep", "offset": 0}
            assert (counts["events"][0], counts["bad"]) == (0, (1, "too_deep 1"))


def test_csv_exports(tmp_path):
    """As Purview writes them: the record is JSON in a cell, whose quotes are doubled."""
    records = Path("tests/data/o365/login_failed.json").read_text()
    cell = '"' + records.strip().replace('"', '""') + '"'
    text = f"RecordId,CreationDate,AuditData\n1,2025-03-04,{cell}\n2,\"a,\nb\",{cell}\n3,x,broken\n"
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(text.encode()))
    expected = lines(spoor("parse", stdin=records.encode()))
    got = lines(spoor("parse", "--csv", tmp_path / "x.csv.gz"))
    assert got[:-1] == expected * 2
    assert got[-1] == {"error": "not_json", "offset": text.index("broken")}
    counts = summary(replay("--csv", "--format", "o365", tmp_path / "x.csv.gz"))
    assert (counts["events"][0], counts["bad"]) == (2 * len(expected), (1, "not_json 1"))
    powershell = tmp_path / "powershell.csv"
    powershell.write_bytes(("#TYPE Deserialized.Event\r\n" + text).encode("utf-16"))
    assert lines(spoor("parse", powershell))[:-1] == got[:-1]  # recognised by its header
    assert lines(spoor("parse", "--csv", stdin=b"a,b\n1,2\n")) == [{"error": "unknown_format", "offset": 0}]


def test_sign_ins_downloaded_from_the_portal(tmp_path):
    """The header is the portal's, with its blank behind two names and the name that it gives twice."""
    head = ('"Date (UTC)","Request ID","User agent","Correlation ID","User ID","User","Username","User type","Incoming token type",'
            '"Application","Application ID ","Resource","Resource ID ","IP address","Location","Status","Sign-in error code",'
            '"Failure reason","Client app","Multifactor authentication result","Authentication requirement","Incoming token type",'
            '"Conditional Access"\r\n')
    row = ('"{}","r{}","Mozilla/5.0","c1","u1","Anna ""A"", PhD","anna@contoso.com","Member","none","Azure Portal",'
           '"c44b4083-3bb0-49c1-b47d-974e53cbdf3c","","","203.0.113.7","Hamburg, DE","{}","{}","Other.","Browser","",'
           '"Single-factor authentication","none","Not Applied"\r\n')
    text = head + row.format("2026-11-30T23:20:01Z", 1, "Failure", 50126) + row.format("11/30/2026, 11:20:02 PM", 2, "Success", "None")
    for name, data in (("x.csv", text.encode("utf-8-sig")), ("y.csv", text.encode("utf-16"))):
        (tmp_path / name).write_bytes(data)
        got = lines(spoor("parse", tmp_path / name))
        assert [(e["source"], e["time"], e["user"], e["ip"], e["outcome"], e["event_id"], e["factor"]) for e in got] == [
            ("entra_graph", "2026-11-30T23:20:01.000Z", "anna@contoso.com", "203.0.113.7", "failure", "r1", "single"),
            ("entra_graph", "2026-11-30T23:20:02.000Z", "anna@contoso.com", "203.0.113.7", "success", "r2", "single")]
        assert (got[0]["reason"], got[0]["app_id"]) == ("wrong_password", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c")


def test_a_bomb_in_gzip_is_refused(tmp_path):
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(gzip.compress(b" " * (17 << 20))))
    assert lines(spoor("parse", tmp_path / "bomb.gz")) == [{"error": "too_large", "offset": 0}]


def test_broken_gzip_is_a_line(tmp_path):
    packed = tmp_path / "x.gz"
    packed.write_bytes(gzip.compress((DATA / "mixed.ndjson").read_bytes())[:-8])
    last = lines(spoor("parse", packed))[-1]
    assert last == {"error": "truncated", "offset": (DATA / "mixed.ndjson").stat().st_size}


# --- replay ---


def test_replay_is_the_same_twice():
    first, second = (replay("-c", DATA / "attacks.yaml", ATTACKS) for _ in range(2))
    assert (first.stdout, first.stderr) == (second.stdout, second.stderr)
    assert first.stdout


def test_replay_counts_what_it_read():
    counts = summary(replay("-c", DATA / "attacks.yaml", ATTACKS, DATA / "mixed.ndjson"))
    records = len(ATTACKS.read_text().splitlines())
    assert counts["messages"][0] == 2
    assert counts["events"][0] == records + 2
    assert counts["unknown"] == (1, "")
    assert counts["bad"] == (1, "not_json 1")


def test_replay_tells_the_shapes_of_what_it_does_not_know():
    text = b'{"what":1,"is":2}\n' * 3 + b'{"IS":[],"what":null}\n{"other":1}\n[7]\n'
    result = replay(stdin=text)
    told = [line.split(None, 1)[1] for line in result.stderr.decode().splitlines() if line.startswith("  shape")]
    assert summary(result)["unknown"] == (6, "")
    assert [re.sub(r"[0-9a-f]{8}", "#", line) for line in told] == [
        "4 of #: {what, is}", "1 of #: {other}", "1 of #: number"]
    assert replay(stdin=b'{"is":"x","what":"y"}').stderr.decode().count(told[0].split()[2]) == 1


def test_replay_tells_the_shapes_of_what_is_not_ours():
    api = b'{"eventType":"system.api","published":"2025-03-04T05:06:07Z","outcome":{}}\n'
    trail = b'{"eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"eu-west-1"}\n'
    result = replay(stdin=trail + api * 3 + b'{"other":1}\n')
    told = [line.split(None, 1)[1] for line in result.stderr.decode().splitlines() if line.startswith("  shape")]
    assert (summary(result)["not ours"], summary(result)["unknown"]) == ((4, ""), (1, ""))
    assert [re.sub(r"of [0-9a-f]{8}", "of #", line) for line in told] == [
        "3 of #: okta system.api", "1 of #: cloudtrail ec2.amazonaws.com / RunInstances", "1 of #: {other}"]


def test_replay_takes_one_format_when_told(tmp_path):
    (tmp_path / "c.yaml").write_text("input: {format: o365}\n")
    for args, events in ((["--format", "entra"], 2), (["--format", "okta"], 0), (["-c", tmp_path / "c.yaml"], 0),
                         (["-c", tmp_path / "c.yaml", "--format", "auto"], 2)):
        counts = summary(replay(*args, DATA / "mixed.ndjson"))
        assert (counts["events"][0], counts["unknown"][0]) == (events, 3 - events), args


def test_findings_of_the_summary_are_those_on_stdout():
    result = replay("-c", DATA / "attacks.yaml", ATTACKS)
    findings, counts = lines(result), summary(result)
    assert counts["records"][0] == len(findings)
    uids = {f["finding_info"]["uid"] for f in findings}
    assert counts["findings"][0] == len(uids)
    by_detector = {}
    for f in findings:
        if f["activity_id"] == 1:
            name = f["finding_info"]["analytic"]["uid"]
            by_detector[name] = by_detector.get(name, 0) + 1
    assert dict((p.split()[0], int(p.split()[1])) for p in counts["findings"][1].split(", ")) \
        == by_detector


def test_replay_finds_the_spray():
    found = {f["finding_info"]["analytic"]["uid"]
             for f in lines(replay("-c", DATA / "attacks.yaml", ATTACKS))}
    assert {"password_spray", "cidr_match", "ropc", "legacy_auth"} <= found


def refused(vendor, typed, minute):
    """A second factor that was not given: a prompt the user refused, or a code that was typed wrong."""
    time, name, where = f"2025-07-08T09:{minute:02}:00Z", "anna@contoso.com", "203.0.113.7"
    if vendor == "duo":
        return {"event_type": "authentication", "isotimestamp": time, "result": "denied", "txid": f"t{minute}",
                "reason": "invalid_passcode" if typed else "user_cancelled", "user": {"name": name},
                "factor": "passcode" if typed else "duo_push", "access_device": {"ip": where}}
    if vendor == "okta":
        return {"eventType": "user.authentication.auth_via_mfa", "published": time, "uuid": f"u{minute}",
                "actor": {"type": "User", "alternateId": name}, "client": {"ipAddress": where},
                "outcome": {"result": "FAILURE", "reason": "INVALID_CREDENTIALS"},
                "debugContext": {"debugData": {"factor": "token:software:totp" if typed else "OKTA_VERIFY_PUSH"}}}
    method = "Mobile app verification code" if typed else "Mobile app notification"
    return {"category": "SignInLogs", "tenantId": "8a4de8b5-095c-47d0-a96f-a75130c61d53", "properties": {
        "id": f"e{minute}", "createdDateTime": time, "userPrincipalName": name, "ipAddress": where,
        "status": {"errorCode": 500121}, "authenticationDetails": [{"authenticationMethod": method, "succeeded": False}]}}


@pytest.mark.parametrize("vendor", ["duo", "okta", "entra"])
def test_a_wrong_code_counts_half_a_refused_prompt(vendor):
    def fires(typed, times):
        text = "".join(json.dumps(refused(vendor, typed, minute)) + "\n" for minute in range(times))
        found = lines(replay(stdin=text.encode()))
        return "mfa_fatigue" in {f["finding_info"]["analytic"]["uid"] for f in found}

    assert [fires(False, times) for times in (4, 5)] == [False, True]
    assert [fires(True, times) for times in (9, 10)] == [False, True]


@pytest.mark.parametrize("without", [None, "uuid"])
def test_an_event_delivered_again_counts_once(without):
    """Whatever it arrives in; one without an id is known by its own bytes, not those around it."""
    text = ""
    for minute in range(4):
        event = refused("okta", False, minute)
        record = json.dumps({key: value for key, value in event.items() if key != without})
        text += "\n".join([record, f"[{record}]", f'{{"event":{record}}}', json.dumps({"event": record, "time": 1}),
                           json.dumps({"message": record}), f"<13>1 - h a - - - {record}"]) + "\n"
    result = replay(stdin=text.encode())
    assert summary(result)["events"][0] == 24
    assert not lines(result)
    assert lines(replay(stdin=text.encode() + json.dumps(refused("okta", False, 4)).encode()))


def test_commands_are_filled():
    commands = [c for f in lines(replay("-c", DATA / "attacks.yaml", ATTACKS))
                for c in f["unmapped"]["spoor"].get("commands", [])]
    assert "Revoke-MgUserSignInSession -UserId 'user17@contoso.com'" in commands
    for placeholder in ("{user}", "{cidr}", "{cidr_type}", "{feed}", "{rule}"):
        assert not any(placeholder in c for c in commands), placeholder


def test_replay_without_timing_tells_no_time():
    assert b"timing" not in replay(ATTACKS).stderr
    timed = replay("--timing", ATTACKS)
    assert timed.stdout == replay(ATTACKS).stdout
    assert b"events/s" in timed.stderr and b"detect" in timed.stderr


def test_replay_with_a_bad_config_is_3():
    result = spoor("replay", "-c", DATA / "wrong.yaml", ATTACKS)
    assert (result.returncode, result.stdout) == (3, b"")


def last_words(result):
    """What the last record of each finding says, apart from how often it was said."""
    return {f["finding_info"]["uid"]: (f["severity"], f["start_time"], f["end_time"],
                                       f["unmapped"]["spoor"]["counts"]) for f in lines(result)}


def test_findings_do_not_depend_on_how_the_input_is_cut(tmp_path):
    text = ATTACKS.read_text().splitlines()
    pieces = []
    for i in range(0, len(text), 7):
        pieces.append(tmp_path / f"{i:04}.gz")
        pieces[-1].write_bytes(gzip.compress("\n".join(text[i:i + 7]).encode()))
    batch = tmp_path / "batch.json"
    batch.write_text(json.dumps({"records": [json.loads(line) for line in text]}, indent=1))
    whole = replay("-c", DATA / "attacks.yaml", ATTACKS)
    assert replay("-c", DATA / "attacks.yaml", batch).stdout == whole.stdout
    assert last_words(replay("-c", DATA / "attacks.yaml", *pieces)) == last_words(whole)


def ocsf_errors(finding):
    schema = ocsf_json_schema.get_ocsf_schema(finding["metadata"]["version"])
    schema = ocsf_json_schema.OcsfJsonSchemaEmbedded(schema).get_class_schema("detection_finding")
    validator = jsonschema.Draft202012Validator(schema)
    return [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(finding)]


def test_every_finding_keeps_the_published_schema():
    findings = lines(replay("-c", DATA / "attacks.yaml", ATTACKS))
    assert findings
    for finding in findings:
        assert ocsf_errors(finding) == []


def sign_ins(user, ip, code, n=1, agent="curl/8", details="", start=0):
    """n Entra records of one user, ten seconds apart."""
    for i in range(n):
        at = start + 10 * i
        yield json.dumps({"time": f"2026-06-12T10:{at // 60:02}:{at % 60:02}Z", "category": "SignInLogs",
                          "tenantId": "contoso", "properties": {
                              "id": f"{user}-{code}-{at}", "userPrincipalName": user, "ipAddress": ip,
                              "createdDateTime": f"2026-06-12T10:{at // 60:02}:{at % 60:02}Z",
                              "status": {"errorCode": code, "additionalDetails": details},
                              "userAgent": agent}})


def test_findings_about_a_user_under_suspicion_keep_the_schema():
    text = [*sign_ins("brute@contoso.com", "103.30.1.1", 50126, 30),
            *sign_ins("fraud@contoso.com", "103.30.2.1", 500121,
                      details="MFA denied; Phone App Reported Fraud"),
            *sign_ins("won@contoso.com", "103.100.1.1", 0),
            *sign_ins("right@contoso.com", "103.100.1.1", 50076)]
    for i in range(8):
        text += sign_ins(f"u{i}@contoso.com", "103.100.1.1", 50126, start=300 + i)
    findings = lines(replay("-c", DATA / "attacks.yaml", stdin="\n".join(text).encode()))
    said = {(f["finding_info"]["analytic"]["uid"], f["severity"]): f for f in findings}
    for expected in (("brute_force", "Medium"), ("mfa_fatigue", "High"),
                     ("password_confirmed", "High"), ("success_after_spray", "Critical")):
        assert expected in said
    victim = said[("success_after_spray", "Critical")]
    assert "won@contoso.com" in victim["finding_info"]["title"]
    for finding in findings:
        assert ocsf_errors(finding) == []


def test_findings_about_sessions_keep_the_schema():
    findings = lines(replay("-c", DATA / "sessions.yaml", DATA / "sessions.ndjson"))
    about = {f["finding_info"]["analytic"]["uid"]: f for f in findings}
    assert {"session_replay", "session_user_agent", "long_session"} <= set(about)
    for finding in findings:
        assert ocsf_errors(finding) == []
    replayed = about["session_replay"]
    assert replayed["severity"] == "Critical"
    assert "anna@contoso.com: session reused from Amsterdam, NL" in replayed["message"]
    assert "anna@contoso.com" in " ".join(replayed["unmapped"]["spoor"]["commands"])


def ssh_spray(text, users=30):
    """One guess at each user, half a minute apart, at a machine called bastion."""
    return "\n".join(f"2025-03-04T05:{i // 2:02}:{i % 2 * 30:02}Z bastion sshd-session[{5000 + i}]: "
                     + text.format(user=f"user{i:02}") for i in range(users)).encode()


def test_the_machine_signed_in_to_is_in_the_finding():
    spray = ssh_spray("error: PAM: Authentication failure for {user} from 45.155.205.10")
    findings = lines(replay(stdin=spray))
    assert {f["finding_info"]["analytic"]["uid"] for f in findings} == {"password_spray"}
    for finding in findings:
        assert ocsf_errors(finding) == []
        assert finding["evidences"][0]["dst_endpoint"] == {"hostname": "bastion"}
    page = spoor("explain", stdin=json.dumps(findings[0]).encode()).stdout.decode()
    assert "host bastion" in page


def ocsf_failures(users, detail=None):
    """One failure of each user, half a minute apart, from one address."""
    return "\n".join(json.dumps({
        "class_uid": 3002, "category_uid": 3, "activity_id": 1, "time": 1741064400000 + 30000 * i,
        "metadata": {"uid": f"e{i}"}, "user": {"name": user}, "src_endpoint": {"ip": "45.155.205.10"},
        "status_id": 2, "status_detail": detail}) for i, user in enumerate(users)).encode()


@pytest.mark.parametrize("detail,confidence", [(None, "Low"), ("Login failed", "Low"),
                                               ("INVALID_CREDENTIALS", "Medium"),
                                               ("Account expired", None), ("Denied by policy", None)])
def test_a_failure_without_a_reason_counts_with_low_confidence(tmp_path, detail, confidence):
    config = tmp_path / "spoor.yaml"
    config.write_text("detectors:\n  password_spray: { learning: off }\n  brute_force: { learning: off, window: 20m }\n")
    for users, detector in (([f"user{i}" for i in range(30)], "password_spray"),
                            (["anna"] * 30, "brute_force")):
        findings = lines(replay("-c", config, stdin=ocsf_failures(users, detail)))
        said = {(f["finding_info"]["analytic"]["uid"], f["confidence"]) for f in findings}
        assert said == ({(detector, confidence)} if confidence else set())
        for finding in findings:
            assert ("confidence is low" in finding["finding_info"]["desc"]) == (confidence == "Low")


def okta(i, event, result="SUCCESS"):
    return {"uuid": f"o{i}", "published": f"2025-03-04T05:{i:02}:00Z", "eventType": event,
            "actor": {"type": "User", "alternateId": "anna@example.com"},
            "client": {"ipAddress": "45.155.205.10"}, "outcome": {"result": result},
            "debugContext": {"debugData": {"factor": "OKTA_VERIFY_PUSH"}}}


def auth0(i, event):
    return {"log_id": f"a{i}", "data": {"date": f"2025-03-04T05:{i:02}:00Z", "type": event, "log_id": f"a{i}",
                                        "ip": "45.155.205.10", "user_name": "anna@example.com",
                                        "tenant_name": "t"}}


def google(i, status):
    return {"kind": "admin#reports#activity",
            "id": {"time": f"2025-03-04T05:{i:02}:00Z", "uniqueQualifier": str(i), "applicationName": "login"},
            "actor": {"email": "anna@example.com"}, "ipAddress": "45.155.205.10",
            "events": [{"name": "login_verification", "parameters": [
                {"name": "login_challenge_method", "multiValue": ["google_prompt"]},
                {"name": "login_challenge_status", "value": status},
                {"name": "is_second_factor", "boolValue": True}]}]}


def onelogin(i, event):
    return {"event_type_id": event, "account_id": 1, "event_timestamp": f"2025-03-04 05:{i:02}:00 UTC",
            "login_name": "anna@example.com", "ipaddr": "45.155.205.10", "uuid": f"u{i}",
            "authentication_factor_type": "OneLogin Protect Push"}


PUSHES = {
    "okta": ([okta(i, "user.mfa.okta_verify.deny_push", "SUCCESS") for i in range(6)],
             okta(7, "user.authentication.auth_via_mfa")),
    "auth0": ([auth0(i, "gd_auth_rejected") for i in range(6)], auth0(7, "gd_auth_succeed")),
    "google": ([google(i, "Challenge Failed.") for i in range(6)], google(7, "Challenge Passed.")),
    "onelogin": ([onelogin(i, 6) for i in range(6)], onelogin(7, 5)),
}


@pytest.mark.parametrize("vendor", PUSHES)
def test_refused_then_approved_is_critical_whoever_asks(vendor):
    refusals, approval = PUSHES[vendor]
    for records, severity in ((refusals, "High"), ([*refusals, approval], "Critical")):
        findings = lines(replay(stdin="\n".join(map(json.dumps, records)).encode()))
        assert findings[-1]["finding_info"]["analytic"]["uid"] == "mfa_fatigue"
        assert findings[-1]["severity"] == severity


@pytest.mark.parametrize("sent", [lambda i: okta(i, "system.push.send_factor_verify_push"),
                                  lambda i: auth0(i, "gd_send_pn")])
def test_pushes_left_alone_are_prompts(sent):
    findings = lines(replay(stdin="\n".join(json.dumps(sent(i)) for i in range(12)).encode()))
    assert {f["finding_info"]["analytic"]["uid"] for f in findings} == {"mfa_fatigue"}
    assert (findings[-1]["severity"], findings[-1]["status"]) == ("Medium", "New")
    assert "12 MFA prompts not answered" in findings[-1]["message"]
    assert replay(stdin="\n".join(json.dumps(sent(i)) for i in range(4)).encode()).stdout == b""


BSD = "<38>{time} {host} sshd[7]: Failed password for anna from 203.0.113.7 port 51234 ssh2\n"


def test_times_without_a_year_or_zone(tmp_path):
    log = tmp_path / "auth.log"
    log.write_text(BSD.format(time="Nov 30 23:20:01", host="bastion"))
    os.utime(log, (1796083200, 1796083200))  # 2026-12-01T00:00:00Z
    refused = spoor("parse", log)
    assert lines(refused) == [{"error": "bad_time", "offset": 0}]
    assert b"--received" in refused.stderr and b"--received" in replay(log).stderr
    for options, time in (("--received mtime", "2026-11-30T23:20:01.000Z"),
                          ("--received 2025-12-01T00:00:00Z", "2025-11-30T23:20:01.000Z"),
                          ("--received mtime --zone +02:00", "2026-11-30T21:20:01.000Z"),
                          ("--zone -0530 --received mtime", "2026-12-01T04:50:01.000Z")):
        told = spoor("parse", *options.split(), log)
        assert (lines(told)[0]["time"], told.stderr) == (time, b"")
        assert b"events      1" in replay(*options.split(), log).stderr
    for options in ("--zone Nowhere/At_all", "--zone", "--received yesterday", "--received"):
        assert spoor("parse", *options.split()).returncode == 2


def test_zones_of_the_config(tmp_path):
    config = tmp_path / "spoor.yaml"
    config.write_text('input: { zones: { "*": { "*": "+02:00", fw01: "-05:00" } } }\n')

    def started(host, *options):
        text = "".join(BSD.format(time=f"Mar 04 2025 10:{i:02}:00", host=host)
                       .replace("anna", f"u{i}").replace("203.0.113.7", "45.155.205.10")
                       for i in range(20))
        [*_, spray] = lines(replay(*options, stdin=text.encode()))
        return spray["start_time"] // 3600000 % 24

    assert started("bastion") == 10
    assert started("bastion", "-c", config) == 8
    assert started("fw01", "-c", config) == 15
    assert started("fw01", "-c", config, "--zone", "+02:00") == 8
    config.write_text('input: { topics: [signins], zones: { signins: Europe/Berlim, "*": {h: "+99"}, typo: UTC } }\n')
    wrong = spoor("check-config", "-c", config)
    assert wrong.returncode == 3
    assert wrong.stderr.decode().count("is not known: ") == 2
    assert "not among input.topics" in wrong.stderr.decode()


def test_parse_warns_of_clocks_that_are_a_zone_off():
    def messages(hour):
        return "\n".join(json.dumps({"@timestamp": f"2025-03-04T05:{i:02}:03Z",
                                     "message": BSD.format(time=f"Mar  4 {hour:02}:{i:02}:01", host="h")})
                         for i in range(25)).encode()
    assert b"--zone +02:00" in spoor("parse", stdin=messages(7)).stderr
    assert spoor("parse", stdin=messages(5)).stderr == b""
    assert spoor("parse", "--zone", "+02:00", stdin=messages(7)).stderr == b""


def test_the_schema_check_can_fail():
    finding = lines(replay("-c", DATA / "attacks.yaml", ATTACKS))[0]
    assert ocsf_errors({**finding, "severity_id": 77})
    assert ocsf_errors({**finding, "invented": 1})
    assert ocsf_errors({**finding, "evidences": [{"verdict": "no artefact"}]})


# --- check-config, list, version ---


def test_check_config_tells_all_errors_at_once():
    path = DATA / "wrong.yaml"
    result = spoor("check-config", "-c", path)
    assert (result.returncode, result.stdout) == (3, b"")
    text = result.stderr.decode()
    for line, said in ((1, 'did you mean "format"'), (3, "203.0.113.7/24"), (5, "many"),
                       (7, 'did you mean "impossible_travel"'), (9, "missing.mmdb"),
                       (12, "nowhere")):
        told = [t for t in text.splitlines() if t.startswith(f"{path}:{line}:")]
        assert told and any(said in t for t in told), (line, said, text)
    assert "missing.txt" in text
    assert "^" in text


def test_topics_are_bound_to_formats_that_exist(tmp_path):
    config = tmp_path / "c.yaml"
    config.write_text("input:\n  topics: [signins, vpn]\n  formats: {vpn: duo, signins: auto}\n")
    assert spoor("check-config", "-c", config).returncode == 0
    config.write_text("input:\n  topics: [signins, vpn]\n  formats: {signin: entra, vpn: dua}\n")
    result = spoor("check-config", "-c", config)
    text = result.stderr.decode()
    assert result.returncode == 3
    assert f'{config}:3:13: error: topic "signin" is not among input.topics; did you mean "signins"?' in text
    assert f'{config}:3:33: error: format "dua" is not known; did you mean "duo"?' in text
    config.write_text("input:\n  topics: \"^any[.].*\"\n  formats: {any.thing: okta}\n")
    assert spoor("check-config", "-c", config).returncode == 0


def test_check_config_missing_file_is_3():
    result = spoor("check-config", "-c", DATA / "nothing.yaml")
    assert result.returncode == 3
    assert b"nothing.yaml" in result.stderr


def test_check_config_sums_up_the_memory():
    result = spoor("check-config", "-c", DATA / "fine.yaml")
    assert result.returncode == 0, result.stderr.decode()
    rows = [line.split() for line in result.stdout.decode().splitlines()[1:]]
    sizes = {row[0]: int(row[1]) for row in rows}
    total = sizes.pop("total")
    assert total == sum(sizes.values()) > 0
    assert all(row[2] == "bytes" for row in rows)


def test_list_options_is_aligned_and_complete():
    text = spoor("list", "options").stdout.decode().splitlines()
    at = [text[0].index(head) for head in ("OPTION", "TYPE", "DEFAULT", "RANGE", "MEANING")]
    for line in text:
        assert all(line[i] != " " and (i == 0 or line[i - 1] == " ") for i in at), line
    names = [line.split()[0] for line in text]
    assert len(names) == len(set(names))
    for detector in spoor("list", "detectors").stdout.decode().splitlines():
        assert any(n.startswith(f"detectors.{detector.split()[0]}.") for n in names)


def test_list_parsers_and_detectors_have_a_summary():
    for what, known in (("parsers", "entra"), ("detectors", "impossible_travel")):
        text = spoor("list", what).stdout.decode()
        rows = [line.split(None, 1) for line in text.splitlines() if not line.startswith(" ")]
        assert known in [row[0] for row in rows]
        assert all(len(row) == 2 and row[1].strip() for row in rows)


def test_list_parsers_says_what_each_one_gives():
    blocks = re.split(r"^(?=\S)", spoor("list", "parsers").stdout.decode(), flags=re.M)[1:]
    assert len(blocks) > 3
    for block in blocks:
        name = block.split()[0]
        assert block == (DATA.parent / name / "list.expected").read_text(), name
        example = re.search(r"^  example   (.*)$", block, flags=re.M).group(1)
        [event] = lines(spoor("parse", stdin=example.encode()))
        assert event["source"] == name
        assert event["kind"] in re.search(r"^  kinds     (.*)$", block, flags=re.M).group(1).split()


def test_the_readme_lists_the_formats():
    rows = [line.split(None, 1) for line in spoor("list", "parsers").stdout.decode().splitlines()
            if not line.startswith(" ")]
    table = "| format | what |\n|---|---|\n" + "".join(f"| `{n}` | {what} |\n" for n, what in rows)
    assert table + "\n" in Path("README.md").read_text(), f"README.md should say\n{table}"


def test_version():
    text = spoor("version").stdout.decode()
    assert [line.split()[0] for line in text.splitlines()] == [
        "spoor", "librdkafka", "OCSF", "compiler"]
    assert spoor("--version").stdout.decode() == text
