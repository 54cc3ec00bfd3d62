# SPDX-License-Identifier: BSD-3-Clause
"""Copies of the tree with a built build directory, to put a defect into.

A copy keeps times of change, so ninja has nothing to do in it but what a patch touches: one or two
object files, their module in both flavours or libffasim. The user's tree is only read. What was
configured keeps its options (compiler, sanitizer); the one command with an absolute path that
would write elsewhere, meson's regeneration, is taken out.
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile

PARTS = ["sim", "driver", "sps", "scenarios", "meson.build", "meson_options.txt",
         "instrumented.flags.in"]
# What `explore` and `run` load; tests and the sources under them are left out.
SKIP_IN_BUILD = {"tests", "meson-logs", "out"}


class Trouble(Exception):
    """Nothing can be said about any mutant."""


def call(args, **kw):
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", **kw)


def targets(build):
    """Names of ninja's targets for everything but the tests, and the tests' sources nobody needs."""
    with open(os.path.join(build, "meson-info", "intro-targets.json"), encoding="utf-8") as f:
        found = []
        for target in json.load(f):
            for name in target["filename"]:
                name = os.path.relpath(name, build)
                if target["build_by_default"] and name.split(os.sep)[0] not in SKIP_IN_BUILD:
                    found.append(name)
        return found


def copy(source, build, into):
    os.makedirs(into)
    for part in PARTS:
        path = os.path.join(source, part)
        if os.path.isdir(path):
            shutil.copytree(path, os.path.join(into, part), symlinks=True)
        elif os.path.exists(path):
            shutil.copy2(path, into)
    skip = shutil.ignore_patterns(*SKIP_IN_BUILD)
    shutil.copytree(build, os.path.join(into, "build"), symlinks=True, ignore=skip)


class Pristine:
    """The tree without a mutant, as it was when the program started."""

    def __init__(self, source, build, within=None):
        self.dir = tempfile.mkdtemp(prefix="ffasim-mutants-", dir=within)
        self.tree = os.path.join(self.dir, "pristine")
        self.count = 0
        copy(source, build, self.tree)
        self.targets = targets(build)
        self._no_regeneration()
        done = self.ninja(self.tree)
        if done.returncode:
            raise Trouble("the tree without a mutant does not build:\n" + done.stdout[-2000:])

    def _no_regeneration(self):
        """Meson files belong to the user's directory, whatever has changed there."""
        path = os.path.join(self.tree, "build", "build.ninja")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        text = re.sub(r"^( command = ).*--internal regenerate.*$", r"\1true", text, flags=re.M)
        text = re.sub(r"^build build\.ninja:.*$", "build build.ninja: phony", text, flags=re.M)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    def ninja(self, tree):
        # Sources are named relative to the copy: with ccache, a mutant is compiled once for all.
        return call(["ninja", "-C", os.path.join(tree, "build"), "-j", "1"] + self.targets,
                    env=dict(os.environ, CCACHE_NOHASHDIR="1"))

    def digest(self):
        """Equal for equal sources and scenarios: rows of a results file can be compared."""
        h = hashlib.sha256()
        for part in ("sim", "driver", "sps", "scenarios"):
            for folder, folders, files in os.walk(os.path.join(self.tree, part)):
                folders.sort()
                for name in sorted(files):
                    path = os.path.join(folder, name)
                    h.update(os.path.relpath(path, self.tree).encode())
                    with open(path, "rb") as f:
                        h.update(f.read())
        return h.hexdigest()[:12]

    def mutated(self, mutant):
        """(copy with the defect built in, None) or (None, what is wrong with it)."""
        self.count += 1
        tree = os.path.join(self.dir, "%d-%d" % (os.getpid(), self.count))
        shutil.copytree(self.tree, tree, symlinks=True)
        done = call(["patch", "-p1", "-s", "-N", "-r", "-", "-i", mutant.path], cwd=tree)
        if done.returncode:
            return tree, "does not apply: " + first_line(done.stdout)
        done = self.ninja(tree)
        if done.returncode:
            errors = [l for l in done.stdout.splitlines() if "error:" in l]
            return tree, "does not build: " + (errors or [first_line(done.stdout)])[0]
        return tree, None

    def remove(self):
        shutil.rmtree(self.dir, ignore_errors=True)


def first_line(text):
    return (text.strip().splitlines() or [""])[0][:200]
