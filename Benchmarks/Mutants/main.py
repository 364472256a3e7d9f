"""Benchmarks/mutants: how many one-line mutants of the rooms do their own tests kill?"""

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from judge import Judge, judge_all  # noqa: E402
from plant import Tree  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]


def equivalents():
    """Mutants that no test can kill, from the checked-in list: (file, line of source, before, after) → reason."""
    found = {}
    for line in (Path(__file__).parent / "equivalents.tsv").read_text().splitlines():
        if line and not line.startswith("#"):
            file, source, before, after, reason = line.split("\t")
            found[(file, source, before, after)] = reason
    return found


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/mutants", description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="what is drawn depends on it alone")
    parser.add_argument("--rooms", default="", help="names with commas; all that have tests of their own by default")
    parser.add_argument("--count", type=int, default=130, help="mutants to judge (130)")
    parser.add_argument("--jobs", type=int, default=2, help="test processes side by side (2)")
    parser.add_argument("--minutes", type=float, default=90, help="after which no further mutant is begun (90)")
    parser.add_argument("--least", type=float, default=0.95, help="share that must die (0.95)")
    parser.add_argument("--place", default=str(ROOT / ".build/mutants"), help="where the copy and the results stand")
    parser.add_argument("--build", default="swift build -c release", help="the command that builds the copy")
    return parser.parse_args()


def main():
    options = arguments()
    started = time.monotonic()
    place = Path(options.place)
    place.mkdir(parents=True, exist_ok=True)
    tree = Tree(ROOT, place, options.build.split())
    rooms = [r for r in options.rooms.split(",") if r] or tree.rooms()
    for room in rooms:
        if room not in tree.rooms():
            sys.exit(f"no room '{room}' with tests of its own; there are {', '.join(tree.rooms())}")

    # More than are judged, as some will not compile.
    order = tree.draw(rooms, count=options.count + options.count // 2 + 5, seed=options.seed)
    mark = hashlib.sha256(
        json.dumps([s.key for s in order]).encode()
        + b"".join(p.read_bytes() for d in ("Sources", "Tests") for p in sorted((ROOT / d).rglob("*.swift")))).hexdigest()
    state = place / f"{options.seed}-{mark[:12]}"
    state.mkdir(exist_ok=True)
    tree.copy(rooms, order)
    planted = tree.compile(order)[: options.count]

    bundle = next((tree.tree / ".build/release").glob("*PackageTests.xctest"))
    judge = Judge(tree, str(bundle))
    reach_path, results_path = state / "reach.json", state / "results.jsonl"
    reach = json.loads(reach_path.read_text()) if reach_path.exists() else {}
    for suite in judge.reach(rooms, reach):
        reach_path.write_text(json.dumps(reach))
    results = {}
    if results_path.exists():
        results = {r["key"]: r for r in map(json.loads, results_path.read_text().splitlines())}
    judge_all(judge, planted, reach, results, results_path, options.jobs, started + 60 * options.minutes)
    sys.exit(report(options, planted, results, (time.monotonic() - started) / 60))


def report(options, planted, results, minutes):
    known = equivalents()
    cells, survivors, equal, waiting = {}, [], [], []
    for site in planted:
        result = results.get(site.key)
        if not result:
            waiting.append(site)
            continue
        reason = known.get((site.file, site.source, site.before, site.after))
        if result["outcome"] == "survived" and reason:
            equal.append((site, reason))
            continue
        for cell in ((site.room, "all"), (site.room, site.operator), ("all", "all")):
            killed, all_ = cells.get(cell, (0, 0))
            cells[cell] = (killed + (result["outcome"] == "killed"), all_ + 1)
        if result["outcome"] != "killed":
            survivors.append((site, result))
    print()
    for (room, operator), (killed, all_) in sorted(cells.items()):
        print(f"{room:16} {operator:12} {killed:4} of {all_:4} die")
    for site, result in survivors:
        print(f"\nsurvived: {site.file}:{site.line} ({result['why']})\n    {site.source}\n    {site.changed()}")
    for site, reason in equal:
        print(f"\nequivalent: {site.file}:{site.line}: {reason}\n    {site.source}\n    {site.changed()}")
    timed = sum(r["why"] == "time-out" for r in results.values())
    killed, all_ = cells.get(("all", "all"), (0, 0))
    share = killed / all_ if all_ else 0
    print(f"\nseed {options.seed}: {killed} of {all_} mutants die ({100 * share:.1f} %), {timed} of them by time-out; "
          f"{len(equal)} equivalent by the list, {len(waiting)} not judged in time; {minutes:.0f} minutes")
    return 0 if share >= options.least and not waiting else 1


main()
