#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Files of both generations on one machine. The project's bus and core are turned into files as 7.x has
# them (a parent for each device, framework notifications), built with --kernel 7.x, and put together
# with those of 6.12 in every way; the run is the same, event for event. A driver that asks for its
# kernel's version gets the right one, and a file of 7.x does not build as one of 6.12.
# usage: generations.sh FFASIM SOURCE-ROOT
set -u
ffasim=$(realpath "$1")
cd "$2" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0
fail() { echo "FAIL: $1"; tail -n 20 "$tmp/log"; status=1; }

mkdir "$tmp/bus7" "$tmp/core7"
python3 - sim/arm_ffa "$tmp" <<'END' || exit 1
import os, re, sys
src, tmp = sys.argv[1:]
def change(text, *pairs):
    for old, new in pairs:
        text, n = re.subn(old, new, text, flags=re.S)
        if not n:
            sys.exit("no such text: " + old)
    return text
bus = change(open(src + "/bus.c").read(),
    (r"struct ffa_device \*ffa_device_register\([^)]*\)\n\{.*?\n\}\nEXPORT_SYMBOL_GPL\(ffa_device_register\);\n", ""),
    ("ffa_device_register_below", "ffa_device_register"))
open(tmp + "/bus7/bus.c", "w").write(bus)
for name in sorted(os.listdir(src)):
    if not name.endswith((".c", ".h")) or name == "bus.c":
        continue
    text = open(src + "/" + name).read()
    if name == "notify.c":
        text = change(text, ("kfwk_notify_request_", "fwk_notify_request"), ("kfwk_notify_relinquish_", "fwk_notify_relinquish"))
    if name == "partition.c":
        text = change(text, (r"struct ffa_device \*ffa_device_register_below\([^;]*;\nextern[^;]*;\n", ""),
            (r"return ffa_device_register_below \?.*?;", "return ffa_device_register(info, &ffa_drv_ops, NULL);"))
    open(tmp + "/core7/" + name, "w").write(text)
END

build() { # NAME ARGUMENTS...
	name=$1
	shift
	"$ffasim" module build "$@" -o "$tmp/$name.ko.so" >"$tmp/log" 2>&1 && [ ! -s "$tmp/log" ] || fail "building $name"
}
core=$(ls sim/arm_ffa/*.c | grep -v /bus.c)
build bus-6 --name arm_ffa_bus sim/arm_ffa/bus.c
build bus-7 --name arm_ffa_bus --kernel 7.x "$tmp/bus7" -I "$tmp/core7"
# shellcheck disable=SC2086
build core-6 --name arm_ffa $core
build core-7 --name arm_ffa --kernel 7.x "$tmp/core7"
build tstee-7 --name tstee --kernel 7.x driver/tstee/core.c driver/tstee/session.c
build tee-7 --name tee --kernel 7.x sim/tee
for d in bus7 core7; do
	"$ffasim" module build "$tmp/$d" -I "$tmp/core7" -o "$tmp/no.ko.so" >"$tmp/log" 2>&1 && fail "$d builds as 6.12"
done

s37=scenarios/seed/s37-tstee-end-to-end.yaml
digest() {
	"$ffasim" run --log none --out "$tmp/out" "$@" $s37 >"$tmp/log" 2>&1
	grep -o 'digest [0-9a-f]*' "$tmp/log"
}
want=$(digest)
[ -n "$want" ] || fail 'no digest'
n=0
for bus in '' 6 7; do
	for core in '' 6 7; do
		set --
		[ -n "$bus" ] && set -- --module "arm_ffa-bus=$tmp/bus-$bus.ko.so"
		[ -n "$core" ] && set -- "$@" --module "arm_ffa=$tmp/core-$core.ko.so"
		[ "$(digest "$@")" = "$want" ] || fail "bus '$bus', core '$core'"
		n=$((n + 1))
	done
done
[ "$(digest --module "tstee=$tmp/tstee-7.ko.so" --module "tee=$tmp/tee-7.ko.so")" = "$want" ] || fail 'tee and tstee of 7.x'

cat >"$tmp/version.c" <<'END'
#include <linux/arm_ffa.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/tee_core.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define GENERATION "seven"
#else
#define GENERATION "six"
#endif
static struct platform_driver none = {.driver = {.name = "none"}};
static int __init version_init(void)
{
	pr_info("version: %s, %d bytes of arguments\n", GENERATION, TEE_MAX_ARG_SIZE);
	return platform_driver_register(&none);
}
module_init(version_init);
static void __exit version_exit(void)
{
	platform_driver_unregister(&none);
}
module_exit(version_exit);
END
for g in 6.12 7.x; do
	build version --kernel $g "$tmp/version.c"
	"$ffasim" run --log text --out "$tmp/out" --module "version=$tmp/version.ko.so" $s37 >"$tmp/log" 2>&1
	case $g in 7.x) text='version: seven, 4096' ;; *) text='version: six, 1024' ;; esac
	grep -q "$text" "$tmp/log" || fail "no '$text'"
done
[ $status -eq 0 ] && echo "$n pairs of bus and core"
exit $status
