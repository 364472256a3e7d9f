"""Steps per second of Gymnasium's own vector environments, SyncVectorEnv or AsyncVectorEnv, in wall seconds; `cpu` has the
processor seconds of all processes.

    gymnasium_vector.py CartPole-v1 sync --count 8 --seconds 3

Atari with Gymnasium's own preprocessing, which does what ours does: no-op starts, four frames, the greater of two,
84 × 84 grey, four stacked.
"""

import argparse
import os
import warnings

import gymnasium
import numpy

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("id")
parser.add_argument("mode", choices=["sync", "async"])
parser.add_argument("--count", type=int, default=8)
parser.add_argument("--seconds", type=float, default=3)
options = parser.parse_args()
warnings.simplefilter("ignore")


def family_seconds():
    """Processor seconds of this process and of its children, from /proc."""
    ticks = 0
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(name) == os.getpid() or int(fields[1]) == os.getpid():
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def make():
    if not options.id.startswith("ALE/"):
        return gymnasium.make(options.id)
    import ale_py

    gymnasium.register_envs(ale_py)
    world = gymnasium.make(options.id, frameskip=1)
    return gymnasium.wrappers.FrameStackObservation(gymnasium.wrappers.AtariPreprocessing(world), 4)


if __name__ == "__main__":
    vector = gymnasium.vector.SyncVectorEnv if options.mode == "sync" else gymnasium.vector.AsyncVectorEnv
    worlds = vector([make] * options.count)
    rows = 200
    worlds.action_space.seed(0)
    actions = [worlds.action_space.sample() for _ in range(rows)]
    worlds.reset(seed=0)
    for row in actions[:50]:
        worlds.step(row)
    watch, steps, before = Stopwatch(), 0, family_seconds()
    while watch.read()["wall"] < options.seconds:
        for row in range(50):
            worlds.step(actions[(steps // options.count + row) % rows])
        steps += 50 * options.count
    seconds = {"wall": watch.read()["wall"], "cpu": family_seconds() - before}
    finish(["gymnasium", "numpy"], rate=steps / seconds["wall"], steps=steps, **seconds)
    worlds.close()
