#!/usr/bin/env bash
# Makes what people install, in build/bin/release: for Linux a Debian package
# and a tarball, for Windows an installer and a zip file; the licences of all
# that is inside, and checksums. build/macos/package.sh does it for macOS, on a
# Mac. Usage: release.sh VERSION; the Makefile has built the Linux programs.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=${1:?"usage: release.sh VERSION"}
out=build/bin/release
work=build/cache/release
rm -rf $out $work
mkdir -p $out $work
duckdb=1.5.5-r.5 # the npm package that holds the DLL of the DuckDB that go.mod binds

go run ./build/licences >$out/THIRD-PARTY.txt
for size in 16 32 48 64 128 256 512; do
	rsvg-convert -w $size -h $size frontend/public/icon.svg -o $work/$size.png
done

# --- Linux: what Debian 12 and Ubuntu 24.04 have is asked for, nothing brought
tree=$work/deb
install -Dm755 build/bin/shoptwin $tree/usr/bin/shoptwin
install -Dm755 build/bin/shoptwin-desktop $tree/usr/bin/shoptwin-desktop
install -Dm644 build/linux/shoptwin.desktop $tree/usr/share/applications/shoptwin.desktop
install -Dm644 build/linux/shoptwin-mime.xml $tree/usr/share/mime/packages/shoptwin.xml
install -Dm644 frontend/public/icon.svg $tree/usr/share/icons/hicolor/scalable/apps/shoptwin.svg
for size in 16 32 48 64 128 256 512; do
	install -Dm644 $work/$size.png $tree/usr/share/icons/hicolor/${size}x$size/apps/shoptwin.png
done
install -Dm644 $out/THIRD-PARTY.txt $tree/usr/share/doc/shoptwin/THIRD-PARTY.txt
install -Dm644 LICENSE $tree/usr/share/doc/shoptwin/copyright
install -Dm644 CHANGELOG.md $tree/usr/share/doc/shoptwin/CHANGELOG.md
mkdir -p $tree/DEBIAN
cat >$tree/DEBIAN/control <<CONTROL
Package: shoptwin
Version: $version
Architecture: amd64
Maintainer: Shoptwin
Installed-Size: $(du -sk $tree/usr | cut -f1)
Depends: libc6 (>= 2.36), libstdc++6, libgtk-3-0 | libgtk-3-0t64, libwebkit2gtk-4.1-0
Recommends: fonts-noto-cjk
Section: misc
Priority: optional
Description: private twin of a shop, on the analyst's own laptop
 Synthetic data with proof of fidelity and privacy, recommendations and
 promotion what-ifs from a shop's own files. Nothing leaves the machine.
CONTROL
dpkg-deb --root-owner-group -Zxz -z2 --build $tree $out/shoptwin_${version}_amd64.deb >/dev/null

name=shoptwin-$version-linux-amd64
install -Dm755 build/bin/shoptwin $work/$name/shoptwin
install -Dm755 build/bin/shoptwin-desktop $work/$name/shoptwin-desktop
install -Dm644 build/linux/shoptwin.desktop $work/$name/shoptwin.desktop
install -Dm644 build/linux/shoptwin-mime.xml $work/$name/shoptwin-mime.xml
install -Dm644 $work/256.png $work/$name/shoptwin.png
cp LICENSE README.md README.zh-CN.md CHANGELOG.md $out/THIRD-PARTY.txt $work/$name/
XZ_OPT=-2 tar -C $work --sort=name --owner=0 --group=0 --numeric-owner -cJf $out/$name.tar.xz $name

# --- Windows: cross-built; DuckDB's DLL comes from its npm package
name=shoptwin-$version-windows-amd64
mkdir -p $work/$name
convert $work/16.png $work/32.png $work/48.png $work/256.png $work/$name/shoptwin.ico
sed "s/VERSION_COMMAS/${version//./,},0/; s/VERSION_TEXT/\"$version\"/" build/windows/shoptwin.rc >$work/shoptwin.rc
cp build/windows/shoptwin.manifest $work/$name/shoptwin.ico $work/
# Go links an object of this name into the program for Windows only.
trap 'rm -f shoptwin_windows_amd64.syso' EXIT
x86_64-w64-mingw32-windres -I $work -i $work/shoptwin.rc -O coff -o shoptwin_windows_amd64.syso
VERSION=$version build/scripts/cross.sh windows/amd64
cp build/cache/cross/shoptwin.exe build/cache/cross/shoptwin-desktop.exe $work/$name/
(cd $work && npm pack --silent @duckdb/node-bindings-win32-x64@$duckdb >/dev/null && tar -xzf duckdb-node-bindings-win32-x64-*.tgz)
cp "$(find $work/package -name duckdb.dll)" $work/$name/
cp LICENSE $work/$name/LICENSE.txt
cp $out/THIRD-PARTY.txt $work/$name/
makensis -V2 -DVERSION="$version" -DFROM="$PWD/$work/$name" -DOUT="$PWD/$out/$name-setup.exe" build/windows/installer.nsi
(cd $work && zip -qr9X "$OLDPWD/$out/$name.zip" $name)

(cd $out && sha256sum -- * >SHA256SUMS)
ls -l $out
