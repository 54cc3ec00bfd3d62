#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The client of the crypto service: nothing disturbs it, then its SP is interrupted every 50 us and
# moved to another PE each time. What it prints, keys and random bytes included, is the same.
# usage: crypto.sh SOURCE-ROOT FFASIM INTERRUPTING-LIBRARY DYNAMIC-CLIENT STATIC-CLIENT
set -u
src=$1 ffasim=$2 interrupting=$3 dynamic=$4 static=$5
. "$src/tests/clients/client.sh"

moves() { sed -n 's/.*sp.migrated (\([0-9]*\)).*/\1/p' "$tmp/err"; }

client 0 '' crypto "$dynamic" rsa
if grep -q 'seccomp user notification is not allowed' "$tmp/err"; then
	echo "seccomp user notification is not allowed here"
	exit 77
fi
cp "$tmp/out" "$tmp/quiet"
grep -q '^verified$' "$tmp/quiet" || fail "nothing was verified"
for program in "$dynamic" "$static"; do
	client 0 '' crypto-migrated "$program" rsa
	cmp -s "$tmp/quiet" "$tmp/out" || fail "$program: other bytes under migration"
	[ "$(moves)" -gt 1000 ] || fail "the SP hardly moved"
done
# Signals at the worst moments, when a call takes long and when it is over: the same.
for via in seccomp preload; do
	export LD_PRELOAD="$interrupting" ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0"
	timeout -k 5 100 "$ffasim" exec --via $via --out "$tmp/saved" scenarios/clients/crypto.yaml -- "$dynamic" rsa >"$tmp/out" 2>"$tmp/err"
	code=$?
	unset LD_PRELOAD
	[ $code -eq 0 ] && cmp -s "$tmp/quiet" "$tmp/out" || fail "$via: exit $code under signals"
done
# Another seed: other keys and other random bytes, the rest the same.
client 0 '--seed 2' crypto "$dynamic" rsa
cmp -s "$tmp/quiet" "$tmp/out" && fail "the seed changes nothing"
# The same seed: the same. The host's random numbers: never twice the same, and they work as well.
client 0 '--entropy seed' crypto "$dynamic" rsa
cmp -s "$tmp/quiet" "$tmp/out" || fail "--entropy seed is not what is meant without"
client 0 '--entropy host' crypto "$dynamic" rsa
cp "$tmp/out" "$tmp/host"
grep -q '^verified$' "$tmp/host" || fail "nothing was verified with the host's entropy"
grep -q -e '--entropy host$' "$tmp/err" || fail "the run does not say whose entropy it has"
client 0 '--entropy host' crypto "$dynamic" rsa
cmp -s "$tmp/host" "$tmp/out" && fail "the host's entropy came twice"
cmp -s "$tmp/quiet" "$tmp/host" && fail "--entropy host changes nothing"
client 2 '--entropy dice' crypto "$dynamic"
"$ffasim" run --entropy host scenarios/services/crypto-preempted.yaml >"$tmp/out" 2>&1
[ $? -eq 2 ] || fail "a run with the host's entropy does not repeat"
# Free work is hardly ever interrupted, if at all, which the scenario may fail for: what migrates the SP is what it is charged.
timeout -k 5 100 "$ffasim" exec --out "$tmp/saved" --set partitions.crypto.options.cost_percent=0 scenarios/clients/crypto-migrated.yaml -- "$dynamic" rsa >"$tmp/out" 2>"$tmp/err"
cmp -s "$tmp/quiet" "$tmp/out" || fail "other bytes when the work costs nothing"
[ "$(moves)" -lt 10 ] || fail "the SP moves although its work costs nothing"
# A persistent key: in the ITS service, in a directory; another machine with another seed finds it.
client 0 "--state $tmp/state" crypto-storage "$dynamic" keep
grep -q '^new ' "$tmp/out" || fail "no new key"
sed 's/^new */key /' "$tmp/out" >"$tmp/key"
client 0 "--seed 2 --state $tmp/state" crypto-storage "$static" keep
grep -q '^kept ' "$tmp/out" || fail "the key was not kept"
sed 's/^kept */key /' "$tmp/out" | cmp -s - "$tmp/key" || fail "another key came back"
client 1 '' crypto "$dynamic" keep # no storage: PSA_ERROR_STORAGE_FAILURE
grep -q 'status -146$' "$tmp/err" || fail "a key was kept nowhere"
# All services in one SP: the crypto service asks its neighbour for storage.
client 0 "--state $tmp/one" se-proxy "$dynamic" keep
grep -q '^new ' "$tmp/out" || fail "no new key in the SP with all services"
client 0 "--seed 2 --state $tmp/one" se-proxy "$dynamic" keep
grep -q '^kept ' "$tmp/out" || fail "the SP with all services did not keep the key"
client 0 '' se-proxy "$dynamic" rsa
# In a world that is rewound for each run.
"$ffasim" run --verify --log none scenarios/services/*.yaml >"$tmp/out" 2>&1 || fail "scenarios/services"
for points in calls access; do
	"$ffasim" explore --out "$tmp/saved" --runs 300 --points $points scenarios/services/crypto-preempted.yaml >"$tmp/out" 2>&1 || fail "explore --points $points"
	grep -q '^300 runs.* 0 findings' "$tmp/out" || fail "explore --points $points: not 300 runs without a finding"
done
# One byte of the digest changed: the scenario notices.
sed 's/0020ba78/0020ba79/' scenarios/services/crypto-preempted.yaml >"$tmp/wrong.yaml"
"$ffasim" run --out "$tmp/saved" --log none "$tmp/wrong.yaml" >"$tmp/out" 2>&1 && fail "a wrong digest verifies"
exit $status
