#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Drivers through the path of a user: the project's own files give the run of the built-in modules,
# event for event, and a driver of another design passes the same scenarios, unchanged.
# usage: drivers.sh FFASIM SOURCE-ROOT
set -u
ffasim=$(realpath "$1")
cd "$2" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0

build() { # NAME SOURCES...
	name=$1
	shift
	"$ffasim" module build "$@" -o "$tmp/$name.ko.so" >"$tmp/log" 2>&1 && [ ! -s "$tmp/log" ] ||
		{ echo "FAIL: $name does not build clean"; cat "$tmp/log"; status=1; }
}
build tee sim/tee
build arm_ffa-bus sim/arm_ffa/bus.c
build arm_ffa sim/arm_ffa/core.c sim/arm_ffa/transport.c sim/arm_ffa/direct.c sim/arm_ffa/memory.c \
	sim/arm_ffa/partition.c sim/arm_ffa/notify*.c sim/arm_ffa/generation.c
build tstee driver/tstee/core.c driver/tstee/session.c
build optee driver/optee
build rpcgate tests/modules/rpcgate

digest() { # SCENARIO ARGUMENTS...
	s=$1
	shift
	"$ffasim" run --log none --out "$tmp/out" "$@" "$s" 2>&1 | grep -o 'digest [0-9a-f]*'
}
all="--module tee=$tmp/tee.ko.so --module arm_ffa-bus=$tmp/arm_ffa-bus.ko.so
	--module arm_ffa=$tmp/arm_ffa.ko.so --module tstee=$tmp/tstee.ko.so"
s37=scenarios/seed/s37-tstee-end-to-end.yaml
want=$(digest $s37)
[ -n "$want" ] || { echo "FAIL: no digest"; status=1; }
# shellcheck disable=SC2086
for set in "--module tee=$tmp/tee.ko.so" "--module arm_ffa=$tmp/arm_ffa.ko.so" "--module tstee=$tmp/tstee.ko.so" \
	"$all" "$all --points calls"; do
	got=$(digest $s37 $set)
	[ "$got" = "$want" ] || { echo "FAIL: s37 with $set: '$got', built in: '$want'"; status=1; }
done

n=0
for s in scenarios/seed/*.yaml; do
	"$ffasim" run --log none --out "$tmp/out" --module "tstee=$tmp/rpcgate.ko.so" "$s" >"$tmp/log" 2>&1 ||
		{ echo "FAIL: $s with another driver"; tail -n 5 "$tmp/log"; status=1; }
	n=$((n + 1))
done
# It is that driver which ran, and its parameter counts.
"$ffasim" run --log text --out "$tmp/out" --module "tstee=$tmp/rpcgate.ko.so,session_limit=0" $s37 >"$tmp/log" 2>&1
[ $? -eq 1 ] && grep -q EBUSY "$tmp/log" || { echo "FAIL: session_limit=0 changes nothing"; tail -n 5 "$tmp/log"; status=1; }
[ $status -eq 0 ] && echo "$n scenarios with another driver"
exit $status
