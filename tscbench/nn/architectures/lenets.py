"""Small convolutional networks: two LeNets and a network of five layers."""

from __future__ import annotations

from typing import Literal

from torch import nn

from tscbench.contracts.types import Schema
from tscbench.nn.architectures.flat import count_features


def build_lenet_tsc(schema: Schema, initial: Literal["torch", "published"] = "torch") -> nn.Module:
    """The student of Liu et al. (2020) for CIFAR-10, of 3,497,866 parameters there: no activation
    follows a convolution.

    initial: torch's own start; or that of the released code, with Xavier's uniform weights and
    biases N(0, .5²).
    """
    convolutions = nn.Sequential(
        nn.Conv2d(schema.inputs[0], 64, 5),
        nn.MaxPool2d(2),
        nn.Conv2d(64, 128, 5),
        nn.MaxPool2d(2),
        nn.Flatten(),
    )
    features = count_features(convolutions, schema.inputs, "lenet_tsc")
    head = [nn.Linear(features, 1024), nn.ReLU(), nn.Linear(1024, schema.outputs[0])]
    net = nn.Sequential(convolutions, *head)
    return net.apply(_start_as_published) if initial == "published" else net


def _start_as_published(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv2d | nn.Linear) and layer.bias is not None:
        nn.init.xavier_uniform_(layer.weight)
        nn.init.normal_(layer.bias, std=0.5)


def build_lenet_slim(schema: Schema, dropout: float = 0.5) -> nn.Module:
    """The LeNet of TF-slim, the MNIST teacher of Wang et al. (2018), of 3,274,634 parameters."""
    convolutions = nn.Sequential(
        nn.Conv2d(schema.inputs[0], 32, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
    )
    features = count_features(convolutions, schema.inputs, "lenet_slim")
    head = [
        nn.Linear(features, 1024),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(1024, schema.outputs[0]),
    ]
    return nn.Sequential(convolutions, *head)


def build_cnn5(schema: Schema, dropout: float = 0.5) -> nn.Module:
    """Three convolutions and two linear layers, of 357,514 parameters for CIFAR-10 (Li, 2018)."""
    layers: list[nn.Module] = []
    for n_in, n_out in ((schema.inputs[0], 32), (32, 64), (64, 128)):
        layers += [nn.Conv2d(n_in, n_out, 3, padding=1), nn.BatchNorm2d(n_out)]
        layers += [nn.MaxPool2d(2), nn.ReLU()]
    convolutions = nn.Sequential(*layers, nn.Flatten())
    features = count_features(convolutions, schema.inputs, "cnn5")
    head = [nn.Linear(features, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(convolutions, *head, nn.Linear(128, schema.outputs[0]))
