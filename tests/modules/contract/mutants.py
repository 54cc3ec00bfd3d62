# SPDX-License-Identifier: BSD-3-Clause
"""Shows that the contract suites notice: each line of mutants.txt changes one thing in sim/linux, the
library is linked again with that one object, and the named case must fail. The changed library lives in
a folder of its own with links to everything beside the real one.
usage: mutants.py SOURCE-ROOT BUILD-ROOT [CASE...]"""
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT, BUILD = (os.path.realpath(p) for p in sys.argv[1:3])
HERE = os.path.join(ROOT, "tests/modules/contract")


def mutants():
    for line in open(os.path.join(HERE, "mutants.txt")):
        if line.strip() and not line.startswith("#"):
            case, file, old, new = re.split(r"(?<!\\) \| ", line.rstrip("\n"))
            yield case, file, *(t.replace("\\n", "\n").replace("\\|", "|") for t in (old, new))


def link_command():
    """The command that links the library, with the kernel's objects one by one."""
    lines = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "libffasim.so"],
                           capture_output=True, text=True, check=True).stdout.splitlines()
    args = shlex.split([c for c in lines if "-o libffasim.so " in c][-1])
    objects = sorted(os.path.join(dirpath, f)[len(BUILD) + 1:]
                     for dirpath, _, files in os.walk(os.path.join(BUILD, "libffasim_kernel.a.p"))
                     for f in files if f.endswith(".c.o"))
    known = {c["output"] for c in json.load(open(os.path.join(BUILD, "compile_commands.json")))}
    objects = [o for o in objects if o in known]
    return [a for a in args if a != "libffasim_kernel.a"] + objects


def compile_command(source):
    for c in json.load(open(os.path.join(BUILD, "compile_commands.json"))):
        path = os.path.realpath(os.path.join(c["directory"], c["file"]))
        if path == source and c["output"].startswith("libffasim_kernel.a.p"):
            return shlex.split(c["command"]), c["output"]
    sys.exit("no command compiles " + source)


def try_one(folder, module, link, mutant):
    case, file, old, new = mutant
    source = os.path.join(ROOT, "sim/linux", file)
    text = open(source).read()
    if text.count(old) != 1:
        return "mutants.txt: %s has the text of %s %d times" % (file, case, text.count(old))
    changed = os.path.join(folder, file)
    open(changed, "w").write(text.replace(old, new))
    args, output = compile_command(source)
    args[args.index("-c") + 1] = changed
    args[args.index("-o") + 1] = changed + ".o"
    for option in ("-MQ", "-MF"):
        del args[args.index(option):args.index(option) + 2]
    args = [a for a in args if a != "-MD"] + ["-Wno-error"]
    r = subprocess.run(args, cwd=BUILD, capture_output=True, text=True)
    if r.returncode:
        return "%s: the mutant does not compile:\n%s" % (case, r.stderr)
    library = os.path.join(folder, "build/libffasim.so")
    args = [changed + ".o" if a == output else a for a in link]
    args[args.index("-o") + 1] = library
    r = subprocess.run(args, cwd=BUILD, capture_output=True, text=True)
    if r.returncode:
        return "%s: the mutant does not link:\n%s" % (case, r.stderr)
    r = subprocess.run([os.path.join(BUILD, "ffasim"), "kunit", module], capture_output=True, text=True,
                       timeout=800, env=dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(library)))
    # A change that stops the machine is noticed before that.
    if not re.search(r"^    not ok \d+ %s$|^ *# %s: [A-Z]+ FAILED" % (case, case), r.stdout, re.M):
        return "%s does not notice: %s: %s\n%s" % (case, file, new, r.stderr)
    return None


def main():
    failures, count = [], 0
    with tempfile.TemporaryDirectory() as folder:
        module = os.path.join(folder, "contract.ko.so")
        subprocess.run([os.path.join(BUILD, "ffasim"), "module", "build", "--plain", HERE, "-o", module],
                       check=True)
        os.mkdir(os.path.join(folder, "build"))
        for name in os.listdir(BUILD):
            if name != "libffasim.so":
                os.symlink(os.path.join(BUILD, name), os.path.join(folder, "build", name))
        os.symlink(os.path.join(ROOT, "sps"), os.path.join(folder, "sps"))
        link = link_command()
        for mutant in mutants():
            if len(sys.argv) > 3 and mutant[0] not in sys.argv[3:]:
                continue
            count += 1
            why = try_one(folder, module, link, mutant)
            if why:
                failures.append(why)
    for f in failures:
        print("FAIL: " + f)
    print("%d of %d changes noticed" % (count - len(failures), count))
    return 1 if failures or not count else 0


sys.exit(main())
