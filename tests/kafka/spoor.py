# SPDX-License-Identifier: Apache-2.0
"""spoor as a user runs it: a config file, a process, topics. Nothing here looks inside."""

import itertools
import json
import os
import pathlib
import signal
import subprocess
import threading
import time

from kafka import KafkaProducer

import geo
import process

PROGRAM = (process.ROOT / os.environ.get("SPOOR", "build/spoor")).resolve()
PARTITIONS = 4
STOP_SECONDS = 10  # what SIGTERM promises
counter = itertools.count()


def unique(word):
    """A name no other test run uses: brokers may be the user's own."""
    return f"{word}-{os.getpid()}-{next(counter)}"


def write_config(path, cluster, topics, group, **more):
    """The config of a test, as YAML (JSON is YAML). `more` replaces or adds top-level keys."""
    directory = path.parent
    (directory / "secret").write_text("the same secret in every test run\n")
    (directory / "feed.txt").write_text("# the network of the advisory\n2a0a:d683::/32\n")
    config = {
        "kafka": {
            "bootstrap.servers": cluster.bootstrap, "group.id": group, "session.timeout.ms": 6000,
            "heartbeat.interval.ms": 1000, "fetch.wait.max.ms": 50, "reconnect.backoff.max.ms": 1000,
        },
        "input": {"topics": [topics["input"]], "format": "auto", "start": "earliest"},
        "output": {name: topics[name] for name in ("findings", "windows", "dead_letters")},
        "delivery": "auto",
        "workers": 2,
        "geoip": {"city": [str(geo.CITY)], "asn": [str(geo.ASN)]},
        "networks": {"trusted": [], "feeds": [
            {"name": "lshiy", "file": str(directory / "feed.txt"), "severity": "high"}]},
        "secret": {"file": str(directory / "secret")},
    } | more
    path.write_text(json.dumps(config, indent=1))


def make_topics(cluster, input_topic=None):
    """Topics for one run, made beforehand: their names, by what they are for."""
    topics = {name: unique(name.replace("_", "-")) for name in ("input", "findings", "windows", "dead_letters")}
    # Poison may be larger than the default of 1 MB; nothing may expire while a test runs.
    new = {topics["findings"]: PARTITIONS, topics["dead_letters"]: PARTITIONS}
    if input_topic is None:
        new[topics["input"]] = PARTITIONS
    else:
        topics["input"] = input_topic
    cluster.create_topics(new, retention_ms=-1, max_message_bytes=16 << 20)
    cluster.create_topics({topics["windows"]: PARTITIONS}, cleanup_policy="compact,delete", retention_ms=-1,
                          min_compaction_lag_ms=600_000)
    return topics


class Spoor:
    """One member of a consumer group. Starting again continues where the group left off."""

    def __init__(self, cluster, directory, topics, group=None, **config):
        self.cluster, self.topics = cluster, topics
        self.group = group or unique("group")
        self.log = pathlib.Path(directory) / f"{self.group}.log"
        self.config = pathlib.Path(directory) / f"{self.group}.yaml"
        write_config(self.config, cluster, topics, self.group, **config)
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process is not None:
            self.kill()

    def start(self):
        assert self.process is None
        with open(self.log, "ab") as log:
            self.process = process.start([PROGRAM, "run", "-c", self.config], log, cwd=process.ROOT)
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def stop(self):
        """SIGTERM; exit code 0 within the promised time, or an error with the end of the log."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still there {STOP_SECONDS} s after SIGTERM\n{process.tail(self.log)}") from None
        self.process = None
        assert code == 0, f"exit code {code} after SIGTERM\n{process.tail(self.log)}"
        return time.monotonic() - started

    def committed(self):
        return self.cluster.committed(self.group, self.topics["input"])

    def drained(self):
        """Everything in the input topic is processed, published and committed."""
        ends = {where: end for where, end in self.cluster.end_offsets(self.topics["input"]).items() if end}
        committed = self.committed()
        for where, offset in committed.items():
            assert offset <= ends.get(where, 0), f"committed {offset} of {ends.get(where, 0)} in partition {where}"
        return bool(ends) and all(committed.get(where) == end for where, end in ends.items())

    def wait_drained(self, seconds=120):
        process.wait_for(self.drained, seconds, "the input is drained", 0.2, self.process, self.log)
        return self

    def wait_begun(self, seconds=60):
        """The first offsets of the group are committed: it is in the middle of its work."""
        process.wait_for(self.committed, seconds, "first commit", 0.05, self.process, self.log)
        return self


class Feed(threading.Thread):
    """Produces messages in the background, `seconds` long, so that a test can do its harm meanwhile. Goes
    on through a broker's absence. held: the last tenth waits for finish(), so that there is something to come when
    the harm is done, on a slow machine too."""

    def __init__(self, cluster, topic, messages, seconds=0, held=False):
        super().__init__(daemon=True)
        self.cluster, self.topic, self.messages, self.seconds = cluster, topic, list(messages), seconds
        self.failure = None
        self.held = threading.Event() if held else None
        self.sent = {}  # {(partition, offset): number of the message}

    def run(self):
        try:
            self.sent = produce(self.cluster, self.topic, self.messages, self.seconds,
                                hold=self.held)
        except BaseException as failure:  # told by finish() in the thread of the test
            self.failure = failure

    def finish(self, seconds=90):
        if self.held:
            self.held.set()
        self.join(seconds)
        assert not self.is_alive(), "the feed is stuck"
        if self.failure is not None:
            raise self.failure


def produce(cluster, topic, messages, seconds=0, codec="lz4", hold=None):
    """Sends (partition, value) pairs and waits until the broker has them all. Returns where each went. hold: an
    event that the last tenth waits for."""
    producer = KafkaProducer(bootstrap_servers=cluster.bootstrap, acks="all", compression_type=codec,
                             linger_ms=20, batch_size=800_000, max_request_size=16 << 20)
    started, waiting, size = time.monotonic(), [], 0
    count = len(messages) if seconds else 0
    where = {}
    try:
        for number, (partition, value) in enumerate(messages):
            if hold and number == len(messages) * 9 // 10:
                hold.wait(120)
            waiting.append(producer.send(topic, value, partition=partition, key=b"message-%d" % number))
            size += len(value or b"")
            if size > 64 << 20:  # what is not sent yet lies in memory
                producer.flush()
                size = 0
            if seconds:
                time.sleep(max(0, started + seconds * number / count - time.monotonic()))
        producer.flush()
        for number, future in enumerate(waiting):
            sent = future.get(timeout=60)
            where[sent.partition, sent.offset] = number
        return where
    finally:
        producer.close(timeout=5)
