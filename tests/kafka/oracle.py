# SPDX-License-Identifier: Apache-2.0
"""The exact model: which findings a set of messages must give, by detections.md sections 1-6 and 8-10.

One thread, all events kept, plain sets, no estimates, no forgetting, every window looked at. It reads
the JSON itself and shares nothing with spoor but the specification. Left out: severity, and with it
learning; service accounts, of which the traffic has none. Baselines are read as of two days before the
event's day.

Every threshold is multiplied by `slack`: the traffic is fit for its purpose only if the answer is the
same at 0.7 and at 1.4, for then no estimate or rounding can decide.
"""

import collections
import datetime
import functools
import ipaddress
import json
import math
from typing import NamedTuple

MIN_DISTANCE_KM, MAX_SPEED_KMH, RADIUS_FACTOR, CELL_KM = 500, 1000, 1.5, 16
SLOT, MINUTE5, HOUR, DAY = 1_800_000, 300_000, 3_600_000, 86_400_000
UNKNOWN_SIZE = {"A": 5, "B": 8, "C": 15}
QUIET, FLOOR, EGRESS_SHARE, CROWD_DAYS, LEARNING_DAYS = 0.5, 4, 0.25, 14, 7
FAMILIAR_DAYS, FAMILIAR_SPAN, CUT_DAYS = 3, 30, 2
NEVER_A_PLACE = ("relay", "satellite", "backend")

TRIED = {50126, 50056, 50064, 50034, 51004, 50014, 16003, 50059, 50128, 90002, 50053, 50057,
         50055, 50144, 50072, 50079, 50074, 50076, 50158, 53000, 53001, 53002, 53003, 50131, 50005,
         530031, 530032, 530035, 53004, 53011, 50105, 50129, 50155, 50135, 50142}
LEGACY_CLIENTS = {"Authenticated SMTP", "SMTP", "Autodiscover", "Exchange ActiveSync", "Exchange Online PowerShell",
                  "Exchange Web Services", "IMAP4", "IMAP", "POP3", "POP", "MAPI Over HTTP", "Offline Address Book",
                  "Outlook Anywhere (RPC over HTTP)", "Outlook Service", "Universal Outlook",
                  "Reporting Web Services", "Other clients"}


class Expected(NamedTuple):
    detector: str
    tenant: str
    subject: str  # a user, a feed's name, as<number> or a prefix, or "fp" for a spray known by its fingerprint
    bucket: int


class Act(NamedTuple):
    """What the detectors ask of an event."""

    time_ms: int
    sign_in: bool
    tenant: str
    user: str
    ip: str
    code: int | None  # 0: success; None: not told
    strong: bool
    app: str
    client: str
    ropc: bool
    legacy: bool
    agent: str
    device: str  # of a managed one, else ""
    multi: bool
    id: str


def day(time_ms):
    return time_ms // DAY


# Reading

def acts_of(value):
    """The acts in one Kafka message."""
    text = value.decode()
    if text.startswith("["):
        found = json.loads(text)
    elif "\n" in text:
        found = [json.loads(line) for line in text.splitlines() if line]
    else:
        found = [json.loads(text)]
    for record in found:
        for inner in record.get("records", [record]):
            yield entra_act(inner) if "properties" in inner else o365_act(inner)


def milliseconds(text):
    whole, _, fraction = text.rstrip("Z").replace("+00:00", "").partition(".")
    at = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    return int(at.timestamp()) * 1000 + int((fraction + "000")[:3])


def entra_act(record):
    it = record["properties"]
    device = it["deviceDetail"]
    managed = device["isManaged"] or device["isCompliant"]
    return Act(
        milliseconds(it["createdDateTime"]), True, record["tenantId"].lower(), it["userPrincipalName"].lower(),
        it["ipAddress"], it["status"]["errorCode"], it["isInteractive"], it["appId"], it["clientAppUsed"],
        it["authenticationProtocol"] == "ropc" or "BAV2ROPC" in it["userAgent"], it["clientAppUsed"] in LEGACY_CLIENTS,
        it["userAgent"], device["deviceId"] if managed else "",
        it["authenticationRequirement"] == "multiFactorAuthentication", it["id"])


def o365_act(record):
    sign_in = record["Operation"] in ("UserLoggedIn", "UserLoginFailed")
    more = {pair["Name"]: pair["Value"] for pair in record.get("ExtendedProperties", ())}
    code = None
    if sign_in:
        code = 0 if record["Operation"] == "UserLoggedIn" else int(record["ErrorNumber"])
    strong = more.get("RequestType", "").startswith(("Login:", "SAS:", "Kmsi:"))
    ip = record.get("ActorIpAddress") or record.get("ClientIPAddress") or record.get("ClientIP", "")
    if ip.startswith("["):
        ip = ip[1:].partition("]")[0]
    elif ip.count(":") == 1:
        ip = ip.partition(":")[0]
    return Act(milliseconds(record["CreationTime"]), sign_in, record["OrganizationId"].lower(), record["UserId"].lower(),
               ip, code, strong, record.get("ApplicationId", ""), "", False, False, more.get("UserAgent", ""), "",
               False, record["Id"])


# Judging

def distance_km(one, two):
    """Haversine on the sphere of the mean radius; places or anything with lat and lon."""
    a, b = math.radians(one.lat), math.radians(two.lat)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(two.lon - one.lon) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1, math.sqrt(h)))


def radius_km(network):
    """The place's own circle, taken up to the next class; wide where only the country is known."""
    place = network.place
    radius = place.radius_km or 1000
    if not place.city:
        radius = max(radius, 1000)
    if network.kind == "mobile":
        radius = max(radius, 200)
    return next((bound for bound in (10, 25, 50, 100, 200, 500, 1000) if radius <= bound), 2000)


def threshold(branch, size):
    """Distinct tried users; two logarithms of the tenant's size, four from everywhere."""
    if size is None:
        return UNKNOWN_SIZE[branch]
    logs = math.log2(size) if size else 0
    if branch == "C":
        return min(60, max(6, math.ceil(min(size / 2, 4 * logs))))
    return max(5 if branch == "B" else 4, min(30, math.ceil(min(size / 2, 2 * logs))))


class Oracle:
    def __init__(self, geo, trusted=(), feeds=None):
        self.geo = geo
        self.trusted = [ipaddress.ip_network(str(prefix)) for prefix in trusted]
        self.feeds = {name: [ipaddress.ip_network(str(prefix)) for prefix in prefixes]
                      for name, prefixes in (feeds or {}).items()}
        self.acts = {}
        self.records = 0

    def read(self, values):
        for value in values:
            for act in acts_of(value):
                self.records += 1
                self.acts[act.id, act.time_ms] = act
        return self

    def expected(self, slack=1.0):
        """The set of Expected."""
        acts = sorted(self.acts.values(), key=lambda act: act.time_ms)
        self.learn(acts)
        found = set()
        for judge in (self.travel, self.spray, self.cidr, self.password_only):
            found |= set(judge(acts, slack))
        return found

    def is_trusted(self, ip):
        address = address_of(ip)
        return any(address in prefix for prefix in self.trusted)

    def learn(self, acts):
        """tokens[tenant, user][token] = days on which a success showed it."""
        self.tokens = collections.defaultdict(lambda: collections.defaultdict(set))
        self.users_of = collections.defaultdict(lambda: collections.defaultdict(set))  # (tenant, level): user: days
        self.first = {}  # of a tenant's successes, ms
        for act in acts:
            if not (act.sign_in and act.code == 0):
                continue
            network = self.geo.find(act.ip)
            mine = self.tokens[act.tenant, act.user]
            mine[self.place_token(network)].add(day(act.time_ms))
            mine[("ropc", network.asn, act.app, act.agent)].add(day(act.time_ms))
            mine[("legacy", act.client, network.asn)].add(day(act.time_ms))
            self.first.setdefault(act.tenant, act.time_ms)
            if network.kind != "backend":
                for level in self.levels(act.ip)[1:]:
                    self.users_of[act.tenant, level][act.user].add(day(act.time_ms))
            self.users_of[act.tenant, "all"][act.user].add(day(act.time_ms))

    def familiar(self, act, token):
        """On at least three of the thirty days before the cut-off."""
        cut = day(act.time_ms) - CUT_DAYS
        days = self.tokens[act.tenant, act.user].get(token, ())
        return sum(cut - FAMILIAR_SPAN <= seen < cut for seen in days) >= FAMILIAR_DAYS

    def place_token(self, network):
        place = network.place
        return ("place", place and (round(place.lat, 1), round(place.lon, 1)), network.kind)

    # impossible_travel

    def travel(self, acts, slack):
        placed = collections.defaultdict(list)
        for act in acts:
            if act.sign_in and act.code == 0 and act.user:
                network = self.geo.find(act.ip)
                if network.place is not None and network.kind not in NEVER_A_PLACE:
                    placed[act.tenant, act.user].append((act, network))
        for (tenant, user), ends in placed.items():
            if len({network.place for _, network in ends}) == 1:
                continue
            for index, (later, there) in enumerate(ends):
                for earlier, here in ends[:index]:
                    if self.impossible(earlier, here, later, there, slack):
                        yield Expected("impossible_travel", tenant, user, day(later.time_ms))

    def impossible(self, earlier, here, later, there, slack):
        if here.place == there.place or not (earlier.strong or later.strong):
            return False
        gap = later.time_ms - earlier.time_ms
        least = max(0, 0.994 * distance_km(here.place, there.place)
                    - RADIUS_FACTOR * (radius_km(here) + radius_km(there)) - CELL_KM)
        if earlier.time_ms // SLOT == later.time_ms // SLOT:
            far = least > slack * max(MIN_DISTANCE_KM, MAX_SPEED_KMH / 2)
        else:
            hours = max(gap + 56_000, 60_000) / HOUR
            far = least > slack * MIN_DISTANCE_KM and least / hours > slack * MAX_SPEED_KMH
        return far and not self.excused(earlier, here, later, there)

    def excused(self, earlier, here, later, there):
        familiar = [self.familiar(later, self.place_token(network)) for network in (here, there)]
        hired = [network.kind in ("vpn", "hosting") for network in (here, there)]
        return (self.is_trusted(earlier.ip) and self.is_trusted(later.ip) or all(familiar)
                or any(known and vpn for known, vpn in zip(familiar, hired))
                or bool(earlier.device) and earlier.device == later.device)

    # password_spray

    def spray(self, acts, slack):
        """Successes are only looked at for keys that somebody failed on twice."""
        tries, successes = collections.defaultdict(list), collections.defaultdict(list)
        for act in acts:
            if act.sign_in and act.user and act.code in TRIED and self.geo.find(act.ip).kind != "backend":
                for key in self.spray_keys(act):
                    tries[key].append(act)
        hot = {key for key, found in tries.items() if len({act.user for act in found}) >= 2}
        tenants = {key[1] for key in hot}
        for act in acts:
            if act.sign_in and act.code == 0 and act.tenant in tenants:
                for key in self.spray_keys(act):
                    if key in hot:
                        successes[key].append(act)
        for key in hot:
            branch, tenant, subject = key[0], key[1], key[2]
            spans = {"A": ((MINUTE5, 6),), "B": ((HOUR, 24), (DAY, 14)), "C": ((HOUR, 24),)}[branch]
            for step, length in spans:
                for tried, ok in windows(tries[key], successes[key], step, length):
                    if self.sprayed(key, tried, ok, slack):
                        yield Expected("password_spray", tenant, subject, max(day(act.time_ms) for act in tried))

    def spray_keys(self, act):
        """(branch, tenant, subject, what is counted): a source and its parents bear one subject."""
        network, fingerprint = self.geo.find(act.ip), (act.app, act.client, act.ropc, act.agent)
        version = address_of(act.ip).version
        ladder = self.levels(act.ip)
        subject = f"as{network.asn}" if network.asn else ladder[2]
        for level in ladder:
            yield ("A", act.tenant, subject, level)
        for level in ladder[2:] if version == 4 else ladder[1:]:
            yield ("B", act.tenant, subject, level, fingerprint)
        yield ("C", act.tenant, "fp", fingerprint)

    def levels(self, ip):
        """The networks around an address, narrow to wide, and its system if it is known."""
        prefixes = [prefix_of(ip, length) for length in ((32, 24, 16) if ":" not in ip else (64, 48, 32))]
        asn = self.geo.find(ip).asn
        return [*prefixes, asn] if asn else prefixes

    def crowd(self, tenant, level, today):
        """Users who succeeded from there in the fortnight before the cut-off."""
        cut = today - CUT_DAYS
        return sum(any(cut - CROWD_DAYS <= seen < cut for seen in days)
                   for days in self.users_of[tenant, level].values())

    def size(self, tenant, today):
        """None while it is being learnt."""
        if self.first.get(tenant, math.inf) > (today - LEARNING_DAYS) * DAY:
            return None
        return self.crowd(tenant, "all", today)

    def sprayed(self, key, window, successes, slack):
        branch, tenant = key[:2]
        tried, ok = {act.user for act in window}, {act.user for act in successes}
        today = max(day(act.time_ms) for act in window)
        size = self.size(tenant, today)
        limit = threshold(branch, size)
        if branch == "C":
            times = len({(act.user, act.time_ms // HOUR) for act in window}) / len(tried)
            nets = {net_of(act.ip) for act in window}
            return len(tried) >= slack * limit and len(nets) >= slack * len(tried) / 3 and times <= 3 / slack
        level = net_of(window[0].ip) if key[3] == self.levels(window[0].ip)[0] else key[3]
        crowd = self.crowd(tenant, level, today)
        established = crowd >= max(5, 0.02 * (size or 0))
        if self.geo.find(window[0].ip).kind in ("hosting", "vpn", "unknown") and crowd == 0:
            limit = max(FLOOR, math.ceil(QUIET * limit))
        if established:
            limit = max(limit, EGRESS_SHARE * crowd)
        if any(self.is_trusted(act.ip) for act in window):
            limit *= 3
        if len(tried) < slack * limit or len(tried) <= slack * len(ok):
            return False
        return branch == "A" or not established and len({act.ip for act in window}) >= slack * max(3, len(tried) / 4)

    # cidr_match, ropc, legacy_auth

    def cidr(self, acts, _slack):
        for act in acts:
            address = address_of(act.ip) if act.ip else None
            for name, prefixes in self.feeds.items():
                if address and any(address in prefix for prefix in prefixes) and not self.is_trusted(act.ip):
                    yield Expected("cidr_match", act.tenant, name, day(act.time_ms))

    def password_only(self, acts, _slack):
        for act in acts:
            if not (act.sign_in and act.code == 0 and act.user):
                continue
            asn = self.geo.find(act.ip).asn
            if act.ropc and not act.multi and not self.familiar(act, ("ropc", asn, act.app, act.agent)):
                yield Expected("ropc", act.tenant, act.user, day(act.time_ms) // 7)
            excused = act.client == "Exchange ActiveSync" and act.device
            if act.legacy and not excused and not self.familiar(act, ("legacy", act.client, asn)):
                yield Expected("legacy_auth", act.tenant, act.user, day(act.time_ms) // 7)

    def crowded(self):
        """Users with more half hours of one kind than the windows remember: none, in fit traffic."""
        slots = collections.defaultdict(set)
        for act in self.acts.values():
            network = self.geo.find(act.ip)
            if act.sign_in and act.code == 0 and network.place is not None:
                slots[act.tenant, act.user, act.strong].add(
                    (act.time_ms // SLOT, network.place, network.kind, act.device))
        return {key for key, found in slots.items() if len(found) > 8}


address_of = functools.cache(ipaddress.ip_address)


@functools.cache
def prefix_of(ip, length):
    return str(ipaddress.ip_network((ip, length), strict=False))


def net_of(ip):
    return prefix_of(ip, 24 if ":" not in ip else 48)


def windows(tries, successes, step, length):
    """(tries, successes) of every aligned window of `length` steps with at least two users who failed."""
    failed, succeeded = collections.defaultdict(list), collections.defaultdict(list)
    for found, acts in ((failed, tries), (succeeded, successes)):
        for act in acts:
            found[act.time_ms // step].append(act)
    for end in sorted({first + more for first in failed for more in range(length)}):
        span = range(end - length + 1, end + 1)
        window = [act for index in span for act in failed.get(index, ())]
        if len({act.user for act in window}) >= 2:
            yield window, [act for index in span for act in succeeded.get(index, ())]
