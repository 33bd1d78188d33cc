#!/usr/bin/env bash
# Opens the desktop window on a virtual screen and takes a picture of it.
# Usage: window.sh PICTURE.png [WIDTHxHEIGHT]
# $SHOPTWIN_HOME names the projects to show.
set -euo pipefail
picture=$1
size=${2:-1440x900}
mkdir -p "$(dirname "$picture")"
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

display=
for n in $(seq 91 130); do
	[ -e "/tmp/.X$n-lock" ] || { display=:$n; break; }
done
Xvfb "$display" -screen 0 "${size}x24" -nolisten tcp >"$work/xvfb" 2>&1 &
export DISPLAY=$display
for _ in $(seq 50); do xdpyinfo >/dev/null 2>&1 && break; sleep .1; done

export XDG_RUNTIME_DIR=$work GDK_BACKEND=x11 LIBGL_ALWAYS_SOFTWARE=1 NO_AT_BRIDGE=1
dbus-run-session -- build/bin/shoptwin-desktop open >"$work/app" 2>&1 &
window=
for _ in $(seq 300); do
	window=$(xdotool search --onlyvisible --name '^Shoptwin' 2>/dev/null | tail -1) && [ -n "$window" ] && break
	sleep .1
done
[ -n "$window" ] || { echo "no window appeared" >&2; cat "$work/app" >&2; exit 1; }
xdotool windowsize "$window" "${size%x*}" "${size#*x}" windowmove "$window" 0 0 2>/dev/null || true

# A page has many colours, an empty window a few: wait until it is painted.
colours=0
for _ in $(seq 60); do
	sleep .5
	import -window root "$picture"
	colours=$(identify -format %k "$picture")
	[ "$colours" -gt 100 ] && break
done
sleep 1
import -window root "$picture"
echo "$(identify -format '%wx%h, %k colours' "$picture") in $picture"
[ "$colours" -gt 100 ] || { echo "the window stayed empty" >&2; cat "$work/app" >&2; exit 1; }
