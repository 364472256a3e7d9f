"""Stepping HalfCheetah and Hopper on one thread, resets included, against EnvPool and Gymnasium."""

import harness

options = harness.options(__doc__)
harness.build("pactolus-benchmarks")
seconds = "1" if options.quick else "3"
python = str(harness.PLACE / "mujoco" / "bin" / "python")
peer = [python, str(harness.PEERS / "mujoco_stepping.py")]
rows, entries, kept, ratios = [], [], {}, {}
for world in ["HalfCheetah-v5", "Hopper-v5"]:
    answers = harness.alternate({
        "envpool": [*peer, "envpool", world, "--seconds", seconds],
        "gymnasium": [*peer, "gymnasium", world, "--seconds", seconds],
        "pactolus": [harness.OURS, "mujoco", "--world", f"mujoco/{world}", "--engine",
                     str(harness.ROOT / ".build" / "mujoco"), "--seconds", seconds],
    }, options.repetitions, options.core)
    rates = {side: [answer["rate"] for answer in answers[side]] for side in answers}
    ours = harness.shown(harness.spread(rates["pactolus"]))
    for side, title in [("envpool", "EnvPool, its own MuJoCo"), ("gymnasium", "Gymnasium, MuJoCo 4.0.0")]:
        ratio = harness.ratios(rates["pactolus"], rates[side])
        ratios[f"{world} {side}"] = ratio
        theirs = harness.shown(harness.spread(rates[side]))
        rows.append([f"{world}, {title}", theirs, ours, harness.shown(ratio), "ahead"])
        entries.append(
            [f"{world} stepping", f"{title}: {theirs} steps/s", f"{ours} steps/s", f"{harness.shown(ratio)} ×", "> 1 ×"])
    kept.update({f"{world} {side}": answers[side] for side in answers})
harness.publish(
    "mujoco-stepping", "MuJoCo, one thread, random actions", ["", "steps/s", "Pactolus, steps/s", "Pactolus ×", "target"],
    rows, kept, entries, ratio=ratios)
