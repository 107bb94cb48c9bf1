#!/usr/bin/env python3
"""Checks of how the house is built; each is a test of its own.

layers.py includes|program|rooms|circles|habits|sizes|planted SOURCE
layers.py format SOURCE CLANG_FORMAT
layers.py symbols LIBRARY.so LIBRARY.a
layers.py kernels BUILD
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

LAYERS = ["core", "agents", "market", "parallel", "measure", "output", "study", "interface", "program"]
MARKETS_SHARE = {"markets", "choice", "ration"}  # every other header of market/ is a market's
# Rooms of a folder, each with the rooms that it knows beside itself; what lies in the folder itself knows all of them.
ROOMS = {"output": {"file": [], "codec": [], "history": ["file", "codec"], "memory": ["file", "history"]}}
PUBLIC = "matthew.h"  # which the interface makes, and the program includes, as users do
LINES_MAX = 600
LINES_MAX_PUBLIC = 800  # matthew.h is one file, for its users


def sources(root, folders):
    for folder in folders:
        yield from sorted(p for p in (root / folder).rglob("*") if p.suffix in (".c", ".h", ".def", ".cpp"))


def code(path):
    """The text without comments; line numbers stay."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def includes(root):
    """A file includes its own folder and folders to its left; markets never include each other; own header first."""
    faults = []
    markets = {path.stem.split("_")[0] for path in (root / "market").glob("*.h")} - MARKETS_SHARE
    for path in sources(root, LAYERS):
        folder = path.relative_to(root).parts[0]
        allowed = LAYERS[: LAYERS.index(folder) + 1]
        found = re.findall(r'^#include "([^"]+)"', code(path), flags=re.M)
        for name in found:
            if name == PUBLIC and folder in LAYERS[-2:]:
                continue
            if name.split("/")[0] not in allowed or "/" not in name:
                faults.append(f"{path.relative_to(root)} includes {name}")
            other = pathlib.Path(name).stem.split("_")[0]
            if folder == "market" and name.startswith("market/") and other in markets and other != path.stem.split("_")[0]:
                faults.append(f"{path.relative_to(root)} includes another market: {name}")
        home = path.relative_to(root).parent
        own = f"{home}/{path.stem}.h"
        inner = bool(found) and found[0].startswith(f"{home}/{path.stem}_")
        if path.suffix == ".c" and (root / own).exists() and found and found[0] != own and not inner:
            faults.append(f"{path.relative_to(root)} does not include {own} first")
    return faults


def rooms(root):
    """A file in a room includes its own room and those that the room knows, of its own folder; each room is declared."""
    faults = []
    for folder in LAYERS:
        declared = ROOMS.get(folder, {})
        found = {path.name for path in (root / folder).iterdir() if path.is_dir()}
        faults += [f"{folder}/: the room {name} is declared or there, not both" for name in sorted(found ^ set(declared))]
        for room, known in declared.items():
            for path in sources(root, [f"{folder}/{room}"]):
                for name in re.findall(rf'^#include "({folder}/[^"]+)"', code(path), flags=re.M):
                    if name.split("/")[1] not in [room, *known]:
                        faults.append(f"{path.relative_to(root)} includes {name}")
    return faults


def program(root):
    """The program includes matthew.h and its own headers, as any program of a user could."""
    faults = []
    for path in sources(root, ["program"]):
        for name in re.findall(r'^#include ["<]([^">]+)[">]', code(path), flags=re.M):
            if name.split("/")[0] in LAYERS and not name.startswith("program/"):
                faults.append(f"program/{path.name} includes {name}: it uses matthew.h and program/ alone")
    return faults


# Circles that are still there. The files of one entry may lean on each other, in any way.
CIRCLES = {
    "includes": [
        ("world", "genes", "payments", "sectors", "sums"),  # the world holds what these define, and they read the world
        ("scenario", "scenario_inner"),  # the header that the files of the scenario share
        ("check", "check_tools"),  # likewise of the checks
        ("history/history", "history/history_file", "history/history_layout"),  # likewise of the history
        ("indicators", "market_measures"),
    ],
    "calls": [],
}


def circles_among(edges):
    """Sets of names of which each leads to each other."""
    reached = {}
    for start in edges:
        seen, left = set(), [start]
        while left:
            new = edges.get(left.pop(), set()) - seen
            seen |= new
            left += new
        reached[start] = seen
    return {frozenset(b for b in edges if b in reached[a] and a in reached[b]) for a in edges if a in reached[a]}


def pair(path, folder):
    """A .h, its .c and its kernel are one; in a room it is called by both names."""
    return path.relative_to(folder).with_suffix("").as_posix().removesuffix("_kernel")


def included_in(texts, folder):
    return {name: {other for include in re.findall(rf'^#include "{folder}/([^"]+)\.h"', text, flags=re.M)
                   if (other := include.removesuffix("_kernel")) != name} for name, text in texts.items()}


def called_in(texts):
    """Who calls a function that another defines; a header that several share hides nothing."""
    head = re.compile(r"^(?!static\b|typedef\b)[a-z][\w *]*?\b(?:KERNEL\((\w+)\)|(\w+))\([^;{]*\)\s*\{", re.M)
    owner = {match[1] or match[2]: name for name, text in texts.items() for match in head.finditer(text)}
    words = {name: set(re.findall(r"\w+", re.sub(r'"(\\.|[^"\\\n])*"', '""', text))) for name, text in texts.items()}
    return {name: {owner[word] for word in words[name] if owner.get(word, name) != name} for name in texts}


def circles(root):
    """Inside a folder files lean on each other in one direction, by what they include and by what they call."""
    faults = []
    for folder in LAYERS:
        texts, bodies = {}, {}
        for path in sources(root, [folder]):
            if path.suffix in (".c", ".h"):
                name = pair(path, root / folder)
                texts[name] = texts.get(name, "") + code(path)
            if path.suffix == ".c":
                bodies[name] = bodies.get(name, "") + code(path)
        for kind, edges in (("includes", included_in(texts, folder)), ("calls", called_in(bodies))):
            for circle in circles_among(edges):
                if not any(circle <= set(allowed) for allowed in CIRCLES[kind]):
                    steps = [f"{a} -> {b}" for a in sorted(circle) for b in sorted(edges[a] & circle)]
                    faults.append(f"{folder}/: a circle of {kind}: {', '.join(steps)}")
    return faults


def habits(root):
    """The library never prints, exits, allocates on its own or speaks of options, and leaves no order of a sum to chance."""
    library = LAYERS[:-1]
    rules = [
        (library, r"\b(printf|puts|putchar|perror|exit|abort|_exit)\s*\(|\b(stdout|stderr)\b", "prints or ends the process", ()),
        (library, r"\b(malloc|calloc|realloc|free|strdup|strndup|aligned_alloc|posix_memalign)\s*\(",
         "allocates past core/memory.h", ("core/memory.c",)),
        (LAYERS, r"\b(rand|srand|drand48|random)\s*\(", "draws random numbers of the C library", ()),
        (LAYERS, r"\bsetlocale\s*\(", "depends on the locale", ()),
    ]
    faults = []
    for folders, pattern, fault, exempt in rules:
        for path in sources(root, folders):
            if str(path.relative_to(root)) in exempt:
                continue
            for number, line in enumerate(code(path).splitlines(), 1):
                if re.search(pattern, re.sub(r'"(\\.|[^"\\])*"', '""', line)):
                    faults.append(f"{path.relative_to(root)}:{number} {fault}")
    for path in sources(root, library):
        for number, line in enumerate(code(path).splitlines(), 1):
            if any("--" in text for text in re.findall(r'"(?:\\.|[^"\\])*"', line)):
                faults.append(f"{path.relative_to(root)}:{number} speaks of an option of the program")
    for path in sources(root, LAYERS):
        lines = code(path).splitlines()
        for number, line in enumerate(lines):
            for names in re.findall(r"\breduction\s*\([^:]*:([^)]*)\)", line):
                before = "\n".join(lines[max(0, number - 30) : number])
                for name in (n.strip() for n in names.split(",")):
                    if not re.search(rf"\b(u?int\d+_t|int|unsigned|long|size_t)\s[^;(]*\b{name}\b", before):
                        faults.append(f"{path.relative_to(root)}:{number + 1} reduces {name}, which is not a whole number: "
                                      "its order would be left to chance")
    return faults


def sizes(root):
    faults = []
    scripts = [*(root / "tests").rglob("*.py"), *(root / "python").rglob("*.py")]
    for path in list(sources(root, LAYERS + ["tests"])) + scripts + [root / PUBLIC]:
        lines = path.read_text(encoding="utf-8").count("\n")
        most = LINES_MAX_PUBLIC if path == root / PUBLIC else LINES_MAX
        if lines > most:
            faults.append(f"{path.relative_to(root)} has {lines} lines, more than {most}")
    return faults


def format(root, clang_format):
    files = [p for p in list(sources(root, LAYERS + ["tests"])) if p.suffix in (".c", ".h")]
    files += [root / PUBLIC, *sorted((root / "examples").glob("*.c"))]
    result = subprocess.run([clang_format, "--dry-run", "-Werror", *map(str, files)], capture_output=True, text=True)
    named = sorted({line.split(":")[0] for line in result.stderr.splitlines() if "error:" in line})
    return [f"{pathlib.Path(name).relative_to(root)} is not formatted" for name in named] or (
        [result.stderr] if result.returncode else [])


def symbols(shared, static):
    """Everything that the libraries show begins with matthew_; the shared one shows what tests/symbols.txt lists."""
    faults = []
    listed = (pathlib.Path(__file__).parent / "symbols.txt").read_text(encoding="utf-8").split()
    for library, options in ((shared, ["-D", "--defined-only"]), (static, ["-g", "--defined-only"])):
        listing = subprocess.run(["nm", *options, library], capture_output=True, text=True, check=True).stdout
        names = [line.split()[-1] for line in listing.splitlines() if len(line.split()) == 3]
        if not names:
            faults.append(f"{library} shows nothing")
        faults += [f"{pathlib.Path(library).name} shows {name}" for name in names if not name.startswith("matthew_")]
        if library == shared:
            faults += [f"{name} is new: add it to tests/symbols.txt" for name in sorted(set(names) - set(listed))]
            faults += [f"{name} of tests/symbols.txt is gone: users call it" for name in sorted(set(listed) - set(names))]
    return faults


# What compilers put in by themselves.
COMPILERS = "memcpy memmove memset memcmp abort __stack_chk_fail _GLOBAL_OFFSET_TABLE_"


def kernels(build, library):
    """Kernels call nothing but the project's own functions, and no multiplication was fused with an addition."""
    own = subprocess.run(["nm", "-g", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    allowed = {line.split()[-1] for line in own.splitlines() if len(line.split()) == 3} | set(COMPILERS.split())
    objects = sorted(pathlib.Path(build).glob("CMakeFiles/matthew_kernels_*/**/*.o"))
    faults = [] if objects else ["no kernel objects found"]
    for path in objects:
        listing = subprocess.run(["nm", "-u", str(path)], capture_output=True, text=True, check=True).stdout
        for name in (line.split()[-1] for line in listing.splitlines() if line.strip()):
            if name not in allowed:
                faults.append(f"{path.name} of {path.parts[-3]} calls {name}")
        disassembly = subprocess.run(["objdump", "-d", "--no-show-raw-insn", str(path)], capture_output=True, text=True, check=True)
        fused = re.findall(r"\tvfn?m(?:add|sub)\w+", disassembly.stdout)
        if fused:
            faults.append(f"{path.name} has {len(fused)} fused multiplications and additions")
    return faults


# A fault of each kind, and what has to be said of it. A file is named with the line that is added to it.
PLANTED = {
    "includes": [
        ("core/names.c", '#include "agents/world.h"', "core/names.c includes agents/world.h"),
        *((f"market/{one}.c", f'#include "market/{other}.h"', f"market/{one}.c includes another market: market/{other}.h")
          for one, other in (("customers", "rent"), ("rent", "alliances"), ("alliances", "silicon"), ("silicon", "talent"),
                             ("choice", "customers"), ("markets", "capital"))),
        ("market/rent_kernel.c", '#include "market/regulation.h"', "market/rent_kernel.c includes another market"),
    ],
    "rooms": [
        *((f"output/{room}/{one}.c", f'#include "output/{other}.h"', f"output/{room}/{one}.c includes output/{other}.h")
          for room, one, other in (("file", "netcdf", "history/history"), ("codec", "codec", "file/netcdf"),
                                   ("file", "path", "codec/codec"), ("history", "source", "info"))),
    ],
    "program": [
        ("program/info.c", '#include "core/names.h"', "program/info.c includes core/names.h"),
        ("program/watch.h", '#include "measure/gauge.h"', "program/watch.h includes measure/gauge.h"),
    ],
    "circles": [
        ("agents/events.c", '#include "agents/population.h"', "agents/: a circle of includes: "),
        ("agents/alliance.c", "void planted(struct world *w) { population_begin(w); }",
         "agents/: a circle of calls: alliance -> population, population -> alliance"),
        ("core/scenario_origin.c", "int planted(void) { return scenario_assign_named(0, 0, 0); }",
         "core/: a circle of calls: scenario_named -> scenario_origin, scenario_origin -> scenario_named"),
        ("output/file/reason.c", '#include "output/file/hdf5_gate.h"',
         "output/: a circle of includes: file/hdf5_gate -> file/reason, file/reason -> file/hdf5_gate"),
        ("agents/value_kernel.c", "void planted(struct world *w) { population_begin(w); }",
         "agents/: a circle of calls: population -> takeovers, population -> value, "),
    ],
}


def planted(root):
    """These checks find what they are for: each fault is planted in a copy, alone."""
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for layer in LAYERS:
            shutil.copytree(root / layer, copy / layer)
        for check, plants in PLANTED.items():
            for name, line, wanted in plants:
                path = copy / name
                before = path.read_text(encoding="utf-8")
                path.write_text(before + line + "\n", encoding="utf-8")
                found = globals()[check](copy)
                if not any(fault.startswith(wanted) for fault in found):
                    faults.append(f"{check}: with `{line}` in {name} it says {found} in place of '{wanted}'")
                path.write_text(before, encoding="utf-8")
    return faults


def main():
    check, arguments = sys.argv[1], sys.argv[2:]
    if check in ("includes", "program", "rooms", "circles", "habits", "sizes", "planted", "format"):
        arguments[0] = pathlib.Path(arguments[0]).resolve()
    faults = globals()[check](*arguments)
    for fault in faults:
        print(fault)
    print(f"{check}: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
