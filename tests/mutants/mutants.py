#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""ffasim-mutants: are defects found, by what, and how soon?

Each tests/mutants/*.diff puts one defect into a copy of the tree. The copy is built, its scenarios
are run, then explored, until something fails (search.py says what exactly is measured). A defect
that nothing finds is a hole in the scenarios or in the detectors.
"""
import argparse
import concurrent.futures
import fnmatch
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import copies  # noqa: E402
import search  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


class Mutant:
    """A patch and what its head says: `Bug:` in a sentence, `Source:` where it is known from."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.name = os.path.basename(path)[:-len(".diff")]
        head, self.files = {}, []
        with open(path, "rb") as f:
            data = f.read()
        self.digest = hashlib.sha256(data).hexdigest()[:12]
        for line in data.decode("utf-8").splitlines():
            m = re.match(r"(Bug|Source): (.*)", line)
            if m and not self.files:
                head[m.group(1)] = m.group(2)
            m = re.match(r"\+\+\+ b/(\S+)", line)
            if m:
                self.files.append(m.group(1))
        self.bug, self.source = head.get("Bug"), head.get("Source")

    def area(self):
        """driver/optee, sim/spmc, ...: the folder of the first file it changes."""
        return os.path.dirname(self.files[0]) if self.files else "?"


def all_mutants():
    return [Mutant(f) for f in sorted(glob.glob(os.path.join(HERE, "*.diff")))]


def choose(names):
    """Patterns of names, or files of a user; a pattern that is neither is a mistake."""
    known = all_mutants()
    if not names:
        return known
    chosen = []
    for name in names:
        found = [m for m in known if fnmatch.fnmatch(m.name, name)]
        if not found and os.path.isfile(name) and name.endswith(".diff"):
            found = [Mutant(name)]
        if not found:
            wrong("no mutant is called '%s' (--list shows them)" % name)
        chosen += [m for m in found if m.path not in [c.path for c in chosen]]
    return chosen


def wrong(text):
    print("ffasim-mutants: " + text, file=sys.stderr)
    sys.exit(2)


# --- results -----------------------------------------------------------------------------------

class Results:
    """Rows by name; with a file each row is written there as soon as it is known."""

    def __init__(self, path, tree):
        self.path, self.tree, self.rows = path, tree, {}
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                for line in f:
                    try:
                        row = json.loads(line)
                    except ValueError:
                        continue  # the last line of a program that was killed
                    self.rows[row["mutant"]] = row

    def known(self, mutant, options):
        row = self.rows.get(mutant.name)
        wanted = set(options.strategies) | ({"suite"} if options.suite else set())
        if row and row["digest"] == mutant.digest and "broken" not in row and \
                wanted <= set(row["found"]):
            return row
        return None

    def add(self, row):
        row["tree"] = self.tree
        self.rows[row["mutant"]] = row
        if self.path:
            with open(self.path, "a", encoding="utf-8") as f:
                f.write(json.dumps(row) + "\n")


def missed(row):
    return "broken" not in row and not any(hit["found"] for hit in row["found"].values())


# --- the table for people ----------------------------------------------------------------------

def cell(hit, unit):
    if hit is None:
        return ""
    if not hit["found"]:
        return "-"
    return "%s %s  %.1fs" % ("{:,}".format(hit["runs"]), unit, hit["seconds"])


def columns(options):
    names = (["suite"] if options.suite else []) + list(options.strategies)
    return names + (["explore"] if options.strategies else [])


def head(options):
    return "%-38s" % "mutant" + "".join("%-18s" % c for c in columns(options))


def show(row, options):
    if options.json:
        print(json.dumps(row), flush=True)
        return
    if "broken" in row:
        print("%-38s%s" % (row["mutant"], row["broken"]), flush=True)
        return
    found = row["found"]
    print(("%-38s" % row["mutant"] +
           "".join("%-18s" % cell(found.get(c), "sc." if c == "suite" else "runs")
                   for c in columns(options))).rstrip(), flush=True)
    hit = next((found[c] for c in ["explore", *found] if c in found and found[c]["found"]), None)
    if hit:
        print("    %s: %s" % (os.path.basename(hit["scenario"]), hit["why"]), flush=True)
    else:
        print("    NOT FOUND: %s" % row["bug"], flush=True)


def percent(part, whole):
    return "%d of %d (%d %%)" % (part, whole, 100 * part // whole if whole else 0)


def totals(rows, options):
    judged = [r for r in rows if "broken" not in r]
    n = len(judged)

    def count(column, limit=None):
        hits = [r["found"].get(column, {"found": False}) for r in judged]
        return sum(h["found"] and (limit is None or h["seconds"] <= limit) for h in hits)

    summary = {"mutants": n, "broken": len(rows) - n, "missed": sum(map(missed, judged))}
    for c in columns(options):
        summary[c] = count(c)
    if options.strategies:
        summary["explore_5s"] = count("explore", 5)
        summary["explore_60s"] = count("explore", 60)
    return summary


def show_totals(s, options):
    if options.json:
        print(json.dumps({"totals": s}))
        return
    n = s["mutants"]
    print()
    if options.suite:
        print("found by the suite            %s" % percent(s["suite"], n))
    for name in options.strategies:
        print("found by %-20s %s" % (name, percent(s[name], n)))
    if options.strategies:
        print("found by explore within 5 s   %s" % percent(s["explore_5s"], n))
        print("found by explore within 60 s  %s" % percent(s["explore_60s"], n))
    for scenario, why in s["dirty"].items():
        print("%s fails without a mutant: %s" % (scenario, why))
    print("%d mutants, %d not found, %d broken" % (n + s["broken"], s["missed"], s["broken"]))


# --- work --------------------------------------------------------------------------------------

def judge(pristine, seeker, mutant):
    row = {"mutant": mutant.name, "bug": mutant.bug, "source": mutant.source,
           "area": mutant.area(), "digest": mutant.digest}
    tree, trouble = pristine.mutated(mutant)
    try:
        if trouble:
            row["broken"] = trouble
        else:
            row.update(seeker.judge(tree))
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    return row


def parse():
    p = argparse.ArgumentParser(
        prog="ffasim-mutants", description="Are defects found, by what, and how soon?",
        epilog="exit: 0, 1 a mutant was not found (--expect-all) or is broken, 2 usage, 77 a tool is missing")
    p.add_argument("name", nargs="*", help="names or patterns of mutants, or files of your own (all)")
    p.add_argument("--json", action="store_true", help="an object a line, the totals last")
    p.add_argument("--strategy", action="append", metavar="NAME",
                   help="suite, %s; may be repeated (suite, %s)" % (
                       ", ".join(search.STRATEGIES), ", ".join(search.USUAL)))
    p.add_argument("--time", type=float, default=60, metavar="S",
                   help="processor seconds of exploration until a mutant counts as not found (60)")
    p.add_argument("--each", type=float, default=5, metavar="S",
                   help="... for a strategy when another one has found it (5)")
    p.add_argument("-j", type=int, default=1, metavar="N", help="so many mutants at a time (1)")
    p.add_argument("--results", metavar="FILE",
                   help="write rows as they come; what is there already is not done again")
    p.add_argument("--expect-all", action="store_true", help="exit 1 when one is not found")
    p.add_argument("--list", action="store_true", help="names, bugs and sources; do nothing")
    p.add_argument("--explored", default=os.path.join(HERE, "explored.txt"), metavar="FILE",
                   help="list of scenarios to explore")
    p.add_argument("--source", default=os.path.dirname(os.path.dirname(HERE)), help=argparse.SUPPRESS)
    p.add_argument("--build", help=argparse.SUPPRESS)
    o = p.parse_args()
    o.time, o.each = max(1, int(o.time)), max(1, int(o.each))
    o.build = o.build or os.path.join(o.source, "build")
    asked = [s for a in o.strategy or ["suite", *search.USUAL] for s in a.split(",")]
    for s in asked:
        if s != "suite" and s not in search.STRATEGIES:
            wrong("--strategy cannot be '%s' (suite, %s)" % (s, ", ".join(search.STRATEGIES)))
    o.suite = "suite" in asked
    o.strategies = [s for s in search.STRATEGIES if s in asked]
    if o.j < 1:
        wrong("-j: at least 1")
    return o


def main():
    options = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that copies are removed
    mutants = choose(options.name)
    if options.list:
        for m in mutants:
            print("%-38s %s  (%s)" % (m.name, m.bug, m.source))
        return 0
    for tool in ("patch", "ninja"):
        if not shutil.which(tool):
            print("ffasim-mutants: %s is not installed" % tool)
            return 77
    for m in mutants:
        if not m.bug or not m.source:
            wrong("%s: no 'Bug:' or no 'Source:' line" % m.path)
    if not os.path.isfile(os.path.join(options.build, "build.ninja")):
        wrong("%s: nothing is built there" % options.build)
    try:
        pristine = copies.Pristine(options.source, options.build)
    except copies.Trouble as e:
        wrong(str(e))
    rows = []
    try:
        results = Results(options.results, pristine.digest())
        todo = [m for m in mutants if not results.known(m, options)]
        old = sum(results.known(m, options)["tree"] != results.tree
                  for m in mutants if results.known(m, options))
        if old:
            print("%d rows of %s are of another state of the tree" % (old, options.results),
                  file=sys.stderr)
        seeker = search.Search(pristine.tree, options)
        if not options.json:
            print(head(options), flush=True)
        for m in mutants:
            if m not in todo:
                rows.append(results.known(m, options))
                show(rows[-1], options)
        pool = concurrent.futures.ThreadPoolExecutor(options.j)
        waiting = [pool.submit(judge, pristine, seeker, m) for m in todo]
        try:
            for done in concurrent.futures.as_completed(waiting):
                rows.append(done.result())
                results.add(rows[-1])
                show(rows[-1], options)
        finally:
            search.stop()
            pool.shutdown(cancel_futures=True)
    finally:
        pristine.remove()
    s = totals(rows, options)
    s["dirty"] = seeker.dirty
    show_totals(s, options)
    return 1 if s["broken"] or s["dirty"] or (options.expect_all and s["missed"]) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
