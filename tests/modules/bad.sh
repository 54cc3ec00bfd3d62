#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Modules that are wrong in one way each: the run ends with a verdict that names module and reason,
# and the machine comes down in order (issue 6, bad input). Each is compiled as a user would.
# usage: bad.sh FFASIM SOURCE-ROOT
set -u
ffasim=$(realpath "$1") src=$(realpath "$2")
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
status=0 n=0

cat >"$tmp/idle.yaml" <<END
machine: {pes: 2, leaks: on}
partitions: [{name: echo}]
tasks: [{name: idler, steps: [{work: 1ms}]}]
END

build() { # NAME CODE
	"$ffasim" module build "$src/tests/modules/bad/$1.c" -o "$tmp/$1.ko.so" >"$tmp/log" 2>&1
	code=$?
	[ $code -eq "$2" ] || { echo "FAIL: building $1: exit $code, expected $2"; cat "$tmp/log"; status=1; }
}

# verdict CODE [AS:]NAME TEXT [ARGUMENTS]: runs an idle world with the module (in the place of AS)
verdict() {
	want=$1 name=${2#*:} as=${2%:*} text=$3 more=${4:-}
	"$ffasim" run --log text --out "$tmp/out" --module "$as=$tmp/$name.ko.so$more" "$tmp/idle.yaml" >"$tmp/log" 2>&1
	code=$?
	n=$((n + 1))
	[ $code -eq "$want" ] || { echo "FAIL: $name$more: exit $code, expected $want"; cat "$tmp/log"; status=1; }
	grep -q -e "$text" "$tmp/log" || { echo "FAIL: $name$more: no '$text'"; cat "$tmp/log"; status=1; }
	[ -z "${crash_expected:-}" ] && grep -q -e '^crash' "$tmp/log" && { echo "FAIL: $name$more: the host crashed"; cat "$tmp/log"; status=1; }
}

for m in noinit initfails silent probefails atomic leaks params oldabi noexit bare crashes loops hangs; do build $m 0; done
verdict 2 noinit 'module noinit (.*noinit.ko.so): has no module_init()'
verdict 2 bare 'module bare (.*): not a module: no file of it includes <linux/module.h>'
verdict 2 oldabi 'module oldabi (.*): built for another ABI version (1, this kernel has [0-9]*)'
verdict 1 initfails 'FAIL  module initfails: initfails_init failed with -19 (ENODEV)'
verdict 1 silent 'FAIL  module silent: its init succeeded but registered no driver, bus, class or device'
verdict 1 tstee:probefails 'FAIL  module tstee: probe of arm-ffa-[0-9]* by driver probefails failed with -5 (EIO)'
verdict 1 atomic 'FAIL  sleeping in atomic context: .*, called from atomic_probe (.*atomic.c:1[0-9])'
verdict 1 leaks 'FAIL  leak: 1 object of 48 bytes allocated in leaks_init (leaks.c:1[0-9])'
sed 's/leaks: on/time-limit: 60s/' "$tmp/idle.yaml" >"$tmp/limit.yaml" && mv "$tmp/idle.yaml" "$tmp/usual.yaml" && mv "$tmp/limit.yaml" "$tmp/idle.yaml"
crash_expected=1
verdict 1 crashes '#0  crashes_init  *[^ ]*tests/modules/bad/crashes.c:12'
crash_expected=
verdict 3 loops 'time limit'
verdict 1 hangs 'hangs_init  *[^ ]*tests/modules/bad/hangs.c:11'
mv "$tmp/usual.yaml" "$tmp/idle.yaml"
verdict 0 noexit '^pass'
verdict 0 params 'params: level 3 label none tiny 0'
verdict 0 params 'params: level -7 label some text tiny 255' ',level=-7,label=some text,tiny=0xff'
verdict 1 params 'FAIL  module params: params_init failed with -1 (EPERM)' ',refuse=Y'
verdict 2 params "has no parameter 'lvl' (it has: level, refuse, label, tiny)" ',lvl=1'
verdict 2 params "parameter 'level' cannot be 'much': it is of type int" ',level=much'
verdict 2 params "parameter 'tiny' cannot be '256': it is of type byte" ',tiny=256'

# The loader says it too, when the build was not asked.
build unresolved 1
grep -q 'undefined: no_module_exports_this' "$tmp/log" || { echo "FAIL: unresolved: $(cat "$tmp/log")"; status=1; }
cc -shared -fPIC -nostdinc -isystem "$(cc -print-file-name=include)" -isystem "$src/sim/linux/include" \
	-DFFASIM_MODULE=1 -DKBUILD_MODNAME='"unresolved"' "$src/tests/modules/bad/unresolved.c" -o "$tmp/unresolved.ko.so" || status=1
verdict 2 unresolved "module unresolved (.*): unresolved symbol 'no_module_exports_this': neither the fake kernel nor"
# What is no module of this machine, each named for what it is.
echo 'not ELF' >"$tmp/text.ko.so"
verdict 2 text 'module text (.*): not an ELF file'
: >"$tmp/empty.ko.so"
verdict 2 empty 'module empty (.*): not an ELF file'
printf '\177ELF\002\001\001\000\000\000\000\000\000\000\000\000\003\000\267\000\001\000\000\000' >"$tmp/arm.ko.so"
verdict 2 tstee:arm 'module tstee (.*arm.ko.so): built for AArch64'
cc -c -x c /dev/null -o "$tmp/object.ko.so"
verdict 2 object 'module object (.*): an object file, as a kernel build makes'
cp "$src/tests/modules/bad/params.c" "$tmp/driver.cc"
refuse() { # TEXT ARGUMENTS of module build
	want=$1
	shift
	"$ffasim" module build "$@" -o "$tmp/no.ko.so" >"$tmp/log" 2>&1
	code=$?
	n=$((n + 1))
	[ $code -eq 2 ] && [ "$(wc -l <"$tmp/log")" -eq 1 ] && grep -q -e "$want" "$tmp/log" || { echo "FAIL: module build $*: exit $code"; cat "$tmp/log"; status=1; }
}
refuse 'driver.cc: a kernel has no C++' "$tmp/driver.cc"
refuse 'object.ko.so: not a C file' "$tmp/object.ko.so"
refuse "nowhere.c: No such file" "$tmp/nowhere.c"
refuse 'no .c file in it' "$tmp"
refuse "kernel cannot be '5' (6.12 or 7.x)" "$src/tests/modules/bad/params.c" --kernel 5
refuse "unknown option '--depfil' (did you mean '--depfile'?)" "$src/tests/modules/bad/params.c" --depfil x
printf '#include <linux/gpio/consumer.h>\n#include <linux/module.h>\n' >"$tmp/header.c"
"$ffasim" module build "$tmp/header.c" -o "$tmp/header.ko.so" >"$tmp/log" 2>&1
[ $? -eq 1 ] && grep -q 'header.c:1:10: fatal error' "$tmp/log" &&
	grep -q '<linux/gpio/consumer.h>: the fake kernel has no such header' "$tmp/log" || { echo 'FAIL: missing header'; cat "$tmp/log"; status=1; }
[ -e "$tmp/header.ko.so" ] && { echo 'FAIL: something was built all the same'; status=1; }
"$ffasim" run --module tstee=/none.ko.so "$tmp/idle.yaml" >"$tmp/log" 2>&1
[ $? -eq 2 ] && grep -q -- '--module tstee: cannot read /none.ko.so' "$tmp/log" || { echo "FAIL: missing file"; cat "$tmp/log"; status=1; }
"$ffasim" check --module "silent=$tmp/oldabi.ko.so" "$tmp/idle.yaml" >"$tmp/log" 2>&1
[ $? -eq 2 ] && grep -q 'another ABI' "$tmp/log" || { echo "FAIL: check"; cat "$tmp/log"; status=1; }

# A run that failed is repeated with its modules from the file it leaves.
"$ffasim" run --log none --out "$tmp/out" --module "tstee=$tmp/probefails.ko.so" "$tmp/idle.yaml" >"$tmp/log" 2>&1
"$ffasim" replay --log none --out "$tmp/out2" "$tmp"/out/idle-1.yaml >"$tmp/again" 2>&1
[ $? -eq 1 ] && grep -q 'module tstee: probe of' "$tmp/again" || { echo "FAIL: replay"; cat "$tmp/again"; status=1; }

[ $status -eq 0 ] && echo "$n verdicts"
exit $status
