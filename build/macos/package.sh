#!/usr/bin/env bash
# Makes Shoptwin.app and a disk image; runs on a Mac with Xcode's command line
# tools, Go and Node. Signing and notarising take the owner's identity:
#
#   IDENTITY="Developer ID Application: ..." build/macos/package.sh VERSION
set -euo pipefail
cd "$(dirname "$0")/../.."
version=${1:?"usage: package.sh VERSION"}
[ "$(uname)" = Darwin ] || { echo "package.sh: this needs a Mac; what uses C cannot be built elsewhere" >&2; exit 1; }
out=build/bin/release
app=$out/Shoptwin.app
rm -rf "$app"
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources"
make web
ldflags="-s -w -X shoptwin/app.Version=$version"
CGO_LDFLAGS="-framework UniformTypeIdentifiers" go build -trimpath -tags desktop,production -ldflags "$ldflags" -o "$app/Contents/MacOS/shoptwin-desktop" .
go build -trimpath -ldflags "$ldflags" -o "$app/Contents/MacOS/shoptwin" .
go run ./build/licences >"$app/Contents/Resources/THIRD-PARTY.txt"
cp LICENSE "$app/Contents/Resources/LICENSE.txt"
icons=$(mktemp -d)/shoptwin.iconset
mkdir -p "$icons"
for size in 16 32 128 256 512; do
	sips -s format png -z $size $size frontend/public/icon.svg --out "$icons/icon_${size}x$size.png" >/dev/null
done
iconutil -c icns "$icons" -o "$app/Contents/Resources/shoptwin.icns"
cat >"$app/Contents/Info.plist" <<PLIST
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleName</key><string>Shoptwin</string>
<key>CFBundleIdentifier</key><string>app.shoptwin.desktop</string>
<key>CFBundleExecutable</key><string>shoptwin-desktop</string>
<key>CFBundleIconFile</key><string>shoptwin</string>
<key>CFBundlePackageType</key><string>APPL</string>
<key>CFBundleShortVersionString</key><string>$version</string>
<key>CFBundleVersion</key><string>$version</string>
<key>LSMinimumSystemVersion</key><string>12.0</string>
<key>NSHighResolutionCapable</key><true/>
<key>CFBundleDocumentTypes</key><array><dict>
<key>CFBundleTypeName</key><string>Shoptwin project</string>
<key>CFBundleTypeExtensions</key><array><string>shoptwin</string></array>
<key>CFBundleTypeRole</key><string>Editor</string>
</dict></array>
</dict></plist>
PLIST
if [ -n "${IDENTITY:-}" ]; then
	codesign --force --deep --options runtime --sign "$IDENTITY" "$app"
else
	echo "package.sh: not signed: set IDENTITY" >&2
fi
hdiutil create -volname Shoptwin -srcfolder "$app" -ov -format UDZO "$out/shoptwin-$version-macos-$(uname -m).dmg"
