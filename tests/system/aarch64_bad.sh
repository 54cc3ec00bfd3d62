#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Images no SPMC can use: exit 2 and one line, whether the loader sees it or only running it does: such a
# partition dies before its first MSG_WAIT. Never a failure of the host. And an SP package that is good.
# usage: aarch64_bad.sh SOURCE-ROOT FFASIM ECHO.ELF
set -u
src=$1 ffasim=$2 elf=$3
status=0 n=0
cd "$src" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

scenario() { # IMAGE MANIFEST-PROPERTIES
	cat >"$tmp/s.yaml" <<END
machine: {pes: 1, time-limit: 100s}
partitions:
  - {name: echo, manifest: sps/echo/echo.dts, image: $1, $2}
tasks:
  - name: client
    steps:
      - open: {device: echo, as: c}
      - session: {on: c, as: s}
      - invoke: {on: s, opcode: echo, data: hello, expect: {ret: 0}}
END
}

expect() { # NAME CODE TEXT [booted]: then the head of the run stands before the line
	n=$((n + 1))
	"$ffasim" run --log none --out "$tmp/out" "$tmp/s.yaml" >"$tmp/log" 2>&1
	code=$?
	if [ $code -ne "$2" ] || ! grep -qF -e "$3" "$tmp/log"; then
		printf 'FAIL: %s: exit %d, expected %d and "%s"\n' "$1" $code "$2" "$3"
		tail -n 5 "$tmp/log"
		status=1
	elif [ "$2" -eq 2 ] && [ $# -eq 3 ] && [ "$(wc -l <"$tmp/log")" -ne 1 ]; then
		printf 'FAIL: %s: more than one line\n' "$1"
		cat "$tmp/log"
		status=1
	fi
}

# "random": the output of a fixed generator, so that a failure can be seen again
awk 'BEGIN { s = 1; for (i = 0; i < 9000; i++) { s = (s * 1103515245 + 12345) % 2147483648; printf "%c", 33 + int(s / 65536) % 90 } }' >"$tmp/random"
scenario "$tmp/random" "elf-format: 1"; expect "random bytes" 2 "not an ELF"
scenario "$tmp/random" "elf-format: 0"; expect "random bytes as a flat image" 2 "SP failed to initialise" booted
: >"$tmp/empty"
scenario "$tmp/empty" "elf-format: 0"; expect "an empty image" 2 "empty"
head -c 9000 "$elf" >"$tmp/short"
scenario "$tmp/short" "elf-format: 1"; expect "a truncated ELF" 2 "truncated"
head -c 60 "$elf" >"$tmp/shorter"
scenario "$tmp/shorter" "elf-format: 1"; expect "half an ELF header" 2 "ELF"
for bad in "overlap.elf:overlap" "entry-outside.elf:entry point" "entry-in-data.elf:entry point" \
	"writable-code.elf:writable and executable" "package-image-outside.sp:inside the file" "bad-relocation.elf:relocation"; do
	scenario "$PWD/tests/fuzz/corpus/gimage/${bad%%:*}" "elf-format: 1"
	expect "${bad%%:*}" 2 "${bad#*:}"
done
# A good one, inside a package: header, manifest place, image.
bytes=$(wc -c <"$elf")
le() { printf "\\$(printf %o $(($1 & 255)))\\$(printf %o $(($1 >> 8 & 255)))\\$(printf %o $(($1 >> 16 & 255)))\\$(printf %o $(($1 >> 24 & 255)))"; }
{ printf 'SPKG'; le 1; le 24; le 8; le 32; le "$bytes"; printf 'manifest'; cat "$elf"; } >"$tmp/package"
scenario "$tmp/package" "elf-format: 1"; expect "an SP package" 0 "pass"

[ $status -eq 0 ] && echo "$n images"
exit $status
