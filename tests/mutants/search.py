# SPDX-License-Identifier: BSD-3-Clause
"""Does anything find the defect in a copy of the tree?

Two questions are asked, each with an own answer:

suite    `ffasim run` on every scenario of the tree, in the order of names, until one fails.
explore  `ffasim explore` on the scenarios of explored.txt, by several strategies in turn:
         first one usual run of each scenario, which is the first run of every strategy and counts
         for all of them; then rounds in which each strategy gets so many runs of each scenario.
         Rounds grow; random and pct go on with another seed, bounded starts over and gets further.

Seconds are processor time of ffasim, building of the world included, shrinking not: they hold on a
busy machine as on an idle one, and they are what "on one core" means.
"""
import glob
import os
import re
import signal
import subprocess
import threading
import time

STRATEGIES = ["random", "faults", "pct", "bounded", "coverage"]
USUAL = ["random", "faults", "pct", "bounded"]
FIRST_RUNS = 300
CLEAN_FACTOR = 4
HANG_S = 120  # of wall time beside what is granted: a run takes milliseconds


def cpu_seconds(pid):
    """Processor time of a process that is still there."""
    try:
        with open("/proc/%d/schedstat" % pid, encoding="ascii") as f:
            return int(f.read().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        try:
            with open("/proc/%d/stat" % pid, encoding="ascii") as f:
                fields = f.read().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, IndexError):
            return 0.0


RUNNING, STOPPED = set(), threading.Event()


def kill(process):
    """Popen.kill() would reap a process that has just ended, and wait4() find nothing."""
    try:
        os.kill(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def stop():
    """Ends what runs; nothing more is started."""
    STOPPED.set()
    for process in list(RUNNING):
        kill(process)


class Run:
    """One ffasim, its output line by line; ended at the line that @until wants, or when it hangs."""

    def __init__(self, tree, args, until=None, limit_s=HANG_S):
        self.lines, self.hung, stopped = [], False, False
        if STOPPED.is_set():
            raise InterruptedError
        self.process = subprocess.Popen(
            ["build/ffasim", *args], cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace")
        RUNNING.add(self.process)
        pid = self.process.pid
        watch = threading.Timer(limit_s, self._hangs)
        watch.start()
        self.seconds = 0.0
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if until and until(self.lines[-1]):
                self.seconds = cpu_seconds(pid)
                stopped = True
                kill(self.process)
                break
        self.process.stdout.close()
        watch.cancel()
        _, status, usage = os.wait4(pid, 0)
        RUNNING.discard(self.process)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.code = None if stopped else self.process.returncode
        if not stopped:
            self.seconds = usage.ru_utime + usage.ru_stime

    def _hangs(self):
        self.hung = True
        kill(self.process)

    def why(self):
        if self.hung:
            return "hangs"
        told = [l for l in self.lines if re.match(r"FAIL |crash:|FOUND ", l)]
        line = (told or [l for l in self.lines if l.strip()][-1:] or ["exit %s" % self.code])[0]
        return re.sub(r"^(FAIL|FOUND) +", "", line)[:160]


def suite(tree):
    """Those of scenarios/clients say nothing without their client (`ffasim exec`)."""
    return sorted(os.path.relpath(f, tree)
                  for f in glob.glob(os.path.join(tree, "scenarios", "*", "*.yaml"))
                  if os.path.basename(os.path.dirname(f)) != "clients")


def explored(tree, file):
    """(all that is explored, those among them whose tasks also end when a fault is injected, and
    {file: patterns of the sites where} for those with whom that is not all of them)"""
    found, excepted, late, sites = [], set(), set(), {}
    with open(file, encoding="utf-8") as f:
        for line in f:
            words = line.split("#")[0].split()
            if not words:
                continue
            names = sorted(os.path.relpath(p, tree) for p in glob.glob(os.path.join(tree, words[0])))
            found += names
            if "no-faults" in words[1:]:
                excepted |= set(names)
            if "last" in words[1:]:
                late |= set(names)
            for word in words[1:]:
                if word.startswith("sites="):
                    sites.update(dict.fromkeys(names, word[len("sites="):]))
    found = sorted(dict.fromkeys(found), key=lambda f: f in late)
    return found, [f for f in found if f not in excepted], sites


def failed(code):
    """Exit codes that say something about the code under test, or that it does not even boot."""
    return code not in (0, 77)


class Search:
    """@pristine is the tree without a mutant: what fails there too says nothing about a mutant, so
    each hit is tried there before it counts."""

    def __init__(self, pristine, options):
        self.pristine, self.options = pristine, options
        self.suite = suite(pristine) if options.suite else []
        self.explored, self.bearing, self.sites = explored(pristine, options.explored)
        if not glob.glob(os.path.join(pristine, "build", "sps", "aarch64", "*.elf")):
            for files in (self.suite, self.explored, self.bearing):
                files[:] = [f for f in files if "/aarch64/" not in f]
        self.lock = threading.Lock()
        self.tried = {}  # arguments of ffasim: exit code without a mutant
        self.dirty = {}  # scenario: why it fails without a mutant

    def clean(self, args, scenario):
        key = tuple(args)
        with self.lock:
            known = self.tried.get(key)
        if known is None:
            run = Run(self.pristine, args, limit_s=HANG_S + 4 * self.options.time)
            known = not run.hung and run.code in (0, 77)
            with self.lock:
                self.tried[key] = known
                if not known:
                    self.dirty.setdefault(scenario, run.why())
        return known

    def by_suite(self, tree):
        seconds = 0.0
        for n, f in enumerate(self.suite, 1):
            args = ["run", "--log", "none", "--out", "out", f]
            run = Run(tree, args)
            seconds += run.seconds
            if failed(run.code) and self.clean(args, f):
                return {"found": True, "runs": n, "seconds": round(seconds, 2), "scenario": f,
                        "why": run.why()}
        return {"found": False, "runs": len(self.suite), "seconds": round(seconds, 2)}

    def explore(self, tree, how, runs, seed, files):
        """A process for each of @files, and no worker of its own, so that its processor time is all
        there is: until one has a hit (hit or None, runs, seconds)."""
        tail = ["--seed", str(seed), "--time", "%ds" % self.options.time, "--stop-on-first", "--out",
                "out"]
        count, seconds = 0, 0.0
        for f in files:
            args = ["explore", f, *how, "--jobs", "0"]
            if how == ["--faults"] and f in self.sites:
                args += ["--sites", self.sites[f]]
            run = Run(tree, [*args, "--runs", str(runs), *tail],
                      limit_s=HANG_S + 4 * self.options.time,
                      until=lambda line: line.startswith("FOUND "))
            told = [re.match(r"([\d,]+) runs", l) for l in run.lines]
            count += sum(int(m.group(1).replace(",", "")) for m in told if m)
            seconds += run.seconds
            if run.code is not None and not run.hung and not failed(run.code):
                continue
            # Without the mutant runs are others, with the same seed: more of them must pass there.
            more = str(CLEAN_FACTOR * runs)
            if self.clean([*args, "--runs", more, *tail], f):
                why = run.why()
                if run.code is not None and not run.hung:
                    why = "exit %d: %s" % (run.code, why)
                return {"scenario": f, "why": why}, count, seconds
        return None, count, seconds

    def by_exploration(self, tree):
        """{strategy: row}, and the row of all of them in turn under "explore"."""
        options = self.options
        rows = {s: {"found": False, "runs": 0, "seconds": 0.0} for s in options.strategies}
        total = {"found": False, "runs": 0, "seconds": 0.0}
        ended = set()

        def account(strategies, how, runs, seed):
            files = self.bearing if how == ["--faults"] else self.explored
            hit, count, seconds = self.explore(tree, how, runs, seed, files)
            if not total["found"]:
                total["runs"] += count
                total["seconds"] += seconds
                if hit:
                    total.update(hit, found=True,
                                 strategy=strategies[0] if len(strategies) == 1 else "usual run")
            for s in strategies:
                rows[s]["runs"] += count
                rows[s]["seconds"] += seconds
                if hit:
                    rows[s].update(hit, found=True)

        account(options.strategies, ["--strategy", "random"], 1, 1)
        level = 0
        while True:
            each = options.time if not total["found"] else options.each
            left = [s for s in options.strategies
                    if s not in ended and not rows[s]["found"] and rows[s]["seconds"] < each]
            if not left or (not total["found"] and total["seconds"] >= options.time):
                break
            for s in left:
                if s == "faults":
                    account([s], ["--faults"], 1000000, 1)
                    ended.add(s)
                elif s == "bounded":
                    account([s], ["--strategy", s], FIRST_RUNS << 2 * level, 1)
                else:
                    account([s], ["--strategy", s], FIRST_RUNS << level, 1 + level)
                if not total["found"] and total["seconds"] >= options.time:
                    break
            level += 1
        for row in [*rows.values(), total]:
            row["seconds"] = round(row["seconds"], 2)
        rows["explore"] = total
        return rows

    def judge(self, tree):
        start = time.monotonic()
        found = {}
        if self.options.suite:
            found["suite"] = self.by_suite(tree)
        if self.options.strategies:
            found.update(self.by_exploration(tree))
        return {"found": found, "wall_seconds": round(time.monotonic() - start, 1)}
