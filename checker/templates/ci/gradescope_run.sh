#!/usr/bin/env bash
# Judges one submission and writes results.json. It always exits with 0: what went wrong is in the results.
set -uo pipefail
root="${AUTOGRADER:-/autograder}"
export KATAS_CACHE="${KATAS_CACHE:-$root/cache}"
export PATH="$root/katas/bin:$PATH"
mkdir -p "$root/results"
# Gradescope shows nothing at all where this file is missing, so something stands there from the start.
katas export - --to gradescope --out "$root/results/results.json"
file=$(find "$root/submission" -name solution.py -o -name '@NUMBER@*.py' | sort | head -n 1)
[ -n "$file" ] || file=$(find "$root/submission" -name '*.py' ! -name test_examples.py | sort | head -n 1)
record=$(mktemp)
katas check @NUMBER@ --submission "${file:-$root/submission/solution.py}" --json ${KATAS_OPTIONS:-} >"$record"
[ -s "$record" ] && katas export "$record" --to gradescope --metadata "$root/submission_metadata.json" \
    --out "$root/results/results.json"
rm -f "$record"
exit 0
