"""CartPole steps per second with 64 environments: EnvPool, and Gymnasium's own vectorised CartPole.

Random actions, drawn beforehand. Both reset an ended episode by themselves and report truncation apart.

    stepping.py envpool --seconds 3
    stepping.py gymnasium --seconds 3
"""

import argparse
import warnings

import numpy

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("what", choices=["envpool", "gymnasium"])
parser.add_argument("--count", type=int, default=64)
parser.add_argument("--seconds", type=float, default=3)
options = parser.parse_args()
warnings.simplefilter("ignore")

if options.what == "envpool":
    import envpool

    worlds = envpool.make(
        "CartPole-v1", env_type="gymnasium", num_envs=options.count, num_threads=1, seed=0)
else:
    import gymnasium

    worlds = gymnasium.make_vec("CartPole-v1", num_envs=options.count, vectorization_mode="vector_entry_point")

actions = numpy.random.default_rng(0).integers(0, 2, (1000, options.count)).astype(
    numpy.int32 if options.what == "envpool" else numpy.int64)
worlds.reset()
for row in actions:
    worlds.step(row)
watch, steps = Stopwatch(), 0
while watch.read()["wall"] < options.seconds:
    for row in actions:
        worlds.step(row)
    steps += actions.size
seconds = watch.read()
finish([options.what, "numpy"], rate=steps / seconds["cpu"], steps=steps, **seconds)
