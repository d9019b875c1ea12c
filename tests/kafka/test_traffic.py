# SPDX-License-Identifier: Apache-2.0
"""The traffic is what it claims to be: its truth is the oracle's, nothing in it is a near miss, and its
JSON says what was planned. Needs no broker and no spoor."""

import collections
import json

import pytest

from oracle import Oracle, acts_of
from records import AGENTS, APPS, render
from traffic import DAY, FEED, SPRAYED_CIDR, START, Traffic

TODAY = (START // DAY, START // DAY // 7)


@pytest.fixture(scope="module")
def traffic():
    return Traffic(seed=1, records=20_000)


@pytest.fixture(scope="module")
def oracle(traffic):
    judge = Oracle(traffic.geo, traffic.trusted, {FEED: [SPRAYED_CIDR]})
    return judge.read(value for _, value in traffic.messages(4))


def test_what_was_planted_is_what_is_expected(traffic, oracle):
    expected = oracle.expected()
    assert {one[:3] for one in expected if one.bucket in TODAY} == traffic.truth
    counts = collections.Counter(one.detector for one in expected)
    assert min(counts[name] for name in ("impossible_travel", "password_spray", "cidr_match", "ropc", "legacy_auth")) > 5


def test_twins_are_left_alone(traffic, oracle):
    assert len(traffic.innocent) > 50
    assert not traffic.innocent & {one[:3] for one in oracle.expected() if one.bucket in TODAY}


@pytest.mark.parametrize("slack", [0.7, 1.4])
def test_nothing_is_near_a_threshold(oracle, slack):
    assert oracle.expected(slack) == oracle.expected()


def test_nobody_outgrows_the_windows(oracle):
    assert not oracle.crowded()


def test_twins_depend_on_what_excuses_them(traffic, oracle):
    """Without the trusted offices and without the past, some of them would be findings."""
    bare = Oracle(traffic.geo, (), {FEED: [SPRAYED_CIDR]})
    bare.acts = {key: act for key, act in oracle.acts.items() if act.time_ms >= START}
    surplus = {one[:3] for one in bare.expected()} & traffic.innocent
    assert {detector for detector, _, _ in surplus} == {"impossible_travel", "ropc", "legacy_auth"}


@pytest.mark.parametrize("shuffle", [None, 1, 2])
def test_order_changes_nothing(traffic, oracle, shuffle):
    again = Oracle(traffic.geo, traffic.trusted, {FEED: [SPRAYED_CIDR]})
    again.read(value for _, value in traffic.messages(4, shuffle))
    assert again.records > len(again.acts) == len(oracle.acts)
    assert again.acts == oracle.acts


def test_same_seed_same_bytes(traffic):
    again = Traffic(seed=1, records=20_000)
    assert list(again.messages(4, 7)) == list(traffic.messages(4, 7))
    assert Traffic(seed=2, records=20_000).tenants != traffic.tenants


def test_past_comes_first_and_verdicts_on_it_last(traffic):
    """Per partition: whoever is judged by a past has it read before."""
    seen = collections.defaultdict(list)
    for partition, value in traffic.messages(4, 1):
        for act in acts_of(value):
            seen[act.id].append(partition)
    for event in traffic.events:
        if event.phase != 1:
            assert set(seen[event.id]) <= {seen[event.id][0]}
    phases = {event.id: event.phase for event in traffic.events}
    order = [phases[act.id] for _, value in traffic.messages(4, 1) for act in acts_of(value)]
    assert order == sorted(order)


def test_json_says_what_was_planned(traffic):
    for event in traffic.events[::7] + [event for event in traffic.events if event.phase != 1]:
        text = render(event, traffic.geo.find(event.ip).place)
        (act,) = acts_of(text.encode())
        assert (act.time_ms // 1000, act.tenant, act.user, act.ip) == (
            event.time_ms // 1000, event.tenant, event.user, event.ip)
        assert act.sign_in == (event.operation in ("sign_in", "UserLoggedIn", "UserLoginFailed"))
        if act.sign_in:
            assert act.code == event.code and act.strong == bool(event.interactive)
            assert act.app == APPS[event.app][0] and act.agent == AGENTS[event.agent]
        if event.source == "entra":
            assert act.time_ms == event.time_ms
            assert act.device == (event.device if event.managed else "")
            assert (act.ropc, act.client, act.multi) == (event.protocol == "ropc", event.client, event.factor == "multi")


def test_sizes_are_those_of_real_records(traffic):
    sizes = collections.defaultdict(list)
    for event in traffic.events[::11]:
        sizes[event.source].append(len(render(event, traffic.geo.find(event.ip).place).encode()))
    assert 2000 < min(sizes["entra"]) and max(sizes["entra"]) < 8000
    assert 700 < sum(sizes["o365"]) / len(sizes["o365"]) < 2500
    shapes = collections.Counter(json.loads(value).keys() >= {"records"} if value[:1] == b"{" and b"\n{" not in value
                                 else value[:1] for _, value in traffic.messages(4))
    assert min(shapes.values()) > 10 and len(shapes) >= 3
    assert max(len(value) for _, value in traffic.messages(4)) < 1_000_000
