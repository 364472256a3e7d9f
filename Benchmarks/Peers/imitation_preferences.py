"""imitation's tutorial 5 (learning a reward from preference comparisons on Pendulum) at its full size.

Settings: docs/tutorials/5_train_preference_comparisons.ipynb of imitation 1.0.1, with the 60 iterations that it recommends
in a comment, 200,000 requested steps and 500 comparisons.

    imitation_preferences.py --seed 0
"""

import argparse
import contextlib
import os

import numpy
import torch
from imitation.algorithms import preference_comparisons
from imitation.policies.base import FeedForward32Policy, NormalizeFeaturesExtractor
from imitation.rewards.reward_nets import BasicRewardNet
from imitation.util.networks import RunningNorm
from imitation.util.util import make_vec_env
from stable_baselines3 import PPO
from stable_baselines3.common.evaluation import evaluate_policy

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--steps", type=int, default=200_000)
parser.add_argument("--comparisons", type=int, default=500)
parser.add_argument("--iterations", type=int, default=60)
parser.add_argument("--episodes", type=int, default=20)
options = parser.parse_args()

torch.set_num_threads(1)
torch.manual_seed(options.seed)  # the tutorial leaves the reward network's first weights to chance
rng = numpy.random.default_rng(options.seed)
watch = Stopwatch()

venv = make_vec_env("Pendulum-v1", rng=rng)
reward_net = BasicRewardNet(venv.observation_space, venv.action_space, normalize_input_layer=RunningNorm)
agent = PPO(
    policy=FeedForward32Policy,
    policy_kwargs=dict(
        features_extractor_class=NormalizeFeaturesExtractor,
        features_extractor_kwargs=dict(normalize_class=RunningNorm),
    ),
    env=venv,
    seed=options.seed,
    n_steps=2048 // venv.num_envs,
    batch_size=64,
    ent_coef=0.01,
    learning_rate=2e-3,
    clip_range=0.1,
    gae_lambda=0.95,
    gamma=0.97,
    n_epochs=10,
)
comparisons = preference_comparisons.PreferenceComparisons(
    preference_comparisons.AgentTrainer(
        algorithm=agent, reward_fn=reward_net, venv=venv, exploration_frac=0.05, rng=rng),
    reward_net,
    num_iterations=options.iterations,
    fragmenter=preference_comparisons.RandomFragmenter(warning_threshold=0, rng=rng),
    preference_gatherer=preference_comparisons.SyntheticGatherer(rng=rng),
    reward_trainer=preference_comparisons.BasicRewardTrainer(
        preference_model=preference_comparisons.PreferenceModel(reward_net),
        loss=preference_comparisons.CrossEntropyRewardLoss(),
        epochs=3,
        rng=rng,
    ),
    fragment_length=100,
    transition_oversampling=1,
    initial_comparison_frac=0.1,
    allow_variable_horizon=False,
    initial_epoch_multiplier=4,
    query_schedule="hyperbolic",
)
with open(os.devnull, "w") as silence, contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
    outcome = comparisons.train(total_timesteps=options.steps, total_comparisons=options.comparisons)
seconds = watch.read()

judge = make_vec_env("Pendulum-v1", rng=numpy.random.default_rng(10_000 + options.seed), n_envs=1)
returns, _ = evaluate_policy(
    agent, judge, n_eval_episodes=options.episodes, deterministic=True, return_episode_rewards=True)
finish(
    ["imitation", "stable-baselines3", "gymnasium", "torch", "numpy"],
    result=float(numpy.mean(returns)), returns=[float(value) for value in returns], steps=agent.num_timesteps,
    accuracy=outcome["reward_accuracy"], **seconds)
