"""What holds for every dataset: of its declaration always, of its rows where the machine has it."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import numpy as np
import pytest
import tscbench_plugins.datasets

from tscbench import Link
from tscbench.contracts.kinds import plugin_of

NAMES = sorted(m.name for m in pkgutil.iter_modules(tscbench_plugins.datasets.__path__))
OPENML = {"magic": 1120, "adult": 1590, "heloc": 46932, "higgs": 23512, "emotions": 40589}
IMAGES = ["cifar10", "cifar10_40k", "fashion_mnist", "image_folder", "mnist"]
SEVERAL_CLASSES = ["digits", "openml", *IMAGES]
TABLES = ["breast_cancer", "digits", "evergreen", "higgs_46k", "scene", "yeast", *OPENML]


def module(name: str):
    return importlib.import_module(f"tscbench_plugins.datasets.{name}")


def opened(name: str):
    return getattr(module(name), name)


@pytest.fixture(scope="module")
def load(staged):
    """A dataset, made once; skipped where the machine lacks it."""
    made = {}

    def load(name: str):
        if name not in made:
            made[name] = make(name)
        return made[name]

    def make(name: str):
        plugin = plugin_of(opened(name))
        fetch = [staged(OPENML[name])] if name in OPENML else []
        paths = {k: staged(str(p.default)) for k, p in plugin.parameters.items() if k == "path"}
        return opened(name)(*fetch, **paths)

    return load


@pytest.mark.parametrize("name", NAMES)
def test_declaration(name):
    plugin = plugin_of(opened(name))
    assert plugin.kind == "dataset" and plugin.name == name and plugin.source
    assert set(plugin.takes) <= {"fetch", "rng"} and plugin.summary.endswith((".", ";", ":"))
    text = inspect.getdoc(opened(name))
    for parameter in plugin.parameters.values():
        assert parameter.annotation is not parameter.empty
        assert f"\n    {parameter.name}: " in text, f"{parameter.name} is not documented"
    about = inspect.getdoc(module(name)).lower()
    for fact in ("origin", "licence", "rows", "positive"):
        assert fact in about or (name in SEVERAL_CLASSES and fact == "positive"), fact


@pytest.mark.parametrize("name", NAMES)
def test_only_light_imports_at_the_top(name):
    lines = Path(module(name).__file__).read_text().splitlines()
    tops = [line.split()[1] for line in lines if line.startswith(("import ", "from "))]
    light = {"dataclasses", "numpy", "pathlib", "pickle", "typing"}
    assert set(tops) <= light | {"tscbench", "tscbench.images", "tscbench.tabular"}


@pytest.mark.parametrize("name", TABLES)
def test_rows_and_schema_agree(name, load):
    data = load(name)
    rows, schema = data.rows, data.schema
    n, d = rows.x.shape
    assert rows.x.dtype == np.float64 and rows.x.flags.c_contiguous and schema.inputs == (d,)
    assert len(schema.columns) == len(set(schema.columns)) == d
    assert schema.numeric.shape == schema.cardinality.shape == (d,)
    assert not np.isinf(rows.x).any() and schema.missing == np.isnan(rows.x).any()
    np.testing.assert_array_equal(schema.numeric, schema.cardinality == 0)
    assert rows.id.shape == (n,) and len(set(rows.id.tolist())) == n and rows.id.min() >= 0
    assert rows.privileged is None and rows.truth is None
    assert data.test is None or (data.test.shape == (n,) and data.test.dtype == bool)
    for j in np.flatnonzero(~schema.numeric):
        codes = rows.x[~np.isnan(rows.x[:, j]), j]
        assert set(codes) == set(range(schema.cardinality[j])), schema.columns[j]


@pytest.mark.parametrize("name", TABLES)
def test_labels_agree_with_schema(name, load):
    data = load(name)
    y, (k,) = data.rows.y, data.schema.outputs
    assert len(data.schema.classes) == len(set(data.schema.classes)) == k
    if data.schema.link is Link.SOFTMAX:
        assert y.dtype == np.int64 and sorted(set(y.tolist())) == list(range(k))
    else:
        assert data.schema.link is Link.SIGMOID
        assert y.shape == (len(data.rows), k) and set(y.ravel().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("name", ["breast_cancer", "adult", "scene"])
def test_made_twice_is_the_same(name, load, staged):
    first = load(name)
    plugin = plugin_of(opened(name))
    fetch = [staged(OPENML[name])] if plugin.takes else []
    again = opened(name)(
        *fetch, **{k: staged("scene.parquet") for k in plugin.parameters if k == "path"}
    )
    assert first.rows.x.tobytes() == again.rows.x.tobytes()
    assert first.rows.y.tobytes() == again.rows.y.tobytes()
    assert first.schema.classes == again.schema.classes
