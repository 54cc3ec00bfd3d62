#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Unmodified clients of the smaller services, interrupted and moved at every visit: blocks outlive the run, a firmware
# update goes through its reboots, which are runs with one --state, and is given back where the boot loader wants it so.
# usage: services.sh SOURCE-ROOT FFASIM CLIENT
set -u
src=$1 ffasim=$2 client=$3
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$src" || exit 1
status=0
state="$tmp/state"
logging=da9dffbdd59040ed975f19c65a3d52d3
blocks=63646e80eb52462fac4f8cdf3987519c
fwu=6823a8381b06470e97740cce8bfb53fd
runner=33c75bafac6a4fe48ac7e9909bee2d17

# run WANTED-OUTPUT CLIENT-ARGUMENTS...; $options
options= scenario=services
run() {
	want=$1
	shift
	# shellcheck disable=SC2086 # a list of options
	timeout -k 5 100 "$ffasim" exec --out "$tmp/saved" --state "$state" $options "scenarios/clients/$scenario.yaml" -- "$client" "$@" >"$tmp/out" 2>"$tmp/err"
	code=$?
	if grep -q 'seccomp user notification is not allowed' "$tmp/err"; then
		echo "seccomp user notification is not allowed here"
		exit 77
	fi
	case $want in *failed*) ok=1 ;; *) ok=0 ;; esac
	if [ $code -ne $ok ] || [ "$(cat "$tmp/out")" != "$(printf '%b' "$want")" ]; then
		echo "FAIL: $*: exit $code"
		cat "$tmp/out" "$tmp/err"
		status=1
	fi
}

run '0 ' $logging 0x101 070000000000000068656c6c6f0a00
run 'failed: Invalid argument' $logging 0x101 080000000000000068656c6c6f0a00
run '0 000000000000000000000000' $runner 0x101 000100026e6f
run 'failed: Invalid argument' $runner 0x103 00
# GUID of the primary FWU metadata partition: handle 2; four bytes to block 1
part=a6f89ec397ec8348aa64025f40f7d922
at=02000000000000000100000000000000
run '0 0200000000000000\n0 0400000000000000' $blocks 0x102 $part 0x105 ${at}1000000064617461
run '0 0200000000000000\n0 ff64617461ff' $blocks 0x102 $part 0x104 ${at}0f00000006000000
begin=10000000000000000000000000000000
open=13000000105c3a7ed1528e4b9a771f0c6d2e4c0101
write=1400000000000100040000006b726e6c
commit=16000000000001000100000000000000
accept=1700000000000000105c3a7ed1528e4b9a771f0c6d2e4c01
run '-6 faffffff\n0 00000000\n0 0000000000000100\n0 00000000\n0 000000000100000001000000\n0 00000000\n-6 faffffff' \
	$fwu 0 11000000 0 $begin 0 $open 0 $write 0 $commit 0 11000000 0 $accept
[ "$(cat "$state/fwu/bank1-image0")" = krnl ] || { echo "FAIL: the image is not in bank 1"; status=1; }
# The boot loader took the old bank: nothing can be accepted there.
options='--set partitions.fwu.options.boot_index=0'
run '-6 faffffff' $fwu 0 $accept
# It took the new one: in trial, then accepted, which the next run finds.
options=
run '-6 faffffff\n0 00000000\n0 00000000' $fwu 0 $begin 0 $accept 0 $begin
run '-6 faffffff\n0 00000000' $fwu 0 18000000 0 $begin
# The same service in the SP with all of them, which has records of its own.
scenario=se-proxy
run '0 00000000\n0 0000000000000100' $fwu 0 $begin 0 $open
[ -s "$state/se_proxy/metadata-primary" ] || { echo "FAIL: no metadata of the se_proxy SP"; status=1; }
[ $status -eq 0 ] && echo "blocks and an update are kept"
exit $status
