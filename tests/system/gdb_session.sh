# SPDX-License-Identifier: BSD-3-Clause
# Sourced by the tests of gdb, in front of all else, with the test's own arguments: a folder, and one scripted
# session of gdb-multiarch with one run.
# usage: . gdb_session.sh SOURCE-ROOT FFASIM BUILD/sps/aarch64
src=$1 ffasim=$2 elfs=$3
command -v gdb-multiarch >/dev/null 2>&1 || exit 77
cd "$src" || exit 1
tmp=$(TMPDIR=/tmp mktemp -d) || exit 1 # not wherever it may be: the path of a socket is short
trap 'rm -rf "$tmp"' EXIT
status=0
fail() { echo "FAIL: $*"; status=1; }
has() { grep -qE -e "$1" "$tmp/gdb" || fail "gdb did not show '$1'"; }
digest_of() { sed -n 's/.*digest //p' "$1"; }
plain_digest() { "$ffasim" run --log none "$1" >"$tmp/plain" 2>&1; digest_of "$tmp/plain"; }

# "shell (sh "$INTERRUPT" $PPID) &" in front of "continue": Ctrl-C when the run has been at work for a tenth of a
# second of processor time, however quick or busy the host is. One that has ended by then gets none.
cat >"$tmp/interrupt" <<'END'
ticks() { cut -d' ' -f14 "/proc/$(cat "${0%/*}/pid")/stat"; }
begin=$(ticks) || exit
while now=$(ticks) || exit; [ "$now" -lt $((begin + 10)) ]; do sleep 0.02; done
kill -INT "$1"
END
export INTERRUPT="$tmp/interrupt"
# until_interrupted SESSION: of a run so many times as long as it is told, the longer the quicker the host.
until_interrupted() {
	for times in 1 8 64; do
		"$1" $times
		grep -q SIGINT "$tmp/gdb" && return
	done
	fail "Ctrl-C did not come before the end of the longest run"
}

running() { read -r _ _ now _ 2>/dev/null <"/proc/$pid/stat" && [ "$now" != Z ]; }

# session TARGET PARTITION ELF RUN-OPTIONS SCENARIO, the commands on stdin. TARGET: remote or extended-remote; an
# empty ELF: gdb is told of none. The texts of both are in $tmp/gdb, $tmp/run and $tmp/err, the run's exit in $code.
session() {
	{ printf 'set pagination off\nset confirm off\nset architecture aarch64\ntarget %s %s/s\n' "$1" "$tmp"; cat; } >"$tmp/script"
	partition=$2 elf=$3
	shift 3
	rm -f "$tmp/s"
	"$ffasim" run --gdb "$partition=$tmp/s" "$@" >"$tmp/run" 2>"$tmp/err" &
	pid=$!
	echo $pid >"$tmp/pid"
	for i in $(seq 600); do [ -S "$tmp/s" ] || ! running && break; sleep 0.1; done
	# By itself gdb takes an answer that comes after two seconds for that to another question.
	timeout 200 gdb-multiarch -l 60 -nx -batch -x "$tmp/script" ${elf:+"$elf"} >"$tmp/gdb" 2>&1
	wait $pid
	code=$?
	cat "$tmp/gdb" "$tmp/run" "$tmp/err" >>"$tmp/all"
}
# finish TEXT: the end of the test.
finish() {
	[ $status -eq 0 ] && echo "$1" || cat "$tmp/all"
	exit $status
}
