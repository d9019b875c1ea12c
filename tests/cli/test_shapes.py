# SPDX-License-Identifier: Apache-2.0
"""What leaves forwarders that cannot be run here, in the shapes that their manuals give: every sign-in is
read. Those that can be run are in tests/kafka/test_forwarders.py."""
import json
import subprocess
from pathlib import Path

import pytest
from test_cli import lines, spoor

FOLDER = Path("config/forwarders")
TIME, IP = "2026-11-30T23:20:01Z", "203.0.113.7"
TEXT = f"Failed password for anna from {IP} port 51234 ssh2"
LINE = f"<38>1 {TIME} bastion sshd 4711 - - {TEXT}"
BSD = f"<38>Nov 30 23:20:01 bastion sshd[4711]: {TEXT}"
CEF = (f"<134>Nov 30 23:20:01 fw01 CEF:0|ExampleCorp|Gate|1.0|300|Authentication failed|5|rt=1796080801000 suser=anna "
       f"src={IP} outcome=failure reason=Invalid password")
ENTRA = {"time": TIME, "category": "SignInLogs", "operationName": "Sign-in activity", "resultType": "50126",
         "tenantId": "8a4de8b5-095c-47d0-a96f-a75130c61d53", "properties": {
             "id": "s1", "createdDateTime": TIME, "userPrincipalName": "anna", "ipAddress": IP, "clientAppUsed": "Browser",
             "status": {"errorCode": 50126}}}
JOURNAL = {"SYSLOG_IDENTIFIER": "sshd", "_COMM": "sshd", "_HOSTNAME": "bastion", "MESSAGE": TEXT, "PRIORITY": "6"}
WRITTEN = {"sshd": [LINE, BSD], "cef": [CEF], "entra": [json.dumps(ENTRA)]}
BEAT = {"@timestamp": TIME, "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.15.0"},
        "agent": {"type": "filebeat", "version": "8.15.0"}, "ecs": {"version": "8.0.0"}, "host": {"name": "collector"}}


def syslog_daemons():
    """What a daemon made of a line stands beside it, and may be wrong: syslog-ng takes the version of RFC 5424
    for the program on a port of BSD lines, and both take CEF for one. The line itself is right."""
    for source, text, program, rest in (("sshd", LINE, "1", LINE.partition(" ")[2]), ("cef", CEF, "CEF", CEF.partition("CEF:")[2])):
        members = {"PROGRAM": program, "MESSAGE": rest, "ISODATE": TIME, "HOST": "192.0.2.4"}
        yield source, {"rawmsg": text, **members}
        yield source, {**members, "rawmsg": text}
    members = {"hostname": "fw01", "programname": "CEF", "syslogtag": "CEF:", "msg": CEF.partition("CEF:")[2], "timereported": TIME}
    yield "cef", {"rawmsg": CEF, **members}
    yield "cef", {**members, "rawmsg": CEF}


def fluent_bit():
    yield "sshd", {"@timestamp": TIME, **JOURNAL}
    for source, texts in WRITTEN.items():
        for text in texts:
            yield source, {"@timestamp": TIME, "log": text}


def vector():
    yield "sshd", {**{k: v for k, v in JOURNAL.items() if k != "MESSAGE"}, "message": TEXT, "host": "bastion",
                   "source_type": "journald", "timestamp": TIME, "__REALTIME_TIMESTAMP": "1796080801000000"}
    yield "sshd", {"appname": "sshd", "facility": "auth", "host": "bastion", "hostname": "bastion", "message": TEXT,
                   "procid": 4711, "severity": "info", "source_ip": "192.0.2.4", "source_type": "syslog", "timestamp": TIME}
    for source, texts in WRITTEN.items():
        for text in texts:
            yield source, {"host": "192.0.2.4", "port": 40312, "message": text, "source_type": "socket", "timestamp": TIME}
            yield source, {"host": "collector", "file": "/var/log/signins/a.log", "message": text, "source_type": "file",
                           "timestamp": TIME}


def filebeat():
    yield "sshd", {**BEAT, "message": TEXT, "log": {"syslog": {"appname": "sshd", "procid": "4711", "priority": 6}},
                   "event": {"kind": "event"}, "input": {"type": "journald"}}
    for source, texts in WRITTEN.items():
        for text in texts:
            yield source, {**BEAT, "message": text, "input": {"type": "udp"}, "log": {"source": {"address": "192.0.2.4:514"}}}
            yield source, {**BEAT, "message": text, "event": {"dataset": "a.b", "original": text}}


def splunk():
    yield "sshd", {"time": 1796080801, "host": "bastion", "source": "sshd", "sourcetype": "nix:syslog",
                   "event": f"sshd[4711]: {TEXT}", "fields": {"sc4s_vendor": "nix"}}
    yield "entra", {"time": 1796080801.5, "sourcetype": "azure:monitor:aad", "event": ENTRA}
    yield "entra", {**ENTRA, "host": "hub", "source_type": "splunk_hec", "splunk_sourcetype": "any", "timestamp": TIME}
    for source, texts in WRITTEN.items():
        for text in texts:
            yield source, {"time": 1796080801, "host": "fw01", "sourcetype": "any", "event": text}
            yield source, {"message": text, "host": "fw01", "source_type": "splunk_hec", "splunk_sourcetype": "any",
                           "timestamp": TIME}


def event_hubs():
    yield "entra", {"records": [ENTRA]}
    yield "sshd", {"records": [{"TenantId": "99999999-9999-4999-8999-999999999999", "TimeGenerated": TIME, "Type": "Syslog",
                                "Computer": "bastion", "EventTime": TIME, "Facility": "auth", "HostName": "bastion",
                                "SeverityLevel": "info", "SyslogMessage": TEXT, "ProcessID": 4711, "ProcessName": "sshd"}]}


SHAPES = [(maker.__name__, source, record) for maker in (syslog_daemons, fluent_bit, vector, filebeat, splunk, event_hubs)
          for source, record in maker()]


@pytest.mark.parametrize("name, source, record", SHAPES, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(SHAPES)])
def test_shape(name, source, record):
    told = lines(spoor("parse", stdin=json.dumps(record).encode()))
    assert len(told) == 1, told
    event = told[0]
    assert [event.get(field) for field in ("source", "user", "ip", "outcome", "reason")] == [
        source, "anna", IP, "failure", "wrong_password"], (event, record)
    assert event["time"][:19] + "Z" == TIME


def test_every_file_is_in_the_table():
    text = (FOLDER / "README.md").read_text()
    assert [file.name for file in FOLDER.iterdir() if f"`{file.name}`" not in text] == ["README.md"]


def test_scripts_are_sound():
    for script in FOLDER.glob("*.sh"):
        subprocess.run(["sh", "-n", script], check=True)
