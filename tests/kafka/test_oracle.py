# SPDX-License-Identifier: Apache-2.0
"""The oracle against cases worked out by hand in the specification of the detectors."""

import ipaddress

import pytest

from geo import Network, Place
from oracle import Act, Expected, Oracle, distance_km, threshold

LONDON, LINKOPING = Place(51.5142, -0.0931, 10, "London", "GB"), Place(58.4167, 15.6167, 76, "Linköping", "SE")
MILTON, BOXFORD = Place(47.2513, -122.3149, 22, "Milton", "US"), Place(51.75, -1.25, 100, "Boxford", "GB")
PLACES = {"1": ("isp", LONDON, 10), "2": ("isp", LINKOPING, 20), "3": ("isp", MILTON, 30), "4": ("isp", BOXFORD, 40),
          "5": ("hosting", MILTON, 50), "6": ("backend", MILTON, 60), "7": ("mobile", MILTON, 70)}
NOON, MINUTE, DAY = 20_000 * 86_400_000 + 43_200_000, 60_000, 86_400_000


class Globe:
    """The first digits of an address say where it is."""

    def find(self, ip):
        kind, place, asn = PLACES[ip.partition(".")[0]]
        return Network(ipaddress.ip_address(ip), place, asn, kind)


def act(minute, ip, user="u@x", code=0, strong=True, **more):
    values = {"app": "app", "client": "Browser", "ropc": False, "legacy": False, "agent": "agent", "device": "",
              "multi": True} | more
    at = int(NOON + minute * MINUTE)
    return Act(at, True, "t", user, ip, code, strong, id=f"{user} {at} {ip}", **values)


def found(*acts, trusted=(), feeds=None):
    oracle = Oracle(Globe(), trusted, feeds)
    oracle.acts = {one.id: one for one in acts}
    return {one.detector if one.detector != "password_spray" else one for one in oracle.expected()}


def test_distances():
    assert round(distance_km(LONDON, MILTON)) == 7732
    assert round(distance_km(LONDON, LINKOPING)) == 1258


@pytest.mark.parametrize("acts, impossible", [
    ((act(0, "1.0.0.1"), act(30, "3.0.0.1")), True),
    ((act(30, "1.0.0.1"), act(0, "3.0.0.1")), True),
    ((act(0, "1.0.0.1"), act(0, "3.0.0.1")), True),  # the same second
    ((act(0, "1.0.0.1"), act(55, "2.0.0.1")), True),  # 1,069 km after the radii
    ((act(0, "1.0.0.1"), act(75, "2.0.0.1")), False),
    ((act(0, "1.0.0.1"), act(1, "4.0.0.1")), False),  # 84 km
    ((act(0, "1.0.0.1"), act(30, "3.0.0.1", code=50126)), False),
    ((act(0, "1.0.0.1", strong=False), act(30, "3.0.0.1", strong=False)), False),
    ((act(0, "1.0.0.1", strong=False), act(30, "3.0.0.1")), True),
    ((act(0, "1.0.0.1"), act(30, "6.0.0.1")), False),  # Microsoft's server
    ((act(0, "1.0.0.1", device="d"), act(30, "3.0.0.1", device="d")), False),
    ((act(0, "1.0.0.1", device="d"), act(30, "3.0.0.1", device="e")), True),
    ((act(0, "1.0.0.1"), act(30, "3.0.0.1", user="v@x")), False),
])
def test_travel(acts, impossible):
    assert ("impossible_travel" in found(*acts)) == impossible


def test_trust_needs_both_ends():
    pair = act(0, "1.0.0.1"), act(30, "3.0.0.1")
    assert not found(*pair, trusted=["1.0.0.0/24", "3.0.0.0/24"])
    assert found(*pair, trusted=["1.0.0.0/24"])


@pytest.mark.parametrize("days, familiar", [((4, 5, 6), True), ((4, 5), False), ((1, 4, 5), False), ((40, 41, 42), False)])
def test_familiar_places(days, familiar):
    past = [act(-day * 1440 + shift * 720, ip, strong=False) for day in days for shift, ip in ((0, "1.0.0.1"), (1, "3.0.0.1"))]
    assert ("impossible_travel" in found(*past, act(0, "1.0.0.1"), act(60, "3.0.0.1"))) == (not familiar)


def guesses(count, ip="5.0.0.{}", each=0.1, start=0, **more):
    return [act(start + index * each, ip.format(index if "{" in ip else 1), user=f"u{index}@x", code=50126, **more)
            for index in range(count)]


@pytest.mark.parametrize("count, ip, sprayed", [(4, "1.0.0.9", False), (5, "1.0.0.9", True), (3, "5.0.0.9", False),
                                                (4, "5.0.0.9", True)])
def test_spray_from_one_address(count, ip, sprayed):
    """Five from an ISP, four from hosting."""
    assert bool(found(*guesses(count, ip))) == sprayed


@pytest.mark.parametrize("size, expected", [(None, (5, 8, 15)), (10, (5, 5, 6)), (50, (12, 12, 23)), (100, (14, 14, 27)),
                                            (1000, (20, 20, 40)), (50000, (30, 30, 60))])
def test_thresholds_follow_the_size(size, expected):
    assert tuple(threshold(branch, size) for branch in "ABC") == expected


def past(count, ip, days=(9,)):
    return [act(-day * 1440 + index, ip, user=f"old{index}@x") for day in days for index in range(count)]


@pytest.mark.parametrize("known, days, sprayed", [(12, (9,), True), (12, (6,), True), (40, (9,), False), (40, (6,), True)])
def test_size_is_learnt_in_a_week(known, days, sprayed):
    """Seven tried: enough for a tenant of twelve or of unknown size, not for one of forty."""
    assert bool(found(*past(known, "2.0.0.9", days), *guesses(7, "1.0.0.9"))) == sprayed


@pytest.mark.parametrize("known, tried, sprayed", [(12, 8, True), (40, 20, True), (40, 9, False)])
def test_egress(known, tried, sprayed):
    """Who lives behind an address mistypes there."""
    assert bool(found(*past(known, "5.0.0.9"), *guesses(tried, "5.0.0.9"))) == sprayed


def test_established_networks_have_no_slow_spray():
    slow = guesses(24, "5.0.0.{}", each=58, start=-700)
    assert found(*past(4, "5.0.0.9"), *slow)
    assert not found(*past(5, "5.0.0.9"), *slow)


def test_spray_names_its_system():
    assert found(*guesses(10, "5.0.0.9")) == {Expected("password_spray", "t", "as50", 20_000)}


def test_spray_needs_more_failures_than_successes():
    honest = [act(1, "1.0.0.9", user=f"v{index}@x") for index in range(12)]
    assert not found(*guesses(10, "1.0.0.9"), *honest)


def test_one_user_is_no_spray():
    assert not found(*(act(index * 0.01, "5.0.0.9", code=50126) for index in range(1000)))


def test_slow_spray():
    """24 users of one network over a day: never four in half an hour, but eight in a day."""
    assert found(*guesses(24, "5.0.0.{}", each=29, start=-700)) == {Expected("password_spray", "t", "as50", 20_000)}
    assert not found(*guesses(24, "5.0.0.9", each=29, start=-700))  # one address


def test_spray_from_many_networks():
    many = [one._replace(ip=f"{1 + index % 4}.{index}.0.1") for index, one in enumerate(guesses(16, each=40, start=-700))]
    assert Expected("password_spray", "t", "fp", 20_000) in found(*many)
    assert Expected("password_spray", "t", "fp", 20_000) not in found(*many[:14])


def test_listed_network():
    feeds = {"bad": ["3.0.0.0/8"]}
    assert "cidr_match" in found(act(0, "3.1.2.3", code=50126), feeds=feeds)
    assert not found(act(0, "3.1.2.3"), feeds=feeds, trusted=["3.1.0.0/16"])
    assert not found(act(0, "1.1.2.3"), feeds=feeds)


def test_password_only():
    assert found(act(0, "1.0.0.1", ropc=True, multi=False)) == {"ropc"}
    assert not found(act(0, "1.0.0.1", ropc=True, multi=True))
    assert not found(act(0, "1.0.0.1", ropc=True, multi=False, code=50126))
    past = [act(-day * 1440, "1.0.0.1", multi=False) for day in (4, 5, 6)]
    assert not found(*past, act(0, "1.0.0.2", ropc=True, multi=False))
    assert found(*past[1:], act(0, "1.0.0.2", ropc=True, multi=False)) == {"ropc"}


def test_legacy():
    assert found(act(0, "1.0.0.1", client="IMAP4", legacy=True)) == {"legacy_auth"}
    assert not found(act(0, "1.0.0.1", client="IMAP4", legacy=True, code=50126))
    assert not found(act(0, "1.0.0.1", client="Exchange ActiveSync", legacy=True, device="d"))
