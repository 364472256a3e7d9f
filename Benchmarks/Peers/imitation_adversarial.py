"""imitation's GAIL or AIRL on CartPole, with the settings of its documentation's tutorials (3 and 4), from our demonstrations.

    imitation_adversarial.py gail --demonstrations expert.npz --steps 200000 --seed 0
"""

import argparse

import numpy
import torch
from imitation.algorithms.adversarial.airl import AIRL
from imitation.algorithms.adversarial.gail import GAIL
from imitation.data.types import Trajectory
from imitation.data.wrappers import RolloutInfoWrapper
from imitation.rewards.reward_nets import BasicRewardNet, BasicShapedRewardNet
from imitation.util.networks import RunningNorm
from imitation.util.util import make_vec_env
from stable_baselines3 import PPO
from stable_baselines3.common.evaluation import evaluate_policy

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("method", choices=["gail", "airl"])
parser.add_argument("--demonstrations", required=True)
parser.add_argument("--steps", type=int, default=200_000)
parser.add_argument("--seed", type=int, default=0)
options = parser.parse_args()

torch.set_num_threads(1)
torch.manual_seed(options.seed)
stored = numpy.load(options.demonstrations)
expert, row, action = [], 0, 0
for length in stored["lengths"].astype(int):
    expert.append(Trajectory(
        obs=stored["observations"][row:row + length + 1].astype(numpy.float32),
        acts=stored["actions"][action:action + length].astype(int), infos=None, terminal=True))
    row, action = row + length + 1, action + length
environment = make_vec_env(
    "CartPole-v1", rng=numpy.random.default_rng(options.seed), n_envs=8,
    post_wrappers=[lambda world, _: RolloutInfoWrapper(world)])
airl = options.method == "airl"
learner = PPO(
    "MlpPolicy", environment, batch_size=64, ent_coef=0.0, learning_rate=5e-4 if airl else 4e-4, gamma=0.95,
    clip_range=0.1 if airl else 0.2, vf_coef=0.1 if airl else 0.5, n_epochs=5, seed=options.seed, device="cpu")
network = (BasicShapedRewardNet if airl else BasicRewardNet)(
    observation_space=environment.observation_space, action_space=environment.action_space,
    normalize_input_layer=RunningNorm)
trainer = (AIRL if airl else GAIL)(
    demonstrations=expert, demo_batch_size=2048 if airl else 1024, gen_replay_buffer_capacity=512,
    n_disc_updates_per_round=16 if airl else 8, venv=environment, gen_algo=learner, reward_net=network,
    allow_variable_horizon=True)
watch = Stopwatch()
trainer.train(options.steps)
seconds = watch.read()
judge = make_vec_env("CartPole-v1", rng=numpy.random.default_rng(10_000 + options.seed), n_envs=8)
returns, _ = evaluate_policy(learner, judge, n_eval_episodes=50, return_episode_rewards=True)
steps = learner.num_timesteps
finish(
    ["imitation", "stable-baselines3", "gymnasium", "torch", "numpy"], result=sum(returns) / len(returns),
    returns=[float(value) for value in returns], steps=steps, microsecondsPerStep=1e6 * seconds["cpu"] / steps, **seconds)
