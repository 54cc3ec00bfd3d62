#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Nothing in the tree, and nothing a run prints, knows where it was built or who built it.
# usage: hostpaths.sh SOURCE-ROOT BUILD-ROOT FFASIM
set -u
src=$1 build=$2 ffasim=$3
status=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# The pattern is put together so that this file does not match itself.
home=home root=root work=work users=Users
pattern="(^|[^A-Za-z0-9_.])/($home|$root|$work|$users)/[A-Za-z0-9_.]"
if (cd "$src" && find bootstrap .ci README.md docs meson.build sim driver sps tests scenarios -type f |
	grep -vE '\.(o|so|dtb)$' | sort | xargs grep -nE "$pattern"); then
	echo "FAIL: host paths in the tree"
	status=1
fi
# Bytecode, left in the tree, has the path of its source: a script that imports another one of the tree writes none.
if (cd "$src" && names=$(find sim tests -name '*.py' | sed 's/\.py$//; s:.*/::' | sort -u | paste -sd '|') &&
	find sim tests -name '*.py' | xargs grep -lE "^(import|from) ($names)( |\$)" | xargs grep -L '^sys.dont_write_bytecode = True$' | grep .); then
	echo "FAIL: these scripts leave bytecode in the tree"
	status=1
fi
printf 'see /%s/me/x\n' "$home" | grep -qE "$pattern" || { echo "FAIL: the pattern matches nothing"; status=1; }

scenario=$src/scenarios/seed/s03-resume-on-another-pe.yaml
cd "$src" || exit 1
"$ffasim" run scenarios/seed/s03-resume-on-another-pe.yaml >"$tmp/rel" 2>&1 || { cat "$tmp/rel"; status=1; }
[ -s "$tmp/rel" ] || { echo "FAIL: no output"; status=1; }
if grep -nF -e "$src" -e "$build" "$tmp/rel"; then
	echo "FAIL: a run prints where it was built"
	status=1
fi
# From elsewhere the same run differs in the scenario's name at most; host times are not compared.
cd / || exit 1
"$ffasim" run "$scenario" >"$tmp/abs" 2>&1 || { cat "$tmp/abs"; status=1; }
a=$(grep -o 'digest [0-9a-f]*' "$tmp/rel") b=$(grep -o 'digest [0-9a-f]*' "$tmp/abs")
if [ -z "$a" ] || [ "$a" != "$b" ]; then
	echo "FAIL: digest depends on the directory: '$a' '$b'"
	status=1
fi
# No colour, no host address in a pipe.
if grep -n "$(printf '\033')" "$tmp/rel" || grep -nE '0x(7f|55|56)[0-9a-f]{10}' "$tmp/rel"; then
	echo "FAIL: colour or host address in piped output"
	status=1
fi
exit $status
