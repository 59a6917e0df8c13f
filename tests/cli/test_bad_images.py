"""Bad images and bad devices: one sentence for each, and the other cells go on."""

import numpy as np
import pytest
import torch
from PIL import Image

from tscbench.contracts.failures import STATUSES
from tscbench.nn import fit

ALONE = {"objective": ["labels(loss=cross_entropy)"], "student": ["mlp(epochs=2, hidden=[8])"]}
GOOD = "image_folder(path=good, per_class=[])"
BAD = "image_folder(path=bad, per_class=[])"


@pytest.fixture
def run(cli, tiny, lab):
    """`tscbench run` of grids: what it left."""

    def call(*grids, words=(), **keys):
        return cli("run", lab.suite(*grids, **keys), "--plugin", tiny, "--out", "run", *words)

    return call


def folder(place, n=12):
    """Two classes of n photographs each."""
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (place / name).mkdir(parents=True)
        for i in range(n):
            x = rng.integers(256, size=(6, 6, 3), dtype=np.uint8)
            Image.fromarray(x).save(place / name / f"{i}.png")
    return place


def sizes(place):
    Image.new("RGB", (9, 6)).save(place / "dog" / "x.png")
    return "dog/x.png has 9 × 6 pixels, and others 6 × 6; give size=6"


def modes(place):
    Image.new("L", (6, 6)).save(place / "dog" / "x.png")
    return "dog/x.png has mode L, and others RGB; give mode=RGB"


def unreadable(place):
    """One torn file among a thousand."""
    whole = (place / "cat" / "0.png").read_bytes()
    for i in range(1000):
        (place / "cat" / f"more{i}.png").write_bytes(whole)
    (place / "cat" / "more7.png").write_bytes(whole[: len(whole) // 2])
    return "cat/more7.png does not read as an image"


def lone(place):
    for file in sorted((place / "dog").iterdir())[1:]:
        file.unlink()
    return "class 'dog' has one image; each class needs two or more"


@pytest.mark.parametrize("spoil", [sizes, modes, unreadable, lone])
def test_a_folder_of_images_that_cannot_be_benchmarked(run, tmp_path, monkeypatch, spoil):
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "good")
    said = spoil(folder(tmp_path / "bad"))
    done = run({**ALONE, "dataset": [GOOD, BAD]})
    told = [line for line in done.err.splitlines() if said in line]
    assert done.code == 0 and len(told) == 1 and "bad" in told[0], done.err
    assert "alone has all its cells" in done.out and "Traceback" not in done.err
    alone = run({**ALONE, "dataset": [BAD]})
    assert alone.code == 2 and said in alone.err and "Traceback" not in alone.err


def failures(done):
    """What a run says of the cells that failed."""
    lines = (line.removeprefix("tscbench: ") for line in done.err.splitlines())
    return [line for line in lines if line.partition(": ")[0] in STATUSES]


def test_a_device_that_is_not_there(run, monkeypatch):
    monkeypatch.setenv("TSCBENCH_DEVICE", "cuda:99")
    images = {**ALONE, "dataset": ["digits(form=images)"]}
    done = run(images, {"student": ["linear"]})
    assert done.code == 1 and "alone has all its cells" in done.out
    (told,) = failures(done)
    assert "device 'cuda:99' is not on this machine, which has cpu" in told
    assert "set TSCBENCH_DEVICE to one of them, or to auto" in told
    assert "Traceback" not in done.err
    monkeypatch.setenv("TSCBENCH_DEVICE", "cpu")
    again = run(images, {"student": ["linear"]})
    assert again.code == 0, "the cell that failed is done, the others were"
    assert "cells: 2, done before: 1" in again.err


def test_a_device_whose_memory_is_too_small(run, monkeypatch):
    """As a device says it, of the networks whose batches are large."""
    loss = fit.batch_loss

    def short(logits, batch, link):
        if len(batch.x) > 100:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB\nmore")
        return loss(logits, batch, link)

    monkeypatch.setattr(fit, "batch_loss", short)
    students = [f"mlp(epochs=2, hidden=[8], batch={n})" for n in (32, 512)]
    done = run({**ALONE, "dataset": ["digits(form=images)"], "student": students})
    assert done.code == 1 and "1 of 2 cells have it" in done.out
    (told,) = failures(done)
    assert "batch=512" in told and "is out of memory: lower batch, run with --jobs 1" in told
    assert "Traceback" not in done.err
