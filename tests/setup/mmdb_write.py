#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes MaxMind DB files (maxmind.github.io/MaxMind-DB, version 2.0) with the standard library only.

    mmdb_write.py asn OUT.mmdb FILE.csv...        start,end,number,name ranges -> one AS database
    mmdb_write.py test-data NETWORKS.json FOLDER  the small databases of the tests, both schemas

The same input gives the same bytes. geoip/fetch.sh uses the first form; tests/unit/geoip_mmdb.c checks
that the second one reproduces the committed files.
"""
import bisect
import csv
import ipaddress
import json
import os
import struct
import sys

EMPTY = -1  # a record of a node: EMPTY, a node >= 0, or data as -2 - offset


class Text(str):
    """A string that is always written out, for coordinates kept as text."""


class Float(float):
    """Single precision."""


def control(kind, size):
    head = [] if kind <= 7 else [kind - 7]
    first = kind if kind <= 7 else 0
    if size < 29:
        return bytes([first << 5 | size, *head])
    if size < 285:
        return bytes([first << 5 | 29, *head, size - 29])
    if size < 65821:
        return bytes([first << 5 | 30, *head]) + struct.pack(">H", size - 285)
    return bytes([first << 5 | 31, *head]) + (size - 65821).to_bytes(3, "big")


def pointer(to):
    if to < 2048:
        return bytes([0x20 | to >> 8, to & 255])
    if to < 526336:
        to -= 2048
        return bytes([0x28 | to >> 16]) + struct.pack(">H", to & 0xFFFF)
    to -= 526336
    if to < 1 << 27:
        return bytes([0x30 | to >> 24]) + (to & 0xFFFFFF).to_bytes(3, "big")
    return b"\x38" + struct.pack(">I", to + 526336)


def number(kind, value):
    size = (value.bit_length() + 7) // 8
    return control(kind, size) + value.to_bytes(size, "big")


class Data:
    """The data section: each different record once, repeated strings as pointers."""

    def __init__(self):
        self.out = bytearray()
        self.strings = {}
        self.records = {}

    def put(self, key, record):
        if key not in self.records:
            self.records[key] = len(self.out)
            self.encode(record)
        return self.records[key]

    def encode(self, value, key=""):
        if isinstance(value, str):
            raw = value.encode()
            if len(raw) > 3 and value in self.strings:
                self.out += pointer(self.strings[value])
            else:
                self.strings.setdefault(value, len(self.out))
                self.out += control(2, len(raw)) + raw
        elif isinstance(value, bool):
            self.out += control(14, int(value))
        elif isinstance(value, int):
            self.out += number(5 if key in ("accuracy_radius", "record_size", "ip_version") else
                               9 if key == "build_epoch" else
                               5 if key.startswith("binary_format") else 6, value)
        elif isinstance(value, Float):
            self.out += control(15, 4) + struct.pack(">f", value)
        elif isinstance(value, float):
            self.out += control(3, 8) + struct.pack(">d", value)
        elif isinstance(value, dict):
            self.out += control(7, len(value))
            for name, item in value.items():
                self.encode(name)
                self.encode(item, name)
        else:
            self.out += control(11, len(value))
            for item in value:
                self.encode(item)


def build(ranges, width):
    """Nodes of the search tree of sorted, disjoint (start, end, data) ranges."""
    starts = [r[0] for r in ranges]
    nodes = []

    def below(base, bits, lo, hi):
        if lo == hi:
            return EMPTY
        if hi - lo == 1 and ranges[lo][0] <= base and ranges[lo][1] >= base + (1 << bits) - 1:
            return -2 - ranges[lo][2]
        middle = base + (1 << (bits - 1))
        cut = bisect.bisect_left(starts, middle, lo, hi)
        node = len(nodes)
        nodes.append(None)
        left = below(base, bits - 1, lo, cut)
        first = cut - 1 if cut > lo and ranges[cut - 1][1] >= middle else cut
        right = below(middle, bits - 1, first, hi)
        if left == right and left < 0 and node:
            nodes.pop()
            return left
        nodes[node] = [left, right]
        return node

    if below(0, width, 0, len(ranges)) != 0:
        nodes.insert(0, [EMPTY, EMPTY])
    return nodes


def alias_v4(nodes):
    """Lets ::ffff:0:0/96 and 2002::/16 lead to the IPv4 tree, as MaxMind's files do."""
    at = 0
    for _ in range(96):
        at = nodes[at][0]
        if at < 0:
            return
    v4 = at
    for base, bits in ((0xFFFF << 32, 96), (0x2002 << 112, 16)):
        at = 0
        for i in range(bits - 1):
            side = base >> (127 - i) & 1
            if nodes[at][side] == EMPTY:
                nodes[at][side] = len(nodes)
                nodes.append([EMPTY, EMPTY])
            at = nodes[at][side]
        nodes[at][base >> (128 - bits) & 1] = v4


def write(path, ranges, data, kind, ip_version, epoch, aliases=False):
    merged = []
    for start, end, offset in sorted(ranges):
        if merged and start <= merged[-1][1]:
            raise SystemExit(f"{path}: networks overlap at {ipaddress.ip_address(start)}")
        if merged and merged[-1][2] == offset and merged[-1][1] + 1 == start:
            merged[-1] = (merged[-1][0], end, offset)
        else:
            merged.append((start, end, offset))
    nodes = build(merged, 32 if ip_version == 4 else 128)
    if aliases:
        alias_v4(nodes)
    count = len(nodes)
    largest = count + 16 + len(data.out)
    size = 24 if largest < 1 << 24 else 28 if largest < 1 << 28 else 32

    def record(r):
        return r if r >= 0 else count if r == EMPTY else count + 16 - 2 - r

    tree = bytearray()
    for left, right in nodes:
        left, right = record(left), record(right)
        if size == 24:
            tree += left.to_bytes(3, "big") + right.to_bytes(3, "big")
        elif size == 28:
            tree += (left & 0xFFFFFF).to_bytes(3, "big")
            tree.append(left >> 24 << 4 | right >> 24)
            tree += (right & 0xFFFFFF).to_bytes(3, "big")
        else:
            tree += struct.pack(">II", left, right)
    meta = Data()
    meta.encode({
        "binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": epoch,
        "database_type": kind, "description": {"en": "written by mmdb_write.py"},
        "ip_version": ip_version, "languages": ["en"], "node_count": count, "record_size": size})
    with open(path, "wb") as out:
        out.write(bytes(tree) + bytes(16) + bytes(data.out) + b"\xab\xcd\xefMaxMind.com" + bytes(meta.out))


def number_of(text):
    address = ipaddress.ip_address(text)
    return int(address), address.version


def cropped(ranges):
    """Published tables have a few overlaps: what an earlier range covers is cut off the later one."""
    done, end = [], -1
    for low, high, offset in sorted(ranges):
        if high > end:
            done.append((max(low, end + 1), high, offset))
            end = high
    return done


def asn(out, files):
    data, ranges = Data(), []
    for file in files:
        with open(file, encoding="utf-8", newline="") as rows:
            for start, end, system, name in csv.reader(rows):
                low, version = number_of(start)
                if version == 6 and low >> 32 == 0:
                    continue  # the place of the IPv4 tree
                offset = data.put(system, {"autonomous_system_number": int(system),
                                           "autonomous_system_organization": name})
                ranges.append((low, number_of(end)[0], offset))
    write(out, cropped(ranges), data, "spoor-asn", 6, 1)


def maxmind(row):
    record = {}
    if row.get("city"):
        record["city"] = {"names": {"en": row["city"]}}
    record["country"] = {"iso_code": row["country"], "names": {"en": row["country"]}}
    if "lat" in row:
        record["location"] = {"accuracy_radius": row["radius"], "latitude": float(row["lat"]),
                              "longitude": float(row["lon"])}
    if row.get("region"):
        record["subdivisions"] = [{"iso_code": row["region_code"], "names": {"en": row["region"]}}]
    return record


def flat(row, coordinate):
    record = {"city": row.get("city", ""), "country_code": row["country"]}
    if "lat" in row:
        record["latitude"] = coordinate(row["lat"])
        record["longitude"] = coordinate(row["lon"])
    record["state1"] = row.get("region", "")
    return record


def test_data(source, folder):
    with open(source, encoding="utf-8") as text:
        rows = json.load(text)["networks"]
    for name, version, kind, make in (
            ("city-maxmind", 0, "GeoLite2-City", maxmind),
            ("city-flat-v4", 4, "city ipv4", lambda row: flat(row, lambda n: Float(n))),
            ("city-flat-v6", 6, "city ipv6", lambda row: flat(row, str)),
            ("asn", 0, "GeoLite2-ASN", lambda row: {
                "autonomous_system_number": row["asn"],
                "autonomous_system_organization": row["organization"]})):
        data, ranges = Data(), []
        for row in rows:
            network = ipaddress.ip_network(row["network"])
            if version in (0, network.version) and ("asn" in row if name == "asn" else "country" in row):
                record = make(row)
                offset = data.put(json.dumps(record, sort_keys=True), record)
                ranges.append((int(network[0]), int(network[-1]), offset))
        write(os.path.join(folder, name + ".mmdb"), ranges, data, kind, version or 6, 1767225600,
              aliases=version == 0)


def main(args):
    if len(args) > 2 and args[0] == "asn":
        asn(args[1], args[2:])
    elif len(args) == 3 and args[0] == "test-data":
        test_data(args[1], args[2])
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
