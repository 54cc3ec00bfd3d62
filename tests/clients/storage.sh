#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The storage services under a client whose SP is interrupted and moved at every visit: in memory they
# forget, with --state DIR they keep. A full disk, a read-only directory, a kill between write and rename, a damaged
# record, a directory in use or of another layout each have their answer, and what was stored before stays (kills at any
# moment: kills.sh).
# usage: storage.sh SOURCE-ROOT FFASIM CLIENT
set -u
src=$1 ffasim=$2 client=$3
. "$src/tests/clients/client.sh"

# run WANTED-CODE OPTIONS -- COMMAND...
run() {
	want=$1
	shift
	timeout -k 5 120 "$ffasim" exec --out "$tmp/saved" scenarios/clients/storage.yaml "$@" >"$tmp/out" 2>"$tmp/err"
	code=$?
	[ $code -eq "$want" ] || fail "exec $*: exit $code, expected $want"
}

# says TEXT: the client's output
says() { [ "$(cat "$tmp/out")" = "$1" ] || fail "expected: $1"; }

run 0 -- sh -c "'$client' its put 5 hello && '$client' its get 5"
if grep -q 'seccomp user notification is not allowed' "$tmp/err"; then
	echo "seccomp user notification is not allowed here"
	exit 77
fi
says hello
run 1 -- "$client" its get 5
says 'status -140' # DOES_NOT_EXIST: the flash went with the SP
run 1 -- "$client" its fill 1 20
[ "$(tail -n 1 "$tmp/out")" = 'status -142' ] || fail "the flash of the real SP holds ten assets"

state="$tmp/state"
run 0 --state "$state" -- "$client" its put 5 hello
run 0 --state "$state" -- "$client" its get 5
says hello
run 1 --state "$state" -- "$client" ps get 5
says 'status -140' # the other service has assets of its own
run 0 --state "$state" -- "$client" its del 5
run 1 --state "$state" -- "$client" its get 5

run 0 --state "$state" -- "$client" its fill 1000000 150
cp "$tmp/out" "$tmp/acked"
intact() {
	run 0 --state "$state" -- "$client" its verify <"$tmp/acked"
	says '150 assets'
	run 0 --state "$state" -- "$client" its get 5
	says old
}
run 0 --state "$state" -- "$client" its put 5 old

# faulty WANTED-CODE FAULT COMMAND...: with an injected fault
faulty() {
	want=$1
	sed "s/^expect:/  - {fault: $2}\nexpect:/" scenarios/clients/storage.yaml >"$tmp/faulty.yaml"
	shift 2
	timeout -k 5 120 "$ffasim" exec --out "$tmp/saved" --state "$state" "$tmp/faulty.yaml" -- "$client" its "$@" >"$tmp/out" 2>"$tmp/err"
	code=$?
	[ $code -eq "$want" ] || fail "$*: exit $code, expected $want"
}
faulty 137 state.killed put 5 new
[ -e "$state/its/.0000-0000000000000005.new" ] || fail "it was not killed between write and rename"
intact
[ ! -e "$state/its/.0000-0000000000000005.new" ] || fail "what was half written is still there"
faulty 137 state.killed del 5
intact
for where in state.write state.rename; do
	faulty 1 "$where, value: -28" put 5 new # ENOSPC
	says 'status -142'
	faulty 1 "$where, value: -30" put 5 new # EROFS
	says 'status -146'
	intact
done

# A directory that can only be read; as root that takes a mount of our own, which some hosts do not let us have.
cat >"$tmp/ro.sh" <<EOF2
mkdir "$tmp/ro" && mount --bind "$state" "$tmp/ro" && mount -o remount,bind,ro "$tmp/ro" || exit 77
run() { "$ffasim" exec --out "$tmp/saved" --state "$tmp/ro" scenarios/clients/storage.yaml -- "$client" its "\$@" 2>"$tmp/err"; }
run put 5 new; run del 5; run get 5; run put 8 new
EOF2
code=77
unshare -rm true 2>/dev/null && { unshare -rm sh "$tmp/ro.sh" >"$tmp/out" 2>"$tmp/err"; code=$?; }
if [ $code -ne 77 ]; then
	says "status -146
status -146
old
status -146"
else
	echo "no file system of our own here: the read-only directory is left out"
fi
intact

# A disk that takes no more: the asset is refused, what was acknowledged stays. It needs a small file
# system of its own, which some hosts do not let us have.
cat >"$tmp/full.sh" <<EOF2
mkdir "$tmp/small" && mount -t tmpfs -o size=64k none "$tmp/small" || exit 77
run() { "$ffasim" exec --state "$tmp/small/state" scenarios/clients/storage.yaml -- "$client" its "\$@" 2>"$tmp/err"; }
run fill 1 10000 >"$tmp/full"
grep -v status "$tmp/full" >"$tmp/full.acked"
run verify <"$tmp/full.acked" >"$tmp/out" && grep -qx 'status -142' "$tmp/full" && run del 1
EOF2
unshare -rm sh "$tmp/full.sh" 2>"$tmp/err"
case $? in
0) says "$(wc -l <"$tmp/full.acked") assets" ;;
77) echo "no file system of our own here: the full disk is left out" ;;
*) unshare -rm true 2>/dev/null && fail "a full disk" ;;
esac

# Damage of one record is that record's.
file="$state/its/0000-$(printf '%016x' 1000000)"
printf x | dd of="$file" bs=1 seek=8 conv=notrunc 2>/dev/null
run 1 --state "$state" -- "$client" its get 1000000
says 'status -146'
run 1 --state "$state" -- "$client" its put 1000000 again # it may have been WRITE_ONCE
says 'status -146'
run 0 --state "$state" -- "$client" its get 1000001

# One line each, and nothing ran.
run 2 --verify --state "$state" -- true
run 2 --state "$file" -- true
grep -q '^ffasim: --state .*: Not a directory$' "$tmp/err" || fail "a file as directory"
run 0 --state "$state" -- sh -c "'$client' its put 6 x && ! '$ffasim' exec --state '$state' scenarios/clients/storage.yaml -- true"
grep -q '^ffasim: --state .*: another process uses it$' "$tmp/err" || fail "a directory in use"
echo 2 >"$state/ffasim-state"
run 2 --state "$state" -- true
grep -q 'not a state directory of this version$' "$tmp/err" || fail "another version"
[ $status -eq 0 ] && echo "$(wc -l <"$tmp/acked") assets kept"
exit $status
