# SPDX-License-Identifier: Apache-2.0
"""A day of sign-ins of some forty tenants, seeded, with attacks whose truth is known and twins that look
like attacks and are none.

    traffic = Traffic(seed=1, records=200_000)
    traffic.events         what happened, in order of time
    traffic.truth          {(detector, tenant, subject)} that must be found, planted by the functions below
    traffic.innocent       {(detector, tenant, user)} that must not be
    traffic.messages(...)  the same events as Kafka messages, as they were shipped or shuffled

Two rules keep the verdict free of the order of arrival, so that shuffled runs can be compared:
no count and no speed is near its threshold (oracle.margins proves it), and nobody has more than eight
half hours of interactive sign-ins, nor of token refreshes: that is how far back windows remember.
"""

import datetime
import ipaddress
import random
import zlib

import records
from geo import Geo, Network
from oracle import distance_km
from records import Event

# A Tuesday; the fortnight before it lies in the same 32 days of spoor's calendar, the past of the twins
# (six days before and older) in another week of it.
DAY0 = datetime.datetime(2025, 7, 8, tzinfo=datetime.timezone.utc)
START = int(DAY0.timestamp() * 1000)
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
TENANTS = 40
NAMES = ("anna", "kenji", "jose", "maria", "olu")
SPRAYED_CIDR = "2a0a:d683::/32"
FEED = "lshiy"


class Traffic:
    def __init__(self, seed=1, records=200_000, geo=None):
        self.random = random.Random(seed)
        self.geo = geo or Geo()
        self.ids = 0
        self.events = []
        self.truth, self.innocent = set(), set()
        self.homes = self.geo.networks("isp")
        self.hosting = self.geo.networks("hosting", "vpn")
        self.mobile = self.geo.networks("mobile")
        self.servers = self.geo.networks("backend", "relay")
        self.tenants = [self.uuid() for _ in range(TENANTS)]
        self.trusted = [subnet(network.prefix) for network in far_apart(self.homes)]
        self.people = {}
        self.planted = set()  # (tenant, user): who has no ordinary day besides
        for number, tenant in enumerate(self.tenants):
            self.settle(number, tenant, max(60, records // (TENANTS * 10)))
        for plant in (travel, travel_twins, sprays, spray_twins, sprayed_cidr, ropc, ropc_twins, legacy, legacy_twins):
            plant(self)
        self.background(records)
        self.events.sort(key=lambda event: (event.time_ms, event.id))

    # People and what they do all day

    def uuid(self):
        text = f"{self.random.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def settle(self, number, tenant, count):
        """Gives a tenant its people: each lives in one of two towns, behind an address of their own."""
        towns = [self.homes[(number + step) % len(self.homes)] for step in (0, 3)]
        domain = f"tenant{number:02d}.example"
        self.people[tenant] = [
            (f"{NAMES[index % len(NAMES)]}.{index:04d}@{domain}", towns[index % len(towns)], 16 + index)
            for index in range(count)]

    def person(self, tenant_number, index):
        """(tenant, user, home network, home address); index from the end, where nobody else plants."""
        tenant = self.tenants[tenant_number]
        user, home, host = self.people[tenant][index]
        return tenant, user, home, address(home.prefix, host)

    def add(self, time_ms, tenant, user, ip, **more):
        self.ids += 1
        more.setdefault("id", f"{zlib.crc32(self.ids.to_bytes(8, 'big')):08x}-{self.ids >> 16 & 0xFFFF:04x}-4000-8000-{self.ids:012x}")
        more.setdefault("source", "entra")
        more.setdefault("operation", "sign_in")
        self.events.append(Event(time_ms=time_ms, tenant=tenant, user=user, ip=ip, **more))

    def background(self, total):
        """Fills up with everybody's ordinary day, round after round, until there are enough records."""
        crowd = [(tenant, *person) for tenant in self.tenants for person in self.people[tenant]
                 if (tenant, person[0]) not in self.planted]
        rounds = [iter(self.ordinary_day(*person)) for person in crowd]
        while rounds and len(self.events) < total:
            left = []
            for day in rounds:
                step = next(day, None)
                if step is not None:
                    step()
                    left.append(day)
                if len(self.events) >= total:
                    break
            else:
                rounds = left
                continue
            break

    def ordinary_day(self, tenant, user, home, host):
        """Up to 5 half hours of interactive sign-ins and 3 of refreshes, all from home, the refreshes also
        by phone in the same town; audit records in between."""
        dice = random.Random(f"{user} {tenant}")
        ip = address(home.prefix, host)
        phone = next((address(network.prefix, host) for network in self.mobile
                      if distance_km(network.place, home.place) < 400), ip)
        device = f"{records.hash_text(user):08x}-dddd-4000-8000-000000000001"
        session = f"{records.hash_text(user):08x}-5e55-4000-8000-000000000002"
        common = {"tenant": tenant, "user": user, "session": session}
        slots = dice.sample(range(2, 44), 8)
        steps = [("strong", slot) for slot in slots[:5]] + [("weak", slot) for slot in slots[5:] for _ in range(4)]
        steps += [("audit", slot) for slot in slots[:6]]
        dice.shuffle(steps)
        for kind, slot in steps:
            at = START + slot * 30 * MINUTE + dice.randrange(30 * MINUTE)
            roll = dice.random()
            if kind == "audit":
                name = ("MailItemsAccessed" if roll < 0.7 else "FileAccessed" if roll < 0.9
                        else "New-InboxRule" if roll < 0.98 else "Set-Mailbox")
                yield lambda at=at, name=name: self.add(at, ip=ip, source="o365", operation=name, app="outlook",
                                                        **common)
            elif kind == "strong" and roll < 0.2:
                yield lambda at=at: self.add(at, ip=ip, source="o365", operation="UserLoggedIn", **common)
            elif kind == "strong":
                app = "teams" if roll < 0.5 else "office"
                yield lambda at=at, app=app: self.add(at, ip=ip, app=app, device=device, managed=True, **common)
            else:
                code = (50173, 50140, 50058, 70043, 65001)[int(roll * 500) % 5] if roll < 0.04 else 0
                where, agent = (phone, "iphone") if roll > 0.6 else (ip, "teams")
                yield lambda at=at, code=code, where=where, agent=agent: self.add(
                    at, ip=where, interactive=False, code=code, agent=agent, app="outlook",
                    client="Mobile Apps and Desktop clients", **common)

    # Kafka messages

    def messages(self, partitions, shuffle=None, doubled=0.02, keyed=False):
        """Yields (partition, value). Without a seed to shuffle by: in the order of shipping. What must be read
        before or after the rest (Event.phase) stays so, in the partition of its user. Some events are
        shipped twice, as audit feeds do. keyed: every event is in the partition of its user."""
        dice = random.Random(0 if shuffle is None else shuffle)
        events = self.events + [event for event in self.events if dice.random() < doubled]
        for phase in (0, 1, 2):
            chosen = [event for event in events if event.phase == phase]
            if shuffle is None:
                chosen.sort(key=lambda event: event.time_ms + int(event.id[:8], 16) % 180_000)
            else:
                dice.shuffle(chosen)
            if phase == 1 and not keyed:
                yield from ((dice.randrange(partitions), value) for value in self.envelopes(chosen, dice))
                continue
            for partition in range(partitions):
                mine = [event for event in chosen if records.hash_text(event.user) % partitions == partition]
                yield from ((partition, value) for value in self.envelopes(mine, dice))

    def envelopes(self, events, dice):
        """Entra records alone or as {"records": [...]}; audit records alone, as arrays, as lines."""
        waiting = {"entra": [], "o365": []}
        sizes = {source: dice.choice(BATCHES) for source in waiting}
        for event in events:
            some = waiting[event.source]
            some.append(records.render(event, self.geo.find(event.ip).place))
            if len(some) >= sizes[event.source]:
                yield envelope(event.source, some)
                waiting[event.source], sizes[event.source] = [], dice.choice(BATCHES)
        yield from (envelope(source, some) for source, some in waiting.items() if some)


BATCHES = (1, 1, 1, 2, 5, 20, 60, 150)  # records in a message


def envelope(source, texts):
    if len(texts) == 1:
        return texts[0].encode()
    if source == "entra":
        return ('{"records":[' + ",".join(texts) + "]}").encode()
    return "\n".join(texts).encode() if len(texts) == 5 else ("[" + ",".join(texts) + "]").encode()


# Addresses

def address(prefix, host):
    """The host-th address of a prefix; in IPv6 one in a /48 of its own, or in a /64 of its own if the
    prefix is a /48."""
    if prefix.version == 4:
        return str(prefix.network_address + 1 + host % (prefix.num_addresses - 2))
    return str(prefix.network_address + ((host % 60000) << (80 if prefix.prefixlen <= 32 else 64)) + 0x1234)


def subnet(prefix):
    """The end of a prefix, for an office: a /28, or a /48 that no ordinary host is in."""
    if prefix.version == 4:
        return ipaddress.ip_network((int(prefix.broadcast_address) - 15, 28))
    return ipaddress.ip_network((int(prefix.network_address) + (65000 << 80), 48))


def far_apart(networks):
    """Two networks as far from each other as there are, found the same way every time."""
    return max(((one, two) for one in networks for two in networks),
               key=lambda pair: distance_km(pair[0].place, pair[1].place))


# Attacks and twins. Each takes tenants and people that no other one uses, so that a count belongs to one cause.

def away_from(traffic, home, networks=None):
    """A network at least 4,000 km away."""
    far = [network for network in networks or traffic.homes if distance_km(network.place, home.place) > 4000]
    return traffic.random.choice(far)


def travel(traffic):
    """Tenants 0-9. A success at home and one far away: 7 to 90 minutes apart, in either order, the same
    second, the far one by token refresh, or the two ends told by different feeds."""
    for number in range(60):
        tenant, user, home, ip = traffic.person(number % 10, -1 - number // 10)
        far = address(away_from(traffic, home).prefix, 9000 + number)
        at = START + 6 * HOUR + number * 11 * MINUTE
        gap = (7 * MINUTE, 25 * MINUTE, 90 * MINUTE, 0, -40 * MINUTE)[number % 5]
        traffic.add(at, tenant, user, ip)
        if number % 3 == 0:
            traffic.add(at + gap, tenant, user, far, source="o365", operation="UserLoggedIn")
        else:
            traffic.add(at + gap, tenant, user, far, interactive=number % 3 == 1, agent="safari")
        traffic.truth.add(("impossible_travel", tenant, user))


def travel_twins(traffic):
    """Tenants 10-13: pairs that are far apart and no finding. The familiar ones have a past that ends
    before the baseline's cut-off (two days before the day of the event)."""
    near, other = traffic.trusted
    for number in range(40):
        tenant, user, home, ip = traffic.person(10 + number % 4, -1 - number // 4)
        far = address(away_from(traffic, home).prefix, 8000 + number)
        at, twin = START + 9 * HOUR + number * MINUTE, number % 8
        if twin == 0:  # two offices
            ends = [(at, address(near, number), {}), (at + 12 * MINUTE, address(other, number), {})]
        elif twin == 1:  # one managed laptop, once through a far gateway
            laptop = {"device": "aaaaaaaa-1111-4000-8000-" + f"{number:012x}", "managed": True}
            ends = [(at, ip, laptop), (at + 10 * MINUTE, far, laptop)]
        elif twin == 2:  # tokens refreshed by servers of both regions: nobody typed anything
            ends = [(at, ip, {"interactive": False}), (at + 10 * MINUTE, far, {"interactive": False})]
        elif twin == 3:  # an attacker guesses from afar and fails
            ends = [(at, ip, {}), (at + 10 * MINUTE, far, {"code": 50126})]
        elif twin == 4:  # a flight
            ends = [(at - 8 * HOUR, ip, {}), (at + 11 * HOUR, far, {})]
        elif twin == 5:  # two homes, each slept in on four days
            ends = [(at, ip, {"phase": 2}), (at + 70 * MINUTE, far, {"phase": 2})]
            for day in range(8):
                traffic.add(at - (13 - day) * DAY, tenant, user, (ip, far)[day % 2], interactive=False, phase=0)
        elif twin == 6:  # a phone whose network changes its mind about the town
            towns = sorted(traffic.homes, key=lambda town: distance_km(town.place, traffic.mobile[0].place))
            phones = (traffic.mobile[0], next(town for town in towns if town.place.city != traffic.mobile[0].place.city))
            ends = [(at + minute * MINUTE, address(phones[minute % 2].prefix, number), {"agent": "iphone"})
                    for minute in range(20)]
        else:  # a server of Microsoft's, or a private relay: nobody is there
            ends = [(at, ip, {}), (at + 9 * MINUTE, address(traffic.servers[number // 8 % 2].prefix, number), {})]
        traffic.planted.add((tenant, user))
        for when, where, more in ends:
            traffic.add(when, tenant, user, where, **more)
        traffic.innocent.add(("impossible_travel", tenant, user))


def guess(traffic, at, person, ip, code=50126, **more):
    tenant, user = person[:2]
    more = {"agent": "python", "client": "Mobile Apps and Desktop clients", "app": "exchange", "factor": "single",
            "interactive": True} | more
    traffic.add(at, tenant, user, ip, code=code, **more)


def sprays(traffic):
    """Tenants 14-25, three branches. A: one address, 24 users in ten minutes. B: a /48 of hosting, 30 users
    in 11 hours. C: 45 users, each from a network of its own that no database knows, one fingerprint."""
    v4, v6 = traffic.hosting[0], Network(ipaddress.ip_network("2a12:5940::/32"), None)  # the second is in no database
    for number in range(6):  # A
        network = v6 if number % 2 else v4
        ip = address(network.prefix, 20 + number)
        victims = [traffic.person(14 + number, index) for index in range(24)]
        for index, victim in enumerate(victims):
            at = START + (5 + number) * HOUR + index * 25_000
            if number >= 4:
                guess(traffic, at, victim, ip, source="o365", operation="UserLoginFailed")
            else:
                guess(traffic, at, victim, ip, code=(50126, 50126, 50034, 50053)[index % 4])
        if number < 3:  # and one that worked
            guess(traffic, START + (5 + number) * HOUR + 11 * MINUTE, victims[3], ip, code=0)
            traffic.planted.add(victims[3][:2])
        traffic.truth.add(("password_spray", traffic.tenants[14 + number], source_of(network, ip)))
    for number in range(3):  # B
        block = ipaddress.ip_network((int(v6.prefix.network_address) + (number + 1 << 80), 48))
        for index in range(30):
            ip = address(block, index)
            at = START + 4 * HOUR + number * HOUR + index * 22 * MINUTE
            guess(traffic, at, traffic.person(20 + number, index), ip)
        traffic.truth.add(("password_spray", traffic.tenants[20 + number], source_of(v6, address(v6.prefix, 40))))
    for number in range(3):  # C
        for index in range(45):
            ip = f"45.{10 + index * 4 + number}.{number + 1}.{7 + index}"
            at = START + 3 * HOUR + index * 19 * MINUTE + number * MINUTE
            guess(traffic, at, traffic.person(23 + number, index), ip, app="outlook", agent="mail")
        traffic.truth.add(("password_spray", traffic.tenants[23 + number], "fp"))


def source_of(network, ip):
    """What names a source in a finding: its system, or the wide prefix where no system is known."""
    if network.asn:
        return f"as{network.asn}"
    version = ipaddress.ip_address(ip).version
    return str(ipaddress.ip_network((ip, 16 if version == 4 else 32), strict=False))


def spray_twins(traffic):
    """Tenants 26-30 and every other one: failures that are no spray."""
    for number in range(4):
        network = traffic.hosting[number % len(traffic.hosting)]
        ip = address(network.prefix, 60 + number)
        for index in range(60):  # two people, again and again
            guess(traffic, START + 8 * HOUR + index * 20_000, traffic.person(26 + number, index % 2), ip)
        traffic.innocent.add(("password_spray", traffic.tenants[26 + number], source_of(network, ip)))
    for index in range(80):  # one forgotten service account
        guess(traffic, START + 7 * HOUR + index * 30_000, traffic.person(30, 5), address(traffic.hosting[0].prefix, 70))
    for number in range(TENANTS):  # two who mistype at home, then get in; a revoked token is no guess
        for index in (10, 11) if number < 14 or number > 30 else ():
            person = traffic.person(number, index)
            at = START + 10 * HOUR + (number * 2 + index) * MINUTE
            for attempt in range(2):
                traffic.add(at + attempt * 9000, *person[:2], person[3], code=50126)
            traffic.add(at + 30_000, *person[:2], person[3])


def sprayed_cidr(traffic):
    """Tenants 31-36: the advisory's network, Azure CLI by ROPC. In two tenants a single attempt; in two a
    spray with a success; in two a success alone."""
    base = int(ipaddress.ip_network(SPRAYED_CIDR).network_address)
    common = {"app": "cli", "agent": "msal", "protocol": "ropc", "interactive": False}
    for number in range(6):
        tenant_number, at = 31 + number, START + 5 * HOUR + number * 7 * MINUTE
        ips = [str(ipaddress.ip_address(base + (0xd986 + number * 64 + index << 80) + index + 1)) for index in range(40)]
        if number in (0, 1):
            guess(traffic, at, traffic.person(tenant_number, 2), ips[0], **common)
        if number in (2, 3):
            for index in range(30):
                guess(traffic, at + index * 25 * MINUTE, traffic.person(tenant_number, 20 + index), ips[index], **common)
            traffic.truth.add(("password_spray", traffic.tenants[tenant_number],
                               source_of(traffic.geo.find(ips[0]), ips[0])))
            traffic.truth.add(("password_spray", traffic.tenants[tenant_number], "fp"))
        if number >= 2:
            person = traffic.person(tenant_number, 25)
            guess(traffic, at + 12 * HOUR, person, ips[30], code=0, **common)
            traffic.planted.add(person[:2])
            traffic.truth.add(("ropc", *person[:2]))
        traffic.truth.add(("cidr_match", traffic.tenants[tenant_number], FEED))


def ropc(traffic):
    """Tenants 0-4 and 37: password-only tokens from a network the account never used."""
    for number in range(24):
        person = traffic.person((0, 1, 2, 3, 4, 37)[number % 6], -20 - number // 6)
        network = traffic.hosting[number % len(traffic.hosting)]
        ip = address(network.prefix, 100 + number) if number % 2 else person[3]
        agent = {"agent": "msal", "app": "cli"} if number % 4 else {"agent": "python", "app": "exchange"}
        traffic.add(START + 11 * HOUR + number * 13 * MINUTE, *person[:2], ip, protocol="ropc", factor="single",
                    interactive=number % 3 == 0, client="Mobile Apps and Desktop clients", **agent)
        traffic.planted.add(person[:2])
        traffic.truth.add(("ropc", *person[:2]))


def ropc_twins(traffic):
    """Tenants 38-39: a build server that has done so on five days; a right password that went no further;
    a record that says a second factor was satisfied."""
    for number in range(18):
        tenant, user, _, ip = traffic.person(38 + number % 2, -1 - number // 2)
        more = {"agent": "msal", "app": "cli", "protocol": "ropc", "client": "Mobile Apps and Desktop clients",
                "factor": "single", "interactive": False}
        at = START + 12 * HOUR + number * MINUTE
        if number % 3 == 0:
            for day in range(6, 11):
                traffic.add(at - day * DAY, tenant, user, ip, phase=0, **more)
            traffic.add(at, tenant, user, ip, phase=2, **more)
        elif number % 3 == 1:
            if number < 6:  # "tried" by the spray's rules: keep them few in a tenant
                traffic.add(at, tenant, user, ip, code=53003, **more)
        else:
            traffic.add(at, tenant, user, ip, **more | {"factor": "multi"})
        traffic.planted.add((tenant, user))
        traffic.innocent.add(("ropc", tenant, user))


LEGACY = ("IMAP4", "POP3", "Authenticated SMTP", "Exchange ActiveSync", "Exchange Web Services", "Other clients")


def legacy(traffic):
    """Tenants 5-9: mail protocols without modern authentication, never seen of the account before."""
    for number in range(24):
        person = traffic.person(5 + number % 5, -20 - number // 5)
        network = traffic.hosting[number % len(traffic.hosting)]
        ip = address(network.prefix, 200 + number) if number % 2 else person[3]
        traffic.add(START + 13 * HOUR + number * 9 * MINUTE, *person[:2], ip, client=LEGACY[number % len(LEGACY)],
                    agent="mail", app="exchange", factor="single", interactive=number % 2 == 0)
        traffic.planted.add(person[:2])
        traffic.truth.add(("legacy_auth", *person[:2]))


def legacy_twins(traffic):
    """Tenants 38-39: a scanner known for five days; a guess that failed; a managed phone by ActiveSync."""
    for number in range(18):
        tenant, user, _, ip = traffic.person(38 + number % 2, -12 - number // 2)
        more = {"agent": "mail", "app": "exchange", "factor": "single", "interactive": False, "client": LEGACY[number % 3]}
        at = START + 14 * HOUR + number * MINUTE
        if number % 3 == 0:
            for day in range(6, 11):
                traffic.add(at - day * DAY, tenant, user, ip, phase=0, **more)
            traffic.add(at, tenant, user, ip, phase=2, **more)
        elif number % 3 == 1:
            if number < 4:
                traffic.add(at, tenant, user, ip, code=50126, **more)
        else:
            more |= {"client": "Exchange ActiveSync", "device": f"bbbbbbbb-2222-4000-8000-{number:012x}", "managed": True}
            traffic.add(at, tenant, user, ip, **more)
        traffic.planted.add((tenant, user))
        traffic.innocent.add(("legacy_auth", tenant, user))
