#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The tables of tests/mutants/README.md, from the heads of the patches, from rows.txt (rows of the
references without a mutant, and why) and from the results of the last whole run, results.jsonl.

usage: table.py --check      nothing has changed since the tables were written, each patch applies,
                             each row has a mutant or a reason, none has both
       table.py --write      writes the tables
       table.py --take FILE  makes the rows of FILE (ffasim-mutants --results) the results
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import mutants  # noqa: E402

README = os.path.join(HERE, "README.md")
ROWS = os.path.join(HERE, "rows.txt")
RESULTS = os.path.join(HERE, "results.jsonl")
BEGIN, END = "<!-- made by table.py: begin -->\n", "<!-- made by table.py: end -->\n"

# The defects that issue reports and commits tell of, row by row.
REFERENCES = [("linux-tee.md 8.1", [str(n) for n in range(1, 34)]),
              ("linux-tee.md 8.2", [str(n) for n in range(34, 44)]),
              ("linux-tee.md 8.3", [str(n) for n in range(44, 56)]),
              ("linux-tee.md 8.4", [str(n) for n in range(56, 64)]),
              ("linux-tee.md 8.5", ["L%d" % n for n in range(1, 11)]),
              ("optee.md 7", ["D%d" % n for n in range(1, 38)])]


def rows_of(source):
    """'linux-tee.md 8.2 row 38, 8.3 row 55' names two rows, 'optee.md D9' one."""
    found = set()
    for section, row in re.findall(r"\b8\.([1-5]) (?:row )?(L?\d+)\b", source):
        found.add(("linux-tee.md 8." + section, row))
    for row in re.findall(r"\boptee\.md (D\d+)\b", source):
        found.add(("optee.md 7", row))
    return found


def excused():
    """{(reference, row): reason}"""
    found = {}
    with open(ROWS, encoding="utf-8") as f:
        for line in f:
            m = re.match(r"(\S+ \S+) (L?\d+|D\d+): (.+)", line)
            if m:
                found[(m.group(1), m.group(2))] = m.group(3)
            elif line.strip() and not line.startswith("#"):
                raise SystemExit("rows.txt: '%s' is not REFERENCE ROW: REASON" % line.strip())
    return found


def results():
    found = {}
    if os.path.exists(RESULTS):
        with open(RESULTS, encoding="utf-8") as f:
            for line in f:
                row = json.loads(line)
                found[row["mutant"]] = row
    return found


def scenario(hit):
    return os.path.splitext(os.path.basename(hit["scenario"]))[0]


def by_suite(row):
    hit = row["found"].get("suite") if row else None
    return scenario(hit) if hit and hit["found"] else ""


def by_explore(row):
    if not row:
        return "*not measured yet*"
    hit = row["found"].get("explore") if row else None
    if not hit or not hit["found"]:
        return "**not found**"
    return "%s, %s: %s runs, %.1f s" % (scenario(hit), hit["strategy"], "{:,}".format(hit["runs"]),
                                        hit["seconds"])


def tables():
    known, out = results(), []
    out += ["| mutant | bug | known from | suite | explore |", "|---|---|---|---|---|"]
    by_row = {}
    for m in mutants.all_mutants():
        row = known.get(m.name)
        out.append("| %s | %s | %s | %s | %s |" % (m.name, m.bug, m.source, by_suite(row),
                                                  by_explore(row)))
        for r in rows_of(m.source):
            by_row.setdefault(r, []).append(m.name)
    out += ["", "| reference | row | mutants, or why there is none |", "|---|---|---|"]
    reasons = excused()
    for reference, numbers in REFERENCES:
        for n in numbers:
            r = (reference, n)
            text = ", ".join(by_row[r]) if r in by_row else "*%s*" % reasons.get(r, "?")
            out.append("| %s | %s | %s |" % (reference, n, text))
    return "\n".join(out) + "\n"


def readme(new):
    with open(README, encoding="utf-8") as f:
        before, rest = f.read().split(BEGIN)
    old, after = rest.split(END)
    return old, before + BEGIN + new + END + after


def problems():
    every = {(r, n) for r, numbers in REFERENCES for n in numbers}
    known, reasons, named = results(), excused(), set()
    listed = mutants.all_mutants()
    for m in listed:
        if not m.bug or not m.source:
            yield "%s: no 'Bug:' or no 'Source:' line" % m.name
            continue
        named |= rows_of(m.source)
        row = known.get(m.name)
        if not row:
            continue  # shown as not measured
        if row["digest"] != m.digest:
            yield "%s: changed since results.jsonl was made" % m.name
        if "explore" in (row or {}).get("found", {}):
            for hit in row["found"].values():
                if hit["found"] and not os.path.exists(
                        os.path.join(HERE, "..", "..", hit["scenario"])):
                    yield "%s: found by %s, which is gone" % (m.name, hit["scenario"])
    for name in sorted(set(known) - {m.name for m in listed}):
        yield "%s: in results.jsonl, but there is no such mutant" % name
    for r in sorted(named - every):
        yield "a mutant names row %s %s, which does not exist" % r
    for r in sorted(set(reasons) - every):
        yield "rows.txt names row %s %s, which does not exist" % r
    for r in sorted(every - named - set(reasons)):
        yield "row %s %s has neither a mutant nor a reason" % r
    for r in sorted(named & set(reasons)):
        yield "row %s %s has a mutant and a reason why it has none" % r


def unapplied():
    """Patches that do not fit the tree, without building anything."""
    source = os.path.dirname(os.path.dirname(HERE))
    with tempfile.TemporaryDirectory() as into:
        for m in mutants.all_mutants():
            for f in m.files:
                os.makedirs(os.path.join(into, os.path.dirname(f)), exist_ok=True)
                shutil.copy2(os.path.join(source, f), os.path.join(into, f))
            done = subprocess.run(["patch", "-p1", "-s", "-N", "-r", "-", "-i", m.path], cwd=into,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                yield "%s does not apply: %s" % (m.name, done.stdout.strip().splitlines()[0])


def main():
    if sys.argv[1:2] == ["--take"] and len(sys.argv) == 3:
        rows = {}
        with open(sys.argv[2], encoding="utf-8") as f:
            for line in f:
                row = json.loads(line)
                rows[row["mutant"]] = row
        names = [m.name for m in mutants.all_mutants()]
        with open(RESULTS, "w", encoding="utf-8") as f:
            for name in names:
                if name in rows:
                    row = {k: v for k, v in rows[name].items() if k not in ("wall_seconds", "tree")}
                    f.write(json.dumps(row) + "\n")
        return 0
    old, text = readme(tables())
    if sys.argv[1:] == ["--write"]:
        with open(README, "w", encoding="utf-8") as f:
            f.write(text)
        return 0
    if sys.argv[1:] != ["--check"]:
        print(__doc__)
        return 2
    if not shutil.which("patch"):
        return 77
    wrong = list(problems()) + list(unapplied())
    if old != tables():
        wrong.append("README.md is not what `table.py --write` makes")
    for w in wrong:
        print("FAIL: " + w)
    if not wrong:
        found = sum(bool(r["found"].get("explore", {}).get("found")) for r in results().values())
        print("%d mutants, %d measured, %d of them found by explore; each row of the references has a "
              "mutant or a reason" % (len(mutants.all_mutants()), len(results()), found))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
