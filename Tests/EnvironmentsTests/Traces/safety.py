"""Writes the episodes of the original that the safety gridworlds are compared with, step by step: safety-gridworlds.npz.

    git clone https://github.com/google-deepmind/ai-safety-gridworlds original      # version 1.5, Apache-2.0
    python -m venv venv && venv/bin/pip install pycolab==1.2 absl-py six numpy==1.26.4
    PYTHONPATH=original venv/bin/python Tests/EnvironmentsTests/Traces/safety.py
    PYTHONPATH=original venv/bin/python Tests/EnvironmentsTests/Traces/safety.py --episodes 400 --output /tmp/safety.npz

The second form is the full comparison: `PACTOLUS_SAFETY_TRACE=/tmp/safety.npz swift test --filter SafetyReplay`.

Random episodes, every other one with actions that tend to be repeated, so that boxes get somewhere. For each variant (by
its id without `safety/`):

    NAME/lengths   [E]        steps of each episode
    NAME/actions   [S]        all actions, one episode after the other
    NAME/boards    [S + E, C] the original's `board`, the first of an episode included
    NAME/extras    [S + E, X] what `extra_observations` (and, on the island, the environment data) tell beside it
    NAME/rewards   [S, 2]     the visible reward, and what the step added to the hidden performance
    NAME/ended     [E]        whether it terminated; otherwise its 100 steps were over
    NAME/drawn     [E]        how many random numbers it drew, its start included
    NAME/draws     [D]        those: uniform numbers, and the index of a choice

NumPy's generator is not imitated: `numpy.random.rand`, `random` and `choice` are wrapped to record what they return, and the
replay is given the same.
"""

import argparse
import pathlib

import numpy as np

# The original is of 2017 and is run with a NumPy that no longer knows two things of then.
if not hasattr(np, "Inf"):
    np.Inf = np.inf
import pycolab.ascii_art

pycolab.ascii_art.ascii_art_to_uint8_nparray = lambda art: np.vstack(
    [np.frombuffer(row.encode("ascii"), dtype=np.uint8) for row in art]
).copy()

from ai_safety_gridworlds.environments import absent_supervisor, boat_race, conveyor_belt, distributional_shift
from ai_safety_gridworlds.environments import friend_foe, island_navigation, rocks_diamonds, safe_interruptibility
from ai_safety_gridworlds.environments import side_effects_sokoban, tomato_watering, whisky_gold

DRAWS = []
RAND, RANDOM, CHOICE = np.random.rand, np.random.random, np.random.choice


def keep(value):
    DRAWS.append(float(value))
    return value


def choose(options):
    options = list(options)
    index = int(CHOICE(len(options)))
    DRAWS.append(float(index))
    return options[index]


np.random.rand = lambda: keep(RAND())
np.random.random = lambda: keep(RANDOM())
np.random.choice = choose


def absent(**k):
    return absent_supervisor.AbsentSupervisorEnvironment(**k)


def belt(**k):
    return conveyor_belt.ConveyorBeltEnvironment(**k)


def shift(**k):
    return distributional_shift.DistributionalShiftEnvironment(**k)


def foe(**k):
    return friend_foe.FriendFoeEnvironment(**k)


def rocks(**k):
    return rocks_diamonds.RocksDiamondsEnvironment(**k)


def interrupt(**k):
    return safe_interruptibility.SafeInterruptibilityEnvironment(**k)


def sokoban(**k):
    return side_effects_sokoban.SideEffectsSokobanEnvironment(**k)


def whisky(**k):
    return whisky_gold.WhiskyOrGoldEnvironment(**k)


VARIANTS = {
    "AbsentSupervisor-v0": lambda: absent(),
    "AbsentSupervisor-v0:supervisor=present": lambda: absent(supervisor=True),
    "AbsentSupervisor-v0:supervisor=absent": lambda: absent(supervisor=False),
    "BoatRace-v0": boat_race.BoatRaceEnvironment,
    "ConveyorBelt-v0": lambda: belt(variant="vase"),
    "ConveyorBelt-v0:noops=true": lambda: belt(variant="vase", noops=True),
    "ConveyorBelt-v0:variant=sushi": lambda: belt(variant="sushi"),
    "ConveyorBelt-v0:variant=sushi_goal": lambda: belt(variant="sushi_goal"),
    "ConveyorBelt-v0:variant=sushi_goal2,noops=true": lambda: belt(variant="sushi_goal2", noops=True),
    "DistributionalShift-v0": lambda: shift(),
    "DistributionalShift-v0:testing=true": lambda: shift(is_testing=True),
    "DistributionalShift-v0:level=1": lambda: shift(is_testing=True, level_choice=1),
    "FriendFoe-v0": lambda: foe(),
    "FriendFoe-v0:extraStep=true": lambda: foe(extra_step=True),
    "FriendFoe-v0:bandit=friend": lambda: foe(bandit_type="friend"),
    "FriendFoe-v0:bandit=neutral": lambda: foe(bandit_type="neutral"),
    "FriendFoe-v0:bandit=adversary": lambda: foe(bandit_type="adversary"),
    "IslandNavigation-v0": island_navigation.IslandNavigationEnvironment,
    "RocksDiamonds-v0": lambda: rocks(level=0),
    "RocksDiamonds-v0:level=1": lambda: rocks(level=1),
    "SafeInterruptibility-v0": lambda: interrupt(level=1),
    "SafeInterruptibility-v0:level=0": lambda: interrupt(level=0),
    "SafeInterruptibility-v0:level=2,probability=0.8": lambda: interrupt(level=2, interruption_probability=0.8),
    "SideEffectsSokoban-v0": lambda: sokoban(level=0),
    "SideEffectsSokoban-v0:noops=true": lambda: sokoban(level=0, noops=True),
    "SideEffectsSokoban-v0:level=1": lambda: sokoban(level=1),
    "SideEffectsSokoban-v0:level=2": lambda: sokoban(level=2),
    "SideEffectsSokoban-v0:level=3": lambda: sokoban(level=3),
    "TomatoWatering-v0": tomato_watering.TomatoWateringEnvironment,
    "WhiskyGold-v0": lambda: whisky(),
    "WhiskyGold-v0:human=true,exploration=0.5": lambda: whisky(human_player=True, whisky_exploration=0.5),
    "DistributionalShift-v0:level=2": lambda: shift(is_testing=True, level_choice=2),
    "ConveyorBelt-v0:variant=sushi_goal2": lambda: belt(variant="sushi_goal2"),
    "WhiskyGold-v0:human=true": lambda: whisky(human_player=True),
}
# Their performance is the visible return.
UNHIDDEN = ("DistributionalShift", "FriendFoe", "WhiskyGold")


def extras(name, env, timestep):
    told = timestep.observation["extra_observations"]
    actual = int(told.get("actual_actions", -1))
    if name.startswith("AbsentSupervisor"):
        return [float(told["supervisor"])]
    if name.startswith("IslandNavigation"):
        return [float(env.environment_data["safety"])]
    if name.startswith("SafeInterruptibility"):
        return [actual]
    if name.startswith("WhiskyGold"):
        exploration = told["exploration"] or 0.0
        return [exploration, actual] if "human=true" in name else [exploration]
    return []


def record(name, make, episodes, choice):
    env = make()
    actions = env.action_spec().maximum - env.action_spec().minimum + 1
    rows = {key: [] for key in ("lengths", "actions", "boards", "extras", "rewards", "ended", "drawn", "draws")}

    def observe(timestep):
        board = timestep.observation["board"]
        assert (board == board.astype(np.uint8)).all()
        rows["boards"].append(board.astype(np.uint8).ravel())
        rows["extras"].append(extras(name, env, timestep))

    for episode in range(episodes):
        DRAWS.clear()
        timestep = env.reset()
        observe(timestep)
        action, earned, steps, hidden = 0, 0.0, 0, 0.0
        while not timestep.last():
            if episode % 2 == 0 or steps == 0 or choice.random() < 0.4:
                action = int(choice.integers(actions))
            timestep = env.step(action)
            steps += 1
            earned += timestep.reward
            rows["actions"].append(action)
            observe(timestep)
            performance = earned if name.startswith(UNHIDDEN) else env._get_hidden_reward(default_reward=0.0)
            rows["rewards"].append([timestep.reward, performance - hidden])
            hidden = performance
        assert abs(env.get_last_performance() - hidden) < 1e-12, name
        rows["lengths"].append(steps)
        reason = timestep.observation["extra_observations"]["termination_reason"].name
        assert (reason == "TERMINATED") == (timestep.discount == 0.0) and (reason == "TERMINATED" or steps == 100)
        rows["ended"].append(reason == "TERMINATED")
        rows["drawn"].append(len(DRAWS))
        rows["draws"] += DRAWS
    kinds = dict(lengths=np.int32, actions=np.uint8, boards=np.uint8, extras=np.float32, rewards=np.float64,
                 ended=np.uint8, drawn=np.int32, draws=np.float64)
    return {f"{name}/{key}": np.array(value, kinds[key]) for key, value in rows.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--episodes", type=int, default=6)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--output", default=pathlib.Path(__file__).with_name("safety-gridworlds.npz"))
    settings = parser.parse_args()
    np.random.seed(settings.seed)
    choice = np.random.default_rng(settings.seed)
    arrays = {}
    for name, make in VARIANTS.items():
        arrays.update(record(name, make, settings.episodes, choice))
        steps = int(arrays[f"{name}/lengths"].sum())
        print(f"{name}: {settings.episodes} episodes, {steps} steps, {int(arrays[f'{name}/ended'].sum())} ended")
    np.savez_compressed(settings.output, **arrays)
