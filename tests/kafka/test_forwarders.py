# SPDX-License-Identifier: Apache-2.0
"""What leaves a program reaches spoor: sign-ins sent through real forwarders with the snippets of
config/forwarders, read from the topic, found by `spoor parse` and by `spoor run`."""

import json
import subprocess
import time
from typing import NamedTuple

import pytest

import forwarders
import spoor

IP = "103.100.17.81"  # a hoster, as the places of the tests have it
SPRAYED = 30  # users; an attack that run finds


class Sent(NamedTuple):
    """A record on its way: how it is sent, what spoor must say of it."""

    how: str
    user: str
    source: str
    message: bytes


def iso(now):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))


def bsd(now):
    moment = time.gmtime(now)
    return f"{time.strftime('%b', moment)} {moment.tm_mday:2} {time.strftime('%H:%M:%S', moment)}"


def sshd(user):
    return f"Failed password for {user} from {IP} port 51234 ssh2"


def cef(user, now):
    return (f"CEF:0|ExampleCorp|Gate|1.0|300|Authentication failed|5|rt={int(now) * 1000} suser={user} src={IP} "
            "outcome=failure reason=Invalid password")


def entra(user, now):
    """A record of 20 KB, as policies make them."""
    policies = [{"id": f"00000000-0000-4000-8000-{n:012x}", "displayName": f"Policy {n}", "result": "notApplied"}
                for n in range(180)]
    return json.dumps({
        "time": iso(now), "category": "SignInLogs", "operationName": "Sign-in activity", "resultType": "50126",
        "tenantId": "8a4de8b5-095c-47d0-a96f-a75130c61d53", "properties": {
            "id": user, "createdDateTime": iso(now), "userPrincipalName": user, "ipAddress": IP, "clientAppUsed": "Browser",
            "status": {"errorCode": 50126}, "appliedConditionalAccessPolicies": policies}})


def network(now):
    """Every framing with every header that senders put before a message."""
    for how in ("udp", "tcp", "framed"):
        yield Sent(how, f"bsd-{how}", "sshd", f"<38>{bsd(now)} bastion sshd[4711]: {sshd(f'bsd-{how}')}".encode())
        yield Sent(how, f"new-{how}", "sshd", f"<38>1 {iso(now)} bastion sshd 4711 - - {sshd(f'new-{how}')}".encode())
        yield Sent(how, f"cef-{how}", "cef", f"<134>{bsd(now)} fw01 {cef(f'cef-{how}', now)}".encode())
        yield Sent(how, f"cef5424-{how}", "cef", f"<134>1 {iso(now)} fw01 gate - - - {cef(f'cef5424-{how}', now)}".encode())
        yield Sent(how, f"entra-{how}", "entra", f"<134>1 {iso(now)} hub azure - - - {entra(f'entra-{how}', now)}".encode())
    for n in range(SPRAYED):
        yield Sent("framed", f"user{n:02}", "sshd", f"<38>1 {iso(now)} bastion sshd {n + 1} - - {sshd(f'user{n:02}')}".encode())


def file(now):
    """Whole lines, as programs and other hosts' loggers write them."""
    yield Sent("file", "line", "sshd", f"{iso(now)} bastion sshd[4711]: {sshd('line')}".encode())
    yield Sent("file", "line-cef", "cef", cef("line-cef", now).encode())
    yield Sent("file", "line-entra", "entra", entra("line-entra", now).encode())


def spray_file(now):
    for n in range(SPRAYED):
        yield Sent("file", f"user{n:02}", "sshd", f"{iso(now)} bastion sshd[{n + 1}]: {sshd(f'user{n:02}')}".encode())


def through(forwarder, sent):
    """What stands in the topic when all of it has arrived."""
    for how in dict.fromkeys(record.how for record in sent):
        forwarder.send(how, [record.message for record in sent if record.how == how])
    found = forwarder.wait_forwarded(len(sent))
    assert len(found) == len(sent), "messages were split, or sent twice"
    return [record.value for record in found]


def check_parse(program, directory, values, sent, now):
    """One event for each record, and it says what was sent."""
    dump = directory / "topic"
    dump.write_bytes(b"".join(value + b"\n" for value in values))
    out = subprocess.run([program, "parse", dump], capture_output=True, check=True, timeout=60).stdout
    lines = [json.loads(line) for line in out.splitlines()]
    said = {(line.get("user"), line.get("source"), line.get("ip"), line.get("reason"), line["time"][:19] + "Z")
            for line in lines if "error" not in line}
    wanted = {(record.user, record.source, IP, "wrong_password", iso(now)) for record in sent}
    lost = {user: [value[:300] for value in values if user.encode() in value][:1] for user, *_ in wanted - said}
    assert said == wanted, f"lost or changed: {lost}; said instead: {said - wanted}"
    assert len(lines) == len(sent), [line for line in lines if "error" in line]


def check_without_year(program, directory, values, sent):
    """What a stamp without a year leaves: the records that have a time of their own, and bad_time."""
    dump = directory / "topic"
    dump.write_bytes(b"".join(value + b"\n" for value in values))
    out = subprocess.run([program, "parse", dump], capture_output=True, check=True, timeout=60).stdout
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) == len(sent)
    assert {line.get("error", "bad_time") for line in lines} == {"bad_time"}
    own = {record.user for record in sent if record.source != "sshd"}
    assert own <= {line.get("user") for line in lines}


def check_run(kafka, directory, topics):
    """The attack among them is found, and nothing is set aside."""
    output = {name: topics[name] for name in ("findings", "windows", "dead_letters")} | {"unknown": "dead_letter"}
    with spoor.Spoor(kafka, directory, topics, output=output) as running:
        running.wait_drained().stop()
    assert [letter.value for letter in kafka.read(topics["dead_letters"])] == []
    findings = [json.loads(record.value) for record in kafka.read(topics["findings"])]
    assert {finding["finding_info"]["analytic"]["uid"] for finding in findings} >= {"password_spray"}


def check(forwarder, kafka, program, directory, records, stock=None, year=True):
    topics = spoor.make_topics(kafka)
    now = int(time.time()) - 5
    sent = list(records(now))
    home = directory / "forwarder"
    home.mkdir()
    with forwarder(home, kafka, topics["input"], stock) as running:
        values = through(running, sent)
    if year:
        check_parse(program, directory, values, sent, now)
    else:
        check_without_year(program, directory, values, sent)
    check_run(kafka, directory, topics)


@pytest.mark.parametrize("forwarder", [forwarders.Rsyslog, forwarders.SyslogNg])
def test_syslog(forwarder, kafka, program, tmp_path):
    check(forwarder, kafka, program, tmp_path, lambda now: [*network(now), *file(now)])


def test_kafka_connect(own_kafka, program, tmp_path):
    check(forwarders.KafkaConnect, own_kafka, program, tmp_path, lambda now: [*file(now), *spray_file(now)])


@pytest.mark.parametrize("forwarder, stock, year", [
    (forwarders.Rsyslog, "RSYSLOG_FileFormat", True),
    (forwarders.Rsyslog, "RSYSLOG_TraditionalFileFormat", False),
    (forwarders.Rsyslog, "RSYSLOG_ForwardFormat", True),
    (forwarders.Rsyslog, "RSYSLOG_TraditionalForwardFormat", False),
    (forwarders.Rsyslog, "RSYSLOG_SyslogProtocol23Format", True),
    (forwarders.SyslogNg, "<$PRI>$DATE $HOST $MSGHDR$MSG", False),
    (forwarders.SyslogNg, "<$PRI>$ISODATE $HOST $MSGHDR$MSG", True),
    (forwarders.SyslogNg, "<$PRI>1 $ISODATE $HOST ${PROGRAM:--} ${PID:--} - - $MSG", True),
    (forwarders.SyslogNg, "$(format-json --scope rfc5424 --key ISODATE)", True),
    (forwarders.SyslogNg, "$(format-json --scope rfc3164 --key ISODATE)", True),
], ids=lambda value: value if isinstance(value, str) else None)
def test_stock_template(forwarder, stock, year, kafka, program, tmp_path):
    """Templates that come with the programs or stand in their manuals, which people use although the snippets
    keep more. RFC 5424 goes to the port that is meant for it: on the other, syslog-ng takes it for BSD."""
    def records(now):
        return [record for record in network(now)
                if forwarder is forwarders.Rsyslog or record.how == "framed" or b">1 " not in record.message[:8]]
    check(forwarder, kafka, program, tmp_path, records, stock, year)
