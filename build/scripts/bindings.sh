#!/usr/bin/env bash
# Writes frontend/wailsjs from the methods bound to the window, or checks that
# what is committed is what the code gives. Usage: bindings.sh write|check
set -euo pipefail
gen=$(mktemp -d)
trap 'rm -rf "$gen"' EXIT
cp -r frontend/wailsjs "$gen/before" 2>/dev/null || mkdir "$gen/before"
go build -tags bindings,webkit2_41 -o "$gen/bind" .
"$gen/bind" >"$gen/log" 2>&1 || { cat "$gen/log" >&2; exit 1; }
if [ "${1:-}" = check ] && ! diff -ru "$gen/before" frontend/wailsjs; then
	rm -rf frontend/wailsjs && cp -r "$gen/before" frontend/wailsjs
	echo "frontend/wailsjs is not what the code gives: run 'make generate' and commit it" >&2
	exit 1
fi
