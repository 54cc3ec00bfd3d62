#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Are defects found?  Each tests/mutants/*.diff puts one defect into a copy of the tree; the copy is
built and its scenarios are run, then explored, until one fails. A defect that nothing finds is a
hole in the scenarios.

usage: mutants.py [--json] [--only GLOB] [--time SECONDS] [--strategies a,b] [--suite-only]
                  [--keep DIR] [--expect-all] SOURCE-ROOT

  --time      seconds of exploration for each strategy and mutant (10)
  --suite-only  scenarios only, no exploration
  --keep DIR  build there, and again next time
  --expect-all  exit 1 when a mutant was not found
Exit: 0, 1 something was not found or broke, 77 a tool is missing.
"""
import argparse
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

# Where scenarios are looked for, in this order; the first failure is the finding.
SUITE = ["seed", "preempt", "regress", "managed-exit", "lock", "memory", "notify", "fault"]
# What is explored: short runs with several tasks, whose expectations hold in any order.
EXPLORE = ["scenarios/regress/close-vs-invoke.yaml", "scenarios/seed/s37-tstee-end-to-end.yaml"]
STRATEGIES = ["random", "pct", "bounded", "faults"]
TIMEOUT_S = 60


def call(args, **kw):
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", **kw)


class Mutant:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)[:-len(".diff")]
        head = {}
        with open(path, encoding="utf-8") as f:
            for line in f:
                if ": " not in line:
                    break
                key, value = line.rstrip("\n").split(": ", 1)
                head[key] = value
        self.bug = head.get("Bug")
        self.source = head.get("Source")


class Tree:
    """A copy of the source tree with a build directory of its own."""

    def __init__(self, source, keep):
        self.dir = keep or tempfile.mkdtemp(prefix="mutants-")
        self.temporary = not keep
        tree = os.path.join(self.dir, "tree")
        build = os.path.join(tree, "build")
        kept = None
        if os.path.isdir(build):
            kept = os.path.join(self.dir, "build")
            shutil.rmtree(kept, ignore_errors=True)
            os.rename(build, kept)
        shutil.rmtree(tree, ignore_errors=True)
        skip = shutil.ignore_patterns(".git", "build*", "out")
        shutil.copytree(source, tree, ignore=skip)
        if kept:
            os.rename(kept, build)
        self.tree = tree
        if not os.path.isfile(os.path.join(build, "build.ninja")):
            done = call(["meson", "setup", "build", "-Dtests=false"], cwd=tree)
            if done.returncode:
                raise SystemExit("mutants: meson: " + done.stdout[-2000:])
        if not self.build():
            raise SystemExit("mutants: the tree without a mutant does not build")

    def build(self):
        return call(["ninja", "-C", "build"], cwd=self.tree).returncode == 0

    def patch(self, mutant, reverse=False):
        args = ["patch", "-p1", "-s", "-N", "-r", "-", "-i", os.path.abspath(mutant.path)]
        return call(args + (["-R"] if reverse else []), cwd=self.tree).returncode == 0

    def scenarios(self):
        found = []
        for folder in SUITE:
            d = os.path.join(self.tree, "scenarios", folder)
            if os.path.isdir(d):
                found += sorted(os.path.join("scenarios", folder, f) for f in os.listdir(d)
                                if f.endswith(".yaml"))
        return found

    def ffasim(self, *args, timeout=TIMEOUT_S):
        """(failed, first line that says why)"""
        try:
            done = call(["build/ffasim", *args], cwd=self.tree, timeout=timeout)
        except subprocess.TimeoutExpired:
            return True, "hangs"
        why = [l for l in done.stdout.splitlines()
               if l.startswith(("FAIL ", "crash:")) or "FOUND" in l or "panic" in l]
        return done.returncode != 0, (why or done.stdout.splitlines() or [""])[0][:160]

    def remove(self):
        if self.temporary:
            shutil.rmtree(self.dir, ignore_errors=True)


def by_suite(tree):
    start = time.monotonic()
    for n, scenario in enumerate(tree.scenarios(), 1):
        failed, why = tree.ffasim("run", "--log", "none", "--out", "../out", scenario)
        if failed:
            return {"runs": n, "seconds": round(time.monotonic() - start, 2),
                    "scenario": scenario, "why": why}
    return None


def by_strategy(tree, strategy, seconds):
    start = time.monotonic()
    how = ["--faults"] if strategy == "faults" else ["--strategy", strategy]
    each = max(1.0, seconds / len(EXPLORE))
    for scenario in EXPLORE:
        if not os.path.isfile(os.path.join(tree.tree, scenario)):
            continue
        failed, why = tree.ffasim("explore", scenario, *how, "--time", "%dms" % (each * 1000),
                                  "--stop-on-first", "--out", "../out", timeout=each + TIMEOUT_S)
        if failed:
            return {"seconds": round(time.monotonic() - start, 2), "scenario": scenario,
                    "why": why}
    return None


def judge(tree, mutant, options):
    row = {"mutant": mutant.name, "bug": mutant.bug, "source": mutant.source, "found": {}}
    if not tree.patch(mutant):
        row["broken"] = "does not apply"
        return row
    try:
        if not tree.build():
            row["broken"] = "does not build"
            return row
        hit = by_suite(tree)
        if hit:
            row["found"]["suite"] = hit
        for strategy in [] if options.suite_only else options.strategies.split(","):
            hit = by_strategy(tree, strategy, options.time)
            if hit:
                row["found"][strategy] = hit
    finally:
        tree.patch(mutant, reverse=True)
    return row


def show(row, options):
    if options.json:
        print(json.dumps(row), flush=True)
        return
    if "broken" in row:
        print("%-34s %s" % (row["mutant"], row["broken"].upper()), flush=True)
        return
    cells = ["%s %.1fs" % (how, hit["seconds"]) for how, hit in row["found"].items()]
    print("%-34s %s" % (row["mutant"], "  ".join(cells) if cells else "NOT FOUND: " + row["bug"]),
          flush=True)
    first = next(iter(row["found"].values()), None)
    if first:
        print("%-34s   %s: %s" % ("", os.path.basename(first["scenario"]), first["why"]),
              flush=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="*")
    parser.add_argument("--time", type=float, default=10)
    parser.add_argument("--strategies", default=",".join(STRATEGIES))
    parser.add_argument("--suite-only", action="store_true")
    parser.add_argument("--keep")
    parser.add_argument("--expect-all", action="store_true")
    parser.add_argument("source")
    options = parser.parse_args()
    for tool in ("patch", "meson", "ninja"):
        if not shutil.which(tool):
            print("mutants: %s is not installed" % tool)
            return 77
    folder = os.path.join(options.source, "tests", "mutants")
    mutants = [Mutant(os.path.join(folder, f)) for f in sorted(os.listdir(folder))
               if f.endswith(".diff")]
    bad = [m.name for m in mutants if not m.bug or not m.source]
    if bad:
        print("mutants: no 'Bug:' or no 'Source:' in", ", ".join(bad))
        return 1
    tree = Tree(options.source, options.keep)
    missed = broken = count = 0
    try:
        for mutant in mutants:
            if not fnmatch.fnmatch(mutant.name, options.only):
                continue
            row = judge(tree, mutant, options)
            count += 1
            broken += "broken" in row
            missed += "broken" not in row and not row["found"]
            show(row, options)
    finally:
        tree.remove()
    if not options.json:
        print("%d mutants, %d not found, %d broken" % (count, missed, broken))
    return 1 if broken or (options.expect_all and missed) else 0


if __name__ == "__main__":
    sys.exit(main())
