"""Steps per second of PPO with one entry of settings.json, against Stable-Baselines3; both rows on PPO's speed use it."""

import harness


def measure(entry, title, target):
    options = harness.options(title)
    harness.build("pactolus-benchmarks")
    steps = "16384" if options.quick else "32768"
    answers = harness.alternate({
        "sb3": [harness.PYTHON, str(harness.PEERS / "sb3_ppo.py"), "speed", entry, "--steps", steps],
        "pactolus": [harness.OURS, "ppo-speed", entry, "--steps", str(8 * int(steps))],
    }, options.repetitions, options.core)
    theirs, ours = ([answer["rate"] for answer in answers[side]] for side in ["sb3", "pactolus"])
    ratio = harness.ratios(ours, theirs)
    harness.publish(
        entry, title, ["", "steps/s", "× SB3", "target"],
        [["Stable-Baselines3", harness.shown(harness.spread(theirs)), "", ""],
         ["Pactolus", harness.shown(harness.spread(ours)), harness.shown(ratio), target]],
        answers,
        [[title, f"SB3: {harness.shown(harness.spread(theirs))} steps/s",
          f"{harness.shown(harness.spread(ours))} steps/s", f"{harness.shown(ratio)} ×", f"{target} ×"]],
        ratio=ratio)
