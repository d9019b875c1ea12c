#!/bin/sh
# Fails if a goal that needs the packages of tests does not ask for them on a machine where nothing
# was built: `make -n` in a copy of the tree without build/. Nothing is installed here.
set -eu
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -c --exclude=./build --exclude=./.git . | tar -x -C "$copy"
bad=0
for goal in unit model tsan asan conformance kafka bench fuzz lint fmt test \
    build/unit/parsers_ecs build/scenario/scenario build/bench/formats build/obj/tests/unit/parsers_ecs.o; do
    if ! plan=$(cd "$copy" && SPOOR_NO_INSTALL=1 MAKEFLAGS= make -n "$goal" 2>&1); then
        echo "make -n $goal: $(echo "$plan" | tail -n 1)"; bad=1
    else
        case $plan in *'packages.sh libcmocka-dev'*) ;; *) echo "$goal does not ask for the packages of tests"; bad=1 ;; esac
    fi
    rm -rf "$copy/build"
done
exit $bad
