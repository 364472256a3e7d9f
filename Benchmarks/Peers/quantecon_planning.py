"""Modified policy iteration by QuantEcon on 10,000 states, 4 actions, 5 random successors each, discount .99.

The world is drawn by the same recipe as ours, not with the same random numbers. What Numba compiles is compiled before
the clock starts; making the problem from its arrays is not counted.
"""

import argparse

import numpy
import quantecon
import scipy.sparse

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("--seconds", type=float, default=3)
options = parser.parse_args()
states, actions, branching, discount = 10_000, 4, 5, .99
generator = numpy.random.default_rng(0)
rows = states * actions
columns = generator.integers(0, states, rows * branching)
weights = generator.dirichlet(numpy.ones(branching), rows).ravel()
transitions = scipy.sparse.csr_matrix((weights, (numpy.repeat(numpy.arange(rows), branching), columns)), (rows, states))
problem = quantecon.markov.DiscreteDP(
    generator.standard_normal(rows), transitions, discount, numpy.repeat(numpy.arange(states), actions),
    numpy.tile(numpy.arange(actions), states))


def solve():
    return problem.solve(method="modified_policy_iteration", epsilon=1e-9)


found = solve()
watch, solutions = Stopwatch(), 0
while watch.read()["wall"] < options.seconds:
    solve()
    solutions += 1
seconds = watch.read()
finish(["numpy", "scipy", "quantecon", "numba"], rate=solutions / seconds["cpu"],
       milliseconds=1e3 * seconds["cpu"] / solutions, sweeps=found.num_iter, **seconds)
