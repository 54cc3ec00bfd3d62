#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Protection of a guest SP's memory: code is not writable, data not executable, the stack lies between guard
# pages, permissions are fixed after the first FFA_MSG_WAIT (optee.md 3.13, 4). And `aslr`: where an image lies follows from the seed.
# usage: aarch64_memory.sh SOURCE-ROOT FFASIM
set -u
src=$1 ffasim=$2
command -v aarch64-linux-gnu-gcc >/dev/null 2>&1 || exit 77
cd "$src" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0
fail() { echo "FAIL: $*"; grep -E "sp.crash|direct_resp|FAIL" "$tmp/log" | tail -n 5; status=1; }
aarch64-linux-gnu-gcc -O1 -g -ffreestanding -fPIE -static-pie -nostdlib \
	-Wl,-z,max-page-size=4096,-z,separate-code,-z,norelro,-z,noexecstack,--no-dynamic-linker,--build-id=none \
	tests/system/prober.c -o "$tmp/prober.elf" || exit 1

ask() { # WHAT EXPECT PARTITION-PROPERTIES RUN-OPTIONS
	cat >"$tmp/s.yaml" <<END
machine: {pes: 1}
partitions:
  - {name: own, manifest: sps/spin/spin.dts, image: $tmp/prober.elf$3}
tasks:
  - name: main
    steps:
      - smc: {x: [DIRECT_REQ, own, 0, 0], expect: [DIRECT_RESP, own<<16, 0, 0]}
      - smc: {x: [DIRECT_REQ, own, 0, $1], expect: [$2]}
END
	# shellcheck disable=SC2086 # options are words
	"$ffasim" run --verify --log json --out "$tmp/out" $4 "$tmp/s.yaml" >"$tmp/log" 2>&1
}
crash() { # WHAT FAULT
	ask "$1" "ERROR, 0, ABORTED" "" "" || fail "probe $1: exit $?"
	grep '"event":"sp.crash"' "$tmp/log" | grep -qF "\"fault\":\"$2\"" || fail "probe $1 is not '$2'"
}
crash 1 data-abort
crash 2 prefetch-abort
crash 3 data-abort
crash 4 data-abort
ask 5 "DIRECT_RESP, own<<16, 0, DENIED" "" "" || fail "MEM_PERM_SET after FFA_MSG_WAIT"

# The load address, in pages, from the answer; w3 is the last register that --log json has of it.
where() { # PARTITION-PROPERTIES RUN-OPTIONS
	ask 6 "DIRECT_RESP, own<<16, 0" "$1" "$2" || fail "probe 6 $*"
	grep '"event":"ffa.direct_resp"' "$tmp/log" | tail -n 1 | sed 's/.*"w3":"*\([^,"}]*\).*/\1/'
}
plain=$(where "" "--seed 1")
one=$(where ", options: {aslr: on}" "--seed 1")
again=$(where ", options: {aslr: on}" "--seed 1")
two=$(where ", options: {aslr: on}" "--seed 2")
three=$(where ", options: {aslr: on}" "--seed 3")
[ -n "$plain" ] && [ "$plain" = "$(where "" "--seed 2")" ] || fail "without aslr it lies at $plain"
[ "$one" = "$again" ] || fail "one seed, two places: $one $again"
[ "$one" = "$two" ] && [ "$two" = "$three" ] && fail "aslr moves nothing: $one"

[ $status -eq 0 ] && echo "probes answered"
exit $status
