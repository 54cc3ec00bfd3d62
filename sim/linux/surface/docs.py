# SPDX-License-Identifier: BSD-3-Clause
"""docs/kernel.md from the surface table. usage: docs.py SOURCE-ROOT [--check]"""
import os
import sys

ROOT = sys.argv[1]
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "sim/linux/surface"))
from rows import rows  # noqa: E402

HEAD = """# Bring your own kernel files

Made by `python3 sim/linux/surface/docs.py . ` from `sim/linux/surface/identifiers.txt`; the suite checks that it is up to date.

```
ffasim module build my-driver/ -o my.ko.so
ffasim run --module tstee=my.ko.so scenarios/seed/s37-tstee-end-to-end.yaml
ffasim kunit my-tests.ko.so
```

`module build` compiles kernel C files as they are: against the fake kernel's headers and the module's own (the folder of each file,
`include/` below a folder, `-I DIR`), never the host's. Errors are the compiler's. For an identifier it does not know, one more line names the header
that declares it, or says that it is not modelled. `NAME.instr.ko.so` comes out beside `NAME.ko.so`, for `--points access`; `--plain` leaves it out.
`--kernel 7.x` shows the interfaces of that generation instead of 6.12's: LINUX_VERSION_CODE is 7.0, and there is what the table marks with (7.x).
Modules of both generations may run on one machine, the built-in ones among them. `machine: {linux: 7.x}` chooses what the built-in `arm_ffa` does: FF-A 1.2,
framework notifications, pending interrupts of several PEs at once; `6.12` (usual) is the other one.

`--module NAME=FILE[,parameter=value...]` puts the file in the place of the built-in module `tee`, `arm_ffa-bus`, `arm_ffa`, `optee` or `tstee`; another name
is loaded last. Scenarios do not change. In a scenario file the same is `machine: {module-files: {tstee: my.ko.so}, module-params: {tstee: {level: 3}}}`.
A file given this way is the module under test: a probe that fails (other than with ENODEV, ENXIO or EOPNOTSUPP) and an init that registers nothing are findings.

[examples/reverse](examples/reverse/reverse.c) is a whole driver in one file, with a scenario that opens its device, and a Meson project that
builds and tests it with an installed ffasim. What a project of yours needs of it:

```
ffasim = find_program('ffasim')
my_ko = custom_target('my.ko.so', output: ['my.ko.so', 'my.instr.ko.so'], input: files('core.c', 'session.c'),
  command: [ffasim, 'module', 'build', '@INPUT@', '-o', '@OUTPUT0@', '--depfile', '@DEPFILE@'], depfile: 'my.d')
test('my', ffasim, depends: my_ko, args: ['run', '--module', 'tstee=' + my_ko[0].full_path(), files('my.yaml')])
```

`meson install -C build` puts the program, its modules, partitions and headers below the prefix, the documentation into `share/doc/ffasim` and the
scenarios into `share/ffasim`. The tree may be moved as a whole.

Unloading is refused (-EWOULDBLOCK) while a module is referenced or another one uses its exports, and (-EBUSY) when it has an init but no exit function.
Attributes are files below `/sys/class/CLASS/DEVICE/` and `/sys/bus/BUS/devices/DEVICE/` for `ffasim exec` clients, `ksys_open()` and `ksys_read()`.
A device that a module registers (`misc_register()`, `cdev_device_add()`) is `/dev/NAME` for the steps `open`, `ioctl`, `file-read` and `file-write`.

## What is there

*modelled*: behaves as drivers rely on. *fixed*: always the one answer this machine has. *refused*: there, and fails as in a kernel built without it.
What is not in the table may exist; `module build` tells.

| header | modelled | fixed | refused |
|---|---|---|---|
"""


def text():
    table = {}
    for header, kind, name, _, state, _, _ in rows(os.path.join(ROOT, "sim/linux/surface/identifiers.txt")):
        if kind != "field":
            if state.endswith("-7"):
                state, name = state[:-2], name + " (7.x)"
            table.setdefault(header, {}).setdefault(state, set()).add(name)
    out = HEAD
    for h in sorted(table):
        out += "| %s | %s |\n" % (h, " | ".join(", ".join(sorted(table[h].get(s, ())))
                                                for s in ("modelled", "fixed", "refused")))
    return out


def main():
    path = os.path.join(ROOT, "docs/kernel.md")
    if sys.argv[2:] != ["--check"]:
        open(path, "w").write(text())
    elif open(path).read() != text():
        print("FAIL: docs/kernel.md is not what sim/linux/surface/docs.py makes of the table")
        return 1
    return 0


sys.exit(main())
