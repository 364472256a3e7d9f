"""Row 6: stepping 64 CartPoles, resets and truncation included, against EnvPool and Gymnasium's vectorised one."""

import harness

options = harness.options(__doc__)
harness.build("pactolus-benchmarks")
seconds = "1" if options.quick else "3"
peer = [harness.STEPPING_PYTHON, str(harness.PEERS / "stepping.py")]
answers = harness.alternate({
    "envpool": [*peer, "envpool", "--seconds", seconds],
    "gymnasium": [*peer, "gymnasium", "--seconds", seconds],
    "pactolus": [harness.OURS, "stepping", "--seconds", seconds],
}, options.repetitions, options.core)
rates = {side: [answer["rate"] for answer in answers[side]] for side in answers}
ratio = {side: harness.ratios(rates["pactolus"], rates[side]) for side in ["envpool", "gymnasium"]}
harness.publish(
    "stepping", "CartPole, 64 environments, random actions", ["", "steps/s", "Pactolus ×", "target"],
    [["EnvPool", harness.shown(harness.spread(rates["envpool"])), harness.shown(ratio["envpool"]), "≥ 20"],
     ["Gymnasium, vectorised", harness.shown(harness.spread(rates["gymnasium"])),
      harness.shown(ratio["gymnasium"]), ""],
     ["Pactolus", harness.shown(harness.spread(rates["pactolus"])), "", ""]],
    answers,
    [["CartPole stepping, 64 environments", f"{title}: {harness.shown(harness.spread(rates[side]))} steps/s",
      f"{harness.shown(harness.spread(rates['pactolus']))} steps/s", f"{harness.shown(ratio[side])} ×", target]
     for side, title, target in [("envpool", "EnvPool", "≥ 20 ×"), ("gymnasium", "Gymnasium, vectorised", "")]],
    ratio=ratio)
