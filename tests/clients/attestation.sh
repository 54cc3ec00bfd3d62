#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The client of the attestation service: nothing disturbs it, then its SPs are interrupted every 20 us and its task moves each time:
# the same key and the same tokens. Three clients with one thread below them, and one beside an SP that crashes again and again:
# each gets its tokens.
# usage: attestation.sh SOURCE-ROOT FFASIM CLIENT RAW-CLIENT
set -u
src=$1 ffasim=$2 client=$3 raw=$4
misbehave=7e3a5c1052d14b8e9a771f0c6d2e4b03
. "$src/tests/clients/client.sh"

client 0 '' attestation "$client" 2
if grep -q 'seccomp user notification is not allowed' "$tmp/err"; then
	echo "seccomp user notification is not allowed here"
	exit 77
fi
cp "$tmp/out" "$tmp/quiet"
[ "$(grep -c '^token d284' "$tmp/out")" -eq 6 ] && grep -q '^verified$' "$tmp/out" || fail "no tokens"
client 0 '' attestation-migrated "$client" 2
cmp -s "$tmp/quiet" "$tmp/out" || fail "other bytes under migration"
[ "$(sed -n 's/.*sp.migrated (\([0-9]*\)).*/\1/p' "$tmp/err")" -gt 500 ] || fail "the SPs hardly moved"
client 0 '--seed 2' attestation "$client" 2
cmp -s "$tmp/quiet" "$tmp/out" && fail "the seed changes nothing"

# One thread for three clients: those that find none ask again, and all see one key. On a quick host they may be over before they
# meet: then there is more to do for each.
rounds=5
while :; do
	client 0 '--set machine.threads=1' attestation-migrated sh -c "
for i in 1 2 3; do '$client' $rounds >'$tmp/c'\$i & done
wait
cat '$tmp/c1' '$tmp/c2' '$tmp/c3'"
	[ "$(grep -c '^verified$' "$tmp/out")" -eq 3 ] || fail "not all clients got their tokens"
	[ "$(grep '^key' "$tmp/out" | sort -u | wc -l)" -eq 1 ] || fail "clients see different keys"
	grep -q 'busy [1-9]' "$tmp/err" && break
	rounds=$((rounds * 10))
	[ $rounds -le 5000 ] && continue
	: >"$tmp/out"
	fail "a thread was always free"
	break
done

# An SP that dies beside it, in the middle of its requests: opcode 16, an undefined instruction.
client 0 '' attestation sh -c "
'$client' 20 &
i=0; while [ \$i -lt 5 ]; do '$raw' $misbehave 16 00 >'$tmp/raw' 2>&1; cat '$tmp/raw' >&2; i=\$((i + 1)); done
wait \$!"
grep -q '^verified$' "$tmp/out" || fail "no tokens beside a crash"
grep -qi 'failed' "$tmp/err" || fail "nothing crashed"
# Without the crypto SP there is no attestation: its SP never comes up.
sed '/name: crypto/d' scenarios/clients/attestation.yaml >"$tmp/alone.yaml"
"$ffasim" exec --out "$tmp/saved" "$tmp/alone.yaml" -- "$client" >"$tmp/out" 2>"$tmp/err"
[ $? -eq 3 ] && grep -q "SP attestation never initialised" "$tmp/err" || fail "a token without the crypto SP"
[ $status -eq 0 ] && echo "tokens verified"
exit $status
