"""PPO on CartPole against PPO as one jitted program (in the manner of PureJaxRL), with the share of the best product.

Both sides by turns on one core. Rates are steps per processor second after compilation; cold start is the whole
process, imports and compilation included, for a run of 131,072 steps.
"""

import json

import harness

TITLE = "PPO on CartPole, 8 environments, jitted peer"
# Floating-point operations of one environment step, 4 → 64 → 64 → {2, 1}: each of 4 epochs takes every row forward and
# backward through both networks (the first layer's input needs no gradient), then one pass each for acting and values.
FORWARD = sum(2 * (4 * 64 + 64 * 64 + 64 * outputs) for outputs in (2, 1))
INPUT_GRADIENTS = sum(2 * (64 * 64 + 64 * outputs) for outputs in (2, 1))
FLOPS = 4 * (2 * FORWARD + INPUT_GRADIENTS) + FORWARD


def main():
    options = harness.options(TITLE)
    harness.build("pactolus-benchmarks")
    steps = 131_072 if options.quick else 1_048_576
    python = str(harness.PLACE / "jitted" / "bin" / "python")
    peer = [python, str(harness.PEERS / "jitted_ppo.py"), "ppo-cartpole", "--steps"]
    ours = [harness.OURS, "ppo-speed", "ppo-cartpole", "--steps"]
    answers = harness.alternate({
        "jitted": [*peer, str(steps)],
        "pactolus": [*ours, str(4 * steps)],
        "jitted, cold": [*peer, "131072"],
        "pactolus, cold": [*ours, "131072"],
        "products": [harness.OURS, "matrix-products"],
    }, options.repetitions, options.core)
    rates = {side: [answer["rate"] for answer in answers[side]] for side in ("jitted", "pactolus")}
    cold = {side: [answer["process"]["cpu"] for answer in answers[f"{side}, cold"]] for side in ("jitted", "pactolus")}
    best = [answer["best"] for answer in answers["products"]]
    ratio = harness.ratios(rates["pactolus"], rates["jitted"])
    colder = harness.ratios(cold["jitted"], cold["pactolus"])
    share = harness.spread([100 * rate * FLOPS / (1e9 * top) for rate, top in zip(rates["pactolus"], best)])
    shown = {side: harness.shown(harness.spread(values)) for side, values in rates.items()}
    seconds = {side: harness.shown(harness.spread(values)) for side, values in cold.items()}
    returns = harness.spread([answer["lastReturn"] for answer in answers["jitted"]])
    harness.publish(
        "ppo-jitted", TITLE, ["", "steps/s", "whole process, 131,072 steps", "% of the best product"],
        [["jitted (JAX, gymnax)", shown["jitted"], f"{seconds['jitted']} s", ""],
         ["Pactolus", shown["pactolus"], f"{seconds['pactolus']} s", harness.shown(share)],
         ["ratio", f"{harness.shown(ratio)} ×", f"{harness.shown(colder)} × less", ""]],
        answers,
        [[TITLE, f"jitted: {shown['jitted']} steps/s",
          f"{shown['pactolus']} steps/s, {share['median']:.0f}% of the best product ({max(best):.0f} GFLOP/s)",
          f"{harness.shown(ratio)} ×", "≥ 2.2 ×, ≥ 80%"],
         ["its cold start: 131,072 steps, the whole process", f"jitted: {seconds['jitted']} s",
          f"{seconds['pactolus']} s", f"{harness.shown(colder)} × less", "≥ 10 ×"]],
        ratio=ratio, coldRatio=colder, share=share, peerReturn=returns)
    print(json.dumps({"flopsPerStep": FLOPS}))


if __name__ == "__main__":
    main()
