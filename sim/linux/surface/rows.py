# SPDX-License-Identifier: BSD-3-Clause
"""The surface table as a C table. usage: rows.py identifiers.txt OUT.c"""
import sys


def rows(path):
    """(header, kind, name, users, state, use, at file scope) of each line."""
    header = None
    for number, line in enumerate(open(path), 1):
        line = line.rstrip("\n")
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            header = line[1:-1]
            continue
        f = [x.strip() for x in line.split(" | ")] + ["", ""]
        if len(f) < 6 or f[3] not in ("modelled", "fixed", "refused", "modelled-7", "refused-7"):
            sys.exit("%s:%d: not 'kind | name | users | state | use | at file scope'" % (path, number))
        yield header, f[0], f[1], f[2].split(), f[3], "" if f[4] == "-" else f[4], f[5]


def main():
    table = {}
    for header, kind, name, _, state, _, _ in rows(sys.argv[1]):
        if kind != "field":
            table.setdefault(name, (header, state))
    with open(sys.argv[2], "w") as out:
        out.write('#include "host/surface.h"\nconst struct surface_row surface_rows[] = {\n')
        for name in sorted(table, key=lambda n: n.encode()):
            out.write('\t{"%s", "%s", "%s"},\n' % ((name,) + table[name]))
        out.write("};\nconst unsigned surface_row_count = %d;\n" % len(table))


if __name__ == "__main__":
    main()
