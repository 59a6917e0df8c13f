"""from_frame: what becomes of each kind of column, and each refusal in one sentence."""

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from tscbench import DataError, Link
from tscbench.tabular import from_frame

NAN = np.nan


def test_every_kind_of_column(small):
    before = small.copy(deep=True)
    data = from_frame(small, "y")
    x, schema = data.rows.x, data.schema
    assert schema.columns == ("size", "weight", "colour", "grade", "new")
    assert schema.numeric.tolist() == [True, True, False, False, False]
    assert schema.cardinality.tolist() == [0, 0, 3, 3, 2]  # grade: no row has "never"
    assert (schema.inputs, schema.outputs, schema.link) == ((5,), (2,), Link.SOFTMAX)
    assert x.dtype == np.float64 and data.rows.y.dtype == np.int64 and schema.missing
    expected = [
        [1, 0.5, 2, 0, 1],
        [2, NAN, 0, 1, 0],
        [3, 2.5, NAN, 2, 1],
        [4, 1.0, 2, 0, 1],
        [5, 1.5, 1, 1, 0],
        [6, 2.0, 0, 2, 0],
    ]
    np.testing.assert_array_equal(x, expected)
    assert data.rows.y.tolist() == [0, 1, 0, 1, 0, 1] and schema.classes == ("no", "yes")
    assert data.rows.id.tolist() == [0, 1, 2, 3, 4, 5] and data.test is None
    pd.testing.assert_frame_equal(small, before)


def test_positive_is_second(small):
    data = from_frame(small, "y", positive="no")
    assert data.schema.classes == ("yes", "no")
    assert data.rows.y.tolist() == [1, 0, 1, 0, 1, 0]


def test_order_of_classes_given(small):
    small["y"] = ["c", "a", "b", "c", "a", "b"]
    assert from_frame(small, "y").rows.y.tolist() == [2, 0, 1, 2, 0, 1]
    data = from_frame(small, "y", classes=["c", "b", "a"])
    assert data.schema.classes == ("c", "b", "a") and data.rows.y.tolist() == [0, 2, 1, 0, 2, 1]
    with pytest.raises(DataError, match="classes must name each of them once, not c, b"):
        from_frame(small, "y", classes=["c", "b"])


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        ([10, 9, 10, 9, 2, 2], ("2", "9", "10")),
        ([1.0, 0.0, 1.0, 0.0, 1.0, 0.0], ("0", "1")),
        (np.array([1, 0, 1, 0, 1, 0], np.uint8), ("0", "1")),
        ([True, False, True, False, True, False], ("False", "True")),
        (pd.Categorical(list("baabba"), categories=["b", "z", "a"]), ("a", "b")),
        (pd.Categorical([7, 3, 7, 3, 3, 7]), ("3", "7")),
        (np.array([1, 0, 1, 0, 1, 0], object), ("0", "1")),
    ],
)
def test_classes_are_named_and_sorted(small, y, classes):
    data = from_frame(small.assign(y=y), "y")
    assert data.schema.classes == classes
    names = [classes[k] for k in data.rows.y]
    assert names == [str(v).removesuffix(".0") for v in list(y)]


@pytest.mark.parametrize(
    ("column", "values", "cardinality"),
    [
        (pd.array([1, None, 3, 4, 5, 6], dtype="Int64"), [1, NAN, 3, 4, 5, 6], 0),
        (np.array([1, None, 2.5, 4, 5, 6], object), [1, NAN, 2.5, 4, 5, 6], 0),
        ([Decimal("1.5"), None, *map(Decimal, range(4))], [1.5, NAN, 0, 1, 2, 3], 0),
        (np.array([1, "a", None, "a", 1, True], object), [0, 2, NAN, 2, 0, 1], 3),
        (np.array([True, None, False, True, True, True], object), [1, NAN, 0, 1, 1, 1], 2),
        (pd.array([True, None, False, True, True, True], "boolean"), [1, NAN, 0, 1, 1, 1], 2),
        (pd.array(["b", "a", None, "a", "b", "b"], "string"), [1, 0, NAN, 0, 1, 1], 2),
        (["b", "a", None, "a", "b", "b"], [1, 0, NAN, 0, 1, 1], 2),
    ],
)
def test_unusual_dtypes(small, column, values, cardinality):
    data = from_frame(small.assign(c=column)[["c", "y"]], "y")
    np.testing.assert_array_equal(data.rows.x[:, 0], values)
    assert data.schema.cardinality.tolist() == [cardinality]


def test_numbers_as_categories(small):
    data = from_frame(small.assign(size=[7, 3, 7, 9, 3, 9]), "y", categorical=["size"])
    assert data.rows.x[:, 0].tolist() == [1, 0, 1, 2, 0, 2]
    assert data.schema.cardinality[0] == 3 and not data.schema.numeric[0]


def test_an_identifier_is_not_guessed(small):
    assert "id" in from_frame(small.assign(id=range(6)), "y").schema.columns


@pytest.mark.parametrize(
    "marks",
    [
        ["train", "test", "train", "train", "train", "test"],
        [False, True, False, False, False, True],
        [0, 1, 0, 0, 0, 1],
        pd.Categorical(["Train", "TEST", "Train", "Train", "Train", "TEST"]),
    ],
)
def test_official_rows(small, marks):
    for data in (
        from_frame(small.assign(part=marks, y=list("aabbab")), "y", test="part"),
        from_frame(small.assign(y=list("aabbab")), "y", test=np.asarray(marks)),
    ):
        assert data.test.dtype == bool and np.flatnonzero(data.test).tolist() == [1, 5]
        assert "part" not in data.schema.columns


def test_several_labels(small):
    small["z"] = ["TRUE", "FALSE", "FALSE", "true", "TRUE", "FALSE"]
    small["y"] = [0, 1, 0, 1, 0, 1]
    data = from_frame(small, ["z", "y"], drop=["size"])
    assert data.schema.link is Link.SIGMOID and data.schema.outputs == (2,)
    assert data.schema.classes == ("z", "y") and data.rows.y.dtype == np.float64
    assert data.rows.y.tolist() == [[1, 0], [0, 1], [0, 0], [1, 1], [1, 0], [0, 1]]
    assert data.schema.columns == ("weight", "colour", "grade", "new")


def test_constant_columns_may_be_kept(small):
    frame = small.assign(c="same", e=np.nan)
    data = from_frame(frame, "y", constant="keep")
    assert data.schema.cardinality[5:].tolist() == [1, 0]
    assert not data.rows.x[:, 5].any() and np.isnan(data.rows.x[:, 6]).all()


def test_one_value_and_missing_is_not_constant(small):
    assert from_frame(small.assign(c=[1, None, 1, 1, 1, 1]), "y").schema.missing


REFUSED = {
    "near name": (
        lambda f: f.rename(columns={"y": "label"}),
        {"target": "lable"},
        "no target column 'lable'; did you mean 'label'",
    ),
    "lists columns": (lambda f: f, {"target": "q"}, r"no target column 'q'; \(has: size, weight,"),
    "drop": (lambda f: f, {"drop": ["sise"]}, "no drop column 'sise'; did you mean 'size'"),
    "test": (lambda f: f, {"test": "split"}, "no test column 'split'"),
    "categorical": (lambda f: f, {"categorical": ["siz"]}, "no categorical column 'siz'"),
    "no rows": (lambda f: f.iloc[:0], {}, "the table has no rows"),
    "no features": (lambda f: f[["y"]], {}, "no columns are left beside the target"),
    "no targets": (lambda f: f, {"target": []}, "no target columns are named"),
    "named twice": (lambda f: f, {"drop": ["y"]}, "column 'y' is named more than once"),
    "same names": (
        lambda f: f.rename(columns={"weight": "size"}),
        {},
        "two columns are called 'size'",
    ),
    "row index": (
        lambda f: f.rename(columns={"size": "Unnamed: 0"}),
        {},
        r'has no name, .* leave it out with drop=\["Unnamed: 0"\]',
    ),
    "missing target": (
        lambda f: f.assign(y=["a", "b", None, "a", None, "b"]),
        {},
        r"target 'y' is missing in 2 of 6 rows \(first row 2, counting from 0\)",
    ),
    "missing label": (
        lambda f: f.assign(y=[0, 1, 0, 1, None, 1]),
        {"target": ["y"]},
        r"missing in 1 of 6 rows \(first row 4,",
    ),
    "one class": (lambda f: f.assign(y="a"), {}, "target 'y' holds only 'a'"),
    "lone row": (lambda f: f.assign(y=list("aaaaab")), {}, "class 'b' has a single row; each"),
    "lone training row": (
        lambda f: f.assign(y=list("aaabbb"), t=[0, 0, 0, 0, 1, 1]),
        {"test": "t"},
        "class 'b' has a single row among the training rows",
    ),
    "class only in test": (
        lambda f: f.assign(y=list("aaabbb"), t=[0, 0, 0, 1, 1, 1]),
        {"test": "t"},
        "class 'b' has no row among the training rows",
    ),
    "regression": (lambda f: f.assign(y=[0.5, 1, 2, 3, 4, 5]), {}, "holds 0.5, not a class"),
    "infinite": (
        lambda f: f.assign(weight=[1, 2, np.inf, 4, -np.inf, 1]),
        {},
        r"column 'weight' holds an infinite value \(row 2, counting from 0\)",
    ),
    "constant": (
        lambda f: f.assign(c=1),
        {},
        r"column 'c' holds one value in all rows; leave it out with drop=\[c\]",
    ),
    "constants": (lambda f: f.assign(c=1, d="x", e=None), {}, r"drop=\[c, d, e\]"),
    "positive": (lambda f: f, {"positive": "yess"}, "no class 'yess'; did you mean 'yes'"),
    "positive of three": (
        lambda f: f.assign(y=list("aabbcc")),
        {"positive": "a"},
        "has 3 classes; positive names one of two",
    ),
    "positive label": (
        lambda f: f.assign(y=[0, 1, 0, 1, 0, 1]),
        {"target": ["y"], "positive": "1"},
        "positive and classes go with one target column",
    ),
    "label values": (
        lambda f: f.assign(y=["0", "1", "2", "1", "0", "1"]),
        {"target": ["y"]},
        r"holds '2' \(row 2, counting from 0\); each row must hold 0 or 1",
    ),
    "constant label": (lambda f: f.assign(y=1), {"target": ["y"]}, "holds one value in all rows"),
    "part": (
        lambda f: f.assign(t=["train", "valid", "test", "train", "test", "test"]),
        {"test": "t"},
        r"test column 't' holds 'valid' \(row 1, .* must hold train or test",
    ),
    "no test": (lambda f: f.assign(t=False), {"test": "t"}, "marks no row as test"),
    "all test": (lambda f: f.assign(t=True), {"test": "t"}, "marks every row as test"),
    "short test": (lambda f: f, {"test": np.zeros(3, bool)}, r"shape \(3,\); must be \(6,\)"),
    "dates": (
        lambda f: f.assign(t=pd.Timestamp("2020-01-01")),
        {},
        r"column 't' holds dates \(datetime64.*say dates=numeric for days since 1970",
    ),
    "day objects": (lambda f: f.assign(t=[date(2020, 1, 1)] * 6), {}, "column 't' holds dates"),
    "lists": (lambda f: f.assign(t=[[1], [2]] * 3), {}, "column 't' holds values of type list"),
    "complex": (lambda f: f.assign(t=1j), {}, "column 't' holds complex128"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_are_one_sentence(small, case):
    change, arguments, sentence = REFUSED[case]
    with pytest.raises(DataError, match=sentence) as caught:
        from_frame(change(small), **{"target": "y", "name": "file my.csv", **arguments})
    assert str(caught.value).startswith("file my.csv: ") and "\n" not in str(caught.value)


def test_constant_columns_are_dropped_and_named():
    frame = pd.DataFrame(
        {"a": [1, 2, 3, 4], "one": 7, "none at all": np.nan, "b": list("xyxy"), "y": list("nmnm")}
    )
    data = from_frame(frame, "y", constant="drop")
    assert data.schema.columns == ("a", "b") and data.rows.x.shape == (4, 2)
    assert data.schema.cardinality.tolist() == [0, 2]
    said = 'columns one, "none at all" hold one value in all rows and are left out'
    assert said in data.table.warnings
    with pytest.raises(DataError, match="every column holds one value"):
        from_frame(frame[["one", "y"]], "y", constant="drop")
