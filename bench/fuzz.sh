#!/bin/sh
# Fuzzes every decoder of what comes from outside, one after the other: bench/fuzz.sh [TIME for each, 30s].
# A target is any func FuzzX in a test; what one finds stays in its testdata folder as a test case.
set -eu
time=${1:-30s}
cd "$(dirname "$0")/.."
grep -rn --include='*_test.go' '^func Fuzz' graph internal | sed -E 's#^(.*)/[^/]*:[0-9]+:func (Fuzz[A-Za-z0-9_]*)\(.*#\1 \2#' | sort |
	while read -r folder target; do
		printf '%s %s for %s\n' "$folder" "$target" "$time"
		go test "./$folder" -run '^$' -fuzz "^$target\$" -fuzztime "$time"
	done
