#!/usr/bin/env bash
# The main job on the made sample shop, then a look at it.
set -euo pipefail
build/bin/shoptwin demo
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
	exec build/bin/shoptwin-desktop open
fi
echo
echo "No display here. To look at it in a browser: build/bin/shoptwin serve"
