#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# --module in every command that boots a kernel, for each module alone and for all together. That the
# given file is the one that ran is shown by the same command with refuse=1 (marker.c): it must fail and
# name the module.
# usage: matrix.sh FFASIM SOURCE-ROOT
set -u
ffasim=$(realpath "$1")
cd "$2" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0 n=0

build() { # NAME SOURCES...
	name=$1
	shift
	"$ffasim" module build "$@" tests/modules/marker.c --name "$(echo "$name" | tr - _)" -o "$tmp/$name.ko.so" >"$tmp/log" 2>&1 ||
		{ echo "FAIL: building $name"; cat "$tmp/log"; status=1; }
}
build tee sim/tee
build arm_ffa-bus sim/arm_ffa/bus.c
build arm_ffa $(ls sim/arm_ffa/*.c | grep -v /bus.c)
build tstee driver/tstee/core.c driver/tstee/session.c
build optee driver/optee

cat >"$tmp/both.yaml" <<END
machine: {pes: 2, time-limit: 1s}
partitions: [{name: echo}]
tasks:
  - name: client
    steps:
      - open: {device: echo, as: ctx}
      - session: {on: ctx, as: s}
      - invoke: {on: s, opcode: length, data: "abc", expect: {ret: 0, length: 3}}
  - name: other
    steps: [{open: {device: optee, as: t}}]
END
sed 's/length: 3/length: 4/' "$tmp/both.yaml" >"$tmp/fails.yaml"

# try CODE TEXT COMMAND...: what ffasim answers
try() {
	want=$1 text=$2
	shift 2
	"$ffasim" "$@" >"$tmp/log" 2>&1
	code=$?
	n=$((n + 1))
	[ $code -eq "$want" ] && { [ -z "$text" ] || grep -q -e "$text" "$tmp/log"; } && return
	echo "FAIL: ffasim $*: exit $code, expected $want and '$text'"
	tail -n 15 "$tmp/log"
	status=1
}

# commands CODE TEXT MODULE-OPTIONS...
commands() {
	code=$1 text=$2
	shift 2
	try "$code" "$text" run --log none --out "$tmp/out" "$@" "$tmp/both.yaml"
	try "$code" "$text" explore --runs 3 --out "$tmp/out" "$@" "$tmp/both.yaml"
	try "$code" "$text" exec "$@" "$tmp/both.yaml" -- true
}
all=
for m in tee arm_ffa-bus arm_ffa tstee optee; do
	commands 0 . --module "$m=$tmp/$m.ko.so"
	commands 1 "module $m: marker_init failed with -1 (EPERM)" --module "$m=$tmp/$m.ko.so,refuse=1"
	all="$all --module $m=$tmp/$m.ko.so"
done
# shellcheck disable=SC2086
{
	commands 0 . $all
	try 0 "" check $all "$tmp/both.yaml"
	try 0 . run --verify --log none --points access $all "$tmp/both.yaml"
	try 0 ^invoke bench invoke $all
	# A run that fails remembers its modules; replay and shrink take them from the file, or others.
	try 1 . run --log none --out "$tmp/f" $all "$tmp/fails.yaml"
	for c in replay shrink; do
		try 1 'expected 4' $c --out "$tmp/$c" "$tmp/f/fails-1.yaml"
		try 1 'module tee: marker_init' $c --out "$tmp/$c" --module "tee=$tmp/tee.ko.so,refuse=1" "$tmp/f/fails-1.yaml"
	done
}
[ $status -eq 0 ] && echo "$n commands with modules"
exit $status
