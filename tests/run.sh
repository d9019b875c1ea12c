#!/bin/sh
# Runs test programs, one line each, with the output of those that fail, and says how many passed.
# Usage: run.sh PROGRAM...   A fuzz target is run once over its corpus. CI=true: what skips a test fails.
passed=0; failed=0
export TSAN_OPTIONS="suppressions=tests/stress/tsan.supp ${TSAN_OPTIONS:-}"
for p; do
    case $p in */fuzz/*) args=tests/fuzz/corpus/${p##*/} ;; *) args= ;; esac
    rc=0; out=$($RUNNER "$p" $args 2>&1) || rc=$?
    case ${CI:-}$out in true*'[  SKIPPED ]'*) rc=1 ;; esac
    if [ $rc = 0 ]; then
        echo "  ok   $p"; passed=$((passed + 1))
    else
        echo "  FAIL $p"; echo "$out"; failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
