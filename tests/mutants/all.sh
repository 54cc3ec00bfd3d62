#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# all.sh FFASIM-MUTANTS: the whole table; each mutant is found. Hours on a busy machine.
exec "$1" --expect-all -j "${MUTANTS_JOBS:-2}"
