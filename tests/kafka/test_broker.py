# SPDX-License-Identifier: Apache-2.0
"""The bed itself: what the other tests take for granted of a broker, on each version."""

import os
import signal
import subprocess
import sys
import time

import pytest

import broker
import process
import spoor


@pytest.fixture
def topic(kafka):
    name = spoor.unique("bed")
    kafka.create_topics({name: 4}, retention_ms=-1)
    yield name
    kafka.delete_topics([name])


def test_keeps_what_it_acknowledged(kafka, topic):
    messages = [(number % 4, b"%d" % number * 50) for number in range(4000)]
    where = spoor.produce(kafka, topic, messages)
    records = kafka.read(topic)
    assert len(records) == 4000 == sum(kafka.end_offsets(topic).values())
    for record in records:
        assert record.value == messages[where[record.partition, record.offset]][1]


@pytest.mark.parametrize("codec", [None, "gzip", "lz4"])
def test_codecs(kafka, topic, codec):
    spoor.produce(kafka, topic, [(0, b"x" * 100_000)] * 3, codec=codec)
    assert [len(record.value) for record in kafka.read(topic)] == [100_000] * 3


def test_topic_settings(kafka):
    name = spoor.unique("compacted")
    kafka.create_topics({name: 2}, cleanup_policy="compact,delete", min_compaction_lag_ms=1234)
    config = kafka.topic_config(name)
    kafka.delete_topics([name])
    assert (config["cleanup.policy"], config["min.compaction.lag.ms"]) == ("compact,delete", "1234")


def test_makes_no_topic_unasked(kafka):
    if not kafka.ours:
        pytest.skip("the broker of SPOOR_TEST_BROKERS may make topics")
    name = spoor.unique("nobody-made-this")
    assert kafka.end_offsets(name) == {}
    assert name not in kafka.admin().list_topics()


def test_offsets_of_a_group(kafka, topic):
    group = spoor.unique("readers")
    assert kafka.committed(group, topic) == {}
    spoor.produce(kafka, topic, [(0, b"x")] * 7)
    consumer = kafka.consumer(group_id=group, metadata_max_age_ms=1000)
    # Or the client may join before it has heard of the topic, and is then assigned nothing for long.
    process.wait_for(lambda: consumer.partitions_for_topic(topic), 20, "partitions of the topic")
    consumer.subscribe([topic])
    process.wait_for(lambda: consumer.poll(timeout_ms=200), 20, "records by group")
    consumer.commit()
    consumer.close()
    assert kafka.committed(group, topic)[0] == 7


def test_killed_and_started_again(own_kafka, topic):
    spoor.produce(own_kafka, topic, [(1, b"before")] * 100)
    own_kafka.kill()
    assert not own_kafka.answers()
    own_kafka.start()
    spoor.produce(own_kafka, topic, [(1, b"after")])
    assert [record.value for record in own_kafka.read(topic)] == [b"before"] * 100 + [b"after"]


def test_a_feed_outlives_the_broker(own_kafka, topic):
    feed = spoor.Feed(own_kafka, topic, [(number % 4, b"x" * 1000) for number in range(400)], seconds=3)
    feed.start()
    time.sleep(1)
    own_kafka.kill()
    own_kafka.start()
    feed.finish()
    assert len({record.key for record in own_kafka.read(topic)}) == 400


def test_paused_and_resumed(own_kafka, topic):
    own_kafka.pause()
    feed = spoor.Feed(own_kafka, topic, [(0, b"x")])
    feed.start()
    time.sleep(1)
    assert feed.is_alive()
    own_kafka.resume()
    feed.finish()
    assert len(own_kafka.read(topic)) == 1


def test_two_at_once(kafka, topic):
    if not kafka.ours:
        pytest.skip("needs no broker of the user's")
    second = broker.Broker(kafka.version)
    try:
        second.start()
        assert second.bootstrap != kafka.bootstrap
        assert topic not in second.admin().list_topics()
    finally:
        second.close()
    assert not second.home.exists()


def test_dies_with_the_tests():
    """kill -9 of the process that started a broker takes the broker along."""
    script = ("import sys, process, signal\n"
              "child = process.start(['sleep', '600'], sys.stderr)\n"
              "print(child.pid, flush=True)\n"
              "signal.pause()\n")
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True,
                              env=os.environ | {"PYTHONPATH": str(process.ROOT / "tests" / "kafka")})
    child = int(parent.stdout.readline())
    os.kill(child, 0)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    process.wait_for(lambda: not running(child), 5, "the child's end")


def running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
