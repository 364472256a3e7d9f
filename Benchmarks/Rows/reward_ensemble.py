"""Rows 4 and 5: training a reward ensemble of five, 64 pairs × 2 × 50 steps, hidden 256 and 64, against PyTorch."""

import harness

options = harness.options(__doc__)
harness.build("pactolus-benchmarks")
seconds = "1" if options.quick else "4"
rows, summary, every, ratio = [], [], {}, {}
best = harness.run([harness.OURS, "matrix-products"], options.core)

for hidden, target in [(256, "≥ 2.2"), (64, "≥ 4")]:
    answers = harness.alternate({
        "torch": [harness.PYTHON, str(harness.PEERS / "torch_ensemble.py"),
                  "--hidden", str(hidden), "--seconds", seconds],
        "pactolus": [harness.OURS, "ensemble", "--hidden", str(hidden), "--seconds", seconds],
    }, options.repetitions, options.core)
    theirs, ours = ([answer["rate"] for answer in answers[side]] for side in ["torch", "pactolus"])
    ratio[hidden] = harness.ratios(ours, theirs)
    flops = answers["torch"][0]["flopsPerStep"] / 1e9
    for title, rates, ratios, goal in [
        (f"PyTorch, hidden {hidden} (better of loop and bmm)", theirs, "", ""),
        (f"Pactolus, hidden {hidden}", ours, harness.shown(ratio[hidden]), target),
    ]:
        speed = harness.spread(rates)
        share = speed["median"] * flops / best["best"]
        rows.append([title, harness.shown(speed), harness.number(speed["median"] * flops), f"{share:.0%}", ratios, goal])
    summary.append([
        f"reward ensemble, 5 members 23→{hidden}→{hidden}→1, 64 pairs × 2 × 50",
        f"PyTorch: {harness.shown(harness.spread(theirs))} steps/s",
        f"{harness.shown(harness.spread(ours))} steps/s, {share:.0%} of the best product ({best['best']:.0f} GFLOP/s)",
        f"{harness.shown(ratio[hidden])} ×", f"{target} ×"])
    every.update({f"{side}-{hidden}": answers[side] for side in answers})

every["matrixProducts"] = [best]
harness.publish(
    "reward-ensemble", f"Reward ensemble, 5 members; best matrix product here: {best['best']:.0f} GFLOP/s",
    ["", "steps/s", "GFLOP/s", "of the best product", "× PyTorch", "target"], rows, every, summary, ratio=ratio)
