"""The true returns that SAC, DQN and TD3 reach at equal settings, beside Stable-Baselines3's: some seeds of each, Welch's interval.

    Rows/off_policy_returns.py                                    # SAC on Pendulum, DQN on CartPole, TD3 on Pendulum, five seeds
    Rows/off_policy_returns.py --entries sac-pendulum --steps 10000
    Rows/off_policy_returns.py --entries sac-halfcheetah          # 200,000 steps of MuJoCo: hours

Each run is kept in .build/benchmarks/returns as soon as it has ended and is not done again, so that a stopped command goes on where it
stood; `--fresh` does them again. A return depends on the seed alone, not on how busy the machine is; the processor seconds beside it do a little.
"""

import argparse
import json
import os
import statistics
import sys

import harness

PYTHON = str(harness.PLACE / "off-policy" / "bin" / "python")
PEER = str(harness.PEERS / "off_policy.py")
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--entries", default="sac-pendulum,dqn-cartpole,td3-pendulum")
parser.add_argument("--steps", type=int, help="in place of each entry's")
parser.add_argument("--seeds", type=int, default=5)
parser.add_argument("--sides", default="sb3,pactolus", help="to do one side alone, and the other later")
parser.add_argument("--quick", action="store_true", help="two seeds of 2,000 steps: shows that it works")
parser.add_argument("--fresh", action="store_true", help="do again what is kept")
parser.add_argument("--core", default=str(max(os.sched_getaffinity(0))))
options = parser.parse_args()
if options.quick:
    options.seeds, options.steps = min(options.seeds, 2), 2000
sides = options.sides.split(",")
if "pactolus" in sides:
    harness.build("pactolus-benchmarks")
keep = harness.PLACE / "returns"
keep.mkdir(parents=True, exist_ok=True)
settings = json.loads((harness.ROOT / "Benchmarks" / "off-policy.json").read_text())


def answer(side, entry, seed):
    """What one run of one side reached, from the last time if it is kept."""
    steps = options.steps or settings[entry]["totalSteps"]
    path = keep / f"{side}-{entry}-{steps}-{seed}.json"
    if path.exists() and not options.fresh:
        return json.loads(path.read_text())
    program = [PYTHON, PEER] if side == "sb3" else [harness.OURS, "off-policy"]
    found = harness.run([*program, "quality", entry, "--seed", str(seed), "--steps", str(steps)], options.core)
    path.write_text(json.dumps(found))
    print(f"  {side} {entry} seed {seed}: {found['result']:.1f} in {found['cpu']:.0f} s", file=sys.stderr, flush=True)
    return found


rows, summary, every = [], [], {}
for entry in options.entries.split(","):
    steps = options.steps or settings[entry]["totalSteps"]
    answers = {side: [] for side in sides}
    for seed in range(options.seeds):
        for side in sides:
            answers[side].append(answer(side, entry, seed))
    if len(sides) < 2:
        continue
    theirs, ours = ([each["result"] for each in answers[side]] for side in ["sb3", "pactolus"])
    costs = [statistics.median(each["cpu"] for each in answers[side]) for side in ["sb3", "pactolus"]]
    gap = harness.shown_difference(harness.difference(ours, theirs))
    shown = [", ".join(map(harness.number, values)) for values in (theirs, ours)]
    rows.append([f"{entry}, {steps:,} steps", *shown, gap, *(f"{cost:.0f} s" for cost in costs)])
    summary.append([f"{entry}, true return after {steps:,} steps, {options.seeds} seeds", "SB3: " + shown[0], shown[1],
                    "difference " + gap, "no worse"])
    every.update({f"{side}-{entry}": answers[side] for side in sides})
if rows:
    harness.publish(
        "off-policy-returns", "SAC, DQN and TD3: true returns of the last policies, 20 episodes each",
        ["what", "Stable-Baselines3", "Pactolus", "difference (95 %)", "its processor seconds", "ours"], rows, every, summary)
