#!/usr/bin/env bash
# Starts the Windows programs under Wine: version, import, training, export,
# check, and the page over HTTP. Usage: wine.sh FOLDER, which holds
# shoptwin.exe, shoptwin-desktop.exe and duckdb.dll. The window needs WebView2,
# which Wine has not: it is started only to see that it says so.
#
# Wine 8 lacks bcryptprimitives.dll, whose one function Go asks for random
# numbers; Windows has it since 8.1. A stand-in is made for this trial.
set -euo pipefail
folder=$(cd "${1:?usage: wine.sh FOLDER}" && pwd)
command -v wine >/dev/null || { echo "wine is not installed: the Windows programs were not tried" >&2; exit 3; }
work=$(mktemp -d)
trap 'WINEPREFIX=$work/prefix wineserver -k 2>/dev/null || true; rm -rf "$work"' EXIT
export WINEPREFIX=$work/prefix WINEDEBUG=-all DISPLAY= HOME=$work
wine wineboot --init >/dev/null 2>&1 || true
system=$WINEPREFIX/drive_c/windows/system32
if [ ! -e "$system/bcryptprimitives.dll" ]; then
	cat >"$work/prng.c" <<-'C'
		#include <windows.h>
		BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
		__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE p, SIZE_T n) { return SystemFunction036(p, (ULONG)n); }
	C
	x86_64-w64-mingw32-gcc -shared -o "$system/bcryptprimitives.dll" "$work/prng.c" -ladvapi32
fi
cd "$folder"
shoptwin() { timeout 300 wine shoptwin.exe "$@"; }

echo "version: $(shoptwin --version 2>&1 | tr -d '\r')"
{
	echo "city,qty,price"
	for i in $(seq 400); do echo "$([ $((i % 3)) = 0 ] && echo 北京 || echo Lyon),$((1 + i % 5)),$((i % 9)).50"; done
} >"$work/sales.csv"
home=Z:$work/home
shoptwin import "Z:$work/sales.csv" --project shop --as sales --home "$home" --quiet --json >"$work/import.json"
shoptwin train --project shop --dataset sales --engine tree --home "$home" --quiet --json >"$work/train.json"
shoptwin export --project shop --rows 500 --out "Z:$work/out.csv" --home "$home" --quiet --json >"$work/export.json"
echo "import, training, export: $(($(wc -l <"$work/out.csv") - 1)) rows, $(grep -c 北京 "$work/out.csv") of them in 北京"
[ "$(wc -l <"$work/out.csv")" = 501 ]
shoptwin projects check --home "$home" --json --quiet | tr -d '\r' | sed 's/^/check: /'

wine shoptwin.exe serve --home "$home" --json >"$work/serve.json" 2>"$work/serve.err" &
for _ in $(seq 300); do [ -s "$work/serve.json" ] && break; sleep .1; done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/serve.json" | tr -d '\r')
curl -sS -c "$work/jar" -o /dev/null "$url"
base=${url%%/enter*}
about=$(curl -sS -b "$work/jar" -H "Origin: $base" -H 'Content-Type: application/json' -d '[]' "$base/api/About")
echo "serve: $about"
[[ $about == *result* ]]
[ "$(curl -sS -o /dev/null -w '%{http_code}' "$base/")" = 401 ]
kill %1 2>/dev/null || true

said=$(timeout 60 wine shoptwin-desktop.exe open --home "Z:$work/other" 2>&1 | tr -d '\r' | tail -2 || true)
echo "window: ${said:-started, said nothing}"
