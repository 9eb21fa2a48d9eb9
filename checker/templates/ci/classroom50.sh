#!/usr/bin/env bash
# Classroom 50's grader for kata @NUMBER@: writes result.json and release-body.md. A code other than 0: grading itself failed.
set -uo pipefail
file=$(find . -path ./.git -prune -o -name solution.py -print -o -name '@NUMBER@*.py' -print | sort | head -n 1)
record=$(mktemp)
katas check @NUMBER@ --submission "${file:-solution.py}" --json ${KATAS_OPTIONS:-} >"$record"
[ -s "$record" ] || exit 1
GITHUB_STEP_SUMMARY=release-body.md katas export "$record" --to github --submission "${file:-solution.py}" >/dev/null
katas export "$record" --to classroom50 --out result.json
