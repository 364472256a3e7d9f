"""GAIL and AIRL on CartPole after 200,000 steps, against imitation: the return that is reached, and processor time per step.

Both learn from the same 60 episodes of an agent that always reaches 500. imitation takes minutes for each seed, so it runs
`--peer-seeds` of them (2); ours runs `--seeds`.
"""

import harness

options = harness.options(__doc__)
harness.build("pactolus-benchmarks")
demonstrations = harness.PLACE / "runs" / "cartpole-expert.npz"
demonstrations.parent.mkdir(parents=True, exist_ok=True)
harness.run([harness.OURS, "imitation", "demonstrations", "--file", str(demonstrations)], options.core)
steps = "20480" if options.quick else "200000"
peers = min(2, options.seeds)
rows, summary, every, ratios = [], [], {}, {}

for method in ["gail", "airl"]:
    theirs = harness.alternate({
        "imitation": lambda seed: [
            harness.PYTHON, str(harness.PEERS / "imitation_adversarial.py"), method, "--steps", steps,
            "--demonstrations", str(demonstrations), "--seed", str(seed)],
        "pactolus": lambda seed: [harness.OURS, "imitation", method, "--steps", steps, "--seed", str(100 + seed)],
    }, peers, options.core)
    more = harness.alternate({
        "pactolus": lambda seed: [harness.OURS, "imitation", method, "--steps", steps, "--seed", str(100 + peers + seed)],
    }, options.seeds - peers, options.core) if options.seeds > peers else {"pactolus": []}
    ours = theirs["pactolus"] + more["pactolus"]
    returns = {"imitation": [a["result"] for a in theirs["imitation"]], "pactolus": [a["result"] for a in ours]}
    ratio = harness.ratios(
        [a["microsecondsPerStep"] for a in theirs["imitation"]], [a["microsecondsPerStep"] for a in theirs["pactolus"]])
    ratios[method] = ratio
    shown = {side: ", ".join(map(harness.number, returns[side])) for side in returns}
    cost = {
        side: harness.shown(harness.spread([a["microsecondsPerStep"] for a in answers]))
        for side, answers in [("imitation", theirs["imitation"]), ("pactolus", ours)]}
    name = method.upper()
    rows.append([f"{name}", f"{int(steps):,}", shown["imitation"], shown["pactolus"], cost["imitation"], cost["pactolus"],
                 harness.shown(ratio)])
    summary.append([
        f"{name} on CartPole, true return after {int(steps):,} steps, a seed each", "imitation: " + shown["imitation"],
        shown["pactolus"], "", "≥ 480 on each"])
    summary.append([
        f"{name} on CartPole, processor time per step", f"imitation: {cost['imitation']} µs", f"{cost['pactolus']} µs",
        f"{harness.shown(ratio)} × less", "≥ 10 ×"])
    every.update({f"imitation-{method}": theirs["imitation"], f"pactolus-{method}": ours})

harness.publish(
    "imitation", "Adversarial imitation on CartPole",
    ["", "steps", "imitation's returns", "ours", "µs per step, imitation", "ours", "× less"], rows, every, summary,
    ratio=ratios)
