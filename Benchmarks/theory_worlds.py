"""The worlds of `Benchmarks/theory-cost`: five families with five second rewards each, every number from a seed.

    families   sparse   each action leads to five random states, probabilities uniform on the simplex; discount .95
               far      the same with discount .99
               local    five random states at most 50 away; discount .99
               grid     a square of about as many cells, four moves, walls stop; slips to a random move one time in ten;
                        starts in a corner; discount .99
               chain    left and right, each fails one time in ten; starts anywhere; discount .99
    truth      N(0, 1) on (state, action); in grid and chain on states, so that it lasts under every action
    second     shaped     the truth, shaped by a random potential N(0, 1)
               scaled     three times the truth, shaped likewise
               perturbed  the truth and a hundredth of an unrelated reward
               mixed      the truth and half of an unrelated reward
               unrelated  an unrelated reward of the same kind
"""

import numpy

FAMILIES = ["sparse", "far", "local", "grid", "chain"]
SECONDS = ["shaped", "scaled", "perturbed", "mixed", "unrelated"]


def rows_of(family, states, actions, generator):
    """(successors, probabilities), each [states × actions, successors of one row]."""
    rows = states * actions
    if family in ("sparse", "far", "local"):
        successors = generator.integers(0, states, (rows, 5))
        if family == "local":
            here = numpy.repeat(numpy.arange(states), actions)[:, None]
            successors = (here + generator.integers(-50, 51, (rows, 5))) % states
        return successors, generator.dirichlet(numpy.ones(5), rows)
    here = numpy.arange(states)
    if family == "grid":
        side = int(states ** .5)
        row, column = numpy.divmod(here, side)
        moves = numpy.stack([
            numpy.maximum(row - 1, 0) * side + column, numpy.minimum(row + 1, side - 1) * side + column,
            row * side + numpy.maximum(column - 1, 0), row * side + numpy.minimum(column + 1, side - 1)], 1)
        successors = numpy.repeat(moves, 4, 0)
        probabilities = numpy.tile(.025 + .9 * numpy.eye(4), (states, 1))
        return successors, probabilities
    moves = numpy.stack([numpy.maximum(here - 1, 0), numpy.minimum(here + 1, states - 1)], 1)
    successors = numpy.stack([numpy.stack([moves[:, action], here], 1) for action in range(2)], 1).reshape(-1, 2)
    return successors, numpy.tile([.9, .1], (rows, 1))


def world(family, second, states, seed):
    """The arrays of a world's .npz file, with the rewards `truth` and `second`."""
    generator = numpy.random.default_rng([seed, FAMILIES.index(family)])
    actions = 2 if family == "chain" else 4
    if family == "grid":
        states = int(states ** .5) ** 2
    successors, probabilities = rows_of(family, states, actions, generator)
    discount = .95 if family == "sparse" else .99
    start = numpy.full(states, 1 / states)
    if family == "grid":
        start = (numpy.arange(states) == 0) * 1.

    def reward():
        if family in ("grid", "chain"):
            return numpy.repeat(generator.standard_normal(states)[:, None], actions, 1)
        return generator.standard_normal((states, actions))

    truth, other, potential = reward(), reward(), generator.standard_normal(states)
    future = (probabilities * potential[successors]).sum(1).reshape(states, actions)
    shaping = discount * future - potential[:, None]
    proxy = {
        "shaped": truth + shaping, "scaled": 3 * truth + shaping, "perturbed": truth + .01 * other,
        "mixed": truth + .5 * other, "unrelated": other}[second]
    width = successors.shape[1]
    return {
        "row_starts": numpy.arange(states * actions + 1) * width, "successors": successors.ravel(),
        "probabilities": probabilities.ravel(), "start": start, "discount": numpy.array(discount),
        "reward_truth": truth, "reward_second": proxy}
