#!/bin/sh
# Every header compiles alone.  Usage: headers.sh 'CC FLAGS' HEADER...
cc=$1; shift; bad=0
for h; do echo "#include \"$h\"" | $cc -fsyntax-only -x c - || { echo "$h: error: does not compile alone" >&2; bad=1; }; done
exit $bad
