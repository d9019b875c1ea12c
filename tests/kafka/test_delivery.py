# SPDX-License-Identifier: Apache-2.0
"""What spoor promises about delivery, on a real Kafka: the same findings whatever the order, the number of
workers and the accident; nothing lost, nothing said twice; bad messages set aside, never in the way."""

import gzip
import json
import os
import time

import pytest

import broker
import process
import spoor
from findings import Findings
from records import Event, render
from traffic import START

LARGE_ON = os.environ.get("SPOOR_TEST_LARGE_ON", broker.VERSIONS[-1])  # the other versions take the small load

pytestmark = pytest.mark.usefixtures("program")


# The same findings, whatever the order

@pytest.fixture(scope="module")
def load(kafka, large, small):
    """The load of this version, with its messages in two shuffled orders, each in a topic."""
    chosen = large if kafka.version in (LARGE_ON, "theirs") else small
    topics = {}
    for shuffle in (1, 2):
        topics[shuffle] = spoor.unique(f"shuffled-{shuffle}")
        kafka.create_topics({topics[shuffle]: spoor.PARTITIONS}, retention_ms=-1)
        spoor.produce(kafka, topics[shuffle], chosen.messages(shuffle))
    yield chosen, topics
    kafka.delete_topics(topics.values())


@pytest.mark.parametrize("shuffle, workers", [(1, 1), (1, 2), (2, 2)])
def test_same_findings_in_any_order(kafka, load, tmp_path, shuffle, workers):
    chosen, inputs = load
    topics = spoor.make_topics(kafka, inputs[shuffle])
    with chosen.spoor(kafka, tmp_path, topics, workers=workers) as running:
        running.wait_drained()
        running.stop()
        assert running.committed() == {where: end for where, end in kafka.end_offsets(inputs[shuffle]).items() if end}
    found = Findings(kafka.read(topics["findings"]))
    found.check(chosen.expected)
    found.check_said_once()
    chosen.same_uids(found.uids)
    assert not kafka.read(topics["dead_letters"])


def test_makes_its_topics(kafka, small, tmp_path):
    """Brokers do not make topics unasked: what is missing, spoor makes, the windows topic compacted."""
    topics = {name: spoor.unique(name) for name in ("input", "findings", "windows", "dead_letters")}
    kafka.create_topics({topics["input"]: spoor.PARTITIONS})
    spoor.produce(kafka, topics["input"], small.all[:40] + [(0, b"not json")])
    with small.spoor(kafka, tmp_path, topics) as running:
        running.wait_drained().stop()
    assert "compact" in kafka.topic_config(topics["windows"])["cleanup.policy"]
    assert len(kafka.read(topics["dead_letters"])) == 1


# Accidents in the middle of the work

def disturbed(kafka, small, directory, accident, times=1):
    """Runs the small load while it is being produced, with `accident(running)` in the middle, `times` over;
    what comes out must be as if nothing had happened. Returns the findings."""
    topics = spoor.make_topics(kafka)
    feed = spoor.Feed(kafka, topics["input"], small.all, seconds=4 * times, held=True)
    with small.spoor(kafka, directory, topics) as running:
        feed.start()
        running.wait_begun()
        for _ in range(times):
            time.sleep(0.8)
            before = running.committed()
            assert feed.is_alive(), "the feed ended before the accident"
            accident(running)
            after = running.committed()
            assert all(after[where] >= offset for where, offset in before.items()), f"{before} -> {after}"
        feed.finish()
        running.wait_drained().stop()
        assert running.committed() == {where: end for where, end in kafka.end_offsets(topics["input"]).items() if end}
    found = Findings(kafka.read(topics["findings"]))
    found.check(small.expected)
    small.same_uids(found.uids)
    assert not kafka.read(topics["dead_letters"])
    return found


def test_sigterm_in_the_middle(kafka, small, tmp_path):
    """Exit code 0 within ten seconds; started again it goes on where it was."""
    took = []

    def accident(running):
        took.append(running.stop())
        running.start()

    disturbed(kafka, small, tmp_path, accident, times=2).check_said_once()
    assert max(took) <= spoor.STOP_SECONDS


def test_killed_in_the_middle(kafka, small, tmp_path):
    """kill -9, three times, at moments that differ from run to run."""
    def accident(running):
        time.sleep(int.from_bytes(os.urandom(1), "big") / 500)
        running.kill()
        running.start()

    disturbed(kafka, small, tmp_path, accident, times=3)


def test_broker_killed_in_the_middle(own_kafka, small, tmp_path):
    def accident(running):
        own_kafka.kill()
        own_kafka.start()
        assert running.process.poll() is None, process.tail(running.log)

    disturbed(own_kafka, small, tmp_path, accident)


def test_broker_paused_in_the_middle(own_kafka, small, tmp_path):
    """Longer than the session timeout of the group: it has to join again."""
    def accident(running):
        own_kafka.pause()
        time.sleep(8)
        own_kafka.resume()
        process.wait_for(own_kafka.answers, 30, "the broker is back")
        assert running.process.poll() is None, process.tail(running.log)

    disturbed(own_kafka, small, tmp_path, accident)


def test_stopped_while_the_broker_is_gone(own_kafka, small, tmp_path):
    """It cannot finish its work then. It may say so by its exit code, but must not hang."""
    topics = spoor.make_topics(own_kafka)
    spoor.produce(own_kafka, topics["input"], small.all[:100])
    with small.spoor(own_kafka, tmp_path, topics) as running:
        running.wait_begun()
        own_kafka.kill()
        running.process.terminate()
        assert running.process.wait(spoor.STOP_SECONDS + 2) in (0, 1), process.tail(running.log)
        running.process = None


def test_commits_only_forward_and_never_beyond_the_end(kafka, small, tmp_path):
    """Sampled while it runs. A commit that was too early would show as loss in the tests that kill it."""
    topics = spoor.make_topics(kafka)
    feed = spoor.Feed(kafka, topics["input"], small.all, seconds=3)
    with small.spoor(kafka, tmp_path, topics) as running:
        feed.start()
        last = {}
        while feed.is_alive() or not running.drained():
            committed = running.committed()
            ends = kafka.end_offsets(topics["input"])
            assert all(committed[where] >= offset for where, offset in last.items()), f"{last} -> {committed}"
            assert all(offset <= ends[where] for where, offset in committed.items()), f"{committed} of {ends}"
            assert running.process.poll() is None, process.tail(running.log)
            last = committed
            time.sleep(0.05)
        feed.finish()
        running.stop()


def test_two_members_share_the_work(kafka, small, tmp_path):
    """Two processes of one group; one is killed in the middle and its part is taken over. The input is keyed
    by user: what only two instances together know is not evaluated when one learns it from the other."""
    topics = spoor.make_topics(kafka)
    feed = spoor.Feed(kafka, topics["input"], small.keyed, seconds=10)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with small.spoor(kafka, tmp_path / "one", topics) as one, \
            small.spoor(kafka, tmp_path / "two", topics, group=one.group) as two:
        feed.start()
        one.wait_begun()
        time.sleep(3)
        two.kill()
        feed.finish()
        one.wait_drained().stop()
    found = Findings(kafka.read(topics["findings"]))
    found.check(small.expected)
    small.same_uids(found.uids)


# Poison

TENANT, AT = "0f0f0f0f-1111-4222-8333-444444444444", START + 3_600_000


def witness(number):
    """A record that must give a finding of its own (ropc, user witness-N): proof that it was processed."""
    return render(Event(AT + number, "entra", "sign_in", TENANT, f"witness-{number}@x.example", "103.90.1.1",
                        protocol="ropc", factor="single", agent="msal", app="cli", interactive=False,
                        id=f"{number:08x}-0000-4000-8000-{number:012x}"), None)


def tiny(number, **more):
    """The least that is an Entra sign-in."""
    return json.dumps({"category": "SignInLogs", "tenantId": TENANT, "properties": {
        "createdDateTime": "2025-07-08T01:00:00Z", "id": f"tiny-{number}", "userPrincipalName": f"tiny-{number}@x.example",
        "status": {"errorCode": 0}} | more}, separators=(",", ":"))


TIMELESS = '{"category":"SignInLogs","properties":{"userPrincipalName":"nobody@x.example","isInteractive":true}}'
CUT = tiny(0).encode()
# value, reasons of its dead letters by index (None: any index; {}: no dead letter). What is of no known format is
# counted and no dead letter unless the config asks for it.
UNKNOWN = b'{"hello":"world"}'
POISON = [
    (b"", {}), (None, {}), (b" \r\n ", {}),
    (b"not json", {None: {"not_json"}}),
    (b"\xff\xfe\xfd\xfc", {None: {"not_json"}}),
    (b"\0" * 100, {None: {"not_json"}}),
    (UNKNOWN, {}),
    (b"[" * 10_000, {None: {"too_deep", "truncated"}}),
    (b'{"records":' * 10_000, {None: {"too_deep", "truncated"}}),
    (b"\x1f\x8b\x08\x00" + b"\0" * 20, {None: {"bad_compression", "truncated"}}),
    (TIMELESS.encode(), {0: {"no_time"}}),
    (b"x" * 1_000_000, {None: {"not_json"}}),
    (b'{"x":"' + b"y" * 1_300_000 + b'"}', {None: {"too_large"}}),
    (tiny(1, userAgent="a" * 1_000_000).encode(), {}),
    (tiny(2).encode().replace(b"tiny-2@", b"t\xff\xfe\xc0\x80@"), {}),
    (tiny(3).replace("tiny-3@", "t\\u0000\\ud800@").encode(), {}),
    (('{"records":[' + ",".join(tiny(n) if n != 5000 else TIMELESS for n in range(10_000)) + "," + witness(90_000)
      + "]}").encode(), {5000: {"no_time"}}),
    (f'{{"records":[{witness(90_001)},{TIMELESS},{witness(90_002)}]}}'.encode(), {1: {"no_time"}}),
    (gzip.compress(tiny(4).encode()), {}),
    (gzip.compress(f"[{TIMELESS},{witness(90_003)}]".encode()), {0: {"no_time"}}),
    (gzip.compress(tiny(5).encode())[:-9], {None: {"truncated"}}),
    # A time without a year is read beside that of the message.
    (f"<13>Jul  8 01:00:00 host app: {TIMELESS}".encode(), {}),
    (f"<13>Jul 38 01:00:00 host app: {TIMELESS}".encode(), {None: {"bad_time"}}),
    *((CUT[:length], {None: {"truncated", "not_json"}}) for length in range(1, len(CUT))),
]
HEADERS = {"topic", "partition", "offset", "index", "stage", "reason", "message", "byte", "version"}


def test_poison(kafka, small, tmp_path):
    topics = spoor.make_topics(kafka)
    messages = []
    for number, (value, _) in enumerate(POISON):
        messages += [(number % spoor.PARTITIONS, value), (number % spoor.PARTITIONS, witness(number).encode())]
    where = spoor.produce(kafka, topics["input"], messages)
    with small.spoor(kafka, tmp_path, topics) as running:
        running.wait_drained().stop()

    letters = {}
    for record in kafka.read(topics["dead_letters"]):
        told = {key.removeprefix("spoor.errors."): text.decode() for key, text in record.headers
                if key.startswith("spoor.errors.")}
        assert HEADERS <= set(told), f"headers {sorted(HEADERS - set(told))} are missing"
        assert told["topic"] == topics["input"]
        number = where[int(told["partition"]), int(told["offset"])]
        assert record.key == b"message-%d" % number
        assert number % 2 == 0, f"a good message in the dead letters: {told}"
        value = messages[number][1]
        whole = record.value == value or "truncated" in told and value.startswith(record.value)
        assert whole, f"the value of message {number} was changed"
        # Of gzip the byte is one of what is in it: here a few records.
        assert 0 <= int(told["byte"]) <= (10_000 if value[:2] == b"\x1f\x8b" else len(value))
        letters.setdefault(number // 2, {}).setdefault(int(told["index"]), set()).add(told["reason"])

    problems = []
    for number, (value, reasons) in enumerate(POISON):
        got = letters.get(number, {})
        every = set().union(*got.values())
        as_told = all((every if index is None else got.get(index, set())) & allowed for index, allowed in reasons.items())
        only_those = bool(got) == bool(reasons) and (None in reasons or set(got) == set(reasons))
        if not (as_told and only_those):
            problems.append(f"{number}: {value[:50]!r}...: dead letters {got}, expected {reasons}")
    assert not problems, f"{len(problems)} of {len(POISON)}\n" + "\n".join(problems[:20])

    users = {one.subject for one in Findings(kafka.read(topics["findings"])).found() if one.detector == "ropc"}
    expected = {f"witness-{number}@x.example" for number in (*range(len(POISON)), 90_000, 90_001, 90_002, 90_003)}
    assert users == expected, f"missing {sorted(expected - users)[:9]}, surplus {sorted(users - expected)[:9]}"


def test_unknown_records_as_dead_letters(kafka, small, tmp_path):
    """Only if the config says so; either way the log tells their shape, and the topic which formats it carries."""
    for unknown, letters in (("count", []), ("dead_letter", ["unknown_format"])):
        topics = spoor.make_topics(kafka)
        spoor.produce(kafka, topics["input"], [(0, UNKNOWN), (0, witness(1).encode())])
        output = {name: topics[name] for name in ("findings", "windows", "dead_letters")} | {"unknown": unknown}
        with small.spoor(kafka, tmp_path, topics, output=output) as running:
            running.wait_drained().stop()
            log = running.log.read_text()
        got = [dict(record.headers)["spoor.errors.reason"].decode() for record in kafka.read(topics["dead_letters"])]
        assert got == letters
        assert 'example="{hello}"' in log and "unknown=1" in log and "format=entra" in log


def test_what_is_not_ours_is_told(kafka, small, tmp_path):
    """By shape; and a format of which a topic has a thousand records and no event, once."""
    topics = spoor.make_topics(kafka)
    api = b'{"eventType":"system.api","published":"2025-03-04T05:06:07Z","outcome":{}}'
    spoor.produce(kafka, topics["input"], [(0, b"\n".join([api] * 700))] * 3 + [(0, witness(1).encode())])
    with small.spoor(kafka, tmp_path, topics) as running:
        running.wait_drained().stop()
        log = running.log.read_text()
    assert log.count("records of this shape are not ours") == 1
    assert 'n=2100 format=okta' in log and 'example="system.api"' in log
    told = [line for line in log.splitlines() if "no record of it so far is ours" in line]
    assert len(told) == 1 and "format=okta records=1000" in told[0] and topics["input"] in told[0]


def test_topics_bound_to_formats(kafka, small, tmp_path):
    """One topic is bound to the format of its records, the other to another."""
    topics = spoor.make_topics(kafka)
    other = spoor.unique("bound")
    kafka.create_topics({other: spoor.PARTITIONS})
    for topic, number in ((topics["input"], 1), (other, 2)):
        spoor.produce(kafka, topic, [(0, witness(number).encode())])
    binding = {"topics": [topics["input"], other], "format": "okta", "formats": {topics["input"]: "entra"}}
    with small.spoor(kafka, tmp_path, topics, input=binding) as running:
        running.wait_drained()
        process.wait_for(lambda: kafka.committed(running.group, other), 30, "the other topic is finished")
        running.stop()
    users = {one.subject for one in Findings(kafka.read(topics["findings"])).found() if one.detector == "ropc"}
    assert users == {"witness-1@x.example"}
    kafka.delete_topics([other])
