# SPDX-License-Identifier: Apache-2.0
"""Where the test databases say an address is, read from networks.json, which they were built from.

The traffic takes its addresses from here and the oracle its places, so neither opens an .mmdb or
asks spoor.
"""

import ipaddress
import json
from typing import NamedTuple

import process

DATA = process.ROOT / "tests" / "data" / "geoip"
CITY, ASN = DATA / "city-maxmind.mmdb", DATA / "asn.mmdb"  # the same, as spoor reads it
CLASSES = process.ROOT / "geoip" / "data" / "asn-classes.tsv"


class Place(NamedTuple):
    lat: float
    lon: float
    radius_km: float
    city: str  # "": only the country is known
    country: str


class Network(NamedTuple):
    prefix: object  # ipaddress network
    place: Place | None
    asn: int = 0  # 0: not known
    kind: str = "unknown"  # or isp mobile hosting vpn relay sase satellite backend


class Geo:
    def __init__(self):
        self.kinds = asn_kinds()
        self.all = [self.network_of(entry) for entry in json.loads((DATA / "networks.json").read_text())["networks"]]
        self.cache = {}

    def network_of(self, entry):
        place = None
        if "lat" in entry:
            place = Place(entry["lat"], entry["lon"], entry.get("radius", 0), entry.get("city", ""),
                          entry.get("country", ""))
        asn = entry.get("asn", 0)
        return Network(ipaddress.ip_network(entry["network"]), place, asn, self.kinds.get(asn, "unknown"))

    def find(self, text):
        """The network that covers an address; one without a place or system where none does."""
        found = self.cache.get(text)
        if found is None:
            address = ipaddress.ip_address(text)
            covering = [network for network in self.all if address in network.prefix]
            found = max(covering, key=lambda network: network.prefix.prefixlen, default=Network(address, None))
            self.cache[text] = found
        return found

    def networks(self, *kinds):
        """Those of these kinds whose city is known, in the order of the file."""
        return [network for network in self.all
                if network.kind in kinds and network.place is not None and network.place.city]


def asn_kinds():
    """{asn: kind} of the list that ships with spoor: number, tab, class, tab, the holder's name."""
    lines = [line.split("\t") for line in CLASSES.read_text().splitlines() if line and not line.startswith("#")]
    return {int(fields[0]): fields[1] for fields in lines}
