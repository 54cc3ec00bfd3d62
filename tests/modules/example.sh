#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# docs/examples/reverse, as somebody does who has it from the documentation: built and run in a moment,
# its lock shown to be needed by exploration, with the lines of the file.
# usage: example.sh FFASIM SOURCE-ROOT
set -u
ffasim=$(realpath "$1")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
src=$(realpath "$2")
cp -r "$src/docs/examples/reverse/." "$tmp" && cd "$tmp" || exit 1
status=0
fail() { echo "FAIL: $1"; tail -n 40 log; status=1; }

# Edit, build, run: what a developer waits for. It costs what a hundred compilations of nearly nothing do at most, which is
# two seconds here; in processor time, for other work goes on here, and this host is not that of somebody else.
spent() { # sets ms: what the children of this shell have used so far
	times >"$tmp/times"
	ms=$(awk 'NR == 2 { split($1, u, /[ms]/); split($2, s, /[ms]/); print int(((u[1] + s[1]) * 60 + u[2] + s[2]) * 1000) }' "$tmp/times")
}
export CCACHE_DISABLE=1
spent
begin=$ms
for i in 1 2 3; do
	echo "/* edit $i */" >>reverse.c
	"$ffasim" module build reverse.c -o reverse.ko.so >log 2>&1 || fail build
	[ -s log ] && fail 'the build is not quiet'
	"$ffasim" run --verify --log none --module tstee=reverse.ko.so reverse.yaml >log 2>&1 || fail run
done
spent
built=$ms
for i in $(seq 30); do
	printf '#include <stdlib.h>\nint nearly_nothing_%d;\n' "$i" >nearly.c
	${CC:-cc} -O2 -g -c nearly.c -o nearly.o 2>log || fail 'the compiler'
done
spent
ours=$((built - begin)) theirs=$((ms - built))
[ $ours -gt 0 ] && [ $ours -le $((theirs * 10)) ] ||
	fail "to edit, build and run three times took $ours ms of processor time, thirty compilations $theirs ms"

"$ffasim" explore --points access --runs 60 --out out --module tstee=reverse.ko.so reverse.yaml >log 2>&1 || fail 'explore: a finding in the good driver'
"$ffasim" module build -D FORGET_LOCK reverse.c -o bad.ko.so >log 2>&1 || fail 'build with FORGET_LOCK'
"$ffasim" run --log none --module tstee=bad.ko.so reverse.yaml >log 2>&1 || fail 'the bug shows without looking for it'
"$ffasim" explore --runs 100 --stop-on-first --out out --module tstee=bad.ko.so reverse.yaml >log 2>&1
[ $? -eq 1 ] && grep -q 'task first, file-read: byte 0 is' log || fail 'explore: the word was not damaged'
"$ffasim" replay --out out2 out/reverse-1.yaml >log 2>&1
[ $? -eq 1 ] && grep -q 'byte 0 is' log || fail replay
"$ffasim" explore --points access --runs 100 --stop-on-first --out out3 --module tstee=bad.ko.so reverse.yaml >log 2>&1
[ $? -eq 1 ] || fail 'explore: no data race'
line=$(grep -n 'r->bytes = n;' reverse.c | cut -d: -f1)
grep -q "^ *reverse_write (reverse.c:$line) writes" log || fail "no reverse.c:$line"
grep -q 'allocated in reverse_probe (reverse.c:' log || fail 'the object is not that of the driver'

# The three commands of the README, as they stand there.
mkdir readme && cd readme && ln -s "$src/docs" docs && ln -s "$(dirname "$ffasim")" build || exit 1
awk '/^## / { ours = /^## Your own driver/ } ours && /^```$/ { exit } inside { print } ours && /^```sh$/ { inside = 1 }' \
	"$src/README.md" >commands
[ "$(wc -l <commands)" -eq 3 ] || fail 'README: not three commands'
while read -r command; do
	sh -c "$command" >log 2>&1 || fail "README: $command"
done <commands
grep -q '^pass' log || fail 'README: no run'
[ $status -eq 0 ] && echo "edit, build and run three times in $ours ms, thirty compilations in $theirs ms; a forgotten lock is found"
exit $status
