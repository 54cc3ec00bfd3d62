#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Findings of several seeds and strategies: each is shrunk to at most three decisions within ten
seconds of processor time, and its file fails the same way in every replay (issue 5, numbers).
usage: shrink.py [--seeds N] [--replays N] SOURCE FFASIM MUTANT"""
import argparse
import glob
import os
import re
import resource
import subprocess
import sys
import tempfile

DECISIONS_MAX, SECONDS_MAX = 3, 10


def processor_s():
    r = resource.getrusage(resource.RUSAGE_CHILDREN)
    return r.ru_utime + r.ru_stime


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--seeds", type=int, default=2)
    p.add_argument("--replays", type=int, default=50)
    p.add_argument("source")
    p.add_argument("ffasim")
    p.add_argument("mutant")
    a = p.parse_args()
    ffasim, mutant = os.path.abspath(a.ffasim), os.path.abspath(a.mutant)
    os.chdir(a.source)
    with open("scenarios/regress/close-vs-invoke.yaml", encoding="utf-8") as f:
        text = f.read()
    broken = text.replace("machine: {pes: 2, leaks: true}",
                          "machine: {pes: 2, leaks: true, modules: [tee, arm_ffa, "
                          "{name: tstee, path: %s}]}" % mutant)
    if broken == text:
        sys.exit("FAIL the scenario's machine line has changed")
    slowest = most = files = before_most = 0
    with tempfile.TemporaryDirectory() as tmp:
        scenario = os.path.join(tmp, "broken.yaml")
        with open(scenario, "w", encoding="utf-8") as f:
            f.write(broken)
        for strategy in ("random", "pct", "coverage"):
            for seed in range(1, a.seeds + 1):
                out = os.path.join(tmp, "%s-%d" % (strategy, seed))
                start = processor_s()
                # deep, so that there is something to shrink
                found = subprocess.run(
                    [ffasim, "explore", scenario, "--strategy", strategy, "--depth", "12", "--seed",
                     str(seed), "--runs", "20000", "--stop-on-first", "--out", out],
                    stdout=subprocess.PIPE, text=True)
                took = processor_s() - start
                shrunk = re.search(r"shrunk: (\d+) -> (\d+) decisions?,", found.stdout)
                if found.returncode != 1 or not shrunk:
                    sys.exit("FAIL %s, seed %d: exit %d\n%s" % (strategy, seed, found.returncode,
                                                                found.stdout))
                before, after = map(int, shrunk.groups())
                if after > DECISIONS_MAX or took > SECONDS_MAX:
                    sys.exit("FAIL %s, seed %d: %d -> %d decisions in %.1f s" %
                             (strategy, seed, before, after, took))
                slowest, most = max(slowest, took), max(most, after)
                before_most = max(before_most, before)
                for path in glob.glob(os.path.join(out, "*.yaml")):
                    files += 1
                    again = subprocess.run([ffasim, "replay", path, "--runs", str(a.replays)],
                                           stdout=subprocess.PIPE, text=True)
                    want = "the same way in {0:,} of {0:,} runs".format(a.replays)
                    if again.returncode != 1 or want not in again.stdout:
                        sys.exit("FAIL %s: %s" % (path, again.stdout[-600:]))
    if before_most < 2:
        sys.exit("FAIL nothing had to be shrunk: nothing is shown by it")
    print("%d files, each %d of %d replays; up to %d decisions became at most %d; at most %.1f s with "
          "the search" % (files, a.replays, a.replays, before_most, most, slowest))


main()
