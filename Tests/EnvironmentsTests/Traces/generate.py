"""Writes the traces that the Swift environments are compared with, step by step.

    python -m venv venv && venv/bin/pip install gymnasium==1.4.0
    venv/bin/python Tests/EnvironmentsTests/Traces/generate.py

Each file holds episodes of one Gymnasium environment, made through `gymnasium.make` (so with its time limit): the start
state that was injected (`single`: as float32), all actions, and after every `stride`-th step (and the last) the state,
the observation, the sum of rewards so far, and whether the episode terminated or was truncated. States print exactly;
observations are float32 and print as the shortest decimal that reads back as the same number.

`probe` is the end of a chaotic sequence of sines and cosines: it differs where the C library's functions differ in any
last bit, which then also the traces may.
"""

import json
import math
import pathlib

import gymnasium
import numpy as np


def number(value):
    return float(str(value)) if isinstance(value, np.float32) else float(value)


def numbers(array):
    return [number(value) for value in np.asarray(array)]


def episode(environment, start, choose, stride=1, dtype=np.float64):
    """Plays one episode from `start`; `choose(t, state)` gives the actions."""
    environment.reset(seed=0)
    inner = environment.unwrapped
    inner.state = np.array(start, dtype=dtype)
    actions, records, total, t, done = [], [], 0.0, 0, False
    while not done:
        action = choose(t, np.array(inner.state, dtype=np.float64))
        if isinstance(environment.action_space, gymnasium.spaces.Box):
            action = np.array([action], dtype=np.float32)
            actions.append(number(action[0]))
        else:
            action = int(action)
            actions.append(action)
        observation, reward, terminated, truncated, _ = environment.step(action)
        total += float(reward)
        t += 1
        done = terminated or truncated
        if done or t % stride == 0:
            records.append(
                {
                    "step": t,
                    "state": [float(x) for x in inner.state],
                    "observation": numbers(observation),
                    "return": total,
                    "terminated": bool(terminated),
                    "truncated": bool(truncated),
                }
            )
    return {
        "start": [float(x) for x in np.array(start, dtype=dtype)],
        "single": dtype == np.float32,
        "actions": actions,
        "records": records,
    }


def probe():
    x = 0.5
    for _ in range(2000):
        x = math.sin(3 * x) + 2 * math.cos(5 * x)
    return x


def write(name, episodes):
    path = pathlib.Path(__file__).parent / f"{name}.json"
    lines = [f'{{"environment": "{name}", "gymnasium": "{gymnasium.__version__}", "probe": {probe()}, "episodes": [']
    for index, item in enumerate(episodes):
        rows = [json.dumps(record) for record in item.pop("records")]
        lines.append(json.dumps(item)[:-1] + ', "records": [')
        lines.append(",\n".join(rows))
        lines.append("]}" + ("," if index + 1 < len(episodes) else ""))
    lines.append("]}")
    path.write_text("\n".join(lines) + "\n")
    print(name, [len(item["actions"]) for item in episodes])


def main():
    random = np.random.default_rng(7)

    cart_pole = gymnasium.make("CartPole-v1")
    balance = lambda t, s: int(s[2] + 0.3 * s[3] + 0.02 * s[0] + 0.05 * s[1] > 0)
    write(
        "CartPole-v1",
        [
            episode(cart_pole, random.uniform(-0.05, 0.05, 4), lambda t, s: random.integers(2)),
            episode(cart_pole, random.uniform(-0.05, 0.05, 4), balance, stride=5),
            episode(cart_pole, [2.2, 1.0, -0.05, 0.0], balance),
            episode(cart_pole, [-2.3, -0.5, 0.05, 0.0], balance),
        ],
    )

    pendulum = gymnasium.make("Pendulum-v1")
    push = lambda t, s: random.uniform(-3, 3)
    write(
        "Pendulum-v1",
        [
            episode(pendulum, random.uniform([-math.pi, -1], [math.pi, 1]), push, stride=2),
            episode(pendulum, [20.5, 7.9], lambda t, s: 2.5, stride=5),
            episode(pendulum, [-20.5, -7.9], lambda t, s: -0.3, stride=5),
        ],
    )

    mountain_car = gymnasium.make("MountainCar-v0")
    pump = lambda t, s: 2 if s[1] >= 0 else 0
    write(
        "MountainCar-v0",
        [
            episode(mountain_car, [random.uniform(-0.6, -0.4), 0], pump),
            episode(mountain_car, [-1.1, -0.06], lambda t, s: 0, stride=2),
            episode(mountain_car, [random.uniform(-0.6, -0.4), 0], lambda t, s: random.integers(3), stride=4),
        ],
    )

    continuous = gymnasium.make("MountainCarContinuous-v0")
    pump_hard = lambda t, s: (1.0 if s[1] >= 0 else -1.0) * random.uniform(0.3, 1.5)
    single = np.float32
    write(
        "MountainCarContinuous-v0",
        [
            episode(continuous, [random.uniform(-0.6, -0.4), 0], pump_hard),
            episode(continuous, [random.uniform(-0.6, -0.4), 0], lambda t, s: random.uniform(-1.2, 1.2), stride=10),
            episode(continuous, [-1.1, -0.06], lambda t, s: -1.0 + 0.9 * math.sin(t), stride=10, dtype=single),
        ],
    )

    acrobot = gymnasium.make("Acrobot-v1")
    swing = lambda t, s: 2 if s[2] <= 0 else 0
    write(
        "Acrobot-v1",
        [
            episode(acrobot, random.uniform(-0.1, 0.1, 4).astype(single), swing, dtype=single),
            episode(acrobot, random.uniform(-0.1, 0.1, 4).astype(single), lambda t, s: random.integers(3), stride=5, dtype=single),
            episode(acrobot, [3.0, -3.0, 12.0, -28.0], lambda t, s: random.integers(3)),
        ],
    )


if __name__ == "__main__":
    main()
