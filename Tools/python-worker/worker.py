"""Steps Gymnasium's environments, Atari games and environments of one's own for a Pactolus process.

The other side speaks frames through a socket that this process gets as standard input: length, operation, payload, all
little-endian. Nothing that arrives is unpickled or evaluated. What environments print goes to the other side's log.
Needs NumPy; Gymnasium and ale-py only for ids of theirs. Sources/Environments/Python has the other side, and this
file's text (`Tools/python-worker/embed` writes it there).
"""

import base64
import importlib
import inspect
import itertools
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
import traceback
import zlib

import numpy

DESCRIBE, STEP, REPLAY, RENDER, ERROR = 1, 2, 3, 4, 255
RESET_ONLY, STEP_ONLY, STEP_AND_RESET, STEP_TO_LIMIT = 0, 1, 2, 3
TERMINATED, TRUNCATED, WAS_RESET = 1, 2, 4
MOST_DISCRETE = 4096
LARGEST_PICTURE = 320


class Refusal(Exception):
    """Something that the other side words for the user: a kind, and what belongs to it."""

    def __init__(self, kind, **more):
        super().__init__(kind)
        self.report = {"kind": kind, **more}


# Spaces. Told apart by the names of their classes, so that whoever brings an environment need not have Gymnasium.

SPACES = ("Box", "Discrete", "MultiDiscrete", "MultiBinary", "Dict", "Tuple")


def kind_of(space, place):
    for kind in type(space).__mro__:
        if kind.__name__ in SPACES:
            return kind.__name__
    raise Refusal("space", place=place, space=type(space).__name__)


def children(space):
    parts = space.spaces
    return list(parts.items()) if hasattr(parts, "items") else [(str(i), part) for i, part in enumerate(parts)]


def child(value, key):
    return value[key] if isinstance(value, dict) else value[int(key)]


def component_names(name, shape):
    if not shape or shape == (1,):
        return [name]
    return [name + " " + ",".join(map(str, index)) for index in itertools.product(*map(range, shape))]


class Seen:
    """An observation space as one row of numbers: bounds, names, and how a value is written into a row."""

    def __init__(self, low, high, names, write):
        self.low, self.high, self.names, self.write = low, high, names, write
        self.size = len(low)


def both_bounds(space):
    return [
        numpy.broadcast_to(bound, tuple(space.shape)).astype(numpy.float32).reshape(-1)
        for bound in (space.low, space.high)]


def box_seen(space, name, dtype):
    shape = tuple(space.shape)
    size = int(numpy.prod(shape)) if shape else 1

    def write(value, row):
        value = numpy.asarray(value)
        if value.shape != shape:
            raise Refusal("shape", place=name, wanted=list(shape), got=list(value.shape))
        row[:] = value if value.ndim == 1 else value.reshape(-1)

    names = component_names(name, shape) if dtype == "f32" or size <= MOST_DISCRETE else None
    return Seen(*both_bounds(space), names, write)


def indices_seen(name, sizes, starts):
    """Whole numbers, each as one-hot."""
    offsets = numpy.concatenate([[0], numpy.cumsum(sizes)]).tolist()
    if offsets[-1] > MOST_DISCRETE:
        raise Refusal("many", place=name, count=offsets[-1], most=MOST_DISCRETE)
    single = len(sizes) == 1

    def write(value, row):
        row[:] = 0
        values = numpy.asarray(value).reshape(-1).tolist()
        if len(values) != len(sizes):
            raise Refusal("shape", place=name, wanted=[len(sizes)], got=[len(values)])
        for value, size, start, offset in zip(values, sizes, starts, offsets):
            if not start <= value < start + size:
                raise Refusal("outside", place=name, value=str(value), low=start, high=start + size - 1)
            row[offset + int(value) - start] = 1

    names = [
        f"{name} is {start + i}" if single else f"{name} {which} is {start + i}"
        for which, (size, start) in enumerate(zip(sizes, starts)) for i in range(size)]
    return Seen(numpy.zeros(offsets[-1], numpy.float32), numpy.ones(offsets[-1], numpy.float32), names, write)


def seen(space, name="observation", dtype="f32", is_top=True):
    kind = kind_of(space, name)
    if kind == "Box":
        return box_seen(space, name, dtype)
    if kind == "Discrete":
        return indices_seen(name, [int(space.n)], [int(getattr(space, "start", 0))])
    if kind == "MultiDiscrete":
        sizes = numpy.asarray(space.nvec).reshape(-1).tolist()
        starts = numpy.asarray(getattr(space, "start", numpy.zeros(len(sizes), int))).reshape(-1).tolist()
        return indices_seen(name, sizes, starts)
    if kind == "MultiBinary":
        shape = tuple(numpy.atleast_1d(space.n).tolist())
        size = int(numpy.prod(shape))
        bits = type("Box", (), {"shape": shape, "low": numpy.zeros(shape), "high": numpy.ones(shape)})()
        assert size > 0
        return box_seen(bits, name, "f32")
    parts = [(key, seen(part, str(key) if is_top else f"{name}.{key}", is_top=False)) for key, part in children(space)]
    edges = numpy.concatenate([[0], numpy.cumsum([part.size for _, part in parts])]).tolist()
    places = [(key, part.write, slice(a, b)) for (key, part), a, b in zip(parts, edges, edges[1:])]

    def write(value, row):
        for key, write_part, place in places:
            write_part(child(value, key), row[place])

    return Seen(
        numpy.concatenate([part.low for _, part in parts]), numpy.concatenate([part.high for _, part in parts]),
        [name for _, part in parts for name in part.names], write)


def image_of(space):
    """Rows, columns, channels and frames of a space that is a picture, or a stack of grey ones, one below the other."""
    if kind_of(space, "observation") != "Box" or numpy.dtype(space.dtype) != numpy.uint8:
        return None
    shape = tuple(space.shape)
    if len(shape) == 2:
        return [shape[0], shape[1], 1, 1]
    if len(shape) == 3 and shape[2] in (1, 3):
        return [*shape, 1]
    if len(shape) == 3 and shape[0] <= 16 and min(shape[1:]) >= 8:
        return [shape[0] * shape[1], shape[2], 1, shape[0]]
    return None


class Choices:
    """An action space that is a list of possibilities: their names, and what the environment is given for each."""

    def __init__(self, names, values):
        self.names, self.values = names, values


class Vector:
    """An action space that is a box: bounds, and what the environment is given for a vector within."""

    def __init__(self, low, high, names, build):
        self.low, self.high, self.names, self.build = low, high, names, build


def product(parts, join):
    count = 1
    for part in parts:
        count *= len(part.values)
    if count > MOST_DISCRETE:
        raise Refusal("many", place="action", count=count, most=MOST_DISCRETE)
    names = [" ".join(names) for names in itertools.product(*(part.names for part in parts))]
    return Choices(names, [join(values) for values in itertools.product(*(part.values for part in parts))])


def numbered(sizes, starts, dtype, shape):
    count = int(numpy.prod([int(size) for size in sizes], dtype=float))
    if count > MOST_DISCRETE:
        raise Refusal("many", place="action", count=count, most=MOST_DISCRETE)
    rows = list(itertools.product(*(range(start, start + size) for size, start in zip(sizes, starts))))
    return Choices([",".join(map(str, row)) for row in rows], [numpy.array(row, dtype).reshape(shape) for row in rows])


def taken(space, name="action"):
    kind = kind_of(space, name)
    if kind == "Discrete":
        start = int(getattr(space, "start", 0))
        # As Gymnasium's own vector environments give them; its check of a plain int is slower.
        values = [numpy.int64(start + i) for i in range(int(space.n))]
        return Choices([f"{name} {value}" for value in values], values)
    if kind == "MultiDiscrete":
        nvec = numpy.asarray(space.nvec)
        sizes = nvec.reshape(-1).tolist()
        starts = numpy.asarray(getattr(space, "start", numpy.zeros(len(sizes), int))).reshape(-1).tolist()
        return numbered(sizes, starts, numpy.int64, nvec.shape)
    if kind == "MultiBinary":
        shape = tuple(numpy.atleast_1d(space.n).tolist())
        size = int(numpy.prod(shape))
        return numbered([2] * size, [0] * size, numpy.int8, shape)
    if kind == "Box":
        shape, dtype = tuple(space.shape), numpy.dtype(space.dtype)
        bounds = both_bounds(space)
        whole = dtype.kind in "iu"

        def build(vector):
            return (numpy.rint(vector) if whole else vector).astype(dtype).reshape(shape)

        return Vector(*bounds, component_names(name, shape), build)
    parts = [(key, taken(part, str(key) if name == "action" else f"{name}.{key}")) for key, part in children(space)]
    keys = [key for key, _ in parts]
    named = hasattr(space.spaces, "items")

    def join(values):
        return dict(zip(keys, values)) if named else tuple(values)

    if all(isinstance(part, Choices) for _, part in parts):
        return product([part for _, part in parts], join)
    if all(isinstance(part, Vector) for _, part in parts):
        edges = numpy.concatenate([[0], numpy.cumsum([len(part.low) for _, part in parts])]).tolist()
        return Vector(
            numpy.concatenate([part.low for _, part in parts]), numpy.concatenate([part.high for _, part in parts]),
            [name for _, part in parts for name in part.names],
            lambda vector: join([part.build(vector[a:b]) for (_, part), a, b in zip(parts, edges, edges[1:])]))
    raise Refusal("space", place=name, space=kind + " of choices and vectors together")


# Where environments come from.


def gymnasium_or_refuse():
    try:
        import gymnasium
    except ImportError as error:
        raise Refusal("missing", module="gymnasium", message=str(error)) from None
    if int(gymnasium.__version__.split(".")[0]) < 1:
        raise Refusal("missing", module="gymnasium", message=f"version {gymnasium.__version__} is older than 1.0")
    return gymnasium


def make_gymnasium(id, arguments, render):
    """An environment of Gymnasium's registry without its time limit, which the other side keeps; and the limit."""
    gymnasium = gymnasium_or_refuse()
    module, _, name = id.rpartition(":")
    if module:
        import_or_refuse(module)
    registry = gymnasium.registry
    if name not in registry:
        raise Refusal("unknown", known=sorted(registry))
    spec = registry[name]
    if render:
        arguments = {**arguments, "render_mode": "rgb_array"}
    try:
        env = gymnasium.make(spec, max_episode_steps=-1, disable_env_checker=True, **arguments)
    except (gymnasium.error.DependencyNotInstalled, ImportError) as error:
        raise Refusal("dependency", message=str(error)) from None
    # The wrapper that refuses steps before a reset costs time, and the other side keeps that order.
    if type(env) is gymnasium.wrappers.OrderEnforcing:
        env = env.env
    return env, spec.max_episode_steps


def import_or_refuse(module):
    try:
        return importlib.import_module(module)
    except ImportError as error:
        # The module itself, or something that it imports?
        missing = getattr(error, "name", None)
        raise Refusal("module", module=module, missing=missing, message=str(error)) from None


def make_by_function(module, function, arguments, render):
    """What a function of the user's own makes; its limit is that of its specification, or an attribute."""
    found = import_or_refuse(module)
    if not callable(getattr(found, function, None)):
        known = [name for name, value in vars(found).items() if callable(value) and not name.startswith("_")]
        raise Refusal("function", module=module, known=known)
    make = getattr(found, function)
    if render:
        accepted = inspect.signature(make).parameters.values()
        if any(each.name == "render_mode" or each.kind == each.VAR_KEYWORD for each in accepted):
            arguments = {**arguments, "render_mode": "rgb_array"}
    env = make(**arguments)
    for needed in ("reset", "step", "observation_space", "action_space"):
        if not hasattr(env, needed):
            raise Refusal("interface", needed=needed, got=type(env).__name__)
    limit = getattr(getattr(env, "spec", None), "max_episode_steps", None) or getattr(env, "max_episode_steps", None)
    return env, limit


class Box:
    def __init__(self, low, high, shape, dtype):
        self.low, self.high, self.shape, self.dtype = low, high, shape, dtype


class Discrete:
    def __init__(self, n):
        self.n = n


def area_weights(size, onto):
    """[onto × size]: how much of each of `size` cells lies in each of `onto` cells of the same length together."""
    edges = numpy.linspace(0, size, onto + 1)
    cells = numpy.arange(size)
    overlap = numpy.minimum(edges[1:, None], cells + 1) - numpy.maximum(edges[:-1, None], cells)
    return (numpy.maximum(overlap, 0) * (onto / size)).astype(numpy.float32)


class Atari:
    """A game of the ALE: four frames a step, the greater of the last two, 84 × 84 shades of grey, four of those.

    What shows the score is painted out, on the screen as in memory. A lost life ends nothing.
    """

    SKIP, SIDE, STACK = 4, 84, 4

    def __init__(self, id, options, masks):
        gymnasium = gymnasium_or_refuse()
        try:
            import ale_py
        except ImportError as error:
            raise Refusal("missing", module="ale-py", message=str(error)) from None
        gymnasium.register_envs(ale_py)
        games = sorted(name[4:] for name in gymnasium.registry if name.startswith("ALE/") and name.endswith("-v5"))
        if id not in games:
            raise Refusal("unknown", known=games)
        self.env = gymnasium.make(
            "ALE/" + id, obs_type="ram", frameskip=1, max_num_frames_per_episode=None, max_episode_steps=-1,
            repeat_action_probability=options["sticky"], full_action_space=options["full_actions"],
            mode=options["mode"], difficulty=options["difficulty"], disable_env_checker=True).unwrapped
        self.ale = self.env.ale
        self.version = ale_py.__version__
        self.actions = self.ale.getLegalActionSet() if options["full_actions"] else self.ale.getMinimalActionSet()
        self.idle = ale_py.Action.NOOP
        self.action_names = [action.name for action in self.actions]
        self.action_space = Discrete(len(self.actions))
        self.shows_ram, self.shows_bits = options["obs"] in ("ram", "bits"), options["obs"] == "bits"
        self.most_idle = options["noops"]
        self.areas, self.bytes = masks["areas"], masks["bytes"]
        height, width = self.ale.getScreenDims()
        self.screens = numpy.zeros((2, height, width), numpy.uint8)
        self.ram = numpy.zeros(128, numpy.uint8)
        self.columns = numpy.ascontiguousarray(area_weights(width, self.SIDE).T)
        self.rows = area_weights(height, self.SIDE)
        self.stack = numpy.zeros((self.STACK, self.SIDE, self.SIDE), numpy.uint8)
        self.observation_name = "bit" if self.shows_bits else "byte" if self.shows_ram else "pixel"
        shape = (1024,) if self.shows_bits else (128,) if self.shows_ram else self.stack.shape
        self.observation_space = Box(numpy.uint8(0), numpy.uint8(1 if self.shows_bits else 255), shape, numpy.uint8)
        self.metadata = {"render_modes": ["rgb_array"]}

    def grey(self):
        screen = numpy.maximum(self.screens[0], self.screens[1])
        for top, bottom, left, right in self.areas:
            screen[top:bottom, left:right] = 0
        if len(screen) == 210:
            # 2.5 rows onto one: two whole ones and half of the third, which the next one shares.
            five = screen.reshape(42, 5, -1).astype(numpy.float32)
            half = 0.5 * five[:, 2]
            rows = numpy.empty((self.SIDE, screen.shape[1]), numpy.float32)
            numpy.add(five[:, 0], five[:, 1], out=rows[0::2])
            numpy.add(five[:, 3], five[:, 4], out=rows[1::2])
            rows[0::2] += half
            rows[1::2] += half
            rows *= 0.4
        else:
            rows = self.rows @ screen.astype(numpy.float32)
        return numpy.rint(rows @ self.columns)

    def observation(self, is_first=False):
        if self.shows_ram:
            self.ale.getRAM(self.ram)
            self.ram[self.bytes] = 0
            return numpy.unpackbits(self.ram) if self.shows_bits else self.ram
        if is_first:
            self.stack[:] = self.grey()
        else:
            self.stack[:-1] = self.stack[1:]
            self.stack[-1] = self.grey()
        return self.stack

    def reset(self, seed):
        self.env.reset(seed=seed)
        count = int(numpy.random.default_rng(seed).integers(1, self.most_idle + 1)) if self.most_idle else 0
        for _ in range(count):
            self.ale.act(self.idle)
            if self.ale.game_over():
                self.env.reset()
        self.ale.getScreenGrayscale(self.screens[1])
        self.screens[0] = self.screens[1]
        return self.observation(is_first=True), {}

    def step(self, action):
        act, action, reward, over = self.ale.act, self.actions[action], 0, False
        for frame in range(self.SKIP):
            reward += act(action)
            over = self.ale.game_over()
            if over:
                break
            if frame == self.SKIP - 2 and not self.shows_ram:
                self.ale.getScreenGrayscale(self.screens[0])
        if not self.shows_ram:
            self.ale.getScreenGrayscale(self.screens[1])
            if frame < self.SKIP - 1:
                self.screens[0] = self.screens[1]
        return self.observation(), reward, over, False, {}

    def render(self):
        screen = self.ale.getScreenRGB()
        for top, bottom, left, right in self.areas:
            screen[top:bottom, left:right] = 0
        return screen


# The frames.


class Instance:
    """One environment, as far as it was played: the check sum of what its episode showed, and whether that is over."""

    def __init__(self, env):
        self.env, self.sum, self.over = env, 0, True


class Worker:
    def __init__(self, wire):
        self.wire = wire
        self.instances = {}
        self.picture = None

    def read(self, count):
        data = bytearray(count)
        view, got = memoryview(data), 0
        while got < count:
            more = self.wire.recv_into(view[got:], count - got, socket.MSG_WAITALL)
            if more == 0:
                os._exit(0)
            got += more
        return data

    def send(self, operation, payload):
        self.wire.sendall(struct.pack("<II", len(payload), operation) + payload)

    def serve(self):
        handlers = {DESCRIBE: self.describe, STEP: self.step, REPLAY: self.replay, RENDER: self.render}
        while True:
            length, operation = struct.unpack("<II", self.read(8))
            payload = self.read(length)
            try:
                handlers[operation](payload)
            except Refusal as refusal:
                self.send(ERROR, json.dumps(refusal.report).encode())
            except Exception as error:
                traceback.print_exc()
                report = {"kind": "raised", "message": f"{type(error).__name__}: {error}"}
                self.send(ERROR, json.dumps(report).encode())

    def make(self, render=False):
        wanted = self.wanted
        if wanted["kind"] == "gym":
            return make_gymnasium(wanted["id"], wanted["arguments"], render)
        if wanted["kind"] == "ale":
            return Atari(wanted["id"], wanted["atari"], wanted["masks"]), 27_000
        return make_by_function(wanted["module"], wanted["function"], wanted["arguments"], render)

    def describe(self, payload):
        self.wanted = json.loads(payload)
        env, limit = self.make()
        self.spare = env
        space = env.observation_space
        kind = kind_of(space, "observation")
        self.dtype = "u8" if kind == "Box" and numpy.dtype(space.dtype) == numpy.uint8 else "f32"
        self.seen = seen(space, getattr(env, "observation_name", "observation"), self.dtype)
        self.taken = taken(env.action_space)
        bare = getattr(env, "unwrapped", env)
        if isinstance(self.taken, Choices):
            own = getattr(env, "action_names", None) or getattr(bare, "action_names", None)
            names = own if own and len(own) == len(self.taken.names) else self.taken.names
            actions = {"names": [str(name) for name in names]}
        else:
            actions = {"names": self.taken.names, "low": plain(self.taken.low), "high": plain(self.taken.high)}
        self.width = 4 if self.dtype == "f32" else 1
        self.stride = 16 + (self.seen.size * self.width + 7) // 8 * 8
        self.buffer = bytearray(0)
        modes = (getattr(bare, "metadata", None) or {}).get("render_modes", [])
        text = (inspect.getdoc(type(bare)) or "").strip().split("\n")[0] if wanted_text(self.wanted) else ""
        gymnasium = sys.modules.get("gymnasium")
        self.send(DESCRIBE, json.dumps({
            "size": self.seen.size, "type": self.dtype, "low": plain(self.seen.low), "high": plain(self.seen.high),
            "names": self.seen.names, "image": image_of(space), "actions": actions,
            "limit": None if limit is None else int(limit), "renders": "rgb_array" in modes, "text": text,
            "python": ".".join(map(str, sys.version_info[:3])), "numpy": numpy.__version__,
            "gymnasium": getattr(gymnasium, "__version__", None), "ale": getattr(env, "version", None),
        }).encode())

    def instance(self, number):
        found = self.instances.get(number)
        if found is None:
            env = self.spare if self.spare is not None else self.make()[0]
            self.spare = None
            found = self.instances[number] = Instance(env)
        return found

    def room(self, count):
        """Memory for this many records, and each record's observation in it."""
        if len(self.buffer) < 8 + count * self.stride:
            self.buffer = bytearray(8 + count * self.stride)
            self.view = memoryview(self.buffer)
            records = numpy.frombuffer(self.buffer, numpy.uint8, offset=8).reshape(-1, self.stride)
            rows = records[:, 16 : 16 + self.seen.size * self.width]
            self.rows = list(rows if self.width == 1 else rows.view(numpy.float32))

    def reply(self, operation, count):
        struct.pack_into("<II", self.buffer, 0, count * self.stride, operation)
        self.wire.sendall(self.view[: 8 + count * self.stride])

    def actions(self, numbers, count):
        """Action rows as what the environment is given."""
        if isinstance(self.taken, Choices):
            values = self.taken.values
            return [values[int(number)] for number in numbers.tolist()]
        rows = numbers.reshape(count, -1)
        # Learners draw beyond the bounds; what an environment does then is not defined, so it gets the nearest within.
        rows = numpy.minimum(numpy.maximum(rows, self.taken.low), self.taken.high)
        return [self.taken.build(row) for row in rows]

    def note(self, instance, index, observation, reward, flags):
        """Writes a record, and goes on with the check sum over all that the episode has shown."""
        start = 8 + index * self.stride
        self.seen.write(observation, self.rows[index])
        struct.pack_into("<Id", self.buffer, start + 4, flags, reward)
        used = self.view[start + 4 : start + 16 + self.seen.size * self.width]
        instance.sum = zlib.crc32(used, 0 if flags & WAS_RESET else instance.sum)
        struct.pack_into("<I", self.buffer, start, instance.sum)

    def begin(self, instance, index, seed):
        answer = instance.env.reset(seed=seed)
        if not (isinstance(answer, tuple) and len(answer) == 2):
            raise Refusal("reset")
        instance.over = False
        self.note(instance, index, answer[0], 0.0, WAS_RESET)

    def advance(self, instance, index, action):
        answer = instance.env.step(action)
        if len(answer) != 5:
            raise Refusal("step", count=len(answer))
        observation, reward, terminated, truncated, _ = answer
        instance.over = bool(terminated or truncated)
        flags = TERMINATED if terminated else TRUNCATED if truncated else 0
        self.note(instance, index, observation, float(reward), flags)
        return instance.over

    def step(self, payload):
        count, = struct.unpack_from("<I", payload)
        numbers, seeds, modes = numpy.frombuffer(payload, "<u4", 3 * count, 4).reshape(3, count).tolist()
        actions = self.actions(numpy.frombuffer(payload, "<f4", -1, 4 + 12 * count), count)
        self.room(2 * count)
        used = count
        for index in range(count):
            instance, mode = self.instance(numbers[index]), modes[index]
            if mode == RESET_ONLY:
                self.begin(instance, index, seeds[index])
                continue
            over = self.advance(instance, index, actions[index])
            if mode == STEP_TO_LIMIT or (over and mode == STEP_AND_RESET):
                self.begin(instance, used, seeds[index])
                used += 1
        self.reply(STEP, used)

    def replay(self, payload):
        """An episode again; where it ends before its actions do, it stays there."""
        number, seed, count = struct.unpack_from("<III", payload)
        instance = self.instance(number)
        self.room(1)
        self.begin(instance, 0, seed)
        if count:
            for action in self.actions(numpy.frombuffer(payload, "<f4", -1, 12), count):
                if self.advance(instance, 0, action):
                    break
        self.reply(REPLAY, 1)

    def render(self, payload):
        """A picture of the state that these actions lead to; the episode on show goes on where it can."""
        seed, count = struct.unpack_from("<II", payload)
        actions = bytes(payload[8:])
        if self.picture is None:
            env = self.spare if self.wanted["kind"] == "ale" and self.spare is not None else self.make(render=True)[0]
            self.spare = None
            self.picture, self.shown = env, None
        row = len(actions) // count if count else 0
        done = 0
        if self.shown and self.shown[0] == seed and actions.startswith(self.shown[1]):
            done = len(self.shown[1]) // row if row else 0
        else:
            self.picture.reset(seed=seed)
        self.shown = (seed, actions)
        if count > done:
            for action in self.actions(numpy.frombuffer(actions, "<f4", -1, done * row), count - done):
                self.picture.step(action)
        picture = self.picture.render()
        if isinstance(picture, list):
            picture = picture[-1] if picture else None
        if picture is None:
            raise Refusal("render")
        picture = smaller(numpy.asarray(picture))
        self.send(RENDER, struct.pack("<III", *picture.shape) + picture.tobytes())


def smaller(picture):
    """A picture of at most so many pixels a side, each the mean of a square."""
    if picture.ndim != 3 or picture.shape[2] not in (1, 3, 4) or picture.dtype != numpy.uint8:
        raise Refusal("render")
    picture = picture[:, :, :3]
    factor = -(-max(picture.shape[:2]) // LARGEST_PICTURE)
    if factor == 1:
        return picture
    rows, columns = picture.shape[0] // factor, picture.shape[1] // factor
    squares = picture[: rows * factor, : columns * factor].reshape(rows, factor, columns, factor, picture.shape[2])
    return numpy.rint(squares.mean((1, 3))).astype(numpy.uint8)


def plain(numbers):
    """Numbers as text that keeps infinities: base64 of little-endian floats."""
    return base64.b64encode(numpy.asarray(numbers, "<f4").tobytes()).decode()


def wanted_text(wanted):
    return wanted["kind"] == "function"


def watch_parent():
    """Ends this process when the other side is gone, even while an environment hangs."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def main():
    # Ctrl-C is the other side's to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wire = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    threading.Thread(target=watch_parent, daemon=True).start()
    Worker(wire).serve()


main()
