"""PyTorch: forward and backward passes per second of the Atari network, one thread.

84 × 84 × 4, six outputs; the loss is half the sum of the squared outputs, and gradients are dropped before each pass. The
better of PyTorch's two memory layouts is reported (channels first, and channels last).

    torch_convolution.py --batch 32 --seconds 4
"""

import argparse

import torch

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--seconds", type=float, default=4)
options = parser.parse_args()

torch.set_num_threads(1)
torch.manual_seed(0)


def measured(layout):
    network = torch.nn.Sequential(
        torch.nn.Conv2d(4, 32, 8, 4), torch.nn.ReLU(), torch.nn.Conv2d(32, 64, 4, 2), torch.nn.ReLU(),
        torch.nn.Conv2d(64, 64, 3, 1), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(3136, 512),
        torch.nn.ReLU(), torch.nn.Linear(512, 6),
    ).to(memory_format=layout)
    images = torch.rand(options.batch, 4, 84, 84).to(memory_format=layout)

    def step():
        network.zero_grad(set_to_none=True)
        (network(images).square().sum() / 2).backward()

    for _ in range(3):
        step()
    watch, steps = Stopwatch(), 0
    while watch.read()["cpu"] < options.seconds / 2:
        step()
        steps += 1
    taken = watch.read()
    return {"rate": steps / taken["cpu"], "steps": steps, **taken}


layouts = {"first": measured(torch.contiguous_format), "last": measured(torch.channels_last)}
best = max(layouts, key=lambda name: layouts[name]["rate"])
finish(["torch"], **layouts[best], layout=best, rates={name: each["rate"] for name, each in layouts.items()})
