"""SAC, TD3 and DQN of Stable-Baselines3 or sbx with one entry of off-policy.json: speed, or the return they reach.

    off_policy.py speed sac-pendulum --library sbx
    off_policy.py quality dqn-cartpole --seed 3
"""

import argparse
import json
import os
import pathlib

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("what", choices=["speed", "quality"])
parser.add_argument("entry")
parser.add_argument("--library", choices=["sb3", "sbx"], default="sb3")
parser.add_argument("--steps", type=int, help="in place of the entry's")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--episodes", type=int, default=20)
options = parser.parse_args()

entry = json.loads((pathlib.Path(__file__).parent.parent / "off-policy.json").read_text())[options.entry]
settings = entry["settings"]
names = {
    "bufferSize": "buffer_size", "randomSteps": "learning_starts", "stepsPerUpdate": "train_freq",
    "gradientSteps": "gradient_steps", "batchSize": "batch_size", "learningRate": "learning_rate",
    "discount": "gamma", "targetShare": "tau", "targetInterval": "target_update_interval",
    "policyDelay": "policy_delay", "explorationShare": "exploration_fraction",
    "finalExploration": "exploration_final_eps",
}
arguments = {names[name]: value for name, value in settings.items() if name in names}

if options.library == "sb3":
    import torch

    torch.set_num_threads(1)
    import stable_baselines3 as library
    from stable_baselines3.common.env_util import make_vec_env
    from stable_baselines3.common.evaluation import evaluate_policy

    arguments["device"] = "cpu"
    packages = ["stable-baselines3", "torch", "gymnasium", "numpy"]
else:
    # XLA has no other switch that keeps it to one thread; the script that runs this pins it to one core besides.
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    import sbx as library
    from stable_baselines3.common.env_util import make_vec_env
    from stable_baselines3.common.evaluation import evaluate_policy

    arguments.pop("target_update_interval", None) if entry["learner"] == "sac" else None
    packages = ["sbx-rl", "jax", "stable-baselines3", "gymnasium", "numpy"]

environment = make_vec_env(entry["environment"], n_envs=1, seed=options.seed)
if "explorationNoise" in settings:
    import numpy
    from stable_baselines3.common.noise import NormalActionNoise

    size = environment.action_space.shape[0]
    arguments["action_noise"] = NormalActionNoise(numpy.zeros(size), settings["explorationNoise"] * numpy.ones(size))
model = getattr(library, entry["learner"].upper())(
    "MlpPolicy", environment, seed=options.seed, policy_kwargs={"net_arch": settings["hidden"]}, **arguments)

if options.what == "speed":
    model.learn(max(1500, settings["randomSteps"] + 500))  # imports, compilation and the first updates
    steps = options.steps or entry["speedSteps"]
    watch = Stopwatch()
    model.learn(steps, reset_num_timesteps=False)
    seconds = watch.read()
    finish(packages, rate=steps / seconds["cpu"], steps=steps, **seconds)
else:
    watch = Stopwatch()
    model.learn(options.steps or entry["totalSteps"])
    seconds = watch.read()
    judge = make_vec_env(entry["environment"], n_envs=1, seed=10_000 + options.seed)
    returns, _ = evaluate_policy(
        model, judge, n_eval_episodes=options.episodes, deterministic=True, return_episode_rewards=True)
    finish(
        packages, result=sum(returns) / len(returns), returns=[float(value) for value in returns],
        steps=model.num_timesteps, **seconds)
