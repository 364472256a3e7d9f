"""The other tools' own readers and writers, one verb each, for PeerFileTests.swift.

    peers.py read-trl FILE | write-trl FILE | read-imitation FILE | write-imitation FILE CONVERSION | …

In an environment with torch (`Benchmarks/setup` makes one), imitation's verbs use it as it is.

`read-…` prints what the tool sees in our file as one line of JSON; `write-…` has it write the contents below.
"""
import json
import os
import sys
from types import ModuleType

import numpy as np

# What every writer writes: two trajectories of two observations and one discrete action.
OBSERVATIONS = [[[0, 0.5], [1, -1], [2, 0.25]], [[3, 4], [5, 6]]]
ACTIONS = [[0, 1], [1]]
REWARDS = [[0.5, -1], [2]]
TERMINATED = [True, False]


def stand_in(*names):
    """imitation's `types` imports torch for its annotations, and `util` and its package for training, none of which
    loading and saving uses. Where torch is not installed, empty modules stand in for these; `serialize`, `types` and
    `huggingface_utils` are imitation's own."""

    class Anything(ModuleType):
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return type(name, (), {"__class_getitem__": classmethod(lambda cls, item: cls)})

    for name in names:
        module = Anything(name)
        module.__path__, module.__file__ = [], None
        sys.modules[name] = module
        if name.rpartition(".")[0] in sys.modules:
            setattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2], module)


def imitation():
    try:
        import torch  # noqa: F401
    except ImportError:
        import datasets  # noqa: F401  (before: it asks whether torch is installed)

        stand_in("torch", "torch.utils", "torch.utils.data", "imitation.util", "imitation.util.util")
        import pathlib

        sys.modules["imitation.util.util"].parse_path = pathlib.Path
    from imitation.data import serialize, types

    # Away again: datasets looks for torch's classes among what it saves wherever it sees a torch.
    for name in [name for name, module in sys.modules.items() if name.startswith("torch") and not module.__file__]:
        del sys.modules[name]
    return serialize, types


def plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else value


def show(value):
    print(json.dumps(value, default=plain))


def read_trl(path):
    import datasets
    from trl.data_utils import is_conversational, maybe_extract_prompt

    rows = list(datasets.load_dataset("json", data_files=path, split="train", cache_dir=path + ".cache"))
    show(
        {
            "rows": rows,
            "conversational": [is_conversational(row) for row in rows],
            "prompted": [maybe_extract_prompt(dict(row)) for row in rows],
        }
    )


def write_trl(path):
    import datasets

    chat = lambda text: [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": text}]  # noqa: E731
    rows = [{"chosen": chat("Grüße \u2028"), "rejected": chat("Go")}, {"chosen": chat("1"), "rejected": chat("2")}]
    datasets.Dataset.from_list(rows).to_json(path)


def read_imitation(path):
    serialize, _ = imitation()
    show(
        [
            {
                "observations": t.obs, "actions": t.acts, "rewards": t.rews, "terminal": bool(t.terminal),
                "infos": list(t.infos), "dtype": str(t.acts.dtype),
            }
            for t in serialize.load_with_rewards(path)
        ]
    )


def write_imitation(path, conversion):
    """Saves as imitation does today, then runs the conversion that our error message gives."""
    serialize, types = imitation()
    trajectories = [
        types.TrajectoryWithRew(
            obs=np.array(o, np.float32), acts=np.array(a), rews=np.array(r, float), infos=None, terminal=t
        )
        for o, a, r, t in zip(OBSERVATIONS, ACTIONS, REWARDS, TERMINATED)
    ]
    serialize.save(path + ".arrow", trajectories)
    exec(conversion.replace("DIRECTORY", path + ".arrow").replace("FILE.npz", path))


def read_safetensors(path):
    from safetensors import safe_open

    with safe_open(path, "numpy") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}
        show({"metadata": file.metadata(), "tensors": tensors, "dtypes": {k: str(v.dtype) for k, v in tensors.items()}})


def write_safetensors(path):
    from safetensors.numpy import save_file

    save_file(
        {
            "observations": np.concatenate([np.array(o, np.float32) for o in OBSERVATIONS]),
            "actions": np.concatenate([np.array(a, np.float32) for a in ACTIONS])[:, None],
            "rewards": np.concatenate([np.array(r, np.float32) for r in REWARDS]),
            "lengths": np.array([2, 1]), "terminated": np.array(TERMINATED),
            "truncated": ~np.array(TERMINATED), "start": np.full((2, 3), -1),
        },
        path, metadata={"format": "pactolus-trajectories/1"},
    )


def read_jsonl(path, schema):
    import jsonschema

    with open(schema) as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    show({"problems": [error.message[:200] for row in rows for error in validator.iter_errors(row)], "rows": rows})


def read_csv(path):
    import pandas

    frame = pandas.read_csv(path)
    clips = [clip for _, clip in frame.groupby("clip")]
    observations = [name for name in frame.columns if name.startswith("observation_")]
    show(
        [
            {
                "observations": clip[observations].to_numpy(np.float32), "actions": clip["action_0"].dropna().to_numpy(),
                "rewards": clip["reward"].dropna().to_numpy(np.float32),
                "terminated": bool(clip["terminated"].max()), "truncated": bool(clip["truncated"].max()),
            }
            for clip in clips
        ]
    )


def write_csv(path):
    import pandas

    rows = []
    for clip, (o, a, r, t) in enumerate(zip(OBSERVATIONS, ACTIONS, REWARDS, TERMINATED)):
        for step, row in enumerate(o):
            more = step < len(r)
            end = step == len(r) - 1
            rows.append(
                {
                    "clip": clip, "step": step, "observation_0": row[0], "observation_1": row[1],
                    "action_0": a[step] if more else None, "reward": r[step] if more else None,
                    "terminated": int(end and t) if more else None, "truncated": int(end and not t) if more else None,
                    "start_slot": None, "start_episode": None, "start_step": None,
                }
            )
    flags = {"terminated": "Int64", "truncated": "Int64"}
    pandas.DataFrame(rows).astype(flags).to_csv(path, index=False)


def read_minari(path):
    import minari

    data = minari.MinariDataset(os.path.join(path, "data"))
    show(
        {
            "episodes": [
                {
                    "observations": e.observations, "actions": e.actions, "rewards": e.rewards,
                    "terminated": bool(e.terminations[-1]), "truncated": bool(e.truncations[-1]),
                    "ended_early": bool((e.terminations | e.truncations)[:-1].any()),
                }
                for e in data.iterate_episodes()
            ],
            "total_steps": int(data.total_steps), "spaces": [repr(data.observation_space), repr(data.action_space)],
            "id": data.id,
        }
    )


def write_minari(path):
    os.environ["MINARI_DATASETS_PATH"] = path
    import gymnasium
    import minari
    from minari.data_collector.episode_buffer import EpisodeBuffer

    # Many short episodes after the two known ones, so that the group's tree has more than one node.
    lists = list(zip(OBSERVATIONS, ACTIONS, REWARDS, TERMINATED)) + [([[7, 8], [9, 10]], [0], [1], True)] * 300
    buffers = [
        EpisodeBuffer(
            id=i, seed=i, observations=[np.array(row, np.float32) for row in o], actions=[np.int64(v) for v in a],
            rewards=[float(v) for v in r], terminations=[s == len(r) - 1 and t for s in range(len(r))],
            truncations=[s == len(r) - 1 and not t for s in range(len(r))],
            infos={"energy": np.arange(len(o))} if i == 0 else {},
        )
        for i, (o, a, r, t) in enumerate(lists)
    ]
    minari.create_dataset_from_buffers(
        "peer/line-v0", buffers, observation_space=gymnasium.spaces.Box(-np.inf, np.inf, (2,)),
        action_space=gymnasium.spaces.Discrete(2), algorithm_name="none", author="nobody", author_email="a@b.c",
        code_permalink="none", description="none",
    )


if __name__ == "__main__":
    globals()[sys.argv[1].replace("-", "_")](*sys.argv[2:])
