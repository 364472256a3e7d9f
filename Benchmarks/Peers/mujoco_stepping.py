"""MuJoCo steps per second on one thread: EnvPool's and Gymnasium's HalfCheetah or Hopper.

Random actions, drawn beforehand. EnvPool resets an ended episode by itself, with eight worlds side by side; Gymnasium's
one world is reset here. EnvPool is built with a MuJoCo of its own, older than the one that Gymnasium and we use.

    mujoco_stepping.py envpool HalfCheetah-v5 --seconds 3
    mujoco_stepping.py gymnasium Hopper-v5 --seconds 3
"""

import argparse
import os
import warnings

os.environ.setdefault("MUJOCO_GL", "disable")

import numpy

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("what", choices=["envpool", "gymnasium"])
parser.add_argument("world")
parser.add_argument("--seconds", type=float, default=3)
options = parser.parse_args()
warnings.simplefilter("ignore")
random = numpy.random.default_rng(0)

if options.what == "envpool":
    import envpool

    worlds = envpool.make(options.world, env_type="gymnasium", num_envs=8, num_threads=1, seed=0)
    size = worlds.action_space.shape[-1]
    actions = random.uniform(-1, 1, (250, 8, size)).astype(worlds.action_space.dtype)
    worlds.reset()

    def play():
        for row in actions:
            worlds.step(row)
        return 8 * len(actions)
else:
    import gymnasium

    world = gymnasium.make(options.world)
    actions = random.uniform(-1, 1, (2000, world.action_space.shape[0])).astype(numpy.float32)
    world.reset(seed=0)

    def play():
        for row in actions:
            _, _, terminated, truncated, _ = world.step(row)
            if terminated or truncated:
                world.reset()
        return len(actions)


play()
watch, steps = Stopwatch(), 0
while watch.read()["cpu"] < options.seconds:
    steps += play()
seconds = watch.read()
packages = [options.what, "numpy"] + (["mujoco"] if options.what == "gymnasium" else [])
finish(packages, rate=steps / seconds["cpu"], steps=steps, **seconds)
