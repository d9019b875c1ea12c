#!/bin/sh
# Installs the Debian packages that are missing, and says so.  Usage: packages.sh PACKAGE...
# SPOOR_NO_INSTALL=1: only name them and fail.
set -eu
missing=
for p; do
    case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) in *' installed') ;; *) missing="$missing $p" ;; esac
done
[ -n "$missing" ] || exit 0
if [ -n "${SPOOR_NO_INSTALL:-}" ]; then
    echo "missing packages:$missing" >&2
    exit 1
fi
echo "installing with apt:$missing"
sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
export DEBIAN_FRONTEND=noninteractive
log=build/apt.log
{ $sudo apt-get -q update && $sudo apt-get -q install -y --no-install-recommends $missing; } >$log 2>&1 ||
    { tail -n 20 $log >&2; echo "apt could not install:$missing (all of it: $log)" >&2; exit 1; }
