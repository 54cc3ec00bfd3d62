#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Called by `meson install`: what lies beside the library (sim/host/files.c looks there), in the layout
# of the build tree, so that both are found by the same rules. Timestamps are kept: a manifest's .dtb
# must stay newer than its source.
# usage: install.sh SOURCE-ROOT BUILD-ROOT LIBDIR INCLUDEDIR DATADIR (the last three below the prefix)
set -eu
src=$1 build=$2
root=$MESON_INSTALL_DESTDIR_PREFIX
lib=$root/$3/ffasim include=$root/$4 data=$root/$5

put() { # FOLDER FILE...
	to=$1
	shift
	mkdir -p "$to"
	for f in "$@"; do
		[ ! -f "$f" ] || cp -p "$f" "$to/"
	done
}

put "$lib/modules" "$build"/sim/tee/*.ko.so "$build"/sim/arm_ffa/*.ko.so "$build"/driver/*/*.ko.so
for sp in "$build"/sps/*/; do
	name=$(basename "$sp")
	case $name in
	aarch64) put "$lib/sps/aarch64" "$sp"*.elf "$sp"*.bin ;;
	*.p) continue ;;
	esac
	put "$lib/sps/$name" "$src/sps/$name"/*.dts "$sp"*.so "$sp"*.dtb
done
for backend in "$build"/sim/sp/*/; do
	put "$lib/sim/sp/$(basename "$backend")" "$backend"*.backend.so
done
put "$lib" "$build/instrumented.flags"
mkdir -p "$lib/kernel" "$include" "$data/ffasim" "$data/doc/ffasim"
cp -rp "$src/sim/linux/include" "$lib/kernel/"
cp -rp "$src/sim/include/ffasim" "$include/"
cp -rp "$src/scenarios" "$data/ffasim/"
cp -p "$src/README.md" "$data/doc/ffasim/"
cp -rp "$src/docs/." "$data/doc/ffasim/"
rm -f "$data/doc/ffasim/check.sh"
cp -rp "$src/LICENSES" "$data/doc/ffasim/"
