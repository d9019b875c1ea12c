#!/bin/sh
# Draws which room includes which, as text.  Usage: rooms.sh ORDER  (make rooms)
#
# ORDER is a file like tests/lint/rooms: a line a floor, from the ground up, with the rooms (folders)
# that stand on it. The floors printed are those that the includes make, which may be fewer. The last
# lines count the same for units: a .c and its .h, and its _inside.h, together. Loops are named.
# Exit 1: a loop, or a file in no declared room.
order=${1:?usage: rooms.sh ORDER}
rooms=$(sed 's/#.*//' "$order")
strays=$(find $(for room in $rooms; do echo "${room%%/*}"; done | sort -u) -name '*.[ch]' | while read -r file; do
    case " $(echo $rooms) " in *" ${file%/*} "*) ;; *) echo "$file" ;; esac
done)
[ -z "$strays" ] || { echo "in no room of $order:" $strays >&2; exit 1; }
for room in $rooms; do ls "$room"/*.[ch]; done | xargs awk -v rooms="$(echo $rooms)" '
    function room_of(path) { sub(/\/[^\/]*$/, "", path); return path }
    function unit_of(path) { sub(/(_inside)?\.[ch]$/, "", path); return path }
    function arrow(kind, from, to) {
        if (from == to || (kind, from, to) in arrows) return
        arrows[kind, from, to] = 1
        out[kind, from] = out[kind, from] " " to
        arrows_n[kind]++
    }
    function node(kind, name) { if (!((kind, name) in known)) { known[kind, name] = 1; nodes[kind, ++nodes_n[kind]] = name } }
    function walk(kind, from, start,   to, n, i) { # marks all that can be reached from start
        n = split(out[kind, from], to, " ")
        for (i = 1; i <= n; i++)
            if (!((kind, start, to[i]) in reached)) { reached[kind, start, to[i]] = 1; walk(kind, to[i], start) }
    }
    function same(kind, a, b) { return (kind, a, b) in reached && (kind, b, a) in reached }
    function floor(kind, name,   i, to, f, most) { # above all it can reach; a loop is one floor
        if ((kind, name) in floors) return floors[kind, name]
        for (i = 1; i <= nodes_n[kind]; i++) {
            to = nodes[kind, i]
            if (((kind, name, to) in reached) && !same(kind, name, to) && (f = floor(kind, to)) > most) most = f
        }
        return floors[kind, name] = most + 1
    }
    function count(kind,   i, k, a, text, inside, n, loops) {
        for (i = 1; i <= nodes_n[kind]; i++) walk(kind, nodes[kind, i], nodes[kind, i])
        for (i = 1; i <= nodes_n[kind]; i++) {
            a = nodes[kind, i]
            if (floor(kind, a) > top[kind]) top[kind] = floors[kind, a]
            if ((kind, a) in told || !same(kind, a, a)) continue
            text = ""; n = 0
            for (k = i; k <= nodes_n[kind]; k++)
                if (same(kind, a, nodes[kind, k])) { told[kind, nodes[kind, k]] = 1; text = text " " nodes[kind, k]; n++ }
            inside = inside sprintf("  a loop of %d:%s\n", n, text); loops++
        }
        if (loops) bad = 1
        return sprintf("%d %s, %d arrows, %d floors, %d loops\n%s", nodes_n[kind], kind, arrows_n[kind], top[kind], loops, inside)
    }
    BEGIN { n = split(rooms, list, " "); for (i = 1; i <= n; i++) node("rooms", list[i]) }
    FNR == 1 { room = room_of(FILENAME); unit = unit_of(FILENAME); node("units", unit); files[room]++ }
    { lines[room]++ }
    /^ *# *include +"/ {
        split($0, part, "\""); to = part[2]
        arrow("rooms", room, room_of(to))
        arrow("units", unit, unit_of(to))
    }
    END {
        rooms_said = count("rooms"); units_said = count("units")
        printf "%5s  %-20s %5s %6s  %s\n", "floor", "room", "files", "lines", "includes"
        for (f = 1; f <= top["rooms"]; f++)
            for (i = 1; i <= nodes_n["rooms"]; i++) {
                r = nodes["rooms", i]
                if (floors["rooms", r] == f) printf "%5d  %-20s %5d %6d %s\n", f, r, files[r], lines[r], out["rooms", r]
            }
        printf "%s%s", rooms_said, units_said
        exit bad
    }'
