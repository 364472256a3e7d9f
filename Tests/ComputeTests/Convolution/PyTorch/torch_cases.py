"""Writes what PyTorchConvolutionTests compares with: torch-cases.json.

    apt-get install python3-torch     # 1.13.1; any PyTorch will do
    python3 Tests/ComputeTests/Convolution/PyTorch/torch_cases.py

Parameters, images and the weights of the outputs in the loss are sines and cosines of their places in our layout (images
height × width × channels, weights rows × columns × channels × filters), which this turns into PyTorch's. Everything is
worked out in double precision, so what is recorded is right to more digits than single precision has.
"""

import json
import pathlib

import numpy as np
import torch

torch.set_num_threads(1)
CASES = {
    "small": ((12, 10, 3), [(5, 4, 2), (6, 2, 1)], [7], 3, 5),
    "nature": ((84, 84, 4), [(32, 8, 4), (64, 4, 2), (64, 3, 1)], [512], 7, 3),
}


def f32(x):
    return torch.from_numpy(x.astype(np.float32).astype(np.float64))


result = {}
for name, ((height, width, channels), convolutions, hidden, outputs, rows) in CASES.items():
    parameters, offset, layers = [], 0, []

    def take(*shape):
        global offset
        count = int(np.prod(shape))
        values = f32(0.05 * np.sin(1.7 * np.arange(offset, offset + count) + 0.2)).reshape(shape).requires_grad_()
        offset += count
        parameters.append(values)
        return values

    x = f32(0.5 + 0.5 * np.sin(0.37 * np.arange(rows * height * width * channels)))
    x = x.reshape(rows, height, width, channels).permute(0, 3, 1, 2)
    for filters, size, stride in convolutions:
        weights, biases = take(size, size, channels, filters), take(filters)
        x = torch.relu(torch.nn.functional.conv2d(x, weights.permute(3, 2, 0, 1), biases, stride=stride))
        channels = filters
    x = x.permute(0, 2, 3, 1).reshape(rows, -1)
    for position, count in enumerate([*hidden, outputs]):
        weights, biases = take(x.shape[1], count), take(count)
        x = torch.nn.functional.linear(x, weights.T, biases)
        if position < len(hidden):
            x = torch.relu(x)
    factors = f32(np.cos(0.9 * np.arange(rows * outputs))).reshape(rows, outputs)
    (x * factors).sum().backward()
    gradients = torch.cat([each.grad.reshape(-1) for each in parameters]).numpy()
    # All of the small case; of each layer of the large one some, among them the largest.
    if len(gradients) < 2000:
        places = list(range(len(gradients)))
    else:
        places, first = set(), 0
        for each in parameters:
            own = np.abs(each.grad.reshape(-1).numpy())
            places |= {first + int(i) for i in np.argsort(own)[-12:]} | {first + int(i) for i in range(0, len(own), max(1, len(own) // 12))}
            first += len(own)
        places = sorted(places)
    result[name] = {
        "rows": rows, "outputs": x.detach().reshape(-1).tolist(), "places": places,
        "gradients": [float(f"{gradients[i]:.9g}") for i in places], "norm": float(np.linalg.norm(gradients)),
    }
pathlib.Path(__file__).with_name("torch-cases.json").write_text(json.dumps(result) + "\n")
