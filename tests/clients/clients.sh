#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Programs that know nothing of us, under `ffasim exec`: plain, under an interrupt in every SP entry
# with a move to another PE at each FFA_INTERRUPT, with threads, children, hostile arguments, a
# crashing SP, and killed in the middle of a call.
# All of it by seccomp, and what a preloaded library can reach by that too.
# usage: clients.sh SOURCE-ROOT FFASIM seccomp|preload DYNAMIC-CLIENT STATIC-CLIENT HOSTILE-CLIENT GP-CLIENT
set -u
src=$1 ffasim=$2 via=$3 dynamic=$4 static=$5 hostile=$6 gp=$7
[ "$via" = preload ] && static=$dynamic
uuid=7e3a5c1052d14b8e9a771f0c6d2e4b01
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$src" || exit 1
status=0 n=0 under=

fail() {
	echo "FAIL: $1"
	cat "$tmp/out" "$tmp/err"
	status=1
}

# client WANTED-CODE SCENARIO COMMAND...: what it prints is in out, what we say in err
client() {
	want=$1 scenario=$2
	shift 2
	n=$((n + 1))
	timeout -k 5 60 $under "$ffasim" exec --via "$via" --out "$tmp/saved" "scenarios/clients/$scenario.yaml" -- "$@" >"$tmp/out" 2>"$tmp/err"
	code=$?
	[ $code -eq "$want" ] || fail "$scenario: $*: exit $code, expected $want"
}

digest() { sed -n 's/.*digest //p' "$tmp/err"; }

client 0 plain true
if grep -q 'seccomp user notification is not allowed' "$tmp/err"; then
	echo "seccomp user notification is not allowed here"
	exit 77
fi
for how in '' fork signals held; do
	calls=20
	[ "$how" = signals ] && calls=5000 # some of which a signal takes back before they are taken up
	for program in "$dynamic" "$static"; do
		client 0 plain "$program" $uuid $calls $how
		first=$(digest)
		client 0 plain "$program" $uuid $calls $how
		[ -n "$first" ] && [ "$first" = "$(digest)" ] || fail "$program $how: two runs differ"
	done
done
# Where no signal tells that files were let go of, and that is asked for: the same to the byte.
cat >"$tmp/blocked" <<'EOF2'
#!/usr/bin/env python3
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGIO})
os.execv(sys.argv[1], sys.argv[1:])
EOF2
chmod +x "$tmp/blocked"
under=$tmp/blocked
client 0 plain "$static" $uuid 20 held
under=
[ "$first" = "$(digest)" ] || fail "$static held: without signals it differs"
# The same whichever way calls come, and where who waits for a notification is not told of the end (before Linux 6.11).
if [ "$via" = seccomp ]; then
	older='setarch x86_64 --uname-2.6'
	$older true 2>/dev/null || older=
	for how in '' fork held; do
		client 0 plain "$dynamic" $uuid 20 $how
		first=$(digest)
		via=preload
		client 0 plain "$dynamic" $uuid 20 $how
		[ "$first" = "$(digest)" ] || fail "$how: another digest by the library"
		via=seccomp under=$older
		client 0 plain "$dynamic" $uuid 20 $how
		[ "$first" = "$(digest)" ] || fail "$how: another digest where the end is not told"
		under=
	done
fi
client 0 plain "$dynamic" $uuid 20 threads
client 0 plain "$hostile" $uuid "$via"
client 0 migrated-on-every-interrupt "$dynamic" $uuid 50
grep -q '^50 answers$' "$tmp/out" || fail "no answers"
grep -q 'sometimes sp.migrated ([1-9]' "$tmp/err" || fail "the SP never moved"
client 0 migrated-on-every-interrupt "$static" $uuid 20 threads
client 0 migrated-on-every-interrupt "$hostile" $uuid "$via"
# Memory of its own that a client registered; the same again, to the byte.
client 0 optee "$gp"
first=$(digest)
client 0 optee "$gp"
[ -n "$first" ] && [ "$first" = "$(digest)" ] || fail "$gp: two runs differ"
grep -q '^registered memory is right$' "$tmp/out" || fail "registered memory"
# What a program does besides costs no virtual time.
client 0 plain sh -c 'test -c /dev/tee0; while [ ${#i} -lt 300 ]; do read line </etc/passwd; i=x$i; done'
awk '/virtual/ { for (f = 1; f < NF; f++) if ($f == "virtual") exit $(f + 1) < 1 && $(f + 2) == "ms" ? 0 : 1 }' "$tmp/err" || fail "opening other files takes virtual time"

# The program's own exit code, that of a shell for one that does not exist, 128 + signal.
client 3 plain sh -c 'exit 3'
client 127 plain "$tmp/no-such-program"
client 137 plain sh -c 'kill -9 $$'
# What else a program may look at.
client 0 plain sh -c 'test -c /dev/tee0 && test -r /dev/tee0 && test ! -e /dev/tee7 && test "$(cat /sys/class/tee/tee0/implementation_id)" = 3'
# Killed while its call is under way: descriptors, session and memory are taken back (the leak check
# at the end of the run says so), and the next client works.
client 0 plain sh -c "\"$dynamic\" $uuid 1000000 & sleep 0.2; kill -9 \$!; wait; exec \"$dynamic\" $uuid 20"
grep -q '^20 answers$' "$tmp/out" || fail "no answers after a killed client"
# In a pid namespace without a /proc of its own the client's number is there that of another process,
# whose memory would be read and written.
if unshare -rpf --mount-proc true 2>/dev/null; then
	under='unshare -rpf --mount-proc'
	client 0 plain "$dynamic" $uuid 20
	under='unshare -rpf'
	client 2 plain "$dynamic" $uuid 20
	under=
	grep -q '^ffasim: exec: /proc is not that of this pid namespace' "$tmp/err" || fail "a foreign /proc was not said"
fi
# Where somebody else listens already, seccomp is not for us: one line says so, and the library does it.
if [ "$via" = seccomp ]; then
	client 0 plain sh -c "'$ffasim' exec --out '$tmp/saved' scenarios/clients/plain.yaml -- '$dynamic' $uuid 20"
	grep -q '^exec: seccomp user notification is not allowed here' "$tmp/err" || fail "the other way was not said"
	grep -q '^20 answers$' "$tmp/out" || fail "no answers the other way"
fi
[ $status -eq 0 ] && echo "$n runs of clients"
exit $status
