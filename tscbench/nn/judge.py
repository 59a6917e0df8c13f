"""The judge: a small network fitted to training images, by which probes judge synthetic ones."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from tscbench.contracts.errors import DataError
from tscbench.contracts.types import Array, Rows, Schema
from tscbench.nn.architectures.inception import build_inception
from tscbench.nn.devices import choose_device
from tscbench.nn.fitting import seeded
from tscbench.nn.pixels import pixels

WIDTHS = (16, 32, 64)
"""Channels of its three convolutions; the last is how many features it has."""

KEPT = 2
"""How many judges a process remembers: several probes ask for the same one."""

_JUDGES: OrderedDict[str, Judge] = OrderedDict()


@dataclass(frozen=True, eq=False)
class Judge:
    """A fitted judge. body: from images to features; head: from features to logits; block: images
    at a time; device: see `choose_device`."""

    body: nn.Module
    head: nn.Module
    block: int = 512
    device: str | None = "cpu"

    def features(self, x: Array) -> Array:
        """What its last hidden layer says of images `(m, c, h, w)`: `(m, d)` float64."""
        return self._answer(self.body, x)

    def probabilities(self, x: Array) -> Array:
        """The probabilities `(m, k)` of the classes of images `(m, c, h, w)`."""
        return self._answer(nn.Sequential(self.body, self.head, nn.Softmax(1)), x)

    def _answer(self, net: nn.Module, x: Array) -> Array:
        where = choose_device(self.device)
        net.to(where)
        blocks: list[Tensor] = []
        with torch.inference_mode():
            for start in range(0, max(len(x), 1), self.block):
                images = torch.as_tensor(x[start : start + self.block], device=where)
                blocks.append(net(images).double().cpu())
        return np.asarray(torch.cat(blocks).numpy())


class _Scaled(nn.Module):
    """Bytes `(b, 1 or 3, h, w)` as Inception wants them: 3 × 299 × 299 in -1…1."""

    def forward(self, x: Tensor) -> Tensor:
        x = x.float().expand(-1, 3, -1, -1) / 127.5 - 1
        return functional.interpolate(x, (299, 299), mode="bilinear", antialias=True)


def inception_judge(weights: Path) -> Judge:
    """Inception-v3, of 1,000 classes and 2,048 features, with weights from a file.

    weights: as torchvision keeps them (`inception_v3_google-….pth`): a state dictionary in the
    order of its layers, which the auxiliary output may be among. It computes where TSCBENCH_DEVICE
    says.

    Raises:
        DataError: a file that does not read, or of another network.
    """
    with seeded(0):  # leaves torch's own draws as they were
        net = build_inception(Schema((3, 299, 299), (1000,), modality="images"))
    try:
        held = torch.load(weights, map_location="cpu", weights_only=True)
        found = {name: value.shape for name, value in held.items() if _is_weight(name)}
    except Exception as error:
        raise DataError(f"{weights} does not read as weights of a network: {error}") from error
    wanted = {name: value.shape for name, value in net.state_dict().items() if _is_weight(name)}
    if list(found.values()) != list(wanted.values()):
        raise DataError(
            f"{weights} holds {len(found)} arrays that are not the {len(wanted)} of Inception-v3 "
            "for 1,000 classes; give the file of torchvision's inception_v3"
        )
    state = {own: held[name] for own, name in zip(wanted, found, strict=True)}
    net.load_state_dict(state, strict=False)  # it lacks the numbers of batches seen
    net.eval()
    body = nn.Sequential(_Scaled(), *list(net.children())[:-1])
    return Judge(body, list(net.children())[-1], block=64, device=None)


def _is_weight(name: str) -> bool:
    return not name.startswith("AuxLogits.") and not name.endswith("num_batches_tracked")


def fit_judge(train: Rows, schema: Schema, *, n_steps: int = 400) -> Judge:
    """A classifier of three 3 × 3 convolutions (16, 32 and 64 channels, each with batch
    normalisation, ReLU and a maximum over 2 × 2), the mean over what is left, and a linear output.

    It is fitted to the labelled training images by n_steps steps of Adam on 128 of them, on the
    CPU and from a seed of its own, so that the same rows always give the same judge.

    Raises:
        DataError: fewer than two of them have a class, or all are 1 × 1.
    """
    assert train.y is not None
    known = train.take(np.flatnonzero(train.y >= 0))
    assert known.y is not None
    if len(known) < 2:
        raise DataError(
            f"{len(known)} of {len(train)} training images have a class; a judge of synthetic "
            "images is fitted to two or more: give them their labels, or raise n_train"
        )
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
