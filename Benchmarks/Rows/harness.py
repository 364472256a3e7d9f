"""Runs two sides of a comparison by turns, one thread on one core, and tells how they differ.

Every side is a command that prints JSON lines; a later one overrides an earlier one. Rates count processor seconds (user and system),
which a quiet machine makes equal to wall seconds and a busy one disturbs less; `busy` in the results is the largest
wall ÷ processor time seen, so a reader can tell which it was.
"""

import argparse
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PLACE = ROOT / ".build" / "benchmarks"
PEERS = ROOT / "Benchmarks" / "Peers"
PYTHON = str(PLACE / "peers" / "bin" / "python")
PLANNING_PYTHON = str(PLACE / "planning" / "bin" / "python")
STEPPING_PYTHON = str(PLACE / "stepping" / "bin" / "python")
RELEASE = ROOT / ".build" / "release"
# A program that was built elsewhere takes the place of ours: PROGRAM=/path/to/pactolus-benchmarks.
OURS = os.environ.get("PROGRAM") or str(RELEASE / "pactolus-benchmarks")


def options(description, reusable=False):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="one short repetition: shows that it works, measures little")
    parser.add_argument("--repetitions", type=int, default=5, help="times that each side runs")
    parser.add_argument("--seeds", type=int, default=5, help="seeds of each side, where returns are compared")
    parser.add_argument("--core", default=str(max(os.sched_getaffinity(0))), help="the core that both sides run on")
    if reusable:
        parser.add_argument("--reuse", action="store_true", help="keep the peer's seeds of the last run")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.repetitions, chosen.seeds = 1, min(chosen.seeds, 2)
    return chosen


def build(*products):
    for product in products:
        if product == "pactolus-benchmarks" and os.environ.get("PROGRAM"):
            continue
        subprocess.run(
            ["swift", "build", "-c", "release", "--product", product], cwd=ROOT, check=True, stdout=sys.stderr)


def environment():
    """One thread everywhere, no GPU, and OpenBLAS free to choose the best kernels of the machine.

    A machine that sets OPENBLAS_CORETYPE=Haswell halves OpenBLAS, and with it NumPy.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    one = {f"{library}_NUM_THREADS": "1" for library in ["OMP", "MKL", "OPENBLAS"]}
    return {**kept, **one, "CUDA_VISIBLE_DEVICES": "", "PYTHONWARNINGS": "ignore"}


def run(command, core):
    """The command's JSON, with the whole process's seconds as `process` besides its own."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    finished = subprocess.run(
        ["taskset", "-c", core, *command], env=environment(), cwd=ROOT, capture_output=True, text=True)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - started
    if finished.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{finished.stdout[-2000:]}\n{finished.stderr[-4000:]}")
    answer = {}
    for line in finished.stdout.splitlines():
        if line.startswith("{"):
            answer.update(json.loads(line))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    answer["process"] = {"wall": wall, "cpu": cpu, "megabytes": after.ru_maxrss / 1024}
    return answer


def alternate(sides, repetitions, core):
    """{side: [answer of each repetition]}; `sides` maps a name to a command, or to a function of the repetition."""
    answers = {name: [] for name in sides}
    for repetition in range(repetitions):
        for name, command in sides.items():
            answers[name].append(run(command(repetition) if callable(command) else command, core))
            print(f"  {name}, {repetition + 1} of {repetitions}", file=sys.stderr, flush=True)
    return answers


def kept(row, side, count):
    """A side's answers in the last run of this row, if there were so many; else none."""
    path = PLACE / "results" / f"{row}.json"
    answers = json.loads(path.read_text())["answers"].get(side, []) if path.exists() else []
    return answers[:count] if len(answers) >= count else []


def spread(values):
    return {"median": statistics.median(values), "minimum": min(values), "maximum": max(values)}


def ratios(numerators, denominators):
    """Of each repetition's pair, so that a machine that slows down for a while hits both."""
    return spread([above / below for above, below in zip(numerators, denominators)])


def difference(ours, theirs):
    """Ours minus theirs: mean, and Welch's 95 % interval."""
    from scipy.stats import ttest_ind

    middle = statistics.mean(ours) - statistics.mean(theirs)
    if min(len(ours), len(theirs)) < 2:
        return {"mean": middle}
    interval = ttest_ind(ours, theirs, equal_var=False).confidence_interval(0.95)
    return {"mean": middle, "lower": float(interval.low), "upper": float(interval.high)}


def number(value):
    if abs(value) >= 10_000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def shown(summary):
    return f"{number(summary['median'])} ({number(summary['minimum'])} to {number(summary['maximum'])})"


def shown_difference(summary):
    if "lower" not in summary:
        return number(summary["mean"])
    return f"{number(summary['mean'])} [{number(summary['lower'])}, {number(summary['upper'])}]"


def machine():
    model = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    ours = {}
    if pathlib.Path(OURS).exists():
        ours = run([OURS, "machine"], str(max(os.sched_getaffinity(0))))
        ours.pop("process")
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return {
        "processor": model, "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}", "swift": swift,
        "loadBefore": os.getloadavg()[0], **ours,
    }


def publish(name, title, header, rows, answers, summary, **more):
    """Prints the row's table as Markdown and keeps everything in .build/benchmarks/results/<name>.json.

    `summary` holds lines of the one table of all rows: what, peer, ours, how they compare, target.
    """
    busy = max(
        (answer["wall"] / max(answer["cpu"], 1e-9) for side in answers.values() for answer in side if "wall" in answer),
        default=1)
    versions = {}
    for side in answers.values():
        for answer in side:
            versions.update(answer.get("versions", {}))
    table = [f"### {title}", "", "| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    table += ["| " + " | ".join(row) + " |" for row in rows]
    table = "\n".join(table)
    results = PLACE / "results"
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{name}.json").write_text(json.dumps({
        "name": name, "title": title, "table": table, "summary": summary, "busy": busy, "versions": versions, "machine": machine(),
        **more, "answers": answers,
    }, indent=1, sort_keys=True) + "\n")
    print(f"\n{table}\n\nbusy {busy:.2f} (1 is a quiet machine)\n", flush=True)
