"""Interpolation and noise leave a cell as it is where there is nothing to interpolate or blur."""

import numpy as np
import pytest
from tscbench_plugins.generators.copula import copula
from tscbench_plugins.generators.interpolate import interpolate
from tscbench_plugins.generators.kde import kde
from tscbench_plugins.generators.mixup import mixup
from tscbench_plugins.generators.munge import munge
from tscbench_plugins.generators.smoothed_bootstrap import smoothed_bootstrap
from tscbench_plugins.generators.spunge import spunge

from tscbench import Rows, Schema
from tscbench.registry import discover
from tscbench.registry.entries import HOME
from tscbench.tabular import column_spread

REGISTRY = discover()
TABLES = sorted(
    entry.name
    for entry in REGISTRY.entries
    if entry.kind == "generator"
    and entry.distribution == HOME
    and entry.name not in ("none", "samples", "inferior", "snapshot")
    and "images" not in REGISTRY.bind("generator", entry.name).needs
)
CONSTANTS = {0: 0.1, 1: 2021.0, 2: -3e-300, 3: 3e38, 4: 1 / 3}
WHOLE = (5, 6)
KEEP_WHOLE = {"arf", "copula", "kde", "gmm", "acgan", "cart_gibbs", "marginals"}


def table(n: int = 61) -> tuple[Rows, Schema]:
    """Constant columns of which no mean is exact, whole numbers, scattered numbers, levels."""
    rng = np.random.default_rng(1)
    x = np.empty((n, 9))
    for column, value in CONSTANTS.items():
        x[:, column] = value
    x[:, 5] = rng.integers(1990, 2025, n)
    x[:, 6] = rng.integers(-2, 2, n)
    x[:, 7] = rng.normal(size=n)
    x[:, 8] = rng.integers(0, 3, n)
    cardinality = np.array([0] * 8 + [3])
    schema = Schema((9,), (2,), numeric=cardinality == 0, cardinality=cardinality)
    return Rows(x, np.arange(n) % 2, np.arange(n)), schema


def made(name: str, train: Rows, schema: Schema, n: int = 300) -> np.ndarray:
    plugin = REGISTRY.load("generator", name)
    offers = {"train": train, "schema": schema, "rng": np.random.default_rng(2), "valid": train}
    if "progress" in plugin.takes:
        offers["progress"] = iter
    sampler = plugin.function(**{k: offers[k] for k in plugin.takes}, **plugin.small)
    found = sampler.sample(n, np.random.default_rng(3))
    return found[0] if isinstance(found, tuple) else found


@pytest.mark.parametrize("name", TABLES)
def test_a_constant_column_is_that_constant_to_the_bit(name: str) -> None:
    x = made(name, *table())
    for column, value in CONSTANTS.items():
        assert x[:, column].tobytes() == np.full(len(x), value).tobytes(), column
    if name in KEEP_WHOLE:
        for column in WHOLE:
            assert np.array_equal(x[:, column], np.round(x[:, column]))


BETWEEN = [mixup, interpolate]
BLURRED = [
    (smoothed_bootstrap, {"scale": 0.0}),
    (spunge, {"scale": 0.0, "p": 0.0}),
    (kde, {"bandwidth": 0.0}),
    (munge, {"p": 0.0}),
    (copula, {"bandwidth": 0.0}),
]


@pytest.mark.parametrize("plugin", BETWEEN)
def test_a_point_between_equal_rows_is_that_row(plugin) -> None:
    rng = np.random.default_rng(0)
    twins = np.repeat(np.column_stack([rng.normal(size=5), rng.integers(1900, 2100, 5)]), 9, axis=0)
    schema = Schema((2,), (2,), numeric=np.ones(2, bool), cardinality=np.zeros(2, int))
    made = plugin(Rows(twins, None, np.arange(45)), schema).sample(4000, rng)
    assert {*twins[:, 1]} <= {*made[:, 1]}
    for column in range(2):
        low, high = twins[:, column].min(), twins[:, column].max()
        assert low <= made[:, column].min() and made[:, column].max() <= high
    same = twins[:1].repeat(20, axis=0)
    again = plugin(Rows(same, None, np.arange(20)), schema).sample(500, rng)
    assert {row.tobytes() for row in again} == {same[0].tobytes()}


@pytest.mark.parametrize(("plugin", "nothing"), BLURRED)
def test_without_noise_rows_are_training_rows(plugin, nothing) -> None:
    train, schema = table()
    if "rng" in plugin.__code__.co_varnames[: plugin.__code__.co_argcount]:
        sampler = plugin(train, schema, np.random.default_rng(0), **nothing)
    else:
        sampler = plugin(train, schema, **nothing)
    known = {row.tobytes() for row in train.x}
    columns = slice(None) if plugin is not copula else [0, 1, 2, 3, 4, 5, 6, 8]
    known = {row[columns].tobytes() for row in train.x}
    assert {
        row[columns].tobytes() for row in sampler.sample(200, np.random.default_rng(1))
    } <= known


def test_the_spread_of_equal_numbers_is_none() -> None:
    train, schema = table()
    x = np.column_stack([train.x, np.full(61, np.nan)])
    schema = Schema((10,), (2,), numeric=np.append(schema.numeric, True), cardinality=np.zeros(10))
    found = column_spread(x, schema)
    assert found[[0, 1, 2, 3, 4, 8, 9]].tolist() == [0.0] * 7
    assert np.array_equal(found[5:8], x[:, 5:8].std(axis=0))
