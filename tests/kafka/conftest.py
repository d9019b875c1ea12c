# SPDX-License-Identifier: Apache-2.0
"""One broker per Kafka version for the whole session; tests take it by the name `kafka` and so run on each.

SPOOR                the program under test (build/spoor)
SPOOR_TEST_BROKERS   host:port of a broker to use in place of our own; what must kill it is skipped
SPOOR_TEST_KAFKA     versions to fetch and test, e.g. "3.9.2"
SPOOR_TEST_RECORDS   records of the large load (200000)
SPOOR_TEST_KEEP      keep the brokers' data in build/kafka/run
CI=true              nothing may be skipped: a skip is a failure
"""

import os

import pytest

import broker
import spoor
from findings import Findings
from oracle import Oracle
from traffic import FEED, SPRAYED_CIDR, Traffic

THEIRS = os.environ.get("SPOOR_TEST_BROKERS")
LARGE, SMALL = int(os.environ.get("SPOOR_TEST_RECORDS", 200_000)), 20_000


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.fixture(scope="session", params=["theirs"] if THEIRS else broker.VERSIONS, ids=lambda version: f"kafka-{version}")
def kafka(request):
    """A running broker; tests that hurt it leave it running again."""
    cluster = broker.Cluster(THEIRS) if THEIRS else broker.Broker(request.param).start()
    yield cluster
    cluster.close()


@pytest.fixture
def own_kafka(kafka):
    """The same, for tests that kill it."""
    if not kafka.ours:
        pytest.skip("the broker of SPOOR_TEST_BROKERS is not ours to kill")
    yield kafka
    kafka.mend()


@pytest.fixture(scope="session")
def program():
    if not spoor.PROGRAM.exists():
        pytest.skip(f"{spoor.PROGRAM} is not built")
    return spoor.PROGRAM


class Load:
    """Traffic, and what the oracle makes of it."""

    def __init__(self, records):
        self.traffic = Traffic(seed=1, records=records)
        self.oracle = Oracle(self.traffic.geo, self.traffic.trusted, {FEED: [SPRAYED_CIDR]})
        self.expected = None
        self.uids = {}  # of each run so far, by its name

    def messages(self, shuffle=None):
        """Also read by the oracle, the first time."""
        for partition, value in self.traffic.messages(spoor.PARTITIONS, shuffle):
            if self.expected is None:
                self.oracle.read([value])
            yield partition, value
        self.judge()

    def judge(self):
        if self.expected is None:
            self.expected = self.oracle.expected()
            self.oracle.acts.clear()

    def spoor(self, cluster, directory, topics, **more):
        networks = {"trusted": [str(prefix) for prefix in self.traffic.trusted],
                    "feeds": [{"name": FEED, "file": str(directory / "feed.txt"), "severity": "high"}]}
        return spoor.Spoor(cluster, directory, topics, **{"networks": networks} | more)

    def same_uids(self, found):
        """The ids are those of every run before, whatever the order, the broker or the accident."""
        first = self.uids.setdefault("first", found)
        assert found == first, f"{len(first - found)} ids are missing, {len(found - first)} are new"


@pytest.fixture(scope="session")
def small():
    load = Load(SMALL)
    load.all = list(load.messages(shuffle=3))
    load.keyed = list(load.traffic.messages(spoor.PARTITIONS, shuffle=3, keyed=True))
    return load


@pytest.fixture(scope="session")
def large():
    return Load(LARGE)


@pytest.fixture(scope="session")
def clean_run(program, kafka, small, tmp_path_factory):
    """Findings of the small load, nothing disturbed."""
    topics = spoor.make_topics(kafka)
    spoor.produce(kafka, topics["input"], small.all)
    with small.spoor(kafka, tmp_path_factory.mktemp("clean"), topics) as running:
        running.wait_drained().stop()
    assert not kafka.read(topics["dead_letters"])
    return Findings(kafka.read(topics["findings"]))
