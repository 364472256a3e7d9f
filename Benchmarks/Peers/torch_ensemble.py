"""PyTorch: optimisation steps per second of a reward ensemble on pairs of segments.

Members 23 → hidden → hidden → 1 with ReLU; a step is the forward pass over 64 pairs × 2 segments × 50 steps, the
Bradley–Terry loss on the summed rewards, the backward pass and Adam. Two ways of writing it: a loop over the members,
and batched matrix products (torch.bmm).

    torch_ensemble.py --hidden 256 --seconds 4
"""

import argparse

import torch

from report import Stopwatch, finish

parser = argparse.ArgumentParser()
parser.add_argument("--hidden", type=int, default=256)
parser.add_argument("--members", type=int, default=5)
parser.add_argument("--seconds", type=float, default=4)
options = parser.parse_args()

torch.set_num_threads(1)
torch.manual_seed(0)
pairs, length, inputs = 64, 50, 23
sizes = [inputs, options.hidden, options.hidden, 1]
segments = torch.randn(pairs * 2 * length, inputs)
labels = torch.randint(0, 2, (options.members, pairs)).float()


def loss_of(rewards, preferred):
    """rewards [..., rows], preferred [..., pairs]: 1 where the first of the pair is preferred."""
    returns = rewards.reshape(*rewards.shape[:-1], pairs, 2, length).sum(-1)
    return torch.nn.functional.binary_cross_entropy_with_logits(returns[..., 0] - returns[..., 1], preferred)


def looped():
    def member():
        layers = []
        for width, following in zip(sizes, sizes[1:]):
            layers += [torch.nn.Linear(width, following), torch.nn.ReLU()]
        return torch.nn.Sequential(*layers[:-1])

    members = [member() for _ in range(options.members)]
    optimizer = torch.optim.Adam([weight for each in members for weight in each.parameters()], lr=3e-4)

    def step():
        optimizer.zero_grad()
        for index, each in enumerate(members):
            loss_of(each(segments).squeeze(-1), labels[index]).backward()
        optimizer.step()

    return step


def batched():
    layers = []
    for width, following in zip(sizes, sizes[1:]):
        weight = torch.randn(options.members, width, following) * (2 / width) ** 0.5
        layers.append((weight.requires_grad_(), torch.zeros(options.members, 1, following, requires_grad=True)))
    optimizer = torch.optim.Adam([parameter for layer in layers for parameter in layer], lr=3e-4)

    def step():
        optimizer.zero_grad()
        hidden = segments.expand(options.members, -1, -1)
        for index, (weight, bias) in enumerate(layers):
            hidden = torch.baddbmm(bias, hidden, weight)
            if index < len(layers) - 1:
                hidden = torch.relu(hidden)
        (loss_of(hidden.squeeze(-1), labels) * options.members).backward()
        optimizer.step()

    return step


def rate(step):
    for _ in range(2):
        step()
    watch, steps = Stopwatch(), 0
    while watch.read()["cpu"] < options.seconds:
        step()
        steps += 1
    seconds = watch.read()
    return steps / seconds["cpu"], seconds


left, right = torch.randn(1024, 1024), torch.randn(1024, 1024)
torch.mm(left, right)
watch = Stopwatch()
for _ in range(20):
    torch.mm(left, right)
product = 20 * 2 * 1024**3 / watch.read()["cpu"] / 1e9

loop, seconds = rate(looped())
bmm, _ = rate(batched())
# Multiplications and additions of the products: forward, weight gradients, input gradients (not of the first layer).
weights = sum(a * b for a, b in zip(sizes, sizes[1:]))
flops = options.members * pairs * 2 * length * 2 * (3 * weights - sizes[0] * sizes[1])
finish(
    ["torch"], rate=max(loop, bmm), loop=loop, bmm=bmm, gigaflops=max(loop, bmm) * flops / 1e9,
    flopsPerStep=flops, product1024=product, **seconds)
