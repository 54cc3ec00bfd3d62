#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Stores of an SP are about as fast as those of Unicorn alone, whichever version it is: from 2.1 on that is as long as data pages are
# not executable and nobody watches them, which costs a factor of ten otherwise. Processor time, in one go.
# usage: aarch64_stores.sh FFASIM
set -u
median() { "$1" bench --json "$2" | sed -n 's/.*"median":\([0-9.e+]*\).*/\1/p'; }
# A host that changes its pace between the two is tried again; what costs a factor of ten does so each time.
for try in 1 2 3; do
	alone=$(median "$1" guest-plain-stores) inside=$(median "$1" guest-stores)
	echo "$inside of $alone million instructions a second, $("$1" bench --json guest-stores | sed -n 's/.*"engine":"\([^"]*\)".*/\1/p')"
	awk -v a="$alone" -v i="$inside" 'BEGIN { exit !(a > 0 && i > 0.3 * a) }' && exit
done
echo "FAIL: less than 30 %"
exit 1
