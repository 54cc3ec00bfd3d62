#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# mutate.sh PATCH SOURCE_ROOT OUT...: each OUT is the source file of that name with PATCH applied.
set -e
patch=$(realpath "$1") root=$2
shift 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/driver"
cp -r "$root/driver/tstee" "$dir/driver/"
(cd "$dir" && patch -s -p1 -i "$patch")
for out; do
	cp "$dir/driver/tstee/$(basename "$out")" "$out"
done
