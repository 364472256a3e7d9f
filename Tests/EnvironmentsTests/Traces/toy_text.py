"""Writes the tables that `ToyTextTable` is compared with, entry by entry: toy-text.npz.

    python -m venv venv && venv/bin/pip install gymnasium==1.4.0
    venv/bin/python Tests/EnvironmentsTests/Traces/toy_text.py

For each environment `NAME/outcomes` [N, 6] lists state, action, probability, next state, reward and whether it terminates,
in the order of the environment's own `P`, and `NAME/start` the start distribution. Blackjack has no `P`: its rows come
from an enumeration of all hands with Gymnasium's own functions (`sum_hand`, `usable_ace`, `score`, `is_natural`), which
also checks that hands that look alike behave alike. Sums without a usable ace (4 to 21) come first, then with one (12 to
21), each for the dealer's card 1 to 10; then naturals; then the end.
"""

import functools
import pathlib

import gymnasium
import numpy as np
from gymnasium.envs.toy_text import blackjack

arrays = {}


def add(name, id, **settings):
    env = gymnasium.make(id, **settings).unwrapped
    rows = [
        (s, a, p, n, r, float(t))
        for s in sorted(env.P)
        for a in sorted(env.P[s])
        for p, n, r, t in env.P[s][a]
    ]
    arrays[name + "/outcomes"] = np.array(rows, float)
    arrays[name + "/start"] = np.array(env.initial_state_distrib, float)


add("lake", "FrozenLake-v1")
add("lake-8x8", "FrozenLake8x8-v1")
add("lake-dry", "FrozenLake-v1", is_slippery=False)
add("lake-map", "FrozenLake-v1", desc=["SFH", "SFG"], success_rate=0.75)
add("cliff", "CliffWalking-v1")
add("cliff-slippery", "CliffWalkingSlippery-v1")
add("taxi", "Taxi-v4")
add("taxi-rain", "Taxi-v4", is_rainy=True, rainy_probability=0.7)

CARDS = sorted(set(blackjack.deck))


def chance(card):
    return blackjack.deck.count(card) / len(blackjack.deck)


@functools.cache
def dealer(hand):
    """{(score, is natural): probability} of the dealer's final hand."""
    if blackjack.sum_hand(list(hand)) >= 17:
        return {(blackjack.score(list(hand)), blackjack.is_natural(list(hand))): 1.0}
    result = {}
    for card in CARDS:
        for key, p in dealer(tuple(sorted(hand + (card,)))).items():
            result[key] = result.get(key, 0) + p * chance(card)
    return result


def state(hand, up):
    if len(hand) == 2 and blackjack.is_natural(list(hand)):
        return 280 + up - 1
    total, ace = blackjack.sum_hand(list(hand)), blackjack.usable_ace(list(hand))
    return ((18 + total - 12) if ace else total - 4) * 10 + up - 1


def table(sab, natural):
    rows, start, seen, open_ = {}, np.zeros(291), set(), []
    for a in CARDS:
        for b in CARDS:
            hand = tuple(sorted((a, b)))
            for up in CARDS:
                start[state(hand, up)] += chance(a) * chance(b) * chance(up)
            open_.append(hand)
    while open_:
        hand = open_.pop()
        if hand in seen:
            continue
        seen.add(hand)
        for up in CARDS:
            stick = {}
            for hidden in CARDS:
                for (score, dealt), p in dealer(tuple(sorted((up, hidden)))).items():
                    reward = blackjack.cmp(blackjack.score(list(hand)), score)
                    own = blackjack.is_natural(list(hand))
                    if sab and own and not dealt:
                        reward = 1.0
                    elif not sab and natural and own and reward == 1.0:
                        reward = 1.5
                    key = (290, reward, 1.0)
                    stick[key] = stick.get(key, 0) + p * chance(hidden)
            hit = {}
            for card in CARDS:
                more = tuple(sorted(hand + (card,)))
                bust = blackjack.is_bust(list(more))
                key = (290, -1.0, 1.0) if bust else (state(more, up), 0.0, 0.0)
                hit[key] = hit.get(key, 0) + chance(card)
                if not bust:
                    open_.append(more)
            for action, new in enumerate((stick, hit)):
                known = rows.setdefault((state(hand, up), action), new)
                assert known.keys() == new.keys() and all(abs(known[k] - new[k]) < 1e-12 for k in new), (hand, up)
    return rows, start


for name, sab, natural in [("wins", True, False), ("pays-more", False, True), ("none", False, False)]:
    rows, start = table(sab, natural)
    listed = [
        (s, a, p, n, r, t) for (s, a), row in sorted(rows.items()) for (n, r, t), p in sorted(row.items())
    ]
    arrays[f"blackjack-{name}/outcomes"] = np.array(listed, float)
    arrays[f"blackjack-{name}/start"] = start

np.savez_compressed(pathlib.Path(__file__).with_name("toy-text.npz"), **arrays)
