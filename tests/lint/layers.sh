#!/bin/sh
# The house rules a compiler cannot check.  Usage: layers.sh ORDER  (each room may include those of the lines before it)
bad=0
say() { echo "$1" >&2; bad=1; }
only() { # only WHAT PATTERN FILE...: code matching PATTERN appears in these files alone
    what=$1 pattern=$2; shift 2
    for hit in $(grep -nE "$pattern" $sources | grep -vE '^[^:]*:[0-9]*: *(/\*|\*)' | cut -d: -f1,2); do
        ok=; for f; do case ${hit%:*} in $f) ok=1 ;; esac; done
        [ "$ok" ] || say "$hit: error: $what here (allowed in: ${*:-no file})"
    done
}
order=$1
sources=$(for room in $(sed 's/#.*//' "$order"); do ls "$room"/*.[ch]; done)
below=' '
while read -r floor; do
    floor=${floor%%#*}
    for room in $floor; do
        for hit in $(grep -HnoE '^ *# *include +"[^"]*' "$room"/*.[ch] | sed 's/ *# *include *"//'); do
            to=${hit##*:}
            case "$below$room " in *" ${to%/*} "*) ;; *) say "${hit%:*}: error: $room/ must not include \"$to\" (see $order)" ;; esac
        done
    done
    below="$below$floor "
done <"$order"
sh "${0%/*}/rooms.sh" "$order" >/dev/null || say "error: rooms.sh $order, above or in its output, tells what stands wrong"
only 'yaml'         '<yaml\.h>'         config/yaml.c
only 'yajl'         '<yajl/'            parsers/json/json.c plugin/base/json_write.c
only 'maxminddb'    '<maxminddb\.h>'    geoip/mmdb.c
only 'librdkafka'   '<librdkafka/'      plugin/kafka/kafka.c plugin/kafka/consumer.c plugin/kafka/consumer_inside.h plugin/kafka/assignment.c plugin/kafka/commit.c \
     plugin/kafka/producer.c plugin/run/publisher.c plugin/kafka/dead_letter.c plugin/kafka/replica.c plugin/kafka/topics.c plugin/kafka/spoken.c plugin/demo/embedded.c plugin/demo/tap.c plugin/sets/outlet_kafka.c
only 'ck'           '<ck_'              plugin/path/ring.h
only 'zlib'         '<zlib\.h>'         plugin/files/files.c plugin/path/gunzip.c
only 'atomics'      '<stdatomic\.h>'    detectors/windows/word.h 'plugin/*'
only 'threads'      '<(pthread|signal|threads)\.h>'                                  'plugin/*'
only 'a clock'      '\<(clock_gettime|gettimeofday|time|timespec_get) ?\('            plugin/base/clock.c
only 'printing'     '\<(v?f?printf|f?puts|perror|syslog) ?\('                         'plugin/*'
only 'unsafe call'  '\<(strcpy|strcat|v?sprintf|gets|strtok|ato[ilf]|alloca|s?rand) ?\('
exit $bad
