"""SAC, TD3 and DQN: steps per processor second, learning included, beside Stable-Baselines3 and sbx (JAX).

    Rows/off_policy.py                    # by turns, five repetitions
    Rows/off_policy.py --quick            # shows that it works

A gradient step of SAC on Pendulum costs `flops()` operations in products of matrices; the share of the machine's best
product that ours reaches is given beside its speed.
"""

import os

import harness

OFF_POLICY_PYTHON = str(harness.PLACE / "off-policy" / "bin" / "python")
PEER = str(harness.PEERS / "off_policy.py")


def flops(batch=256, observation=3, action=1, width=256):
    """Products of one gradient step of SAC: two operations per weight and row; backward twice the forward's."""
    actor = observation * width + width * width + width * 2 * action
    critic = (observation + action) * width + width * width + width
    # The actor: forward and backward, and forward for what follows. Each critic: target, forward and backward, and
    # forward and the derivatives by its inputs for the actor's loss.
    return 2 * batch * (actor * (3 + 1) + 2 * critic * (1 + 3 + 2))


options = harness.options(__doc__)
harness.build("pactolus-benchmarks")
best = harness.run([harness.OURS, "matrix-products"], options.core)["best"]
rows, summary, every, more = [], [], {}, {}

TARGETS = {("sac-pendulum", "sbx"): "≥ 1.5 ×", ("dqn-cartpole", "sb3"): "≥ 5 ×"}
# Of all three unless ENTRIES names some: ENTRIES=td3-pendulum Benchmarks/off-policy.
for entry in os.environ.get("ENTRIES", "sac-pendulum,td3-pendulum,dqn-cartpole").split(","):
    libraries = ["sb3", "sbx"]
    steps = ["--steps", "1000"] if options.quick else []
    sides = {library: [OFF_POLICY_PYTHON, PEER, "speed", entry, "--library", library, *steps] for library in libraries}
    sides["pactolus"] = [harness.OURS, "off-policy", "speed", entry, *steps]
    answers = harness.alternate(sides, options.repetitions, options.core)
    ours = [answer["rate"] for answer in answers["pactolus"]]
    share = ""
    if entry == "sac-pendulum":
        shares = harness.spread([rate * flops() / 1e9 / best for rate in ours])
        share = f", {shares['median']:.0%} of the best product ({best:.0f} GFLOP/s)"
        more["shares"] = shares
    for library in libraries:
        theirs = [answer["rate"] for answer in answers[library]]
        ratio = harness.ratios(ours, theirs)
        rows.append([entry, library, harness.shown(harness.spread(theirs)), harness.shown(harness.spread(ours)) + share,
                     harness.shown(ratio)])
        summary.append([f"{entry}, one environment", f"{library}: {harness.shown(harness.spread(theirs))} steps/s",
                        f"{harness.shown(harness.spread(ours))} steps/s{share}", f"{harness.shown(ratio)} ×", TARGETS.get((entry, library), "")])
    every.update({f"{side}-{entry}-speed": answers[side] for side in answers})

harness.publish(
    "off-policy", "SAC, TD3 and DQN, steps per processor second", ["what", "peer", "its steps/s", "Pactolus, steps/s", "ratio"], rows, every, summary,
    best=best, **more)
