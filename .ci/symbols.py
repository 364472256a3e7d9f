"""The public symbols of a built room, from the compiler's own symbol graph. Used by .ci/documented and .ci/interface."""

import glob
import json
import os
import platform
import re
import subprocess
import sys
import tempfile

TARGET = platform.machine() + "-unknown-linux-gnu"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def library():
    """The rooms that a library user gets, from the manifest's own text: the list `rooms` and what is beside it."""
    manifest = open(os.path.join(ROOT, "Package.swift")).read()
    names = []
    for line in re.findall(r"^let \w*[rR]ooms\w*(?:: \[String\])? = \[(.*?)\]", manifest, re.M | re.S):
        names += re.findall(r'"(\w+)"', line)
    product = re.search(r'\.library\(\s*name: "PactolusTesting",\s*targets: \[(.*?)\]', manifest, re.S)
    names += re.findall(r'"(\w+)"', product.group(1)) if product else []
    return list(dict.fromkeys(names))


def modules(root=ROOT):
    for place in (".build/release/Modules", ".build/*/release/Modules"):
        found = glob.glob(os.path.join(root, place))
        if found:
            return found[0]
    sys.exit("nothing is built in release: run 'swift build -c release' first")


def extract(room, folder, root=ROOT):
    """Writes the symbol graph of a module that is built; extensions of other rooms' types are files of their own."""
    built = modules(root)
    if not os.path.exists(os.path.join(built, room + ".swiftmodule")):
        # The tests do not need every module: the sockets of the workbench are built by nothing that runs before.
        done = subprocess.run(["swift", "build", "-c", "release", "--target", room], cwd=root, capture_output=True,
                              text=True)
        if done.returncode != 0:
            sys.exit(f"{room} cannot be built:\n{(done.stdout + done.stderr)[-2000:]}")
    command = ["swift", "symbolgraph-extract", "-module-name", room, "-I", built, "-target", TARGET,
               "-minimum-access-level", "public", "-skip-synthesized-members", "-output-dir", folder]
    maps = glob.glob(os.path.join(root, "Sources/C*/module.modulemap"))
    maps += glob.glob(os.path.join(root, ".build/checkouts/GRDB.swift/Sources/GRDBSQLite/module.modulemap"))
    maps += glob.glob(os.path.join(os.path.dirname(built), "*.build/module.modulemap"))
    # Modules whose map is made by hand are found in their include folders.
    for path in maps:
        command += ["-Xcc", "-fmodule-map-file=" + path]
    for path in glob.glob(os.path.join(root, "Sources/C*/include")) + glob.glob(
            os.path.join(root, ".build/checkouts/*/Sources/*/include")):
        command += ["-Xcc", "-I" + path]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"the symbols of {room} cannot be read:\n{done.stderr[:2000]}")


def graph(room, root=ROOT):
    """A module's symbols, and the relationships of each by its identifier."""
    symbols, edges = [], {}
    with tempfile.TemporaryDirectory() as folder:
        extract(room, folder, root)
        for path in glob.glob(os.path.join(folder, "*.symbols.json")):
            content = json.load(open(path))
            symbols += content["symbols"]
            for edge in content["relationships"]:
                edges.setdefault(edge["source"], []).append(edge)
    return symbols, edges


def declaration(symbol):
    text = "".join(part["spelling"] for part in symbol["declarationFragments"])
    return re.sub(r"\s+", " ", text).strip()


def place(symbol):
    at = symbol.get("location")
    if not at:
        return None
    path = at["uri"].removeprefix("file://")
    inside = re.search(r"/((?:Sources|Reproductions)/.*)$", path)
    return f"{inside.group(1) if inside else path}:{at['position']['line'] + 1}"
