# SPDX-License-Identifier: BSD-3-Clause
"""The surface table against the fake kernel. For each file of files.txt a translation unit with the
file's own includes uses every identifier the table says the file needs; all of them become one
module through `ffasim module build`, which reports what stays undefined. The table is also checked
against itself, and the check against a table with something in it that does not exist.
usage: surface.py SOURCE-ROOT FFASIM"""
import os
import re
import subprocess
import sys
import tempfile

ROOT, FFASIM = sys.argv[1], os.path.realpath(sys.argv[2])
TABLES = os.path.join(ROOT, "sim/linux/surface")
sys.dont_write_bytecode = True
sys.path.insert(0, TABLES)
from rows import rows  # noqa: E402

# Headers that the drivers bring themselves: what they include counts as theirs.
OWN = {"common.h": "hm", "tee_private.h": "hp", "tstee_private.h": "ht", "optee_private.h": "ho",
       "optee_msg.h": "hg", "optee_ffa.h": "hx", "optee_rpc_cmd.h": "hr"}
failures = []


def files():
    out = {}
    for line in open(os.path.join(TABLES, "files.txt")):
        if line.strip() and not line.startswith("#"):
            code, name, headers = [x.strip() for x in line.split("|")]
            out[code] = (name, headers.split())
    return out


# A header's macros are expanded in the file that includes it: here one of them.
USER = {"hc": "C", "hd": "C", "hu": "C", "hp": "C", "hf": "D", "hm": "D", "ht": "T", "ho": "Of", "hg": "Of",
        "hx": "Of", "hr": "Or"}


def headers_of(code, all_files, user=False):
    out = headers_of(USER[code], all_files) if user and code in USER else []
    for h in all_files[code][1]:
        out += headers_of(OWN[h], all_files) if h in OWN else [h]
    return list(dict.fromkeys(out))


def unit(code, all_files, table):
    """The text of the translation unit of one file."""
    mine = [r for r in table if code in r[3]]
    includes = headers_of(code, all_files, True)
    lines = ["/* generated: what %s needs */" % all_files[code][0]]
    lines += ["#include <%s>" % h for h in includes]
    # Only a module's own files may be built; these two make it one and are not counted.
    lines += ["#include <linux/module.h>",
              "#define SURFACE(name) surface_%s_##name" % code,
              "extern unsigned long sink;", "extern void *any;", "extern int one;"]
    once = set()
    for r in mine:
        if r[6] and r[6] not in once:
            once.add(r[6])
            lines.append(r[6])
    uses = []
    for n, r in enumerate(mine):
        if r[5]:
            lines.append("static void use_%d(void) { %s }" % (n, r[5]))
            uses.append("use_%d" % n)
    lines.append("void SURFACE(all)(void);")
    lines.append("void SURFACE(all)(void) { %s }" % " ".join("%s();" % u for u in uses))
    return "\n".join(lines) + "\n", len(mine)


def build(folder, *options):
    out = os.path.join(folder, "surface.ko.so")
    r = subprocess.run([FFASIM, "module", "build", folder, "-o", out, "--plain"] + list(options),
                       capture_output=True, text=True)
    return r.returncode, r.stderr, out


def is_7(row):
    return row[4].endswith("-7")


def write(folder, all_files, table, codes=None):
    count = 0
    for code in codes or all_files:
        text, n = unit(code, all_files, table)
        count += n
        with open(os.path.join(folder, "unit_%s.c" % code), "w") as f:
            f.write(text)
    with open(os.path.join(folder, "main.c"), "w") as f:
        f.write("#include <linux/module.h>\nunsigned long sink;\nvoid *any;\nint one;\n"
                "static int main_init(void) { return 0; }\nmodule_init(main_init);\n")
    return count


def check_table(table, all_files):
    seen = set()
    for header, kind, name, users, state, use, at in table:
        word = name.split(".")[-1]
        if kind not in ("fn", "macro", "const", "struct", "type", "enum", "var", "field"):
            failures.append("%s: no such kind: %s" % (name, kind))
        if not re.search(r"\b%s\b" % re.escape(word), use + " " + at):
            failures.append("<%s> %s: its use does not use it" % (header, name))
        for u in users:
            if u not in all_files:
                failures.append("%s: no file has the code %s" % (name, u))
        if (header, kind, name) in seen:
            failures.append("<%s> %s: twice" % (header, name))
        seen.add((header, kind, name))
        if header.startswith(("linux/", "asm/", "crypto/", "kunit/")) and \
           not os.path.exists(os.path.join(ROOT, "sim/linux/include", header)):
            failures.append("<%s>: no such header" % header)
    for code in all_files:
        if not any(code in r[3] for r in table):
            failures.append("%s: no identifiers" % code)


def main():
    table = list(rows(os.path.join(TABLES, "identifiers.txt")))
    all_files = files()
    check_table(table, all_files)
    # Both generations: what 6.12 has is in 7.x as well, and 7.x has more.
    for options, visible in (([], [r for r in table if not is_7(r)]), (["--kernel", "7.x"], table)):
        with tempfile.TemporaryDirectory() as folder:
            count = write(folder, all_files, visible)
            code, said, out = build(folder, *options)
            if code or said:
                failures.append("the units do not build clean (%s):\n%s" % (" ".join(options), said))
            elif not os.path.getsize(out):
                failures.append("nothing was built")
    with tempfile.TemporaryDirectory() as folder:
        write(folder, all_files, [r for r in table if is_7(r)], ["M"])
        code, said, _ = build(folder)
        for want in ("too many arguments to function", "'ffa_device_register'",
                     "ffasim: 'TEE_IMPL_ID_QTEE': only in kernel 7.x (--kernel 7.x), where <linux/tee.h> declares it",
                     "no member named 'fwk_notify_request'", "no member named 'object_invoke_func'"):
            if code != 1 or want not in said:
                failures.append("6.12 shows what only 7.x has: no %s\n%s" % (want, said))
    # What does not exist must be noticed, by the compiler or by the loader's lookup.
    bogus = [("linux/slab.h", "fn", "kzalloc_of_nothing", ["T"], "modelled", "sink += kzalloc_of_nothing(3);", ""),
             ("linux/slab.h", "fn", "kzalloc", ["T"], "modelled", "int *p = kzalloc(\"x\", GFP_KERNEL);", ""),
             ("linux/slab.h", "fn", "nowhere", ["T"], "modelled", "nowhere();", "extern void nowhere(void);")]
    for row, want in zip(bogus, ("(declaration of|undeclared) function 'kzalloc_of_nothing'",
                                 "makes integer from pointer|pointer to integer conversion", "undefined: nowhere")):
        with tempfile.TemporaryDirectory() as folder:
            write(folder, all_files, [row], ["T"])
            code, said, _ = build(folder)
            if code != 1 or not re.search(want, said):
                failures.append("a table with %s passes: exit %d\n%s" % (row[2], code, said))
    if failures:
        print("\n".join("FAIL: " + f for f in failures))
        return 1
    print("%d files, %d identifiers, %d uses compile and link" % (len(all_files), len(table), count))
    return 0


sys.exit(main())
