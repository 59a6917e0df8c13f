"""Synthetic rows read from a file: what comes back, and what each mistake is answered with."""

import numpy as np
import pandas as pd
import pytest
from tscbench_plugins.generators.samples import samples

from tscbench import DataError, Link, Schema

SCHEMA = Schema(
    (3,),
    (2,),
    numeric=np.array([True, True, False]),
    cardinality=np.array([0, 0, 3]),
    columns=("length", "width", "colour"),
    classes=("no", "yes"),
)
FRAME = pd.DataFrame(
    {
        "colour": [0, 1, 2, 1],
        "label": [0, 1, 1, 0],
        "length": [1.5, 2.5, np.nan, 4.5],
        "note": list("abcd"),
        "width": [10, 20, 30, 40],
    }
)
X = FRAME[["length", "width", "colour"]].to_numpy(float)


def write(folder, kind, frame=FRAME):
    path = folder / f"rows.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        frame.to_parquet(path)
    else:
        np.savez(path, x=X, y=FRAME["label"])
    return path


def in_order(x):
    return x[np.argsort(x[:, 1])]


@pytest.mark.parametrize("kind", ["csv", "parquet", "npz"])
def test_columns_are_matched_and_rows_come_with_their_labels(tmp_path, kind):
    path = write(tmp_path, kind)
    x = samples(SCHEMA, path=path).sample(4, np.random.default_rng(0))
    np.testing.assert_array_equal(in_order(x), X)
    x, y = samples(SCHEMA, path=path, labels=True).sample(4, np.random.default_rng(0))
    assert y.dtype.kind == "i"
    assert dict(zip(x[:, 1], y, strict=True)) == {10: 0, 20: 1, 30: 1, 40: 0}


@pytest.mark.parametrize(
    ("n", "times"), [(0, {0}), (3, {0, 1}), (4, {1}), (6, {1, 2}), (8, {2}), (9, {2, 3})]
)
def test_no_row_is_used_again_before_every_row_was_used(tmp_path, n, times):
    x = samples(SCHEMA, path=write(tmp_path, "csv")).sample(n, np.random.default_rng(1))
    assert x.shape == (n, 3)
    assert {int(np.sum(x[:, 1] == width)) for width in FRAME["width"]} == times


def test_class_labels_are_offered_with_the_parameter_alone():
    plugin = samples.tscbench_plugin
    assert plugin.offers_of({"labels": False}) == frozenset()
    assert plugin.offers_of({"labels": True}) == {"class_labels"}


def test_empty_labels_are_unknown(tmp_path):
    path = write(tmp_path, "csv", FRAME.assign(label=[0, None, 1, None]))
    x, y = samples(SCHEMA, path=path, labels=True).sample(4, np.random.default_rng(0))
    assert dict(zip(x[:, 1], y, strict=True)) == {10: 0, 20: -1, 30: 1, 40: -1}


def test_several_labels_are_columns_by_their_names(tmp_path):
    tags = Schema(
        (1,),
        (2,),
        Link.SIGMOID,
        np.ones(1, bool),
        np.zeros(1, int),
        ("width",),
        ("sea", "sky"),
    )
    path = write(tmp_path, "csv", FRAME.assign(sky=[1, 0, 1, None], sea=[0, 0, 1, 1]))
    x, y = samples(tags, path=path, labels=True).sample(4, np.random.default_rng(0))
    expected = [[0, 1], [0, 0], [1, 1], [1, np.nan]]
    np.testing.assert_array_equal(y[np.argsort(x[:, 0])], expected)


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (FRAME.drop(columns="width"), r"no column 'width'.*has: colour, label, length, note"),
        (FRAME.drop(columns=["width", "label"]), "no column 'width' and 1 more"),
        (FRAME.assign(width=["10", "wide", "30", "40"]), "'width' holds 'wide', which is no"),
        (FRAME.assign(colour=[0, 1, 3, 1]), "'colour' holds 3; its codes are 0 to 2"),
        (FRAME.assign(colour=[0, 1, 0.5, 1]), "'colour' holds 0.5; its codes are 0 to 2"),
        (FRAME.assign(length=[1, np.inf, 3, 4]), "'length' holds an infinite value"),
        (FRAME.assign(label=[0, 1, 2, 1]), "labels hold 2; their codes are 0 to 1"),
        (FRAME.iloc[:0], "no rows"),
    ],
)
def test_a_table_that_does_not_fit_is_told_what_is_wrong(tmp_path, frame, says):
    path = write(tmp_path, "parquet", frame)
    with pytest.raises(DataError, match=says) as caught:
        samples(SCHEMA, path=path, labels=True)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"z": X}, r"no array 'x' \(has: z\)"),
        ({"x": X}, r"no array 'y' \(has: x\)"),
        ({"x": X[:, :2], "y": [0, 1, 0, 1]}, r"x has shape \(4, 2\); must be \(rows, 3\)"),
        ({"x": X, "y": [0, 1]}, r"labels have shape \(2,\); must be \(4,\)"),
        ({"x": np.array([["a", "b", "c"]]), "y": [0]}, "not an .npz of numbers"),
        ({"x": np.array([[{}, 1, 2]], object), "y": [0]}, "not an .npz of numbers"),
    ],
)
def test_arrays_that_do_not_fit_are_told_what_is_wrong(tmp_path, arrays, says):
    np.savez(tmp_path / "rows.npz", **arrays)
    with pytest.raises(DataError, match=says):
        samples(SCHEMA, path=tmp_path / "rows.npz", labels=True)


@pytest.mark.parametrize("name", ["rows.npz", "rows.parquet", "rows.xlsx", "rows.csv"])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 nothing of the kind \0\0")
    with pytest.raises(DataError, match=name):
        samples(SCHEMA, path=path)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
def test_all_rows_are_used_before_any_is_used_again_over_all_blocks(tmp_path, n):
    sampler = samples(SCHEMA, path=write(tmp_path, "csv"), labels=True)
    drawn = [sampler.block(i, n, np.random.default_rng(5)) for i in range(12)]
    widths = np.concatenate([x[:, 1] for x, _ in drawn])
    assert len(widths) == 12 * n
    for start in range(0, 12 * n - 3, 4):
        assert set(widths[start : start + 4]) == {10, 20, 30, 40}
    again = sampler.block(7, n, np.random.default_rng(5))
    assert all(np.array_equal(*pair, equal_nan=True) for pair in zip(again, drawn[7], strict=True))
