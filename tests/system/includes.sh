#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Who may know whom (design section 3), checked over the #include lines of the tree, and the check
# checked: each rule must catch a tree that breaks it.
# usage: includes.sh SOURCE-ROOT
set -u
root=$1
here=$root/tests/system

check() { # TREE
	(cd "$1" && find sim driver sps tests -name '*.[ch]' -type f 2>/dev/null | sort | while read -r f; do
		awk -v f="$f" '/^[ \t]*#[ \t]*include/ { printf "%s\t%d\t%s\n", f, NR, $0 }' "$f"
	done) >"$list"
	awk -f "$here/includes.awk" "$list"
}

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
list=$tmp/list
status=0

if ! check "$root"; then
	echo "FAIL: the tree breaks design section 3"
	status=1
fi
lines=$(wc -l <"$list")
if [ "$lines" -lt 20 ]; then
	echo "FAIL: only $lines #include lines seen: the check looks in the wrong place"
	status=1
fi

# FILE INCLUDE: a tree of one bad file must be refused.
refuses() {
	rm -rf "$tmp/tree"
	mkdir -p "$tmp/tree/$(dirname "$1")"
	printf '/* c */\n#include %s\n' "$2" >"$tmp/tree/$1"
	if check "$tmp/tree" >"$tmp/out"; then
		echo "FAIL: $1 with #include $2 passes"
		status=1
	elif ! grep -q "^$1:2: " "$tmp/out"; then
		echo "FAIL: $1 with #include $2: no file and line in: $(cat "$tmp/out")"
		status=1
	fi
}
accepts() {
	rm -rf "$tmp/tree"
	mkdir -p "$tmp/tree/$(dirname "$1")"
	printf '#include %s\n' "$2" >"$tmp/tree/$1"
	if ! check "$tmp/tree"; then
		echo "FAIL: $1 with #include $2 is refused"
		status=1
	fi
}

refuses sim/core/a.c '"soc/machine.h"'
refuses sim/core/a.c '<linux/slab.h>'
refuses sim/soc/a.c '"spmc/spmc.h"'
refuses sim/soc/a.h '"linux/klinux.h"'
refuses sim/ffa/a.c '"core/trace.h"'
refuses sim/sp/a.c '"spmc/spmc.h"'
refuses sim/spmc/a.c '"linux/klinux.h"'
refuses sim/linux/a.c '"spmc/spmc.h"'
refuses sim/linux/a.c '"ffa/ids.h"'
refuses sim/spmc/a.c '"host/world.h"'
refuses sim/check/a.c '"host/world.h"'
refuses sim/explore/a.c '"linux/klinux.h"'
refuses sim/linux/a.c '<uv.h>'
refuses sim/spmc/a.c '<linux/mutex.h>'
refuses sim/tee/a.c '"soc/machine.h"'
refuses sim/tee/a.c '<stdio.h>'
refuses sim/arm_ffa/a.c '"linux/klinux.h"'
refuses sim/arm_ffa/a.c '<string.h>'
refuses driver/tstee/a.c '<stdlib.h>'
refuses driver/tstee/a.c '"ffasim/partition.h"'
refuses driver/tstee/a.c '"../../sim/core/trace.h"'
refuses sim/linux/include/linux/a.h '"soc/machine.h"'
refuses sps/echo/a.c '"spmc/spmc.h"'
refuses sps/echo/a.c '"optee/optee.h"'
refuses sps/optee/a.c '"spmc/spmc_internal.h"'
refuses sps/optee/a.c '"linux/klinux.h"'
refuses sim/spmc/a.c '"optee/optee.h"'
refuses sim/host/a.c '"optee/optee.h"'
refuses sim/newarea/a.c '"core/trace.h"'
accepts sim/host/a.c '<uv.h>'
accepts sim/host/a.c '"linux/klinux.h"'
accepts sim/spmc/a.c '"sp/ec.h"'
accepts driver/tstee/a.c '<linux/tee_core.h>'
accepts driver/tstee/a.c '"tstee_private.h"'
accepts sps/optee/a.c '"spmc/trusted_os.h"'
accepts sps/optee/a.c '"optee/optee.h"'
accepts sps/echo/a.c '"ffasim/partition.h"'

[ $status -eq 0 ] && echo "$lines include lines follow design section 3"
exit $status
