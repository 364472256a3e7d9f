"""Maximum-causal-entropy IRL on a random world of 400 states, horizon 50, against imitation: the same world and occupancy.

imitation runs first and writes the world that it made; both then learn from the exact occupancy until imitation's stopping
rules (occupancies within 1e-3, or a gradient below 1e-4) are met. One repetition of imitation takes half a minute.
"""

import harness

options = harness.options(__doc__)
harness.build("pactolus-benchmarks")
world = harness.PLACE / "runs" / "mce-world.npz"
world.parent.mkdir(parents=True, exist_ok=True)
short = ["--iterations", "100"] if options.quick else []
answers = harness.alternate({
    "imitation": [harness.PYTHON, str(harness.PEERS / "imitation_mce.py"), "--world", str(world), *short],
    "pactolus": [harness.OURS, "irl", "--world", str(world), *short],
}, options.repetitions, options.core)
seconds = {side: [answer["cpu"] for answer in answers[side]] for side in answers}
each = {
    side: [answer["cpu"] / answer["iterations"] for answer in answers[side]] for side in answers}
ratio = harness.ratios(each["imitation"], each["pactolus"])
title = "maximum-causal-entropy IRL, random world of 400 states, horizon 50"


def facts(side):
    answer = answers[side][0]
    return [harness.shown(harness.spread(seconds[side])), f"{answer['iterations']:,}", f"{answer['correlation']:.4f}"]


harness.publish(
    "inverse-reinforcement", title, ["", "processor seconds", "iterations", "correlation", "× less an iteration", "target"],
    [["imitation", *facts("imitation"), "", ""],
     ["Pactolus", *facts("pactolus"), harness.shown(ratio), "≥ 30"]],
    answers,
    [[title, f"imitation: {facts('imitation')[0]} s, {facts('imitation')[1]} iterations",
      f"{facts('pactolus')[0]} s, {facts('pactolus')[1]} iterations", f"{harness.shown(ratio)} × less", "≥ 30 ×"]],
    ratio=ratio)
