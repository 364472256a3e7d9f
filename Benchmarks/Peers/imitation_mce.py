"""imitation's maximum-causal-entropy IRL on a random world of the library it comes with (seals), one-hot linear reward.

    imitation_mce.py --states 400 --horizon 50 --world world.npz

Adam 1e-2 and imitation's own stopping rules; the demonstrations are the exact occupancy of the true reward's agent. The
linear reward starts at 0 and has no bias that matters: both sides begin at the same point. Writes world and occupancy for
the other side.
"""

import argparse

import numpy
import torch
from imitation.algorithms.mce_irl import MCEIRL, mce_occupancy_measures
from imitation.rewards.reward_nets import BasicRewardNet
from seals.diagnostics.random_trans import RandomTransitionEnv

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("--states", type=int, default=400)
parser.add_argument("--actions", type=int, default=4)
parser.add_argument("--branching", type=int, default=4)
parser.add_argument("--horizon", type=int, default=50)
parser.add_argument("--iterations", type=int, default=10_000)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--world", required=True)
options = parser.parse_args()

torch.set_num_threads(1)
world = RandomTransitionEnv(
    n_states=options.states, n_actions=options.actions, branch_factor=options.branching, horizon=options.horizon,
    random_obs=False, generator_seed=options.seed)
_, occupancy = mce_occupancy_measures(world)
numpy.savez(
    options.world, transitions=world.transition_matrix, rewards=world.reward_matrix, start=world.initial_state_dist,
    occupancy=occupancy)
reward = BasicRewardNet(
    world.observation_space, world.action_space, hid_sizes=[], use_action=False, use_next_state=False, use_done=False)
for parameter in reward.parameters():
    torch.nn.init.zeros_(parameter)
irl = MCEIRL(occupancy, world, reward, rng=numpy.random.default_rng(options.seed), log_interval=None)
iterations, step = 0, irl._train_step


def counted(observations):
    global iterations
    iterations += 1
    return step(observations)


irl._train_step = counted
watch = Stopwatch()
found = irl.train(max_iter=options.iterations)
seconds = watch.read()
with torch.no_grad():
    learned = reward(torch.as_tensor(world.observation_matrix), None, None, None).numpy().ravel()
finish(
    ["imitation", "seals", "torch", "numpy"], iterations=iterations,
    correlation=float(numpy.corrcoef(learned, world.reward_matrix)[0, 1]),
    gap=float(numpy.abs(found - occupancy).max()), **seconds)
