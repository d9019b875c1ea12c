#!/bin/sh
# A vendor's words stand in parsers/ alone: what a record means is asked of the event's enums.
# Usage: words.sh   (from the top of the tree)
bad=0
say() { echo "$1" >&2; bad=1; }
# 1. The vendor's own text in an event is copied, hashed, counted and printed by these files, and
#    compared by none. Who reads it elsewhere is about to compare it.
readers='detectors/.*(finding|fingerprint|detectors|causes|baseline)\.c|plugin/.*event_json\.c'
for hit in $(grep -nE '(\<ev|event|\.ev)(->|\.)(code|operation|client|protocol|resource_id)\>' $(find detectors -name '*.[ch]') $(find plugin -name '*.[ch]') |
             grep -vE "^($readers):" | grep -vE '(client|protocol)\.len [+>]' | cut -d: -f1,2); do
    say "$hit: error: reads the vendor's text of an event: ask control, change, legacy or reason, or let the parser say it"
done
# 2. No word of the parsers' tables is written again: rows {"word", MEANING} that are no plain word.
#    Not meant: the names of protocols in a sentence for people (exposure_points.c), and the
#    rooms of `spoor generate` that write records as vendors do.
words=$(mktemp) && used=$(mktemp) || exit 1
trap 'rm -f "$words" "$used"' EXIT
grep -hoE '\{"[^"]+", *((\{?(PASSED|DONE|STOPPED|ASKED|HALTED|FAILED)\()|(VENDOR|KIND|REASON|CHANGE|CONTROL|DENIAL|LEGACY|CT)_|"[^"]*", *CONTROL)' $(find parsers -name '*.c') |
    sed 's/^{"\([^"]*\)".*/\1/' | tr -d '*' | grep -E '.{5}' | grep -E '[_.0-9 -]|[a-z][A-Z]' | sort -u >"$words"
[ "$(wc -l <"$words")" -ge 200 ] || say "words.sh: error: the parsers' tables are not found any more"
for file in $(find detectors -name '*.[ch]') $(find plugin -name '*.[ch]'); do
    case $file in detectors/exposure/exposure_points.c | plugin/records/* | plugin/calibrated/*) continue ;; esac
    grep -noE '"[^"]{5,}"' "$file" | sed 's/"//g' >"$used"
    cut -d: -f2- "$used" | grep -nixFf "$words" | while IFS=: read -r n word; do
        echo "$file:$(sed -n "${n}p" "$used" | cut -d: -f1): error: a vendor's word here: \"$word\""
    done
done >"$used.hits"
[ -s "$used.hits" ] && { cat "$used.hits" >&2; bad=1; }
rm -f "$used.hits"
# 3. Nor the number of a vendor's result as text.
for hit in $(grep -nE '"(0x[Cc]000[0-9A-Fa-f]{4}|AADSTS[0-9]*|[1-9][0-9]{4,6})"' $(find detectors -name '*.[ch]') | cut -d: -f1,2); do
    say "$hit: error: a vendor's code here"
done
exit $bad
