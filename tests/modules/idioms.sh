#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Idioms of newer drivers: the suite of idioms.c, the module's device by the steps of a scenario and by
# an ordinary program, its attributes by cat.
# usage: idioms.sh FFASIM SOURCE-ROOT
set -u
ffasim=$(realpath "$1") src=$(realpath "$2")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0
fail() { echo "FAIL: $1"; tail -n 30 "$tmp/log"; status=1; }

mkdir "$tmp/m" && cp "$src/tests/modules/idioms/idioms.c" "$tmp/m"
"$ffasim" module build "$tmp/m" -o "$tmp/idioms.ko.so" >"$tmp/log" 2>&1 && [ ! -s "$tmp/log" ] || fail build
"$ffasim" kunit "$tmp/idioms.ko.so" >"$tmp/log" 2>&1 || fail kunit
grep -q '^# Totals: pass:5 fail:0 skip:0 total:5' "$tmp/log" || fail totals
# Without what the guards and cleanups do, the suite fails.
for change in 's/guard(mutex)(&mutex);/mutex_lock(\&mutex);/' 's/char \*p __free(kfree)/char *p/' \
	's/devm_add_action_or_reset(&pdev->dev, undo, (void \*)2)/0/'; do
	sed "$change" "$src/tests/modules/idioms/idioms.c" >"$tmp/m/idioms.c"
	cmp -s "$tmp/m/idioms.c" "$src/tests/modules/idioms/idioms.c" && fail "no such text: $change"
	"$ffasim" module build --plain "$tmp/m" -o "$tmp/off.ko.so" >"$tmp/log" 2>&1 || fail "build: $change"
	"$ffasim" kunit "$tmp/off.ko.so" >"$tmp/log" 2>&1 && fail "nobody notices $change"
done

cat >"$tmp/steps.yaml" <<END
# Goal: any device of a module by the steps of a scenario.
machine: {pes: 1}
tasks:
  - name: client
    steps:
      - open: {device: /dev/idiom, as: d}
      - ioctl: {on: d, request: 0xc0086901, data: 0x2800000002000000, reply: 0x2a00000002000000}
      - ioctl: {on: d, request: 0x6902, value: 21, expect: {result: 42}}
      - ioctl: {on: d, request: 0xc0086901, value: 8, expect: {errno: EFAULT}}
      - ioctl: {on: d, request: 7, expect: {errno: ENOTTY}}
      - file-write: {on: d, data: "abc", expect: {result: 3}}
      - file-read: {on: d, data: 0x03000000, expect: {result: 4}}
      - close: d
      - file-read: {on: d, expect: {errno: EBADF}}
expect:
  - result: {client: exited}
END
"$ffasim" run --verify --log none --module "idioms=$tmp/idioms.ko.so" "$tmp/steps.yaml" >"$tmp/log" 2>&1 || fail steps
sed 's/reply: 0x2a/reply: 0x2b/' "$tmp/steps.yaml" >"$tmp/wrong.yaml"
"$ffasim" run --log none --out "$tmp/out" --module "idioms=$tmp/idioms.ko.so" "$tmp/wrong.yaml" >"$tmp/log" 2>&1
[ $? -eq 1 ] && grep -q 'byte 0 is 2a, expected 2b' "$tmp/log" || fail 'a wrong reply'

# As a program. Where there is no seccomp, exec says so with 77.
cc -o "$tmp/client" "$src/tests/clients/idiom_client.c" || fail 'the client does not compile'
echo 'machine: {pes: 1}' >"$tmp/plain.yaml"
"$ffasim" exec --module "idioms=$tmp/idioms.ko.so" "$tmp/plain.yaml" -- "$tmp/client" >"$tmp/log" 2>"$tmp/err"
code=$?
if [ $code -ne 77 ]; then
	[ "$(cat "$tmp/log")" = 'stat 1, open 1, add 0 42, double 42, bad 14, unknown 25' ] || { cat "$tmp/err"; fail "client: exit $code"; }
	"$ffasim" exec --module "idioms=$tmp/idioms.ko.so" "$tmp/plain.yaml" -- cat /sys/class/idiom/idiom0/level >"$tmp/log" 2>&1
	grep -qx 42 "$tmp/log" || fail 'attribute'
	"$ffasim" exec --module "idioms=$tmp/idioms.ko.so" "$tmp/plain.yaml" -- cat /sys/class/idiom/idiom0/hidden >"$tmp/log" 2>&1 &&
		fail 'an attribute that is not visible'
	# The host's own files are not touched.
	"$ffasim" exec --module "idioms=$tmp/idioms.ko.so" "$tmp/plain.yaml" -- sh -c 'cat /sys/class/net/lo/mtu; echo x >/dev/null' >"$tmp/log" 2>"$tmp/err" ||
		[ ! -e /sys/class/net/lo/mtu ] || fail "the host's attributes"
fi
[ $status -eq 0 ] && echo 'suite, steps, program, attributes'
exit $status
