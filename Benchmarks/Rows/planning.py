"""Value iteration on 1,000 random states × 4 actions, 4 successors, discount .99, values within 1e-6, against SciPy."""

import harness

options = harness.options(__doc__)
harness.build("pactolus-benchmarks")
seconds = "0.5" if options.quick else "3"
peer = [harness.PYTHON, str(harness.PEERS / "value_iteration.py")]
answers = harness.alternate({
    "plain": [*peer, "plain", "--seconds", seconds],
    "bounds": [*peer, "bounds", "--seconds", seconds],
    "pactolus": [harness.OURS, "planning", "--seconds", seconds],
}, options.repetitions, options.core)
times = {side: [answer["milliseconds"] for answer in answers[side]] for side in answers}
sweeps = {side: str(answers[side][0]["sweeps"]) for side in answers}
ratio = {side: harness.ratios(times[side], times["pactolus"]) for side in ["plain", "bounds"]}
names = {"plain": "SciPy, the usual loop", "bounds": "SciPy, with our bounds", "pactolus": "Pactolus"}
targets = {"plain": "≥ 10 ×", "bounds": ""}
harness.publish(
    "planning", "Value iteration, 1,000 states × 4 actions, γ .99, error ≤ 1e-6",
    ["", "ms", "sweeps", "Pactolus ×", "target"],
    [[names[side], harness.shown(harness.spread(times[side])), sweeps[side],
      harness.shown(ratio[side]) if side in ratio else "", targets.get(side, "")] for side in answers],
    answers,
    [["value iteration, 1,000 states", f"{names[side]}: {harness.shown(harness.spread(times[side]))} ms",
      f"{harness.shown(harness.spread(times['pactolus']))} ms", f"{harness.shown(ratio[side])} ×", targets[side]]
     for side in ratio],
    ratio=ratio)
