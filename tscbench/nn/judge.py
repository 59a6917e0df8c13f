"""The judge: a small network fitted to training images, by which probes judge synthetic ones."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tscbench.contracts.types import Array, Rows, Schema
from tscbench.nn.fitting import seeded
from tscbench.nn.pixels import pixels

WIDTHS = (16, 32, 64)
"""Channels of its three convolutions; the last is how many features it has."""

KEPT = 2
"""How many judges a process remembers: several probes ask for the same one."""

_JUDGES: OrderedDict[str, Judge] = OrderedDict()


@dataclass(frozen=True, eq=False)
class Judge:
    """A fitted judge. body: from images to features; head: from features to logits."""

    body: nn.Module
    head: nn.Module

    def features(self, x: Array) -> Array:
        """What its last hidden layer says of images `(m, c, h, w)`: `(m, 64)` float64."""
        return _in_blocks(self.body, x)

    def probabilities(self, x: Array) -> Array:
        """The probabilities `(m, k)` of the classes of images `(m, c, h, w)`."""
        return _in_blocks(nn.Sequential(self.body, self.head, nn.Softmax(1)), x)


def fit_judge(train: Rows, schema: Schema, *, n_steps: int = 400) -> Judge:
    """A classifier of three 3 × 3 convolutions (16, 32 and 64 channels, each with batch
    normalisation, ReLU and a maximum over 2 × 2), the mean over what is left, and a linear output.

    It is fitted to the labelled training images by n_steps steps of Adam on 128 of them, on the
    CPU and from a seed of its own, so that the same rows always give the same judge.
    """
    assert train.y is not None
    known = train.take(np.flatnonzero(train.y >= 0))
    assert known.y is not None
    x, y = np.ascontiguousarray(known.x), known.y.astype(np.int64)
    hasher = hashlib.blake2b(f"{x.shape}{schema.outputs}{n_steps}".encode())
    for array in (x, y):
        hasher.update(array.view(np.uint8).data)
    key = hasher.hexdigest()
    if key not in _JUDGES:
        with seeded(0):
            _JUDGES[key] = _fit(x, y, schema.outputs[0], n_steps)
        while len(_JUDGES) > KEPT:
            _JUDGES.popitem(last=False)
    return _JUDGES[key]


def _fit(x: Array, y: Array, k: int, n_steps: int) -> Judge:
    layers: list[nn.Module] = [pixels(x)]
    for before, after in zip((x.shape[1], *WIDTHS[:-1]), WIDTHS, strict=True):
        layers += [
            nn.Conv2d(before, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.MaxPool2d(2, ceil_mode=True),
        ]
    judge = Judge(
        nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()), nn.Linear(WIDTHS[-1], k)
    )
    net = nn.Sequential(judge.body, judge.head)
    adam = torch.optim.Adam(net.parameters(), 2e-3, foreach=True)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(adam, n_steps)
    images, labels = torch.as_tensor(x), torch.as_tensor(y)
    order = torch.empty(0, dtype=torch.long)
    for _ in range(n_steps):
        if len(order) < min(128, len(x)):
            order = torch.randperm(len(x))
        picked, order = order[:128], order[128:]
        loss = functional.cross_entropy(net(images[picked]), labels[picked])
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
        falling.step()
    net.eval()
    return judge


def _in_blocks(net: nn.Module, x: Array) -> Array:
    blocks: list[Tensor] = []
    with torch.inference_mode():
        for start in range(0, max(len(x), 1), 512):
            blocks.append(net(torch.as_tensor(x[start : start + 512])).double())
    return np.asarray(torch.cat(blocks).numpy())
