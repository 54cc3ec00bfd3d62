#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# --trace: valid JSON, no overlapping slices on a track, SP states, flows from request to response also
# across PEs (the flow of the call that is resumed elsewhere), and a bounded size for minutes of ticks.
# usage: perfetto.py SOURCE-ROOT FFASIM
import json
import os
import subprocess
import sys
import tempfile

src, ffasim = sys.argv[1], os.path.abspath(sys.argv[2])


def trace(tmp, *args):
    path = os.path.join(tmp, "trace.json")
    run = subprocess.run([ffasim, "run", "--log", "none", "--out", tmp, "--trace", path, *args],
                         cwd=src, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    size = os.path.getsize(path)
    assert size < 20 << 20, "%s: %d bytes" % (args, size)
    with open(path) as f:
        return json.load(f)


def tracks(t):
    slices = {}
    for e in t["traceEvents"]:
        if e["ph"] == "X":
            assert e["dur"] > 0, e
            # nanoseconds, exactly: fractions of microseconds do not add up in binary
            at = round(e["ts"] * 1000)
            slices.setdefault((e["pid"], e["tid"]), []).append((at, at + round(e["dur"] * 1000), e["name"]))
    for track, list_ in slices.items():
        list_.sort()
        for a, b in zip(list_, list_[1:]):
            assert a[1] <= b[0], "track %s: %s overlaps %s" % (track, a, b)
    return slices


def flows(t):
    start, end = {}, {}
    for e in t["traceEvents"]:
        if e["ph"] in "sf":
            side = start if e["ph"] == "s" else end
            assert e["id"] not in side, e
            side[e["id"]] = e
    for id_ in end:
        assert id_ in start and start[id_]["ts"] <= end[id_]["ts"], id_
    return start, end


with tempfile.TemporaryDirectory() as tmp:
    t = trace(tmp, "scenarios/seed/s03-resume-on-another-pe.yaml")
    slices = tracks(t)
    ran = {(tid, name) for (pid, tid), l in slices.items() if pid == 1 for _, _, name in l}
    assert (0, "client") in ran and (1, "client") in ran, ran
    states = [name for (pid, tid), l in slices.items() if pid == 2 for _, _, name in l]
    assert states[-1] == "idle" and "busy" in states and "preempted" in states, states
    start, end = flows(t)
    assert len(start) > 10 and set(start) == set(end)
    crossing = [i for i in end if start[i]["tid"] == 0 and end[i]["tid"] == 1]
    assert len(crossing) == 1 and start[crossing[0]]["name"] == "call", crossing
    # FFA_INTERRUPT on PE0, the response on PE1
    last = {}
    for e in t["traceEvents"]:
        if e["ph"] == "i" and e["name"] in ("ffa.interrupt", "ffa.direct_resp"):
            last[e["name"]] = e["tid"]
    assert last == {"ffa.interrupt": 0, "ffa.direct_resp": 1}, last
    assert t["otherData"]["thinned"] == "0"

    t = trace(tmp, "scenarios/seed/s30-cpu-unplug.yaml")
    tracks(t)
    flows(t)

    # minutes under a tick
    for args in (["scenarios/seed/s02-signaled-does-not-stall.yaml", "--set", "tasks.client.steps.2.invoke.work=3min",
                  "--set", "expect=[{never: stall}]"],
                 ["scenarios/seed/s04-loop-under-load.yaml"]):
        t = trace(tmp, *args)
        tracks(t)
        flows(t)
        assert int(t["otherData"]["thinned"]) > 1000
print("traces are good")
