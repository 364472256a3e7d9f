"""Exact planning on 10,000 random states × 4 actions, 5 successors, discount .99, against QuantEcon's modified policy
iteration (values within 1e-9; ours are exact to rounding)."""

import harness

options = harness.options(__doc__)
harness.build("pactolus-benchmarks")
seconds = "0.5" if options.quick else "3"
answers = harness.alternate({
    "peer": [harness.PLANNING_PYTHON, str(harness.PEERS / "quantecon_planning.py"), "--seconds", seconds],
    "pactolus": [harness.OURS, "planning-large", "--seconds", seconds],
}, options.repetitions, options.core)
times = {side: [answer["milliseconds"] for answer in answers[side]] for side in answers}
ratio = harness.ratios(times["peer"], times["pactolus"])
names = {"peer": "QuantEcon, modified policy iteration", "pactolus": "Pactolus"}
harness.publish(
    "planning-large", "Planning, 10,000 states × 4 actions, γ .99",
    ["", "ms", "Pactolus ×", "target"],
    [[names[side], harness.shown(harness.spread(times[side])), harness.shown(ratio) if side == "peer" else "",
      "≥ 1 ×" if side == "peer" else ""] for side in answers],
    answers,
    [["planning, 10,000 sparse states", f"{names['peer']}: {harness.shown(harness.spread(times['peer']))} ms",
      f"{harness.shown(harness.spread(times['pactolus']))} ms", f"{harness.shown(ratio)} ×", "≥ 1 ×"]],
    ratio=ratio)
