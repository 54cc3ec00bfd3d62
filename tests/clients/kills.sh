#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Storage that is killed: each service has ITEMS items (block storage: the 96 blocks of a partition), a client changes them at
# random, and client and machine get SIGKILL at random moments, KILLS times a service. After each kill what was in doubt must be
# the old or the new content, whole; now and then, and at the end, everything that was ever acknowledged is read.
# usage: kills.sh SOURCE-ROOT FFASIM CLIENT KILLS ITEMS
set -u
src=$1 ffasim=$2 client=$3 kills=$4 items=$5
# A kill leaves the host's cache as it is, so that a file system in memory shows the same and is quicker.
[ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && export TMPDIR=/dev/shm
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$src" || exit 1
status=0 written=0

# on SERVICE SCENARIO COUNT COMMAND [SEED]
on() {
	"$ffasim" exec --out "$tmp/saved" --state "$tmp/state" "scenarios/clients/$2.yaml" -- "$client" "$1" "$tmp/$1.ledger" "$3" "$4" "${5:-}" >"$tmp/out" 2>"$tmp/err"
}

fail() {
	echo "FAIL: $1"
	cat "$tmp/out" "$tmp/err"
	status=1
}

# killed SERVICE SCENARIO COUNT
killed() {
	on "$1" "$2" "$3" fill || fail "$1: fill"
	if grep -q 'seccomp user notification is not allowed' "$tmp/err"; then
		echo "seccomp user notification is not allowed here"
		exit 77
	fi
	i=0
	while [ $i -lt "$kills" ] && [ $status -eq 0 ]; do
		i=$((i + 1))
		before=$(cksum <"$tmp/$1.ledger")
		"$ffasim" exec --out "$tmp/saved" --state "$tmp/state" "scenarios/clients/$2.yaml" -- \
			"$client" "$1" "$tmp/$1.ledger" "$3" churn $i >"$tmp/out" 2>"$tmp/err" &
		pid=$!
		# Every second one at work for certain, however long the machine takes to begin.
		tries=0
		while [ $((i % 2)) -eq 1 ] && [ "$before" = "$(cksum <"$tmp/$1.ledger")" ] && [ $tries -lt 3000 ]; do
			sleep 0.01
			tries=$((tries + 1))
		done
		sleep "0.$(printf '%03d' $((60 + i * 7919 % 240)))"
		kill -9 $pid 2>"$tmp/kill.err" || fail "$1: it ended by itself before kill $i"
		wait $pid 2>"$tmp/wait.err"
		grep -q '^item' "$tmp/out" && fail "$1: kill $((i - 1))"
		[ "$before" = "$(cksum <"$tmp/$1.ledger")" ] || written=$((written + 1))
		[ $((i % 100)) -ne 0 ] || on "$1" "$2" "$3" audit || fail "$1: audit after kill $i"
	done
	on "$1" "$2" "$3" audit || fail "$1: audit after $i kills"
	echo "$1: $i kills, $(cat "$tmp/out") of $3 there, nothing acknowledged lost"
}

killed its storage "$items"
killed ps storage "$items"
killed blocks blocks 96
# Kills of machines that had not begun to write show nothing.
[ $written -ge $((3 * ((kills + 1) / 2))) ] || fail "only $written of $((3 * kills)) kills were of a machine at work"
exit $status
