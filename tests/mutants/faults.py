# SPDX-License-Identifier: BSD-3-Clause
"""faults.py FFASIM SOURCE: explored.txt says the truth about faults. Each scenario without `no-faults` survives each
fault of the sites it names, and each pattern of sites that it leaves out fails: nothing is left out for nothing."""

import glob
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from search import explored  # noqa: E402


def explore(ffasim, out, scenario, *sites):
    args = [ffasim, "explore", scenario, "--faults", "--jobs", "0", "--stop-on-first", "--out", out]
    run = subprocess.run(args + [a for s in sites for a in ("--sites", s)], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


def main():
    ffasim = os.path.realpath(sys.argv[1])
    os.chdir(sys.argv[2])
    _, bearing, sites = explored(".", os.path.join("tests", "mutants", "explored.txt"))
    if not glob.glob(os.path.join(os.path.dirname(ffasim), "sps", "aarch64", "*.elf")):
        bearing = [f for f in bearing if "/aarch64/" not in f]
    wrong = 0
    with tempfile.TemporaryDirectory() as out:
        for f in bearing:
            code, text = explore(ffasim, out, f, *([sites[f]] if f in sites else []))
            if code:
                wrong += 1
                print("FAIL %s --faults --sites '%s': exit %d" % (f, sites.get(f, "*"), code), text, sep="\n")
            for pattern in sites.get(f, "").split(","):
                if pattern.startswith("!") and explore(ffasim, out, f, pattern[1:])[0] != 1:
                    wrong += 1
                    print("FAIL %s: '%s' is left out, and nothing fails there" % (f, pattern[1:]))
    print("%d scenarios, %d of them not at all sites, %d wrong" % (len(bearing), len(sites), wrong))
    return 1 if wrong or not sites else 0


if __name__ == "__main__":
    sys.exit(main())
