#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Is every check of the SPMC held by a test?  Each tests/mutants/checks/*.diff deletes one; the copy
is built, and `ffasim conform` and the unit tests of the SPMC are run. A deletion that nothing
notices is a hole in the tests.

usage: checks.py [--only GLOB] [--keep DIR] [--applies] SOURCE-ROOT

  --applies   only whether each still applies to the sources
  --keep DIR  build there, and again next time
Exit: 0, 1 something was not noticed or does not apply, 77 a tool is missing.
"""
import argparse
import fnmatch
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import copies  # noqa: E402
from mutants import Mutant  # noqa: E402

TESTS = "tests/test-spmc_"
TIMEOUT_S = 120


def call(args, **kw):
    """One that does not end has failed."""
    try:
        return copies.call(args, **kw)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(args, -1, "does not end")


def applies(source, path):
    return call(["patch", "-p1", "-s", "--dry-run", "-i", os.path.abspath(path)],
                cwd=source).returncode == 0


class Tree:
    def __init__(self, source, directory):
        self.dir = os.path.join(directory, "tree")
        build = os.path.join(self.dir, "build")
        shutil.rmtree(self.dir, ignore_errors=True)
        shutil.copytree(source, self.dir,
                        ignore=shutil.ignore_patterns(".git", "build*", "out"))
        if call(["meson", "setup", build, self.dir]).returncode:
            raise SystemExit("checks: meson failed")
        listed = call(["ninja", "-C", build, "-t", "targets", "all"]).stdout
        names = [line.split(":")[0] for line in listed.splitlines()]
        self.tests = [n for n in names if n.startswith(TESTS) and "." not in n]
        if not self.tests or not self.build():
            raise SystemExit("checks: the tree as it is does not build")
        if self.noticed():
            raise SystemExit("checks: the tree as it is fails")

    def build(self):
        return call(["ninja", "-C", "build", "ffasim", *self.tests],
                    cwd=self.dir).returncode == 0

    def patch(self, mutant, *more):
        return call(["patch", "-p1", "-s", "-r", "-", "-i", os.path.abspath(mutant.path), *more],
                    cwd=self.dir).returncode == 0

    def noticed(self):
        """What fails: the first line of a statement, or the name of a test."""
        done = call(["build/ffasim", "conform"], cwd=self.dir, timeout=TIMEOUT_S)
        if done.returncode:
            return next((l.strip() for l in done.stdout.splitlines() if "FAIL" in l), "conform")
        for test in self.tests:
            if call([os.path.join("build", test)], cwd=self.dir, timeout=TIMEOUT_S).returncode:
                return test
        return None


def judge(tree, mutant):
    if not tree.patch(mutant, "-N"):
        return "DOES NOT APPLY", False
    try:
        if not tree.build():
            return "DOES NOT BUILD", False
        hit = tree.noticed()
        return (hit[:110], True) if hit else ("NOT NOTICED: " + mutant.bug, False)
    finally:
        tree.patch(mutant, "-R")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n\n")[0])
    parser.add_argument("--only", default="*")
    parser.add_argument("--keep")
    parser.add_argument("--applies", action="store_true")
    parser.add_argument("source")
    options = parser.parse_args()
    for tool in ("patch", "meson", "ninja"):
        if not shutil.which(tool):
            print("checks: %s is not installed" % tool)
            return 77
    folder = os.path.join(options.source, "tests", "mutants", "checks")
    names = sorted(n for n in os.listdir(folder) if n.endswith(".diff"))
    mutants = [Mutant(os.path.join(folder, n)) for n in names]
    mutants = [m for m in mutants if fnmatch.fnmatch(m.name, options.only)]
    bad = [m.name for m in mutants if not m.bug or not m.source]
    if bad or not mutants:
        print("checks: no 'Bug:' or no 'Source:' in", ", ".join(bad) or "nothing")
        return 1
    if options.applies:
        bad = [m.name for m in mutants if not applies(options.source, m.path)]
        print("%d deletions, %d do not apply: %s" % (len(mutants), len(bad), ", ".join(bad)))
        return 1 if bad else 0
    directory = options.keep or tempfile.mkdtemp(prefix="checks-")
    failed = 0
    try:
        tree = Tree(options.source, directory)
        for mutant in mutants:
            text, good = judge(tree, mutant)
            failed += not good
            print("%-28s %s" % (mutant.name, text), flush=True)
    finally:
        if not options.keep:
            shutil.rmtree(directory, ignore_errors=True)
    print("%d deletions, %d not noticed" % (len(mutants), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
