# SPDX-License-Identifier: BSD-3-Clause
# Sourced by the tests of clients, with $src and $ffasim set: a folder that goes, and one way to run a client and to fail.
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$src" || exit 1
status=0

fail() {
	echo "FAIL: $1"
	cat "$tmp/out" "$tmp/err"
	status=1
}

# client WANTED-CODE OPTIONS SCENARIO COMMAND...
client() {
	want=$1 options=$2 scenario=$3
	shift 3
	# shellcheck disable=SC2086 # a list of options
	timeout -k 5 100 "$ffasim" exec --out "$tmp/saved" $options "scenarios/clients/$scenario.yaml" -- "$@" >"$tmp/out" 2>"$tmp/err"
	code=$?
	[ $code -eq "$want" ] || fail "$scenario: $*: exit $code, expected $want"
}
