"""Estimators of contextual bandits on the small Open Bandit logs: pactolus beside Open Bandit Pipeline 0.4.1."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import types

try:
    import torch  # noqa: F401
except ImportError:

    class Empty(types.ModuleType):
        """Stands for a module of torch: whatever is asked of it is an empty type."""

        def __getattr__(self, name):
            return type(name, (), {})

    for name in ["torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.utils", "torch.utils.data"]:
        sys.modules[name] = Empty(name)
        if "." in name:
            setattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2], sys.modules[name])

import numpy as np
import obp
import pandas as pd
from obp.ope import (
    DirectMethod,
    DoublyRobust,
    DoublyRobustWithShrinkage,
    InverseProbabilityWeighting,
    SelfNormalizedDoublyRobust,
    SelfNormalizedInverseProbabilityWeighting,
    SwitchDoublyRobust,
)

LOGS = [("bts", "men"), ("bts", "women"), ("bts", "all"), ("random", "men")]
TAU, LAMBDA = 10.0, 100.0


def estimators():
    """Our name, obp's estimator, whether it needs a model."""
    return [
        ("is", InverseProbabilityWeighting(), False),
        ("wis", SelfNormalizedInverseProbabilityWeighting(), False),
        ("dm", DirectMethod(), True),
        ("dr", DoublyRobust(), True),
        ("wdr", SelfNormalizedDoublyRobust(), True),
        ("switch-dr", SwitchDoublyRobust(tau=TAU), True),
        ("dr-os", DoublyRobustWithShrinkage(lambda_=LAMBDA), True),
    ]


def theirs(log, model, resamples):
    """Each estimator's value, and the processor seconds of the estimates and of the intervals, summed."""
    rounds, items = len(log), len(model)
    feedback = dict(
        reward=log.click.values,
        action=log.item_id.values,
        position=log.position.values - 1,
        pscore=log.propensity_score.values,
        action_dist=np.full((rounds, items, 3), 1 / items),
    )
    predicted = np.repeat(np.repeat(model[None, :, None], rounds, 0), 3, 2)
    values, bare, bootstrap = {}, 0.0, 0.0
    for name, estimator, needs_model in estimators():
        given = dict(feedback, estimated_rewards_by_reg_model=predicted) if needs_model else feedback
        began = time.process_time()
        values[name] = float(estimator.estimate_policy_value(**given))
        bare += time.process_time() - began
        began = time.process_time()
        estimator.estimate_interval(**given, n_bootstrap_samples=resamples, random_state=1)
        bootstrap += time.process_time() - began
    return values, bare, bootstrap


def ours(log, model, resamples, folder):
    """The same from `pactolus off-policy`, and the processor seconds of the whole command, the reading of the log included."""
    path = os.path.join(folder, "log.csv")
    pd.DataFrame(
        {
            "action": log.item_id,
            "reward": log.click,
            "probability": log.propensity_score,
            "pi": 1 / len(model),
            "q": model[log.item_id.values],
            "v": model.mean(),
        }
    ).to_csv(path, index=False, float_format="%.17g")
    command = [
        ".build/release/pactolus", "off-policy", path, "--json", "--rewards", "0,1", "--threads", "1",
        "--resamples", str(resamples), "--threshold", str(TAU), "--shrinkage", str(LAMBDA),
        "--estimators", ",".join(name for name, _, _ in estimators()),
    ]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(command, check=True, capture_output=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    evaluation = json.loads(output)["numbers"]["evaluation"]
    return {row["estimator"]: row["value"] for row in evaluation["estimates"]}, evaluation["weights"], spent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resamples", type=int, default=1000)
    resamples = parser.parse_args().resamples
    root = os.path.join(os.path.dirname(obp.__file__), "dataset", "obd")
    print("| log | effective size | mean weight | largest difference, relative | obp, estimates | obp, bootstrap |", end="")
    print(" pactolus, all of it |\n|---|---:|---:|---:|---:|---:|---:|")
    worst = 0.0
    for policy, campaign in LOGS:
        log = pd.read_csv(os.path.join(root, policy, campaign, campaign + ".csv"), index_col=0)
        clicks = log.groupby("item_id").click.agg(["sum", "count"]).reindex(range(log.item_id.max() + 1)).fillna(0)
        model = ((clicks["sum"] + 0.5) / (clicks["count"] + 100)).values
        values, bare, bootstrap = theirs(log, model, resamples)
        with tempfile.TemporaryDirectory() as folder:
            own, weights, spent = ours(log, model, resamples, folder)
        difference = max(abs(own[name] - value) / abs(value) for name, value in values.items())
        worst = max(worst, difference)
        print(
            f"| {policy}, {campaign} | {weights['effectiveSize']:.2f} | {weights['mean']:.6f} | {difference:.1e} "
            f"| {bare:.3f} s | {bootstrap:.3f} s | {spent:.3f} s |"
        )
    if worst > 1e-9:
        sys.exit(f"the estimates differ by {worst}")


main()
