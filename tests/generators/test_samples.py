"""Synthetic rows read from a file: what comes back, and what each mistake is answered with."""

import datetime

import numpy as np
import pandas as pd
import pytest
from tscbench_plugins.generators.samples import samples

from tscbench import DataError, Link, Schema
from tscbench.tabular import from_frame

SCHEMA = Schema(
    (3,),
    (2,),
    numeric=np.array([True, True, False]),
    cardinality=np.array([0, 0, 3]),
    columns=("length", "width", "colour"),
    classes=("no", "yes"),
    missing=True,
    levels=((), (), ("red", "green", "blue")),
    dtypes=("float64", "int64", "str"),
    target="bought",
)
FRAME = pd.DataFrame(
    {
        "colour": ["red", "green", "blue", "green"],
        "bought": ["no", "yes", "yes", "no"],
        "length": [1.5, 2.5, np.nan, 4.5],
        "note": list("abcd"),
        "width": [10, 20, 30, 40],
    }
)
CODES = FRAME.assign(colour=[0, 1, 2, 1], bought=[0, 1, 1, 0])
X = CODES[["length", "width", "colour"]].to_numpy(float)


def write(folder, kind, frame=FRAME):
    path = folder / f"rows.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        frame.to_parquet(path)
    else:
        np.savez(path, x=X, y=CODES["bought"])
    return path


def in_order(x):
    return x[np.argsort(x[:, 1])]


def drawn(path, n=4, schema=SCHEMA, **params):
    return samples(schema, path=path, **params).sample(n, np.random.default_rng(0))


@pytest.mark.parametrize("frame", [FRAME, CODES, FRAME.rename(columns={"bought": "label"})])
@pytest.mark.parametrize("kind", ["csv", "parquet", "npz"])
def test_columns_are_matched_and_rows_come_with_their_labels(tmp_path, kind, frame):
    path = write(tmp_path, kind, frame)
    np.testing.assert_array_equal(in_order(drawn(path)), X)
    x, y = drawn(path, labels=True)
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
    path = write(tmp_path, "csv", FRAME.assign(bought=["no", None, "yes", None]))
    x, y = drawn(path, labels=True)
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
    x, y = drawn(path, schema=tags, labels=True)
    expected = [[0, 1], [0, 0], [1, 1], [1, np.nan]]
    np.testing.assert_array_equal(y[np.argsort(x[:, 0])], expected)


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (FRAME.drop(columns="width"), r"no column 'width'.*has: colour, bought, length, note"),
        (FRAME.drop(columns=["width", "length"]), "no column 'length' and 1 more"),
        (FRAME.drop(columns="bought"), "no column 'bought' for the labels"),
        (
            FRAME.assign(width=["10", "wide", "30", "40"]),
            r"'width' holds 'wide' \(row 1, .* no num",
        ),
        (FRAME.assign(colour=["red", "pink", "red", "red"]), r"'pink' .*levels: 'red', 'green'"),
        (FRAME.assign(colour=[0, 1, 3, 1]), r"'colour' holds 0 .*levels: 'red', 'green', 'blue'"),
        (FRAME.assign(length=[1, np.inf, 3, 4]), "'length' holds an infinite value"),
        (FRAME.assign(bought=["no", "yes", "maybe", "no"]), r"'maybe' .*levels: 'no', 'yes'"),
        (FRAME.iloc[:0], "no rows"),
    ],
)
def test_a_table_that_does_not_fit_is_told_what_is_wrong(tmp_path, frame, says):
    path = write(tmp_path, "parquet", frame)
    with pytest.raises(DataError, match=says) as caught:
        samples(SCHEMA, path=path, labels=True)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_gap_where_the_data_has_none_is_named(tmp_path):
    full = from_frame(FRAME.assign(length=[1.0, 2.0, 3.0, 4.0]).drop(columns="note"), "bought")
    with pytest.raises(DataError, match=r"column 'length' is missing in row 2, counting from 0"):
        samples(full.schema, path=write(tmp_path, "csv"))


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"z": X}, r"no array 'x' \(has: z\)"),
        ({"x": X}, r"no array 'y' \(has: x\)"),
        ({"x": X[:, :2], "y": [0, 1, 0, 1]}, r"x has shape \(4, 2\); must be \(rows, 3\)"),
        ({"x": X + 1, "y": [0, 1, 0, 1]}, r"'colour' holds 3; its codes are 0 to 2"),
        ({"x": X, "y": [0, 1]}, r"labels have shape \(2,\); must be \(4,\)"),
        ({"x": X, "y": [0, 1, 2, 1]}, "labels hold 2; their codes are 0 to 1"),
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


def test_numbers_for_categories_are_levels_before_they_are_codes(tmp_path):
    frame = pd.DataFrame({"zone": [1, 2, 3] * 4, "x": np.arange(12.0), "y": [1, 2] * 6})
    schema = from_frame(frame, "y", categorical=["zone"]).schema
    frame.to_csv(tmp_path / "rows.csv", index=False)
    x, y = drawn(tmp_path / "rows.csv", 12, schema, labels=True)
    assert (x[:, 0] == x[:, 1] % 3).all() and (y == x[:, 1] % 2).all()
    frame.assign(zone=frame["zone"] - 1).to_csv(tmp_path / "codes.csv", index=False)
    with pytest.raises(DataError, match="'zone' holds 0 .*codes=true reads codes 0 to 2"):
        drawn(tmp_path / "codes.csv", 12, schema)
    x = drawn(tmp_path / "codes.csv", 12, schema, codes=True)
    assert (x[:, 0] == x[:, 1] % 3).all()
    frame.assign(zone=0, y=1).to_csv(tmp_path / "both.csv", index=False)
    with pytest.raises(DataError, match="'y' may hold the names of classes or their codes"):
        drawn(tmp_path / "both.csv", 12, schema, labels=True, codes=True)


TABLE = pd.DataFrame(
    {
        "age": np.arange(20, 40),
        "member": [True, False] * 10,
        "since": [datetime.date(2020, 1, 1 + i).isoformat() for i in range(20)],
        "plan": pd.Categorical(["basic", "gold"] * 10, ["gold", "basic"]),
        "churn": ["stays", "leaves", "stays", "stays"] * 5,
    }
)


def as_sdv(frame):
    """As SDV's synthesizers write it: columns in the table's order, the target among them."""
    return frame


def as_ctgan(frame):
    """As a sampler of numbers writes it: whole numbers as floats, true/false as text."""
    return frame.assign(
        age=frame["age"] + 0.0, member=frame["member"].map({True: "True", False: "False"})
    )


def as_saved_with_its_index(frame):
    """As pandas writes it where nobody said index=False, columns in another order."""
    return frame[frame.columns[::-1]].reset_index(names="Unnamed: 0")


@pytest.mark.parametrize("written", [as_sdv, as_ctgan, as_saved_with_its_index])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_as_other_programs_write_them(tmp_path, written, suffix):
    data = from_frame(TABLE, "churn")
    frame = written(TABLE)
    path = tmp_path / f"rows.{suffix}"
    frame.to_csv(path, index=False) if suffix == "csv" else frame.to_parquet(path, index=False)
    x, y = drawn(path, 20, data.schema, labels=True)
    order = np.argsort(x[:, 0])
    np.testing.assert_array_equal(x[order], data.rows.x)
    np.testing.assert_array_equal(y[order], data.rows.y)


@pytest.mark.filterwarnings("ignore")  # of arfpy's own
def test_rows_of_arfpy(tmp_path, monkeypatch):
    monkeypatch.setattr(np, "in1d", np.isin, raising=False)  # which arfpy 0.1.1 still asks for
    arf = pytest.importorskip("arfpy.arf", reason="arfpy is not installed")
    rng, n = np.random.default_rng(0), 120
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 70, n),
            "plan": rng.choice(["basic", "gold"], n),
            "x": rng.random(n),
        }
    ).assign(churn=lambda f: np.where(f["x"] > 0.5, "leaves", "stays"))
    data = from_frame(frame, "churn")
    texts = frame.astype({"plan": object, "churn": object})  # all that arfpy takes for categories
    try:
        model = arf.arf(x=texts, num_trees=30, max_iters=1)
        model.forde()
        made = model.forge(n=60)
    except Exception as error:
        pytest.skip(f"arfpy does not work beside this pandas ({type(error).__name__})")
    made.to_csv(tmp_path / "rows.csv", index=False)
    x, y = drawn(tmp_path / "rows.csv", 60, data.schema, labels=True)
    assert set(x[:, 1]) == {0, 1} and set(y) == {0, 1}
    assert x[:, 0].mean() == pytest.approx(frame["age"].mean(), abs=15)


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
