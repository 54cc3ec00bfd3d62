#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# What `run --code` shows, line by line, is what binutils makes of the same ELF: address, function and distance, instruction. Each
# window holds the instruction its event is at, with its neighbours on both sides.
# usage: aarch64_code.py SOURCE-ROOT FFASIM TORTURE.ELF
import re
import subprocess
import sys

BASE = 0x40000000  # EC_IMAGE_VA
LINE = re.compile(r"^ {17}([> ]) ([0-9a-f]{8})  (?:(\S+)\+0x([0-9a-f]+) +)?(.+?) *$")
LSE = re.compile(r"cas|swp|ld(add|clr|eor|set|[su](min|max))")  # Capstone 4 has none of them
src, ffasim, elf = sys.argv[1:]
SCENARIO = "scenarios/aarch64/points-in-the-code.yaml"
failures = []


def fail(text):
    failures.append(text)


def out(*command):
    return subprocess.run(command, cwd=src, check=True, capture_output=True, text=True).stdout


def plain(text, far):
    """One spelling of an instruction: numbers as decimal, addresses as offsets in the image."""
    text = re.sub(r"\s*//.*", "", text).strip()
    mnemonic, _, operands = re.sub(r"\s+", " ", text).partition(" ")
    if re.fullmatch(r"b(\.\w+)?|bl|cbn?z|tbn?z|adrp?", mnemonic):
        operands = re.sub(r"\s*<[^>]*>$", "", operands)
        head, comma, target = operands.rpartition(",")
        target = int(target.strip(" #").removeprefix("0x"), 16)
        operands = f"{head}{comma} {target - far:x}"
    # a register list is spelled out; a negative constant is what it is in the register
    operands = re.sub(r"\{v(\d+)(\.\w+)-v(\d+)\.\w+\}",
                      lambda m: "{" + ",".join(f"v{n}{m[2]}" for n in range(int(m[1]), int(m[3]) + 1)) + "}", operands)
    operands = re.sub(r"#?(-?)0x([0-9a-f]+)\b", lambda m: m[1] + str(int(m[2], 16)), operands)
    operands = re.sub(r"#(-?\d)", r"\1", operands)
    if mnemonic == "mov":
        bits = 32 if operands[0] == "w" else 64
        operands = re.sub(r"-\d+$", lambda m: str(int(m[0]) + (1 << bits)), operands)
    mnemonic, operands = (re.sub(r"\b(cs|cc)$", lambda m: {"cs": "hs", "cc": "lo"}[m[1]], t) for t in (mnemonic, operands))
    return f"{mnemonic} {operands}".replace(" ", "")


def by_binutils(*options):
    insns = {}
    for line in out("aarch64-linux-gnu-objdump", "-d", "-z", *options, elf).splitlines():
        m = re.match(r"^ +([0-9a-f]+):\t([0-9a-f]{8}) +\t(.+)$", line)
        if m:
            insns[int(m[1], 16)] = (m[2], m[3])
    return insns


def by_nm():
    symbols = []
    for line in out("aarch64-linux-gnu-nm", elf).splitlines():
        address, kind, name = line.split(None, 2) if line[0] != " " else (None, None, None)
        if address and kind in "tT" and name[0] != "$":
            symbols.append((int(address, 16), name))
    return symbols


def windows(pattern, log="text"):
    """Lists of lines, one for each time the event happened. The event stands above them."""
    text = out(ffasim, "run", "--log", log, "--code", pattern, SCENARIO)
    found, above = [], None
    for line in text.splitlines():
        m = LINE.match(line)
        if not m:
            above = line
            continue
        if above:
            found.append([])
            if not re.match(r"^ +\d+\.\d{3}  ", above) or pattern.partition("(")[0].partition(".")[2].split("_")[0] not in above:
                fail(f"{pattern}: the code is under '{above}'")
        above = None
        found[-1].append((m[1] == ">", int(m[2], 16), m[3], m[4], m[5]))
    return found


def check(pattern, least, insns, symbols):
    shown = set()
    for window in windows(pattern):
        here = [n for n, line in enumerate(window) if line[0]]
        if len(here) != 1 or len(window) != 9 or here[0] != 4:
            # only where the code begins or ends
            if len(here) != 1 or (window[0][1] - BASE - 4 in insns and window[-1][1] - BASE + 4 in insns):
                fail(f"{pattern}: {len(window)} lines, marked: {here}: {window}")
        for _, va, name, distance, text in window:
            offset = va - BASE
            if offset in shown:
                continue
            shown.add(offset)
            if offset > max(insns) and text in (".inst   0x00000000", "udf     #0"):
                continue  # what fills the last page
            if offset not in insns:
                fail(f"{pattern}: {va:x} is no instruction of the ELF")
                continue
            word, theirs = insns[offset]
            # each alias as one of them likes it; what nobody knows is a number
            same = {plain(theirs, 0), plain(basic[offset][1], 0)}
            if theirs.startswith("udf") or LSE.match(theirs):
                same.add(f".inst{int(word, 16)}")
            if plain(text, BASE) not in same:
                fail(f"{va:x}: shown as '{text}', binutils: '{theirs}'")
            if (offset - int(distance or "0", 16), name) not in symbols:
                fail(f"{va:x}: not at {name}+0x{distance}")
    if len(shown) < least:
        fail(f"{pattern}: {len(shown)} instructions shown, expected {least}")
    return len(shown)


insns, basic, symbols = by_binutils(), by_binutils("-M", "no-aliases"), by_nm()
count = check("guest.insn(sp=torture,count=0..2000)", 300, insns, symbols)
check("guest.pc(sp=torture,symbol=torture_recurse)", 9, insns, symbols)
check("ffa.interrupt(sp=torture)", 20, insns, symbols)
# The place itself: the symbol, and the instruction behind an SVC.
at = dict((name, address) for address, name in symbols)
for window in windows("guest.pc(sp=torture,symbol=torture_recurse)"):
    if [va for here, va, *_ in window if here] != [at["torture_recurse"] + BASE]:
        fail("guest.pc is not shown at its symbol")
# A place by its address is the same as by its name; a number of instructions is one at a time.
if windows(f"guest.pc(sp=torture,pc={at['torture_recurse'] + BASE:x})") != windows("guest.pc(sp=torture,symbol=torture_recurse)"):
    fail("an address is not the place of its symbol")
places = [[va for here, va, *_ in w if here][0] for w in windows("guest.insn(sp=torture,count=0..3)")]
if len(places) % 4 or any(places[n + 1] - places[n] != 4 for n in range(0, len(places), 4)):
    fail(f"four instructions in a row after a message are {places}")
calls = windows("svc.call(sp=torture)")
for window in calls:
    texts = {va: text for _, va, _, _, text in window}
    here = [va for mark, va, *_ in window if mark][0]
    if not texts.get(here - 4, "").startswith("svc"):
        fail(f"svc.call is shown at {here:x}, which follows '{texts.get(here - 4)}'")
if not calls:
    fail("no svc.call was shown")
if len(windows("svc.call(sp=torture)", "none")) != len(calls):
    fail("other code without the log")
for text in failures[:20]:
    print("FAIL:", text)
print(f"{count} instructions as binutils has them")
sys.exit(bool(failures))
