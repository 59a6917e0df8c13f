"""Seconds of the TSC Score against those of the Inception Score, on the same synthetic images.

The Inception Score passes every image, scaled up to 299 × 299, through an Inception-v3; its weights
are random here, for they do not change the time. The TSC Score asks the teacher about every image,
trains the student on them for one epoch, and lets it answer a fifth as many test images. Published
are 1,436.6 s against 350.1 s for 50,000 images on a V100 (Liu, Fusi & Mackey, 2020): a quarter.

    python score_seconds.py [--images 50000] [--device cuda]

`TSCBENCH_DEVICE` says the device where the option does not. Forward passes are in float32 and
training in mixed precision on a GPU, as everywhere in tscbench.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from tscbench import CompressionSet, Loss, Progress, Rows, Schema, Targets, Training
from tscbench.nn import (
    build_inception,
    build_lenet_tsc,
    build_nin,
    choose_device,
    count_parameters,
    describe_device,
    fit_student,
    module_predictor,
    pixels,
)

PUBLISHED = 350.1 / 1436.6
CIFAR = Schema((3, 32, 32), (10,), modality="images")
WARM = 16
"""Images that each network meets before its time is taken."""


def images(n: int) -> Rows:
    """Random images of the size of CIFAR-10's, without labels."""
    x = np.random.default_rng(0).integers(0, 256, (n, *CIFAR.inputs), dtype=np.uint8)
    return Rows(x, None, np.full(n, -1))


def seconds(work: Callable[[Rows], object], rows: Rows) -> float:
    """How long a piece of work on these rows takes, once a first one on a few has warmed it up."""
    work(rows.take(np.arange(min(WARM, len(rows)))))
    start = time.perf_counter()
    work(rows)  # ends in numpy, and so waits for the device
    return time.perf_counter() - start


def answering(net: nn.Module, device: str, block: int = 512) -> Callable[[Rows], object]:
    """The pass of rows through a network that takes bytes."""
    whole = nn.Sequential(pixels(np.empty((0, *CIFAR.inputs))), net).to(device)
    return module_predictor(whole, lambda x: x, CIFAR, block=block, device=device).predict


def one_epoch(device: str) -> Callable[[Rows], object]:
    """One epoch of the student on rows whose logits are known, as the paper trains it."""

    def work(rows: Rows) -> object:
        targets = (Targets(np.zeros((len(rows), 10)), Loss.SQUARED),)
        return fit_student(
            lambda: nn.Sequential(pixels(rows.x), build_lenet_tsc(CIFAR)),
            CompressionSet(rows, None, None, targets, len(rows)),
            rows.take(np.arange(0)),
            CIFAR,
            np.random.default_rng(0),
            Progress(),
            Training(1, 256, 1e-4, schedule="constant"),
            device=device,
        )

    return work


def main() -> None:
    """Measures both, and prints their parts and their ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=256)
    parser.add_argument("--device", default=None)
    options = parser.parse_args()
    where = choose_device(options.device)
    device, n = str(where), options.images
    inception = build_inception(Schema((3, 299, 299), (1000,), modality="images"))
    big = nn.Sequential(nn.Upsample(size=299, mode="bilinear"), inception)
    schema = Schema(CIFAR.inputs, (1000,))
    parts = {
        "nin: teacher": seconds(answering(build_nin(CIFAR), device), images(n)),
        "lenet_tsc: one epoch": seconds(one_epoch(device), images(n)),
        "lenet_tsc: test images": seconds(
            answering(build_lenet_tsc(CIFAR), device), images(max(1, n // 5))
        ),
    }
    whole = nn.Sequential(pixels(np.empty((0, *CIFAR.inputs))), big).to(device)
    passed = module_predictor(whole, lambda x: x, schema, block=64, device=device).predict
    score = seconds(passed, images(n))
    print(f"{n} images on {describe_device(where) or device}, {torch.get_num_threads()} threads")
    for name, spent in parts.items():
        print(f"  TSC Score, {name}: {spent:.2f} s")
    tsc = sum(parts.values())
    print(f"TSC Score: {tsc:.2f} s, {tsc / n * 1e3:.3f} ms an image")
    millions = count_parameters(inception) / 1e6
    print(f"Inception Score: {score:.2f} s, {score / n * 1e3:.3f} ms an image")
    print(f"  inception of {millions:.1f}M parameters, random weights, 299 × 299")
    print(f"TSC Score / Inception Score: {tsc / score:.3f} (published {PUBLISHED:.3f})")


if __name__ == "__main__":
    main()
