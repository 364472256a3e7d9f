"""Writes what the Swift tasks of seals are compared with: seals.npz.

    python -m venv venv && venv/bin/pip install gymnasium==1.4.0 numpy
    git clone https://github.com/HumanCompatibleAI/seals && git -C seals checkout 90f68cf
    PYTHONPATH=seals/src venv/bin/python Tests/EnvironmentsTests/Traces/seals_tasks.py

(The script is not called seals, which would hide the package. The package is used from its source.)

Of each finite task: `NAME/transitions` [N, 4] (state, action, next state, probability as the sampler uses it),
`NAME/rewards`, `NAME/start` and, where it is not one-hot, `NAME/observations`; the tables of the cliff worlds that show
coordinates are those of the ones that do not, but for what they show. Of each other task: episodes played from
injected states with recorded actions, `NAME/starts`, `NAME/actions`, `NAME/observations` (after each step; without the
noise of NoisyObs, which nothing depends on) and `NAME/rewards`.

`NAME/optimum` and `NAME/uniform` are finite-horizon values from dense NumPy matrices: the finite tasks' own, and for
Sort, NoisyObs and ProcGoal matrices that are made by asking the original's `transition` and `reward` (ProcGoal: by
propagating the distribution of the position, and the ten steps of a shortest way). `NAME/played` is mean, standard error
and number of episodes of uniform actions in the original. The action sampler's seed is never the environment's: with
equal seeds start and actions would come from the same stream.
"""

import itertools
import pathlib
import warnings

import gymnasium
import numpy as np

import seals  # noqa: F401

warnings.filterwarnings("ignore")
arrays = {}
TABLES = {
    "Branching": 11,
    "EarlyTermPos": 10,
    "EarlyTermNeg": 10,
    "InitShiftTrain": 3,
    "InitShiftTest": 3,
    "RiskyPath": 5,
    "CliffWorld7x4": 9,
    "CliffWorld7x4XY": 9,
    "CliffWorld15x6": 18,
    "CliffWorld15x6XY": 18,
    "CliffWorld100x20": 110,
    "CliffWorld100x20XY": 110,
    "Random": 20,
}


def values(transitions, rewards, horizon, terminal=()):
    """Optimal and uniform values with `horizon` steps to go; rewards are of (state, action)."""
    best = uniform = np.zeros(len(transitions))
    alive = np.array([s not in terminal for s in range(len(transitions))], float)
    for _ in range(horizon):
        best = (rewards + np.tensordot(transitions, best, 1)).max(1) * alive
        uniform = (rewards + np.tensordot(transitions, uniform, 1)).mean(1) * alive
    return best, uniform


def played(name, count):
    env = gymnasium.make(f"seals/{name}-v0", disable_env_checker=True)
    choice = np.random.default_rng(987_654)
    totals = []
    for episode in range(count):
        env.reset(seed=31_000 + episode)
        total, done = 0.0, False
        while not done:
            space = env.action_space
            if isinstance(space, gymnasium.spaces.Discrete):
                action = choice.integers(space.n)
            elif isinstance(space, gymnasium.spaces.MultiDiscrete):
                action = choice.integers(space.nvec)
            else:
                action = np.array(choice.uniform(space.low, space.high), space.dtype)
            _, reward, terminated, truncated, _ = env.step(action)
            total += float(reward)
            done = terminated or truncated or (name.startswith("Cliff") and env.unwrapped.n_actions_taken >= TABLES[name])
        totals.append(total)
    arrays[f"{name}/played"] = np.array([np.mean(totals), np.std(totals, ddof=1) / np.sqrt(count), count])


for name, horizon in TABLES.items():
    env = gymnasium.make(f"seals/{name}-v0", disable_env_checker=True).unwrapped
    matrix = env.transition_matrix.astype(float)
    matrix = matrix / matrix.sum(-1, keepdims=True)
    start = env.initial_state_dist
    if name.startswith("InitShift"):
        start = np.eye(7)[env.initial_state()]
    rows = [(s, a, n, matrix[s, a, n]) for s, a, n in zip(*np.nonzero(matrix))]
    if not name.endswith("XY"):  # those differ in what they show alone
        arrays[f"{name}/transitions"] = np.array(rows, float)
        arrays[f"{name}/rewards"] = env.reward_matrix.astype(float)
        arrays[f"{name}/start"] = np.array(start, float)
    if hasattr(env, "observation_matrix") and (env.obs_dim < env.state_dim):
        arrays[f"{name}/observations"] = env.observation_matrix.astype(np.float32)
    terminal = (2,) if name.startswith("EarlyTerm") else ()
    rewards = np.repeat(env.reward_matrix.astype(float)[:, None], env.action_dim, 1)
    best, uniform = values(matrix, rewards, horizon, terminal)
    arrays[f"{name}/optimum"], arrays[f"{name}/uniform"] = np.array([start @ best]), np.array([start @ uniform])
    if not name.endswith("XY"):
        played(name, 200 if "100" in name else 2000)

# The tasks that are not finite, or not by their own tables.
env = gymnasium.make("seals/Sort-v0", disable_env_checker=True).unwrapped
orders = list(itertools.permutations(range(4)))
matrix, rewards = np.zeros((24, 16, 24)), np.zeros((24, 16))
for s, order in enumerate(orders):
    for a in range(16):
        old = np.array(order, np.float32)
        new = env.transition(old, (a // 4, a % 4))
        matrix[s, a, orders.index(tuple(int(x) for x in new))] = 1
        rewards[s, a] = env.reward(old, None, new)
best, uniform = values(matrix, rewards, 6)
arrays["Sort/optimum"], arrays["Sort/uniform"] = np.array([best.mean()]), np.array([uniform.mean()])

env = gymnasium.make("seals/NoisyObs-v0", disable_env_checker=True).unwrapped
matrix, rewards = np.zeros((25, 5, 25)), np.zeros((25, 5))
for s, a in itertools.product(range(25), range(5)):
    new = env.transition(np.array([s % 5, s // 5]), a)
    matrix[s, a, new[1] * 5 + new[0]] = 1
    rewards[s, a] = env.reward(np.array([s % 5, s // 5]), a, new)
best, uniform = values(matrix, rewards, 15)
corners = [0, 4, 20, 24]
arrays["NoisyObs/optimum"] = np.array([best[corners].mean()])
arrays["NoisyObs/uniform"] = np.array([uniform[corners].mean()])

total = 0.0
for across in range(10):
    # By symmetry one of the four signs will do; 35 is further than a start and 20 moves reach.
    p = np.zeros((71, 71))
    p[35 + across, 35 + 10 - across] = 1
    distance = np.abs(np.arange(71) - 35)[:, None] + np.abs(np.arange(71) - 35)[None]
    for _ in range(20):
        total -= (p * distance).sum() / 10
        p = (np.roll(p, 1, 0) + np.roll(p, -1, 0) + np.roll(p, 1, 1) + np.roll(p, -1, 1) + p) / 5
arrays["ProcGoal/optimum"] = np.array([-sum(range(11))], float)
arrays["ProcGoal/uniform"] = np.array([total])

EPISODES = 25
for name in ["Sort", "NoisyObs", "ProcGoal", "LargestSum", "Parabola", "CartPole", "MountainCar"]:
    env = gymnasium.make(f"seals/{name}-v0", disable_env_checker=True)
    inner = env.unwrapped
    choice = np.random.default_rng(2_024)
    starts, actions, observations, rewards = [], [], [], []
    for episode in range(4 if name in ("CartPole", "MountainCar") else EPISODES):
        seen, _ = env.reset(seed=77_000 + episode)
        starts.append(np.array(inner.state if name in ("CartPole", "MountainCar") else inner._cur_state, float))
        done = False
        while not done:
            if name == "Sort":
                action = choice.integers(4, size=2)
                actions.append(float(action[0] * 4 + action[1]))
            elif name == "Parabola":
                action = np.array(choice.uniform(-10, 10), np.float32)
                actions.append(float(action))
            elif name == "CartPole" and episode == 0:
                action = int(seen[0] + 1.7 * seen[1] + 35 * seen[2] + 9 * seen[3] > 0)
                actions.append(float(action))
            elif name == "MountainCar" and episode < 2:
                action = 0 if seen[1] < 0 else 2
                actions.append(float(action))
            else:
                action = int(choice.integers(env.action_space.n))
                actions.append(float(action))
            seen, reward, terminated, truncated, _ = env.step(action)
            observations.append(np.asarray(seen, np.float32)[: 2 if name == "NoisyObs" else None])
            rewards.append(float(reward))
            done = terminated or truncated
    arrays[f"{name}/starts"] = np.array(starts)
    arrays[f"{name}/actions"] = np.array(actions)
    if name not in ("LargestSum",):
        keep = slice(None, None, 20) if name in ("CartPole", "MountainCar") else slice(None)
        arrays[f"{name}/observations"] = np.array(observations)[keep]
    arrays[f"{name}/rewards"] = np.array(rewards)
    played(name, 100 if name in ("CartPole", "MountainCar") else 2000)

np.savez_compressed(pathlib.Path(__file__).with_name("seals.npz"), **arrays)
for name in sorted({key.split("/")[0] for key in arrays}):
    print(name, [float(arrays[f"{name}/{part}"][0]) for part in ("optimum", "uniform") if f"{name}/{part}" in arrays],
          arrays.get(f"{name}/played"))
