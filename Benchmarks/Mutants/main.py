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


def table(name):
    """The rows of a checked-in list: fields parted by tabs, comments after #."""
    lines = (Path(__file__).parent / name).read_text().splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def arguments():
    parser = argparse.ArgumentParser(prog="Benchmarks/mutants", description=__doc__)
    parser.add_argument("--seed", type=int, required=True, action="append",
                        help="what is drawn depends on it alone; given again, the next draw shares the build and passes over "
                             "the lines of those before it")
    parser.add_argument("--judge", type=int, action="append", help="only these of the seeds; all by default")
    parser.add_argument("--rooms", default="", help="names with commas; all that have tests of their own by default")
    parser.add_argument("--only", default="", help="of what is drawn over --rooms, build and judge these rooms alone")
    parser.add_argument("--count", type=int, default=130, help="mutants to judge of each seed (130)")
    parser.add_argument("--jobs", type=int, default=2, help="test processes side by side (2)")
    parser.add_argument("--minutes", type=float, default=90, help="after which no further mutant is begun (90)")
    parser.add_argument("--least", type=float, default=0.95, help="share that must die (0.95)")
    parser.add_argument("--place", default=str(ROOT / ".build/mutants"), help="where the copy and the results stand")
    parser.add_argument("--build", default="swift build -c release --product pactolusPackageTests", help="the command that builds the copy")
    return parser.parse_args()


def main():
    options = arguments()
    started = time.monotonic()
    place = Path(options.place)
    place.mkdir(parents=True, exist_ok=True)
    tree = Tree(ROOT, place, options.build.split())
    rooms = [r for r in options.rooms.split(",") if r] or tree.rooms()
    only = [r for r in options.only.split(",") if r] or rooms
    for room in rooms + only:
        if room not in tree.rooms():
            sys.exit(f"no room '{room}' with tests of its own; there are {', '.join(tree.rooms())}")

    lines = set()
    order = [site for site in tree.named(table("named.tsv"), lines) if site.room in rooms]
    equivalents = {tuple(row[:4]) for row in table("equivalents.tsv")}
    for seed in options.seed:
        # More than are judged, as some will not compile.
        drawn = tree.draw(rooms, options.count + options.count // 2 + 5, seed, equivalents, lines)
        for site in drawn:
            site.seed = seed
        order += drawn
    for number, site in enumerate(order, 1):
        site.number = number
    mark = hashlib.sha256(
        json.dumps([s.key for s in order]).encode()
        + b"".join(p.read_bytes() for d in ("Sources", "Tests") for p in sorted((ROOT / d).rglob("*.swift")))).hexdigest()
    state = place / f"{'-'.join(map(str, options.seed))}-{mark[:12]}"
    state.mkdir(exist_ok=True)
    tree.copy(only, order)
    compiled = tree.compile([site for site in order if site.room in only])
    named = [site for site in compiled if site.operator == "named"]
    if len(named) < sum(site.operator == "named" and site.room in only for site in order):
        sys.exit("a named mutant does not compile: mend Benchmarks/Mutants/named.tsv")
    # What does not compile makes room for the next of the draw; a part of the rooms gets its part of the count.
    count = -(-options.count * len(only) // len(rooms))
    judged = {seed: [s for s in compiled if s.seed == seed][:count] for seed in options.judge or options.seed}

    bundle = next((tree.tree / ".build/release").glob("*PackageTests.xctest"))
    judge = Judge(tree, str(bundle))
    reach_path, results_path = state / "reach.jsonl", state / "results.jsonl"
    reach = {r["suite"]: r for r in read_lines(reach_path)}
    judge.reach(only, reach, reach_path, options.jobs)
    results = {r["key"]: r for r in read_lines(results_path)}
    every = named + [site for sites in judged.values() for site in sites]
    judge_all(judge, every, reach, results, results_path, options.jobs, started + 60 * options.minutes)
    minutes = (time.monotonic() - started) / 60
    alive = report("named", named, results, minutes, least=1)
    sys.exit(max([alive] + [report(f"seed {s}", judged[s], results, minutes, options.least) for s in judged]))


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def report(name, planted, results, minutes, least):
    """Prints what became of the mutants; 1 if too few died, or some were not judged in time."""
    cells, survivors, waiting = {}, [], []
    for site in planted:
        result = results.get(site.key)
        if not result:
            waiting.append(site)
            continue
        for cell in ((site.room, "all"), ("all", site.operator), ("all", "all")):
            killed, all_ = cells.get(cell, (0, 0))
            cells[cell] = (killed + (result["outcome"] == "killed"), all_ + 1)
        if result["outcome"] != "killed":
            survivors.append((site, result))
    print()
    for (room, operator), (killed, all_) in sorted(cells.items()):
        print(f"{room:16} {operator:12} {killed:4} of {all_:4} die")
    for site, result in survivors:
        print(f"\nsurvived: {site.file}:{site.line} ({result['why']})\n    {site.source}\n    {site.changed()}")
    timed = sum(results[site.key]["why"] == "time-out" for site in planted if site.key in results)
    killed, all_ = cells.get(("all", "all"), (0, 0))
    share = killed / all_ if all_ else 0
    print(f"\n{name}: {killed} of {all_} mutants die ({100 * share:.1f} %), {timed} of them by time-out; "
          f"{len(waiting)} not judged in time; {minutes:.0f} minutes")
    return int(share < least or bool(waiting))


main()
