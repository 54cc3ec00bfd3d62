#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Refused manifests: exit 2, one line, with the line and column of the property in its source. SP packages: manifest and image of one file.
# usage: manifests.sh SOURCE-ROOT FFASIM [GUEST-ELF GUEST-DTB]
set -u
src=$1 ffasim=$2
status=0 n=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$src" || exit 1

scenario() {
	printf 'partitions:\n  - {name: a, manifest: %s%s}\ntasks:\n  - name: t\n    steps:\n      - %s\n' "$1" "$2" "$3" >"$tmp/s.yaml"
}

# refused SED-SCRIPT LINE:COLUMN-AND-TEXT
refused() {
	n=$((n + 1))
	sed "$1" sps/spm_test/spm_test1.dts >"$tmp/m.dts"
	scenario "$tmp/m.dts" ', image: spm_test' yield
	got=$("$ffasim" run --log none "$tmp/s.yaml" 2>&1)
	code=$?
	want="$tmp/s.yaml:2:25: $tmp/m.dts$2"
	[ $code -eq 2 ] && [ "$got" = "$want" ] && return
	printf 'FAIL: exit %d\n  want %s\n  got  %s\n' $code "$want" "$got"
	status=1
}
refused 's/ffa-version = <0x00010001>/ffa-version = <0x00010007>/' ':7:2: ffa-version: not 1.0, 1.1 or 1.2'
refused '/ns-interrupts-action/d' ':5:1: ns-interrupts-action: property is required'
refused 's/ns-interrupts-action = <2>/ns-interrupts-action = <1>/' ':17:2: ns-interrupts-action: managed exit is not implemented'
refused 's/messaging-method = <3>/messaging-method = <0x203>/' ':16:2: messaging-method: DIRECT_REQ2 needs ffa-version 1.2'
refused 's/boot-order = <0>/boot-order = <0x10000>/' ':11:2: boot-order: above 0xffff'
refused 's/boot-order = <0>/id = <0x8001>/' ':11:2: id: reserved'
refused 's/attributes = <3>/attributes = <7>/' ':27:4: attributes: not RO, RW or RX'
refused 's/pages-count = <1>/pages-count = <0>/' ':26:4: pages-count: zero or too many'
refused '/pages-count/d' ':24:3: pages-count: property is required'
refused 's/0x0f0fe000/0x0f0fe010/' ':25:4: base-address: not page aligned'
refused 's/elf-format = <1>;/elf-format = <1 2>;/' ':18:2: elf-format: not one 32-bit cell'

# package FORMAT-VERSION MANIFEST-OFFSET-CHANGE
package() {
	python3 - "$elf" "$dtb" "$1" "$2" >"$tmp/echo.pkg" <<'P'
import struct, sys
image, manifest = open(sys.argv[1], "rb").read(), open(sys.argv[2], "rb").read()
at = 24 + int(sys.argv[4])
body = manifest.ljust((len(manifest) + 4095) & ~4095, b"\0")
head = struct.pack("<6I", 0x474b5053, int(sys.argv[3]), at, len(manifest), 24 + len(body), len(image))
sys.stdout.buffer.write(head + body + image)
P
	scenario "$tmp/echo.pkg" ', service: echo' "open: {device: a, as: c}
      - session: {on: c, as: s}
      - invoke: {on: s, opcode: echo, data: hello}"
	got=$("$ffasim" run --log none "$tmp/s.yaml" 2>&1)
}
if [ $# -ge 4 ]; then
	elf=$3 dtb=$4
	for version in 1 2; do
		n=$((n + 1))
		package $version 0 || { printf 'FAIL: package version %d: %s\n' $version "$got"; status=1; }
	done
	n=$((n + 2))
	package 3 0 && { echo "FAIL: a package of version 3 is taken"; status=1; }
	case $got in *"SP package: version is neither 1 nor 2"*) ;; *) printf 'FAIL: %s\n' "$got"; status=1 ;; esac
	package 2 99999999 && { echo "FAIL: a manifest outside of the package is taken"; status=1; }
	case $got in *"SP package: the manifest does not lie inside the file"*) ;; *) printf 'FAIL: %s\n' "$got"; status=1 ;; esac
fi
[ $status -eq 0 ] && echo "$n manifests"
exit $status
