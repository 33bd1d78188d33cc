#!/usr/bin/env bash
# Runs every fuzz target for a while, one after the other. Usage: fuzz.sh [time]
# Interesting inputs are made smaller for a second only: by go test's own minute
# an hour goes by with nothing new tried. What is found lies in the package's
# testdata/fuzz, to be committed with its fix.
set -uo pipefail
missed=0
while IFS=: read -r file target; do
	echo "$target in ${file%/*}"
	go test "./${file%/*}" -run '^$' -fuzz "^$target\$" -fuzztime "${1:-10m}" -fuzzminimizetime 1s -parallel 1 | tail -n 4 || missed=1
done < <(grep -rnoE '^func Fuzz[A-Za-z]+' --include='*_test.go' app core store | sed -E 's/:[0-9]+:func /:/')
exit $missed
