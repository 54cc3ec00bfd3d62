# SPDX-License-Identifier: BSD-3-Clause
"""Native code and guest code do the same thing: for every seed scenario, the FF-A events of both runs are
equal, flow by flow, registers included. Times are not compared; a run of preemptions (interrupt, run,
interrupt, run, ...) or of refusals (run, DENIED, run, DENIED, ...) counts as one, since guest code spends
time on its checks.
usage: aarch64_diff.py SOURCE-ROOT FFASIM BUILD/sps/aarch64"""
import glob
import json
import os
import re
import subprocess
import sys

root, ffasim, images = sys.argv[1:4]
PREEMPTION = {"ffa.interrupt", "ffa.run"}
REFUSED = {"DENIED", "BUSY"}


def run(path, sets):
    args = [ffasim, "run", "--log", "json", "--out", "/dev/null"]
    for s in sets:
        args += ["--set", s]
    out = subprocess.run(args + [path], capture_output=True, text=True, cwd=root)
    flows = {}
    for line in out.stdout.splitlines():
        if '"event":"ffa.' not in line:
            continue
        rec = json.loads(line)
        fields = {k: v for k, v in rec.items() if k not in ("t_ns", "pe", "flow", "seq")}
        seq = flows.setdefault(rec.get("flow", ""), [])
        event = tuple(sorted(fields.items()))
        again = rec["event"] in PREEMPTION or rec.get("code") in REFUSED
        if again and event in seq[-2:]:
            continue
        seq.append(event)
    return out.returncode, flows


def first_difference(a, b):
    for flow in sorted(set(a) | set(b)):
        x, y = a.get(flow, []), b.get(flow, [])
        for i in range(max(len(x), len(y))):
            if x[i:i + 1] != y[i:i + 1]:
                return f"flow {flow}, event {i}:\n  native {x[i:i + 1]}\n  guest  {y[i:i + 1]}"
    return None


def main():
    compared, events, status = 0, 0, 0
    for path in sorted(glob.glob(root + "/scenarios/seed/*.yaml")):
        text = open(path).read()
        parts = re.findall(r"^  - \{name: (\w+)(?:, manifest: sps/(\w+)/\w+\.dts)?", text.split("tasks:")[0], re.M)
        kinds = {name: kind or name for name, kind in parts}
        missing = [k for k in kinds.values() if not os.path.exists(f"{images}/{k}.elf")]
        if missing or not kinds:
            print(f"FAIL: {path[len(root) + 1:]}: no guest image of {missing or 'any partition'}")
            status = 1
            continue
        sets = [f"partitions.{n}.image=aarch64/{k}" for n, k in kinds.items()]
        if re.search(r"work: \d+(s|min)\b", text):  # long: coarser time, fewer checks
            sets += ["machine.cost.guest-insn=100ns"]
            sets += [f"partitions.{n}.options.slice_ns=100000000" for n, k in kinds.items() if k == "spin"]
        native, guest = run(path, []), run(path, sets)
        compared += 1
        events += sum(len(s) for s in native[1].values())
        diff = first_difference(native[1], guest[1])
        if native[0] != guest[0] or diff:
            print(f"FAIL: {path[len(root) + 1:]}: exit {native[0]} native, {guest[0]} guest; {diff}")
            status = 1
    if compared < 23 or events < 400:
        print(f"FAIL: only {compared} scenarios, {events} events compared")
        status = 1
    print(f"{compared} scenarios, {events} events compared")
    return status


sys.exit(main())
