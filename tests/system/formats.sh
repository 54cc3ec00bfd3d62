#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What is shown changes nothing: each scenario of the folders, in each format and with a trace, ends as it does
# without any, with the same digest where one is printed. A world whose SPs are refused while it is built shows
# that behind its head.
# usage: formats.sh SOURCE-ROOT FFASIM FOLDER...
set -u
src=$1 ffasim=$2
shift 2
cd "$src" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0 n=0
fail() { echo "FAIL: $*"; status=1; }
digest_of() { sed -n 's/.*  digest //p' "$1"; }

for folder; do
	for scenario in scenarios/"$folder"/*.yaml; do
		"$ffasim" run --log none --out "$tmp/out" "$scenario" >"$tmp/none" 2>&1
		code=$? digest=$(digest_of "$tmp/none")
		[ -n "$digest" ] || fail "$scenario has no digest"
		for how in 'text' 'all' 'json' 'wire' "none --trace $tmp/trace.json"; do
			# shellcheck disable=SC2086 # options
			"$ffasim" run --log $how --out "$tmp/out" "$scenario" >"$tmp/log" 2>&1
			got=$?
			[ $got -eq $code ] || { tail -n 3 "$tmp/log"; fail "$scenario: --log $how: exit $got, without a log $code"; }
			case $how in
			json | wire) ;;
			*) [ "$(digest_of "$tmp/log")" = "$digest" ] || fail "$scenario: --log $how: another digest" ;;
			esac
			n=$((n + 1))
		done
	done
done
"$ffasim" run --log all scenarios/seed/s33-boot.yaml >"$tmp/log" 2>&1
[ "$(sed -n 1s/ff.*/ffasim/p "$tmp/log")" = ffasim ] && sed -n 4p "$tmp/log" | grep -q '# sps/echo/echo.dts' ||
	fail "what happened before the head is not behind it"
[ $status -eq 0 ] && echo "$n logs"
exit $status
