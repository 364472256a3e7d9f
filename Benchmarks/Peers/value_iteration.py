"""Value iteration with SciPy's sparse matrices: 1,000 states, 4 actions, 4 random successors each, discount .99.

    value_iteration.py plain --seconds 3     the usual loop: stop when no value can be off by more than 1e-6
    value_iteration.py bounds --seconds 3    the same loop with the bounds on both sides that our side uses

The world is drawn by the same recipe as ours, not with the same random numbers.
"""

import argparse

import numpy
import scipy.sparse

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("what", choices=["plain", "bounds"])
parser.add_argument("--seconds", type=float, default=3)
options = parser.parse_args()
states, actions, branching, discount, tolerance = 1000, 4, 4, .99, 1e-6
generator = numpy.random.default_rng(0)
rows = states * actions
columns = numpy.concatenate([generator.choice(states, branching, replace=False) for _ in range(rows)])
weights = generator.dirichlet(numpy.ones(branching), rows).ravel()
transitions = scipy.sparse.csr_matrix((weights, columns, numpy.arange(0, rows * branching + 1, branching)), (rows, states))
rewards = generator.standard_normal(rows)


def solve():
    values, sweeps = numpy.zeros(states), 0
    while True:
        after = (rewards + discount * (transitions @ values)).reshape(states, actions).max(axis=1)
        change, values, sweeps = after - values, after, sweeps + 1
        if options.what == "plain":
            if numpy.abs(change).max() * discount / (1 - discount) <= tolerance:
                return values, sweeps
        else:
            least, most = change.min(), change.max()
            if (most - least) * discount / (1 - discount) <= 2 * tolerance:
                return values + discount / (1 - discount) * (least + most) / 2, sweeps


values, sweeps = solve()
watch, solutions = Stopwatch(), 0
while watch.read()["wall"] < options.seconds:
    solve()
    solutions += 1
seconds = watch.read()
finish(["numpy", "scipy"], rate=solutions / seconds["cpu"], milliseconds=1e3 * seconds["cpu"] / solutions, sweeps=sweeps, **seconds)
