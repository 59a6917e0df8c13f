"""Pictures of what generators make: a row a class, the same ones again, and tables refused."""

import numpy as np
import pytest
from PIL import Image

import tscbench
from tscbench import SpecError
from tscbench.images import image_grid

GRID = {
    "dataset": ["digits(form=images, n_train=100)"],
    "generator": ["augment(flip=false)"],
    "mix": ["real", "fake(ratio=1)", "stream(p_fake=1)"],
    "objective": ["labels(loss=cross_entropy)"],
    "student": ["mlp(epochs=1, hidden=[4])"],
}


def test_a_grid_has_a_row_for_each_class_and_white_between():
    x = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1)
    grid = image_grid(x, np.array([1, 0, 1, 1, 0, 0]), columns=2)
    assert grid.shape == (8, 8, 1) and (grid[:2] == 255).all() and (grid[3:5] == 255).all()
    assert grid[2, [2, 5], 0].tolist() == [1, 4] and grid[5, [2, 5], 0].tolist() == [0, 2]
    assert image_grid(x, None, columns=4).shape == (8, 14, 1)


@pytest.fixture
def run(cli, tiny, lab):
    def call(grid):
        assert cli("run", lab.suite(grid), "--plugin", tiny, "--out", "run").code == 0

    return call


@pytest.mark.parametrize("mixes", [GRID["mix"][:2], GRID["mix"][::2]])
def test_the_first_draws_of_the_fitted_generator_are_drawn(run, cli, mixes):
    run(GRID | {"mix": mixes})
    said = cli("samples", "run", "--columns", "3")
    assert said.code == 0, said.err
    (name,) = said.out.split()
    assert name.startswith("run/samples/digits-form=images") and name.endswith(".png")
    first = np.asarray(Image.open(name))
    assert first.shape == (10 * 10 + 2, 3 * 10 + 2) and first.std() > 0
    assert cli("samples", "run", "--columns", "3", "--out", "again").out.startswith("again/")
    (again,) = (
        np.asarray(Image.open(path)) for path in [said.out.replace("run/samples", "again").strip()]
    )
    assert (first == again).all()


def test_cells_without_synthetic_rows_have_no_sampler(run, cli):
    run(GRID | {"mix": ["real"]})
    assert "no cell with synthetic rows fits" in cli("samples", "run").err
    results = tscbench.load("run")
    with pytest.raises(SpecError, match="has no synthetic rows"):
        results.sampler(results.scores().iloc[0])
