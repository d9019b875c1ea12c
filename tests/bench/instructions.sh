#!/bin/sh
# Instructions an event in the detectors, all together and each alone, for machines whose processor does
# not count them for us: valgrind does, within bench_detect only. Slow: some seconds a row.
# Usage: sh tests/bench/instructions.sh [EVENTS]    from the root, after make build/bench/detect
set -eu
events=${1:-6400}
bench=${BENCH:-build/bench/detect}
command -v valgrind >/dev/null || { echo "needs valgrind" >&2; exit 2; }

# Everything in the function, over all events: the first tenth fills the tables here as well.
count() { # count NAME MIX
    valgrind --tool=callgrind --collect-atstart=no --toggle-collect=bench_detect \
        --callgrind-out-file=/dev/null "$bench" "$events" "$1" "$2" 2>&1 >/dev/null |
        sed -n 's/^==[0-9]*== Collected : \([0-9]*\).*/\1/p'
}
for mix in benign attack; do
    echo "$mix: instructions an event, $events events"
    all=$(count all $mix)
    shared=$(count shared $mix)
    printf '  %-22s %8d\n' "all detectors" $((all / events)) shared $((shared / events))
    for name in $(build/spoor list detectors | awk '{print $1}'); do
        one=$(count "$name" $mix)
        printf '  %-22s %8d\n' "$name" $(((one - shared) / events))
    done
done
