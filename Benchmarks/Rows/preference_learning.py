"""Row 3: a whole preference-learning run with the settings of imitation's tutorial 5, five seeds of each side.

imitation's processor seconds start after its imports; ours are the whole process's, report and checkpoints included.
`--reuse` takes imitation's seeds from the last run, so that ratios are then between two moments of the machine.
The true return is the mean over 20 episodes of the final policy, deterministic, as either side's own code plays them.
"""

import shutil
import statistics

import harness

options = harness.options(__doc__, reusable=True)
harness.build("pactolus-benchmarks", "pactolus")
folder = harness.PLACE / "runs"
shutil.rmtree(folder, ignore_errors=True)


# A short run of both, for --quick.
short = {"steps": "12000", "iterations": "4", "comparisons": "60"} if options.quick else {}


def theirs(seed):
    command = [harness.PYTHON, str(harness.PEERS / "imitation_preferences.py"), "--seed", str(seed)]
    return command + [word for name, value in short.items() for word in ("--" + name, value)]


def ours(seed):
    command = [
        str(harness.RELEASE / "pactolus"), "learn", "pactolus/Pendulum-v1", "--preset", "tutorial5", "--json",
        "--seed", str(seed), "--threads", "1", "--out", str(folder / f"seed-{seed}"),
        "--set", "evaluation.finalEpisodes=20",
    ]
    rooms = {"steps": "run", "iterations": "run", "comparisons": "feedback"}
    return command + [word for name, value in short.items() for word in ("--set", f"{rooms[name]}.{name}={value}")]


known = harness.kept("preference-learning", "imitation", options.seeds) if options.reuse else []
sides = {"pactolus": ours} if known else {"imitation": theirs, "pactolus": ours}
answers = {"imitation": known, **harness.alternate(sides, options.seeds, options.core)}
for answer in answers["pactolus"]:
    answer["result"] = statistics.mean(answer["outcome"]["trueReturns"])
    answer.pop("findings", None)

seconds = {
    "imitation": [answer["cpu"] for answer in answers["imitation"]],
    "pactolus": [answer["process"]["cpu"] for answer in answers["pactolus"]],
}
returns = {side: [answer["result"] for answer in answers[side]] for side in answers}
ratio = harness.ratios(seconds["imitation"], seconds["pactolus"])
gap = harness.difference(returns["pactolus"], returns["imitation"])
harness.publish(
    "preference-learning", "Learning from preferences, tutorial 5's settings, Pendulum",
    ["", "processor seconds", "× less", "target", "true return of each seed", "ours − theirs [95 %]"],
    [["imitation", harness.shown(harness.spread(seconds["imitation"])), "", "",
      ", ".join(map(harness.number, returns["imitation"])), ""],
     ["Pactolus", harness.shown(harness.spread(seconds["pactolus"])), harness.shown(ratio), "≥ 15",
      ", ".join(map(harness.number, returns["pactolus"])), harness.shown_difference(gap)]],
    answers,
    [["whole preference-learning run, Pendulum, tutorial 5's settings",
      f"imitation: {harness.shown(harness.spread(seconds['imitation']))} s",
      f"{harness.shown(harness.spread(seconds['pactolus']))} s", f"{harness.shown(ratio)} × less", "≥ 15 ×"],
     [f"its true return, {options.seeds} seeds", ", ".join(map(harness.number, returns["imitation"])),
      ", ".join(map(harness.number, returns["pactolus"])), "difference " + harness.shown_difference(gap), "no worse"]],
    ratio=ratio, difference=gap)
