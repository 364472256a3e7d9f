"""A copy of the tree with mutants planted in it, compiled; what does not compile is left out."""

import hashlib
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import operators

HEADER = """#pragma once
#include <stdbool.h>
#include <stdint.h>
extern int32_t pactolus_active_mutant;
extern uint8_t *pactolus_reached_mutants;
static inline bool pactolus_mutant(int32_t number) {
  if (__builtin_expect(pactolus_reached_mutants != 0, 0)) pactolus_reached_mutants[number] = 1;
  return number == pactolus_active_mutant;
}
"""

SWITCH = """#include "mutants.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int32_t pactolus_active_mutant = 0;
uint8_t *pactolus_reached_mutants = 0;

// PACTOLUS_MUTANT: the number of the active mutant. PACTOLUS_MUTANT_TRACE: a file of 65,536 bytes, one for each mutant
// that this process or one that it starts has reached; mapped, so that a crash loses nothing.
__attribute__((constructor)) static void read_environment(void) {
  const char *active = getenv("PACTOLUS_MUTANT");
  if (active) pactolus_active_mutant = atoi(active);
  const char *trace = getenv("PACTOLUS_MUTANT_TRACE");
  if (!trace) return;
  int file = open(trace, O_RDWR);
  if (file < 0) return;
  void *table = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (table != MAP_FAILED) pactolus_reached_mutants = table;
}
"""

MODULE = """import CMutants

@inlinable @inline(__always) public func mutant(_ number: Int32) -> Bool { pactolus_mutant(number) }
@inlinable @inline(__always) public func mutated<T>(_ number: Int32, _ value: T, _ other: T) -> T {
  pactolus_mutant(number) ? other : value
}
"""


class Tree:
    """The copy under `.build/mutants/tree`."""

    def __init__(self, root, place, build):
        self.root, self.place, self.build = root, place, build
        self.tree = (place / "tree").resolve()
        self.package = json.loads(
            subprocess.run(["swift", "package", "dump-package"], cwd=root, check=True, capture_output=True).stdout)
        self.targets = {t["name"]: t for t in self.package["targets"]}

    def rooms(self):
        """Rooms with tests of their own: target X with target XTests."""
        return [name for name, target in self.targets.items()
                if target["type"] in ("regular", "executable") and name + "Tests" in self.targets]

    def folder(self, target):
        return Path(self.targets[target].get("path") or f"Sources/{target}")

    def needed(self, rooms):
        """The targets that the rooms' tests depend on, and the packages that those need."""
        waiting, found, packages = [room + "Tests" for room in rooms], set(), set()
        while waiting:
            name = waiting.pop()
            if name in found or name not in self.targets:
                continue
            found.add(name)
            for dependency in self.targets[name]["dependencies"]:
                if "product" in dependency:
                    packages.add(dependency["product"][1])
                else:
                    waiting.append((dependency.get("byName") or dependency.get("target"))[0])
        return found, packages

    def candidates(self, rooms, passed_over):
        """All sites but those of the list of equivalents, by (room, operator)."""
        cells = {}
        for room in rooms:
            for path in sorted((self.root / self.folder(room)).rglob("*.swift")):
                text = path.read_text()
                mark = hashlib.sha256(text.encode()).hexdigest()[:12]
                for site in operators.sites(text):
                    site.file, site.room, site.mark = str(path.relative_to(self.root)), room, mark
                    if (site.file, site.source, site.before, site.after) not in passed_over:
                        cells.setdefault((room, site.operator), []).append(site)
        return cells

    def draw(self, rooms, count, seed, passed_over, lines):
        """An order of sites: cells (room × operator) in turn, within each at random; at most one on a line.

        Each cell has a random order of its own, so that an edit in one room leaves the draw of the others as it was.
        `lines` are taken already; those of this draw are added.
        """
        cells = self.candidates(rooms, passed_over)
        for key in cells:
            random.Random(f"{seed} {key}").shuffle(cells[key])
        order, waiting = [], sorted(cells)
        random.Random(seed).shuffle(waiting)
        while waiting and len(order) < count:
            for key in list(waiting):
                while cells[key]:
                    site = cells[key].pop()
                    if (site.file, site.line) not in lines:
                        lines.add((site.file, site.line))
                        order.append(site)
                        break
                else:
                    waiting.remove(key)
        for site in order[count:]:
            lines.discard((site.file, site.line))
        return order[:count]

    def named(self, rows, lines):
        """The mutants of the list of names; a line that stands several times is changed everywhere at once."""
        found = []
        for file, source, changed, meaning in rows:
            text = (self.root / file).read_text()
            lengths = [len(line) + 1 for line in text.split("\n")]
            places = [i for i, line in enumerate(text.split("\n")) if line.strip() == source]
            room = next((r for r in self.rooms() if Path(file).is_relative_to(self.folder(r))), None)
            if not places or room is None:
                sys.exit(f"{file} has no line '{source}': mend Benchmarks/Mutants/named.tsv")
            edits = []
            for place in places:
                start = sum(lengths[:place]) + lengths[place] - 1 - len(text.split("\n")[place].lstrip())
                edits.append((start, start + len(source)))
                lines.add((file, place + 1))
            site = operators.Site(
                "named", *edits[0], build=lambda n, changed=changed: changed.replace("MUTANT", f"mutant({n})"),
                before=source, after=meaning, file=file, line=places[0] + 1, source=source, room=room,
                mark=hashlib.sha256(text.encode()).hexdigest()[:12])
            site.also = edits[1:]
            found.append(site)
        return found

    def copy(self, rooms, order):
        """Copies what the tests need. Files that did not change keep their time, so that little is compiled again."""
        self.every = order
        changed = {site.file for site in order}
        for folder, folders, files in os.walk(self.root):
            folders[:] = [f for f in folders if f not in (".build", ".git")]
            for name in files:
                file = os.path.relpath(os.path.join(folder, name), self.root)
                if file not in changed and file != "Package.swift":
                    self.write(file, (self.root / file).read_bytes(), mode=os.stat(self.root / file).st_mode)
        self.remove_strays()
        targets, packages = self.needed(rooms)
        self.write("MutantSwitch/C/include/mutants.h", HEADER)
        self.write("MutantSwitch/C/mutants.c", SWITCH)
        kept = json.dumps(sorted(targets))
        wanted = json.dumps(sorted(packages))
        self.write("Package.swift", (self.root / "Package.swift").read_text() + f"""
let kept = Set({kept} as [String]), packages: [String] = {wanted}
package.products.removeAll {{ $0.name != "pactolus" || !kept.contains("pactolus-command") }}
package.targets.removeAll {{ !kept.contains($0.name) }}
package.dependencies.removeAll {{ dependency in
  switch dependency.kind {{
  case .sourceControl(_, let location, _): !packages.contains {{ location.hasSuffix("/" + $0) || location.hasSuffix("/" + $0 + ".git") }}
  default: false
  }}
}}
for target in package.targets where [.regular, .executable].contains(target.type) {{
  target.dependencies.append("MutantSwitch")
}}
package.targets += [
  .target(name: "CMutants", path: "MutantSwitch/C"),
  .target(name: "MutantSwitch", dependencies: ["CMutants"], path: "MutantSwitch/Swift"),
]
""")

    def plant(self, planted):
        """Writes the changed files and the module that defines the mutants' operators."""
        # Of all that were drawn: this module stays the same when some do not compile, or every room would be built anew.
        definitions = "".join(site.definition(site.number) for site in self.every if site.definition)
        self.write("MutantSwitch/Swift/MutantSwitch.swift", MODULE + definitions)
        by_file = {}
        for site in planted:
            by_file.setdefault(site.file, []).append(site)
        for file in {s.file for s in self.every}:
            text = (self.root / file).read_text()
            edits = []
            for site in by_file.get(file, []):
                edits.append((site.start, site.end, site.build(site.number)))
                edits += site.extra + [(start, end, site.build(site.number)) for start, end in site.also]
            for start, end, replacement in sorted(edits, reverse=True):
                text = text[:start] + replacement + text[end:]
            if edits:
                # On the line of the first import, so that lines keep their numbers.
                text = re.sub(r"^(\s*(?:@\w+ )?(?:public |package |internal )?import )", r"import MutantSwitch; \1", text, count=1, flags=re.M)
                if "import MutantSwitch" not in text:
                    text = "import MutantSwitch; " + text
            self.write(file, text)

    def write(self, file, content, mode=0o644):
        """Writes a file of the copy, unless it stands there already."""
        path = self.tree / file
        content = content.encode() if isinstance(content, str) else content
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode)

    def remove_strays(self):
        """Removes files of the copy that the tree no longer has."""
        for folder, folders, files in os.walk(self.tree):
            folders[:] = [f for f in folders if f not in (".build", ".git", "MutantSwitch")]
            for name in files:
                file = os.path.relpath(os.path.join(folder, name), self.tree)
                if file != "Package.resolved" and not (self.root / file).exists():
                    (self.tree / file).unlink()

    def compile(self, order):
        """Plants all of `order` that compiles together, and returns it. What does not is remembered in `refused`."""
        refused = self.place / "refused"
        known = set(refused.read_text().splitlines()) if refused.exists() else set()
        planted = [site for site in order if f"{site.mark} {site.key}" not in known]
        for attempt in range(1, 60):
            self.plant(planted)
            run = subprocess.run(
                self.build, cwd=self.tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
            (self.place / "build.log").write_text(run.stdout)
            if run.returncode == 0:
                print(f"compiled {len(planted)} mutants; {len(order) - len(planted)} places do not type-check and were passed over")
                return planted
            guilty = self.guilty(run.stdout, planted)
            if not guilty:
                sys.exit(f"the copy does not compile, and no mutant stands near an error: see {self.place}/build.log")
            print(f"attempt {attempt}: {len(guilty)} places do not compile", flush=True)
            with open(refused, "a") as file:
                file.writelines(f"{site.mark} {site.key}\n" for site in guilty)
            planted = [site for site in planted if site not in guilty]
        sys.exit("the copy still does not compile after 60 attempts")

    def guilty(self, log, planted):
        """The sites on the lines of compile errors; where there is none on the line, the nearest below or above."""
        guilty = []
        for file, line in set(re.findall(r"^(\S+\.swift):(\d+):\d+: error", log, re.M)):
            relative = os.path.relpath(file, self.tree)
            near = [s for s in planted if s.file == relative]
            if not near:
                continue
            least = min(abs(s.line - int(line)) for s in near)
            guilty += [s for s in near if abs(s.line - int(line)) == least and s not in guilty]
        return guilty
