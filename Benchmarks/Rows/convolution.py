"""Row: forward and backward of the Atari papers' convolutional network, against PyTorch, one thread."""

import os

import harness

options = harness.options(__doc__)
harness.build("pactolus-benchmarks")
seconds = "1" if options.quick else "4"
# Any Python that has PyTorch: the one of the other rows, unless told otherwise.
python = os.environ.get("PACTOLUS_TORCH_PYTHON", harness.PYTHON)
rows, summary, every, ratio = [], [], {}, {}
best = harness.run([harness.OURS, "matrix-products"], options.core)

for batch, target in [(1, "≥ 2"), (32, "≥ 1"), (256, "≥ 1")]:
    answers = harness.alternate({
        "torch": [python, str(harness.PEERS / "torch_convolution.py"), "--batch", str(batch), "--seconds", seconds],
        "pactolus": [harness.OURS, "convolution", "--batch", str(batch), "--seconds", seconds],
    }, options.repetitions, options.core)
    theirs, ours = ([answer["rate"] for answer in answers[side]] for side in ["torch", "pactolus"])
    ratio[batch] = harness.ratios(ours, theirs)
    share = harness.spread([answer["gigaflops"] for answer in answers["pactolus"]])["median"] / best["best"]
    rows.append([f"PyTorch, batch {batch} (better of two layouts)", harness.shown(harness.spread(theirs)), "", "", ""])
    rows.append([f"Pactolus, batch {batch}", harness.shown(harness.spread(ours)), f"{share:.0%}",
                 harness.shown(ratio[batch]), target])
    summary.append([
        f"convolutional network, batch {batch}", f"PyTorch: {harness.shown(harness.spread(theirs))} passes/s",
        f"{harness.shown(harness.spread(ours))} passes/s, {share:.0%} of the best product",
        f"{harness.shown(ratio[batch])} ×", f"{target} ×"])
    every.update({f"{side}-{batch}": answers[side] for side in answers})

every["matrixProducts"] = [best]
harness.publish(
    "convolution", f"Nature CNN, forward and backward; best matrix product here: {best['best']:.0f} GFLOP/s",
    ["", "passes/s", "of the best product", "× PyTorch", "target"], rows, every, summary, ratio=ratio)
