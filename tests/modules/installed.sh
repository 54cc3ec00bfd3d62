#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# `meson install` into a folder, moved away from where it was made: the program runs scenarios, builds
# modules, and a Meson project of somebody else configures, builds and tests against it. Nothing of the
# source or build tree is in reach: the commands run elsewhere, and PATH knows only the installation.
# usage: installed.sh MESON BUILD-ROOT SOURCE-ROOT
set -u
meson=$1 build=$2 src=$3
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0
fail() { echo "FAIL: $1"; tail -n 30 "$tmp/log"; status=1; }

DESTDIR="$tmp/made" "$meson" install -C "$build" --no-rebuild >"$tmp/log" 2>&1 || { fail 'meson install'; exit 1; }
prefix=$(find "$tmp/made" -type d -name bin | head -n 1)
mv "${prefix%/bin}" "$tmp/there"
PATH=$tmp/there/bin:$PATH
export PATH
mkdir "$tmp/away" && cd "$tmp/away" || exit 1
share=$tmp/there/share

[ "$(command -v ffasim)" = "$tmp/there/bin/ffasim" ] || fail 'no ffasim in bin'
if ldd "$tmp/there/bin/ffasim" | grep -q "$build"; then fail 'the program still needs the build tree'; fi
grep -rqI -e "$build" -e "$src" "$tmp/there" && { grep -rlI -e "$build" -e "$src" "$tmp/there" >"$tmp/log"; fail 'a path of the build is in an installed text'; }

for s in seed/s03-resume-on-another-pe seed/s37-tstee-end-to-end services/crypto-preempted; do
	ffasim run --verify --log none "$share/ffasim/scenarios/$s.yaml" >"$tmp/log" 2>&1 || fail "$s"
done
ffasim run --points access --log none "$share/ffasim/scenarios/seed/s37-tstee-end-to-end.yaml" >"$tmp/log" 2>&1 || fail 'instrumented'
if [ -e "$build/sim/sp/el0/el0.backend.so" ] && [ -e "$build/sps/aarch64/echo.elf" ]; then
	cat >guest.yaml <<END
partitions: [{name: echo, image: aarch64/echo}]
tasks: [{name: c, steps: [{open: {device: echo, as: ctx}}, {session: {on: ctx, as: s}}, {invoke: {on: s, opcode: length, data: abc, expect: {ret: 0, length: 3}}}]}]
END
	ffasim run --log none guest.yaml >"$tmp/log" 2>&1 || fail 'guest code'
	if [ -e "$build/sim/sp/disasm/disasm.backend.so" ]; then
		ffasim run --code svc.call guest.yaml >"$tmp/log" 2>&1
		grep -q 'svc *#0' "$tmp/log" || fail 'guest code is not disassembled'
	fi
fi
ffasim exec --via preload "$share/ffasim/scenarios/clients/plain.yaml" -- test -c /dev/tee0 >"$tmp/log" 2>&1 || fail 'a client by preload'

cp -r "$tmp/there" "$tmp/over there" # which no LD_PRELOAD can say
"$tmp/over there/bin/ffasim" exec --via preload "$share/ffasim/scenarios/clients/plain.yaml" -- test -c /dev/tee0 >"$tmp/log" 2>&1 ||
	fail 'a client by preload, from a path with a space'

# A project as in the documentation.
cp -r "$share/doc/ffasim/examples/reverse" mine && cd mine || exit 1
"$meson" setup b >"$tmp/log" 2>&1 || fail 'meson setup of the example'
ninja -C b >"$tmp/log" 2>&1 || fail 'building the example'
[ -f b/reverse.ko.so ] && [ -f b/reverse.instr.ko.so ] || fail 'both flavours'
"$meson" test -C b >"$tmp/log" 2>&1 || fail 'tests of the example'
grep -q '^Ok: *2' "$tmp/log" || fail 'two tests'
# Its dependencies are known: a header, and nothing when nothing changed. (How fine the times of files are depends on the host.)
ninja -C b >"$tmp/log" 2>&1
grep -q 'no work to do' "$tmp/log" || fail 'built again for nothing'
touch -d tomorrow "$(find "$tmp/there" -path '*kernel/include/linux/miscdevice.h')"
ninja -C b >"$tmp/log" 2>&1
grep -q 'reverse.ko.so' "$tmp/log" || fail 'not built again after a header changed'
# A mistake fails the build, with the user's path.
sed -i 's/misc_register(&r->misc)/misc_register(\&r->mist)/' reverse.c
ninja -C b >"$tmp/log" 2>&1 && fail 'a mistake builds'
grep -q "reverse.c:[0-9]*:[0-9]*: error: .*no member named .mist." "$tmp/log" || fail 'the message'
cd ..

ffasim module build "$share/doc/ffasim/examples/reverse/reverse.c" -o r.ko.so >"$tmp/log" 2>&1 || fail 'module build'
ffasim kunit r.ko.so >"$tmp/log" 2>&1
grep -q 'no KUnit suite' "$tmp/log" || fail kunit
[ -f "$tmp/there/include/ffasim/partition.h" ] || fail 'headers of partitions'
[ -f "$share/doc/ffasim/kernel.md" ] && [ -f "$share/doc/ffasim/README.md" ] || fail documentation
[ $status -eq 0 ] && echo 'installed, moved, used'
exit $status
