#!/usr/bin/env bash
# Builds the whole program for another system than this one, with DuckDB.
# Usage: cross.sh linux/arm64|windows/amd64|darwin/arm64
#
#   linux/arm64    linked with DuckDB's static library, and started under
#                  emulation; the window is not built, it needs GTK of that
#                  system
#   windows/amd64  browser program and window, linked against duckdb.dll, which
#                  has to lie beside them; the import library is made from the
#                  header that the bindings bring
#   darwin/arm64   types are checked, C's excepted: building what uses C (DuckDB,
#                  the window) takes Apple's SDK and a Mac
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/cache/cross
mkdir -p $out
export GOOS=${1%/*} GOARCH=${1#*/} CGO_ENABLED=1
# Arrow's kernels, a megabyte of generated generics, compile in 20 s of a
# processor instead of 60 when nothing is inlined in them.
export GOFLAGS="${GOFLAGS:-} -gcflags=github.com/apache/arrow-go/v18/arrow/compute/internal/kernels=-l"
version=${VERSION:+-X shoptwin/app.Version=$VERSION}
case "$1" in
linux/arm64)
	export CC=aarch64-linux-gnu-gcc CXX=aarch64-linux-gnu-g++
	go build -ldflags "-s -w" -o $out/shoptwin-linux-arm64 .
	qemu-aarch64 -L /usr/aarch64-linux-gnu $out/shoptwin-linux-arm64 --version
	;;
windows/amd64)
	bindings=$(GOOS= GOARCH= go list -m -f '{{.Dir}}' github.com/duckdb/duckdb-go-bindings)
	{
		echo "LIBRARY duckdb.dll"
		echo EXPORTS
		tr '\n' ' ' <"$bindings/include/duckdb.h" | sed 's/DUCKDB_C_API/\n&/g' |
			sed -n 's/^DUCKDB_C_API[^(]*[ *]\(duckdb_[a-z0-9_]*\)(.*/\1/p' | sort -u
	} >$out/duckdb.def
	x86_64-w64-mingw32-dlltool -d $out/duckdb.def -l $out/libduckdb.a
	export CC=x86_64-w64-mingw32-gcc CGO_LDFLAGS="-L$PWD/$out"
	go build -tags duckdb_use_lib -ldflags "-s -w $version" -o $out/shoptwin.exe .
	go build -tags duckdb_use_lib,desktop,production -ldflags "-s -w -H windowsgui $version" -o $out/shoptwin-desktop.exe .
	;;
darwin/arm64)
	go list -deps -json=ImportPath,Dir,GoFiles,CgoFiles,ImportMap,Module,Error -tags desktop,production . ./core/... >$out/darwin.json
	GOOS= GOARCH= go run ./build/typecheck "$GOARCH" <$out/darwin.json
	;;
*)
	sed -n '3p' "$0" >&2
	exit 2
	;;
esac
