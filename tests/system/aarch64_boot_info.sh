#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Boot information and its alignment (optee.md 3.13, ffa.md 7.2). The SPMC makes it: aligned in both layouts and in each register,
# wherever manifest and image lie in their package. What a manifest would map at an odd place is refused: exit 2. An SP that takes it
# to be elsewhere may read there, dies of an exclusive access or a write, and has not initialised: exit 2.
# usage: aarch64_boot_info.sh SOURCE-ROOT FFASIM
set -u
src=$1 ffasim=$2
status=0 n=0
cd "$src" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

image() { # DEFINES...: $tmp/sp.elf
	aarch64-linux-gnu-gcc "$@" -static-pie -nostdlib -Wl,-z,max-page-size=4096,-z,separate-code,-z,norelro,-z,noexecstack,--no-dynamic-linker \
		tests/system/boot_info.S -o "$tmp/sp.elf" || exit 1
}
expect() { # NAME MANIFEST PROPERTIES CODE TEXT
	n=$((n + 1))
	cat >"$tmp/s.yaml" <<END
machine: {pes: 1, time-limit: 100s}
partitions:
  - {name: sp, manifest: $2$3}
tasks:
  - name: main
    steps:
      - smc: {x: [DIRECT_REQ, sp, 0, 5], expect: [DIRECT_RESP, sp<<16, 0, 6]}
END
	"$ffasim" run --out "$tmp/out" "$tmp/s.yaml" >"$tmp/log" 2>&1
	code=$?
	{ [ $code -eq "$4" ] && grep -qF -e "$5" "$tmp/log"; } && return
	printf 'FAIL: %s: exit %d, expected %d and "%s"\n' "$1" $code "$4" "$5"
	tail -n 15 "$tmp/log"
	status=1
}

for minor in 0 1 2; do
	for reg in 0 1 2 3; do
		image -DVERSION=$minor -DREGISTER=$reg -DREG=x$reg
		expect "version 1.$minor in x$reg" sps/spin/spin.dts \
			", image: $tmp/sp.elf, ffa-version: $((0x10000 + minor)), gp-register-num: $reg" 0 "pass"
	done
done
image -DVERSION=1 -DREGISTER=0 -DREG=x0
expect "an SP that wants it in x0 and gets it in x1" sps/spin/spin.dts ", image: $tmp/sp.elf, gp-register-num: 1" 2 "BRK instruction"
expect "no such register" sps/spin/spin.dts ", image: $tmp/sp.elf, gp-register-num: 4" 2 "gp-register-num: not 0..3"

# a package in which nothing is aligned
dtc -q -I dts -O dtb -o "$tmp/sp.dtb" sps/spin/spin.dts || exit 1
python3 - "$tmp" <<'P'
import struct, sys
image, manifest = (open(f"{sys.argv[1]}/sp.{e}", "rb").read() for e in ("elf", "dtb"))
for odd in (1, 2, 3, 5):
    head = struct.pack("<6I", 0x474b5053, 1, 24 + odd, len(manifest), 24 + 2 * odd + len(manifest), len(image))
    open(f"{sys.argv[1]}/odd{odd}.sp", "wb").write(head + b"\xff" * odd + manifest + b"\xff" * odd + image)
P
for odd in 1 2 3 5; do
	expect "a package with its manifest $odd bytes further" "$tmp/odd$odd.sp" "" 0 "pass"
done

region() { # PROPERTY VALUE: a manifest with such a region
	sed '$d' sps/spin/spin.dts >"$tmp/region.dts"
	cat >>"$tmp/region.dts" <<END
	memory-regions {
		compatible = "arm,ffa-manifest-memory-regions";
		one { $1 = $2; pages-count = <1>; attributes = <1>; };
	};
};
END
}
region load-address-relative-offset "<0 0x1008>"
expect "a part of the image at an odd place" "$tmp/region.dts" ", image: $tmp/sp.elf" 2 "load-address-relative-offset: not page aligned"
region base-address "<0 0x0f0fe800>"
expect "memory at an odd place" "$tmp/region.dts" ", image: $tmp/sp.elf" 2 "base-address: not page aligned"

image -DVERSION=1 -DREGISTER=0 -DREG=x0 -DMISALIGNED
expect "an SP that takes it to be a byte further" sps/spin/spin.dts ", image: $tmp/sp.elf" 2 "misaligned exclusive or atomic access"
expect "which the SPMC tells" sps/spin/spin.dts ", image: $tmp/sp.elf" 2 "SP failed to initialise"
image -DVERSION=1 -DREGISTER=0 -DREG=x0 -DWRITES
expect "an SP that writes into it" sps/spin/spin.dts ", image: $tmp/sp.elf" 2 "no permission"

[ $status -eq 0 ] && echo "$n ways to be told"
exit $status
