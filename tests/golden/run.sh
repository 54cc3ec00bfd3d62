#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Replays the recordings on an equal machine and compares; then proves that the comparison notices
# one changed register in each of them. usage: run.sh SOURCE-ROOT FFASIM [NAME...]
set -u
src=$1 ffasim=$2
shift 2
status=0 n=0 changed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$src/tests/golden" || exit 1
[ $# -gt 0 ] || set -- $(ls *.golden | sed 's/\.golden$//')

# Copies of RECORDING ($1), each with one register changed: in the first line, in the last line and in
# the answer of the first line.
mutants() {
	awk -v out="$tmp/mutant" '
		{ line[NR] = $0 }
		/ -> / && !/^#/ { if (!first) first = NR; last = NR }
		function flip(w) { return w == "0" ? "1" : (w == "?" ? "1" : w "1") }
		function write(name, at, field,   i, n, w, t, k) {
			for (i = 1; i <= NR; i++) {
				t = line[i]
				if (i == at) {
					n = split(t, w, " ")
					w[field < 0 ? n + 1 + field : field] = flip(w[field < 0 ? n + 1 + field : field])
					t = w[1]
					for (k = 2; k <= n; k++) t = t " " w[k]
				}
				print t > (out name)
			}
			close(out name)
		}
		function lead(at,   w) { split(line[at], w, " "); return w[1] == "*" ? 3 : 0 }
		END {
			if (!first) exit
			# w1 of a request: columns are cpu task w0 w1 ..., "+" lines have no cpu and task
			write(1, first, lead(first) + (line[first] ~ /^\+/ ? 5 : 4))
			write(2, last, -1)
			write(3, first, -5)
		}' "$1"
}

for name; do
	scenario=$(sed -n 's/^@run //p' "$name.golden")
	n=$((n + 1))
	"$ffasim" run --log wire "$scenario" >"$tmp/log" 2>"$tmp/err"
	code=$?
	if [ $code -ne 0 ]; then
		echo "FAIL: $scenario: exit $code"
		tail -n 5 "$tmp/log" "$tmp/err"
		status=1
		continue
	fi
	if grep -qE '^@(no)?log ' "$name.golden"; then
		# Kernel lines as the console shows them: "[   22.332056] text".
		"$ffasim" run --log json "$scenario" 2>/dev/null |
			sed -nE 's/^\{"t_ns":([0-9]+),.*"event":"kernel\.log",.*"text":"(.*)"\}$/\1 \2/p' |
			sed 's/\\u0009/	/g; s/\\"/"/g' |
			awk '{ t = $1 / 1e9; sub(/^[0-9]+ /, ""); printf "[%12.6f] %s\n", t, $0 }' >>"$tmp/log"
	fi
	if ! awk -f compare.awk "$name.golden" "$tmp/log"; then
		echo "FAIL: $name differs from the recording"
		status=1
		continue
	fi
	rm -f "$tmp"/mutant*
	mutants "$name.golden"
	for m in "$tmp"/mutant*; do
		[ -f "$m" ] || continue
		if cmp -s "$m" "$name.golden"; then
			echo "FAIL: $name: a mutant that is none"
			status=1
		elif awk -f compare.awk "$m" "$tmp/log" >/dev/null; then
			echo "FAIL: $name: a changed register goes unnoticed:"
			diff "$name.golden" "$m" | grep '^>'
			status=1
		fi
		changed=$((changed + 1))
	done
done
[ $status -eq 0 ] && echo "$n recordings replayed, $changed changed registers noticed"
exit $status
