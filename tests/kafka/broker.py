# SPDX-License-Identifier: Apache-2.0
"""A real Apache Kafka: its jars from Maven, one KRaft node (broker and controller) per Broker.

    broker = Broker("3.9.2"); broker.start() ... broker.kill(); broker.start() ... broker.close()

Everything is below build/kafka: maven/ (what Maven fetched) and <version>/lib (jars), both kept, and
run/ (data, removed by close()).
SPOOR_TEST_BROKERS names a broker of the user's own; it is used as it is and cannot be killed.
"""

import fcntl
import itertools
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic
from kafka.errors import KafkaError, UnknownTopicOrPartitionError

import process

# The last of the line that still has ZooKeeper's protocols, and the line that dropped them.
# Not 4.0.0: it refuses JoinGroup versions that librdkafka 2.0.2 speaks (back in 4.0.1 and 4.1.0).
VERSIONS = os.environ.get("SPOOR_TEST_KAFKA", "3.9.2 4.1.2").split()
BUILD = process.ROOT / "build" / "kafka"
counter = itertools.count()

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=2
default.replication.factor=1
# One node: internal topics without replicas, few partitions so that they are made at once.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
# Timers made short, so that tests wait for events and not for defaults.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=2000
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
# A killed node must not wait for the old session of its own broker id to run out.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
# The compaction buffer is heap: the default of 128 MiB is a third of ours.
log.cleaner.dedupe.buffer.size=20971520
log.cleaner.backoff.ms=1000
log.segment.bytes=134217728
"""

LOG4J1 = """\
log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n
"""

LOG4J2 = """\
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c{1}: %m%n
"""


def fetch(version, part="broker"):
    """The directory with the jars of the broker, or of Kafka Connect ("connect"); Maven brings them the first
    time. Two test runs at once wait for each other here."""
    home = BUILD / version
    home.mkdir(parents=True, exist_ok=True)
    jars = home / ("lib" if part == "broker" else part)
    with open(home / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = jars / f"kafka_2.13-{version}.jar.done"
        if not done.exists():
            pom = (process.ROOT / "tests" / "kafka" / "pom.xml").read_text()
            (home / "pom.xml").write_text(pom.replace("@KAFKA@", version))
            profile = "log4j1" if version.startswith("3.") else "log4j2"
            result = subprocess.run(
                ["mvn", "-B", "-q", "-f", str(home / "pom.xml"), "-P", f"{profile},{part}", "dependency:copy-dependencies",
                 f"-Dmaven.repo.local={BUILD / 'maven'}", f"-DoutputDirectory={jars}", "-DincludeScope=runtime"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if result.returncode != 0:
                raise RuntimeError(f"Maven could not fetch Kafka {version}:\n{result.stdout[-3000:]}")
            done.touch()
    return jars


def remove_leftovers():
    """Data of test runs that were killed."""
    for home in (BUILD / "run").glob("*-*-*"):
        owner = home.name.split("-")[-2]
        if not pathlib.Path("/proc", owner).exists() and not os.environ.get("SPOOR_TEST_KEEP"):
            shutil.rmtree(home, ignore_errors=True)


class Cluster:
    """What tests ask of any broker, theirs or ours. Answers come from kafka-python, not from spoor's
    client library, so that one's mistakes cannot hide the other's."""

    version = "theirs"
    ours = False

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self._admin = None

    def admin(self):
        if self._admin is None:
            self._admin = KafkaAdminClient(bootstrap_servers=self.bootstrap, client_id="tests",
                                           request_timeout_ms=10000)
        return self._admin

    def forget_admin(self):
        if self._admin is not None:
            try:
                self._admin.close()
            except KafkaError:
                pass
            self._admin = None

    def create_topics(self, partitions, **configs):
        """{name: partitions}; configs with _ for . as in cleanup_policy="compact"."""
        configs = {key.replace("_", "."): str(value) for key, value in configs.items()}
        self.admin().create_topics([
            NewTopic(name, count, 1, topic_configs=configs) for name, count in partitions.items()], wait_for_metadata=True)

    def delete_topics(self, names):
        have = set(self.admin().list_topics())
        try:
            self.admin().delete_topics([name for name in names if name in have])
        except UnknownTopicOrPartitionError:
            pass

    def topic_config(self, name):
        """{key: value} of all settings in force."""
        resource = ConfigResource(ConfigResourceType.TOPIC, name)
        found = self.admin().describe_configs([resource], config_filter="all")["topic"][name]
        return {key: details["value"] for key, details in found.items()}

    def consumer(self, **options):
        return KafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False,
                             auto_offset_reset="earliest", **options)

    def end_offsets(self, topic):
        """{partition: offset after the last record}; {} while there is no such topic."""
        consumer = self.consumer()
        try:
            partitions = consumer.partitions_for_topic(topic) or ()
            ends = consumer.end_offsets([TopicPartition(topic, number) for number in partitions])
            return {where.partition: offset for where, offset in ends.items()}
        finally:
            consumer.close()

    def committed(self, group, topic):
        """{partition: committed offset} of what the group has committed in the topic."""
        for tries in itertools.count(1):
            try:
                offsets = self.admin().list_group_offsets([group])[group]
                break
            except KafkaError as failure:  # as after a broker's absence: the coordinator is not found again at once
                if not failure.retriable or tries == 50:
                    raise
                time.sleep(0.2)
        return {where.partition: found.offset for where, found in offsets.items()
                if where.topic == topic and found.offset >= 0}

    def read(self, topic, committed_only=True):
        """All records of the topic up to its end as of now, in partition order."""
        level = "read_committed" if committed_only else "read_uncommitted"
        consumer = self.consumer(isolation_level=level, max_poll_records=5000)
        try:
            where = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
            if not where:
                return []
            consumer.assign(where)
            ends = consumer.end_offsets(where)
            consumer.seek_to_beginning(*where)
            records = {partition: [] for partition in where}
            while any(consumer.position(partition) < ends[partition] for partition in where):
                for partition, batch in consumer.poll(timeout_ms=500).items():
                    records[partition] += batch
            return [record for partition in where for record in records[partition]]
        finally:
            consumer.close()

    def close(self):
        self.forget_admin()


class Broker(Cluster):
    """A node of ours on free loopback ports."""

    ours = True

    def __init__(self, version):
        self.version = version
        remove_leftovers()
        self.port, self.controller = process.free_port(), process.free_port()
        super().__init__(f"127.0.0.1:{self.port}")
        self.home = BUILD / "run" / f"{version}-{os.getpid()}-{next(counter)}"
        self.log = self.home / "log"
        self.process = None
        self.classpath = f"{self.home / 'conf'}:{fetch(version)}/*"
        conf = self.home / "conf"
        conf.mkdir(parents=True)
        (conf / "log4j.properties").write_text(LOG4J1)
        (conf / "log4j2.properties").write_text(LOG4J2)
        (conf / "server.properties").write_text(PROPERTIES.format(
            port=self.port, controller=self.controller, data=self.home / "data"))

    def java(self, *words):
        return ["java", "-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData", f"-Djava.io.tmpdir={self.home}",  # what a killed one leaves goes with its data
                "-cp", self.classpath, *words, self.home / "conf" / "server.properties"]

    def start(self):
        """Starts on the data of last time, if any, and returns when clients are answered."""
        assert self.process is None
        with open(self.log, "ab") as log:
            if not (self.home / "data").exists():
                identity = "c3Bvb3ItdGVzdC1jbHVzdA"  # any 16 bytes in base64url
                tool = self.java("kafka.tools.StorageTool", "format", "-t", identity, "-c")
                assert process.start(tool, log).wait() == 0, process.tail(self.log)
            self.process = process.start(self.java("kafka.Kafka"), log)
        process.wait_for(self.answers, 60, f"Kafka {self.version}", 0.1, self.process, self.log)
        return self

    def answers(self):
        """Metadata names the broker, and it coordinates groups: the first question of that kind makes
        the offsets topic. The port is tried first: a client that finds it closed sleeps for seconds."""
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                return False
        try:
            self.admin().list_group_offsets(["is-anybody-there"])
            return bool(self.admin().describe_cluster()["brokers"])
        except (KafkaError, OSError, ValueError):
            self.forget_admin()
            return False

    def stop(self, with_signal=signal.SIGTERM, seconds=30):
        """SIGTERM: an orderly end that writes everything. Also ends a paused broker."""
        self.forget_admin()
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(with_signal)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def kill(self):
        """kill -9: as a crash of the process; what the kernel has, stays."""
        self.stop(signal.SIGKILL)

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def mend(self):
        """Whatever a failed test left: runs and answers again."""
        if self.process is None:
            self.start()
        self.resume()

    def close(self):
        self.kill()
        if not os.environ.get("SPOOR_TEST_KEEP"):
            shutil.rmtree(self.home, ignore_errors=True)

