"""Stable-Baselines3's PPO with one entry of settings.json: its speed, or the return it reaches.

    sb3_ppo.py speed ppo-pendulum --steps 32768
    sb3_ppo.py quality ppo-cartpole --seed 3
"""

import argparse
import json
import pathlib

import gymnasium
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("what", choices=["speed", "quality"])
parser.add_argument("entry")
parser.add_argument("--steps", type=int, default=32768, help="for speed, rounded up to whole rollouts")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--episodes", type=int, default=20)
options = parser.parse_args()

torch.set_num_threads(1)
settings = json.loads((pathlib.Path(__file__).parent.parent / "settings.json").read_text())[options.entry]
rate = settings["learningRate"]
model = PPO(
    "MlpPolicy",
    make_vec_env(settings["environment"], n_envs=settings["environments"], seed=options.seed),
    seed=options.seed,
    device="cpu",
    n_steps=settings["stepsPerRollout"],
    batch_size=settings["minibatchSize"],
    n_epochs=settings["epochs"],
    learning_rate=(lambda remaining: remaining * rate) if settings["linearSchedule"] else rate,
    gamma=settings["discount"],
    gae_lambda=settings["traceDecay"],
    clip_range=settings["clipRange"],
    clip_range_vf=settings["valueClipRange"],
    ent_coef=settings["entropyCoefficient"],
    vf_coef=settings["valueCoefficient"],
    max_grad_norm=settings["maximumGradientNorm"],
)
packages = ["stable-baselines3", "gymnasium", "torch", "numpy"]

if options.what == "speed":
    rollout = settings["environments"] * settings["stepsPerRollout"]
    model.learn(rollout)  # one iteration to warm up
    watch = Stopwatch()
    steps = -(-options.steps // rollout) * rollout
    model.learn(steps)
    seconds = watch.read()
    finish(packages, rate=steps / seconds["cpu"], steps=steps, **seconds)
else:
    watch = Stopwatch()
    model.learn(settings["totalSteps"])
    seconds = watch.read()
    judge = make_vec_env(settings["environment"], n_envs=1, seed=10_000 + options.seed)
    returns, _ = evaluate_policy(
        model, judge, n_eval_episodes=options.episodes, deterministic=True, return_episode_rewards=True)
    recent = [episode["r"] for episode in model.ep_info_buffer]
    finish(
        packages, result=sum(returns) / len(returns), returns=[float(value) for value in returns],
        training=sum(recent) / len(recent), steps=model.num_timesteps, **seconds)
