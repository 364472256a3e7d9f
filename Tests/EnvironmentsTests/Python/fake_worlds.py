"""Environments for the tests of the Python worker: well-behaved ones and one for each way to misbehave. NumPy only."""

import os
import time

import numpy


class Box:
    def __init__(self, low, high, shape, dtype=numpy.float32):
        self.low, self.high, self.shape, self.dtype = low, high, shape, dtype


class Discrete:
    def __init__(self, n, start=0):
        self.n, self.start = n, start


class MultiDiscrete:
    def __init__(self, nvec):
        self.nvec = numpy.array(nvec)


class MultiBinary:
    def __init__(self, n):
        self.n = n


class Dict:
    def __init__(self, **spaces):
        self.spaces = spaces


class Tuple:
    def __init__(self, *spaces):
        self.spaces = spaces


class Text:
    pass


class Walk:
    """Walk to ten on a line with gusts."""

    observation_space = Box(-20.0, 20.0, (2,))
    action_space = Discrete(2)
    max_episode_steps = 12

    def reset(self, seed=None):
        self.random = numpy.random.default_rng(seed)
        self.place, self.steps = float(self.random.integers(0, 5)), 0
        return self.seen(), {}

    def step(self, action):
        self.steps += 1
        self.place += (1 if action == 1 else -1) + self.random.normal() * 0.5
        self.place = min(max(self.place, -19.0), 19.0)
        self.act()
        return self.seen(), self.place / 8, self.place >= 6, False, {}

    def seen(self):
        return numpy.array([self.place, self.steps])

    def act(self):
        pass


class Misbehaving(Walk):
    def __init__(self, how, at):
        self.how, self.at = how, at

    def act(self):
        if self.steps < self.at:
            return
        if self.how == "dies":
            print("about to die", flush=True)
            os._exit(3)
        if self.how == "hangs":
            print("about to hang", flush=True)
            time.sleep(600)
        if self.how == "raises":
            raise ValueError("a wall in the way")
        if self.how == "prints":
            print("x" * 1000)
            os.write(1, b"y" * 1000)

    def seen(self):
        late = self.steps >= self.at
        if late and self.how == "nan":
            return numpy.array([numpy.nan, 0])
        if late and self.how == "shape":
            return numpy.zeros(3)
        if late and self.how == "changes":
            return numpy.array([os.urandom(1)[0] / 255, 0])
        return super().seen()

    def step(self, action):
        observation, reward, terminated, truncated, info = super().step(action)
        if self.steps >= self.at:
            if self.how == "four":
                return observation, reward, terminated, info
            if self.how == "infinite":
                reward = float("inf")
            if self.how == "truncates":
                truncated, terminated = True, False
        return observation, reward, terminated, truncated, info


def walk():
    return Walk()


def misbehaving(how, at=3):
    return Misbehaving(how, at)


def endless():
    world = Walk()
    world.max_episode_steps = None
    return world


class Spaces(Walk):
    """Observes and acts through one space of each kind; the observation shows the last action."""

    action_space = Tuple(MultiDiscrete([2, 3]), MultiBinary(2), Discrete(2, start=5))
    observation_space = Dict(
        position=Box(-5, 5, (2, 2)), kind=Discrete(3, start=1), flags=MultiBinary(2), last=Tuple(Discrete(2), Box(0, 9, ())),
        dice=MultiDiscrete([2, 3]))

    def reset(self, seed=None):
        self.last = (numpy.array([0, 0]), numpy.array([0, 0]), 5)
        return super().reset(seed)

    def step(self, action):
        self.last = action
        return super().step(1)

    def seen(self):
        dice, bits, kind = self.last
        return {
            "dice": dice, "flags": bits, "kind": 2, "last": (kind - 5, numpy.float32(7)),
            "position": numpy.array([[1, 2], [3, 4]])}


def spaces():
    return Spaces()


class Drive(Walk):
    """A throttle, and a picture of the place."""

    action_space = Box(-1.0, 1.0, (3,))
    observation_space = Box(0, 255, (4, 6, 3), numpy.uint8)
    metadata = {"render_modes": ["rgb_array"]}

    def reset(self, seed=None):
        self.given = numpy.zeros(3)
        return super().reset(seed)

    def step(self, action):
        assert (numpy.abs(action) <= 1).all(), "outside the space"
        self.given = action
        return super().step(1)

    def seen(self):
        picture = numpy.zeros((4, 6, 3), numpy.uint8)
        picture[self.steps % 4, :, 0] = 200
        picture[..., 1:] = (100 * numpy.abs(self.given[:2])).astype(numpy.uint8)
        return picture

    def render(self):
        return numpy.full((500, 700, 3), self.steps, numpy.uint8)


def drive(render_mode=None):
    return Drive()


class Unseen(Walk):
    observation_space = Dict(words=Text())


def unseen():
    return Unseen()


class TooMany(Walk):
    action_space = MultiDiscrete([17, 17, 17])


def too_many():
    return TooMany()


def no_environment():
    return 3
