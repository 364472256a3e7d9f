"""What Gymnasium's MuJoCo worlds do, for MuJoCoPeerTests: a file for each world with starts, actions and what came of them.

    generate.py FOLDER [--steps 200] [--seed 1]

Needs gymnasium 1.4.0 and mujoco 4.0.0. An episode is not begun anew where it terminates, so that what follows is
compared too: the wrappers that Gymnasium puts around a world are left off. A quarter of the actions lie outside their box.
"""

import argparse
import json
import os
import zlib

import gymnasium
import mujoco
import numpy

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("--steps", type=int, default=200)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()

VARIANTS = {
    "": {},
    ":variant=fixed": {"exclude_current_positions_from_observation": False},
}
WORLDS = [
    "HalfCheetah", "Hopper", "Walker2d", "Ant", "Humanoid", "HumanoidStandup", "Swimmer", "Reacher", "Pusher",
    "InvertedPendulum", "InvertedDoublePendulum",
]
FIXED = {"HalfCheetah", "Hopper", "Walker2d", "Ant", "Humanoid", "Swimmer"}
ENDING = {"Hopper", "Walker2d", "Ant", "Humanoid"}


def play(name, variant, settings):
    world = gymnasium.make(f"{name}-v5", **settings).unwrapped
    seed = options.seed + zlib.crc32(f"{name}{variant}".encode()) % 10_000
    world.reset(seed=seed)
    # What a start can be given as: positions and velocities, all else as new.
    positions, velocities = world.data.qpos.copy(), world.data.qvel.copy()
    mujoco.mj_resetData(world.model, world.data)
    world.set_state(positions, velocities)
    random = numpy.random.default_rng([seed, 7])
    low, high = world.action_space.low, world.action_space.high
    first = world._get_obs()
    actions, observations, rewards, ends = [], [], [], []
    for _ in range(options.steps):
        action = random.uniform(low, high)
        if random.random() < 0.25:
            action *= 1.5
        action = action.astype(numpy.float32)
        observation, reward, terminated, _, _ = world.step(action)
        actions.append([float(value) for value in action])
        observations.append([float(value) for value in observation])
        rewards.append(float(reward))
        ends.append(bool(terminated))
    return {
        "id": f"mujoco/{name}-v5{variant}", "positions": positions.tolist(), "velocities": velocities.tolist(),
        "first": [float(value) for value in first], "actions": actions, "observations": observations,
        "rewards": rewards, "terminated": ends, "versions": [gymnasium.__version__, mujoco.__version__],
    }


os.makedirs(options.folder, exist_ok=True)
for name in WORLDS:
    for variant, settings in VARIANTS.items():
        if variant and name not in FIXED:
            continue
        settings = dict(settings)
        if variant and name in ENDING:
            settings["terminate_when_unhealthy"] = False
        trace = play(name, variant, settings)
        path = os.path.join(options.folder, f"{name}{variant.replace(':variant=', '-')}.json")
        with open(path, "w") as file:
            json.dump(trace, file)
        print(f"{trace['id']}: {len(trace['rewards'])} steps, {sum(trace['terminated'])} that terminate")
