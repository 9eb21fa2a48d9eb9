#!/usr/bin/env bash
# Judges the katas whose files differ from a commit; all of them where that is not known. Exit code: the gravest verdict.
set -uo pipefail
base="${1:-}"
if [ -n "$base" ] && git cat-file -e "$base^{commit}" 2>/dev/null; then
    changed=$(git diff --name-only "$base" HEAD | cut -d/ -f1 | sort -u)
else
    changed=$(ls)
fi
mkdir -p katas-records
code=0
for folder in $changed; do
    [[ "$folder" =~ ^[0-9][0-9]_ && -f "$folder/solution.py" ]] || continue
    number="${folder:0:2}"
    # The record is printed whatever the verdict; 2 means that nothing could be judged.
    katas check "$number" --submission "$folder/solution.py" --json ${KATAS_OPTIONS:-} >"katas-records/$number.json"
    verdict=$?
    if [ "$verdict" = 2 ]; then code=2; continue; fi
    katas export "katas-records/$number.json" --to "${KATAS_EXPORT:-github}" --submission "$folder/solution.py"
    [ "$verdict" -gt "$code" ] && code=$verdict
done
exit "$code"
