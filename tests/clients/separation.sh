#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What clients and owners see of each other: no bytes that another client left in memory that was freed, by its exit or by a kill in
# mid-call; no asset of another source id, under whatever uid; but assets and keys of other processes and Linux users,
# who are all one source id, as with the real services.
# usage: separation.sh SOURCE-ROOT FFASIM SEPARATE-CLIENT STORAGE-CLIENT CRYPTO-CLIENT RAW-CLIENT
set -u
src=$1 ffasim=$2 separate=$3 storage=$4 crypto=$5 raw=$6
echo_uuid=7e3a5c1052d14b8e9a771f0c6d2e4b01
its=dc1eef48b17a4ccfac8bdfcff7711b14
. "$src/tests/clients/client.sh"
says() { [ "$(cat "$tmp/out")" = "$1" ] || fail "expected: $1"; }

# Memory: more than the first client had, in which its pages are again.
client 0 '' plain sh -c "'$separate' $echo_uuid fill 8 && '$separate' $echo_uuid look 12"
if grep -q 'seccomp user notification is not allowed' "$tmp/err"; then
	echo "seccomp user notification is not allowed here"
	exit 77
fi
says "0 bytes of others
0 bytes of others"
# Killed when it has told that its buffers are full.
client 0 '' plain sh -c "
'$separate' $echo_uuid fill 8 keep >'$tmp/filled' & i=0
while ! grep -q . '$tmp/filled' && [ \$i -lt 600 ]; do sleep 0.1; i=\$((i + 1)); done
kill -9 \$!; wait; cat '$tmp/filled'; '$separate' $echo_uuid look 12"
says "0 bytes of others
0 bytes of others"

# Source id: the crypto SP stores a key under the uid that names its owner and id; for anybody else there is no such asset.
state="$tmp/state"
client 0 "--state $state" crypto-storage "$crypto" keep
file=$(ls "$state/its")
uid=${file#*-}
[ "${file%-*}" != 0000 ] && [ ${#uid} -eq 16 ] || fail "the key is not the crypto SP's: $file"
client 0 "--state $state" crypto-storage "$raw" $its 0x102 "$(echo "$uid" | sed 's/\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)\(..\)/\8\7\6\5\4\3\2\1/')"
says '-140 '
# uid: the same one is another asset in the other service, and the same for every process that asks.
client 0 "--state $state" storage "$storage" its put 5 mine
client 1 "--state $state" storage "$storage" ps get 5
says 'status -140'
client 0 "--state $state" storage "$storage" its get 5
says mine
if unshare -r true 2>"$tmp/unshare"; then
	client 0 "--state $state" storage unshare -U "$storage" its get 5 # nobody: another Linux user
	says mine
fi
[ $status -eq 0 ] && echo "nothing of others is seen"
exit $status
