#!/usr/bin/env bash
# Installs the Debian packages that a step needs, and only those that are
# missing. Usage: setup.sh build|window|test|accept|cross|release
set -euo pipefail

build="gcc libc6-dev g++ make"
window="$build pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev"
test="$window chromium webkit2gtk-driver xvfb xauth dbus dbus-x11 imagemagick x11-utils xdotool iproute2 procps fonts-dejavu-core fonts-noto-cjk qemu-user postgresql mariadb-server-core mariadb-client-core"
accept="$test gnome-keyring firefox-esr wine wine64 gcc-mingw-w64-x86-64 curl unzip p7zip-full"
cross="$build gcc-aarch64-linux-gnu g++-aarch64-linux-gnu gcc-mingw-w64-x86-64 qemu-user"
release="$window gcc-mingw-w64-x86-64 librsvg2-bin imagemagick nsis zip xz-utils dpkg"
case "${1:-}" in
	build) want=$build ;;
	window) want=$window ;;
	test) want=$test ;;
	accept) want=$accept ;;
	cross) want=$cross ;;
	release) want=$release ;;
	*) echo "usage: setup.sh build|window|test|accept|cross|release" >&2; exit 2 ;;
esac

for tool in go node npm; do
	command -v $tool >/dev/null || { echo "Shoptwin needs Go 1.26 and Node 20; '$tool' is not on the PATH." >&2; exit 1; }
done
command -v dpkg-query >/dev/null || { echo "Not a Debian system: install what corresponds to: $want" >&2; exit 0; }

missing=()
for p in $want; do
	dpkg-query -W -f='${db:Status-Status}\n' "$p" 2>/dev/null | grep -qx installed || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "Please install as root: apt-get install ${missing[*]}" >&2; exit 1; }
	as_root=(sudo)
fi
echo "installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"${as_root[@]}" apt-get update -qq >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
