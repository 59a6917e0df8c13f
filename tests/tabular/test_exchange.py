"""Frames to rows and back: nothing is lost, and what could be read in two ways is refused."""

import string
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tscbench import DataError, Link, Schema
from tscbench.tabular import from_frame, to_frame, to_labels, to_rows

LEVELS = {
    "str": st.text(string.printable, min_size=1, max_size=5),
    "int64": st.integers(-(2**62), 2**62),
    "float64": st.floats(allow_nan=False, allow_infinity=False).map(lambda v: v + 0.0),
    "bool": st.booleans(),
    "category": st.text(max_size=3) | st.integers(-5, 5),
    "object": st.sampled_from(["True", "1", "1.0", " 1", "nan", "", "None", "a", "A", "a "]),
}
NUMBERS = st.floats(allow_infinity=False) | st.integers(-3, 3).map(float)
NUMERIC = ["float64", "int64", "float32", "uint8", "Int64"]


@st.composite
def tables(draw):
    """A schema and rows of it."""
    n, d = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    levels, dtypes, columns = [], [], []
    for _ in range(d):
        kind = draw(st.sampled_from([*LEVELS, *NUMERIC]))
        if numeric := draw(st.booleans()) or kind not in LEVELS:
            kind = draw(st.sampled_from(NUMERIC))
            cells, found = NUMBERS, ()
        else:
            found = draw(st.lists(LEVELS[kind], min_size=1, max_size=4, unique_by=lambda v: str(v)))
            cells = st.sampled_from([*map(float, range(len(found))), np.nan])
        levels.append(tuple(found))
        dtypes.append(kind)
        columns.append([draw(cells) for _ in range(n)])
        assert numeric or found
    cardinality = np.array([len(of) for of in levels])
    names = tuple(draw(st.permutations(["x", "label", "1", "y "]))[:d])
    schema = Schema(
        (d,),
        (2,),
        numeric=cardinality == 0,
        cardinality=cardinality,
        columns=names,
        classes=("no", "yes"),
        levels=tuple(levels),
        dtypes=tuple(dtypes),
    )
    return np.array(columns, float).T, schema


@settings(deadline=None, max_examples=150)
@given(tables(), st.randoms())
def test_rows_come_back_bit_for_bit(table, random) -> None:
    x, schema = table
    frame = to_frame(x, schema)
    assert list(frame.columns) == list(schema.columns)
    shuffled = random.sample(list(frame.columns), len(frame.columns))
    back = to_rows(frame[shuffled].assign(other=1), schema, "rows")
    known = ~np.isnan(x)
    assert np.array_equal(np.isnan(back), ~known)
    assert back[known].tobytes() == x[known].tobytes()


FRAME = pd.DataFrame(
    {
        "age": [30, 40, 50, 60],
        "colour": pd.Categorical(["red", "blue", "red", "grey"], ["red", "grey", "blue"]),
        "floor": ["b", np.nan, "a", "a"],
        "member": [True, False, True, True],
        "zone": [10, 20, 20, 10],
        "share": [0.5, np.nan, 1.0, 2.0],
        "y": ["no", "yes", "yes", "no"],
    }
)
DATA = from_frame(FRAME, "y", categorical=["zone"])


def test_a_frame_is_what_the_user_had() -> None:
    pd.testing.assert_frame_equal(to_frame(DATA.rows.x, DATA.schema), FRAME.drop(columns="y"))


@pytest.mark.parametrize(
    ("column", "cells", "codes"),
    [
        ("colour", ["red ", " blue", "grey", None], [0, 2, 1, np.nan]),
        ("member", ["True", "false", 1, 0.0], [1, 0, 1, 0]),
        ("member", [True, "0", "1.0", np.nan], [1, 0, 1, np.nan]),
        ("zone", [10.0, "20", " 10.0", 20], [0, 1, 0, 1]),
        ("age", ["30", 40.0, " 5e1", True], [30, 40, 50, 1]),
        ("colour", [0, 1.0, "2", 0], [0, 1, 2, 0]),
    ],
)
def test_a_level_is_known_however_it_is_written(column, cells, codes) -> None:
    frame = FRAME.assign(**{column: pd.Series(cells, dtype=object)})
    x = to_rows(frame, DATA.schema, "rows")
    np.testing.assert_array_equal(x[:, DATA.schema.columns.index(column)], codes)


@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        ("colour", ["red", "rot", "grey", "red"], r"'colour' holds 'rot' \(row 1, .*'red', 'grey'"),
        ("colour", ["red", 1, "grey", "red"], r"holds 1 \(row 1.*none of its levels"),
        ("zone", [0, 1, 1, 0], r"'zone' holds 0 \(row 0.*levels: 10, 20; codes=true reads codes"),
        ("zone", [np.int64(7)] * 4, r"holds 7 \(row 0"),
        ("member", ["yes", "no", "no", "no"], r"holds 'yes' .*levels: False, True"),
        ("age", [1, "old", 2, 3], r"'age' holds 'old' \(row 1, counting from 0\), which is no num"),
        ("age", [1, np.inf, 2, 3], r"infinite value \(row 1"),
        ("age", ["1_0", 1, 1, 1], "holds '1_0'"),
    ],
)
def test_what_is_no_level_is_named_with_its_row(column, cells, said) -> None:
    frame = FRAME.assign(**{column: pd.Series(cells, dtype=object)})
    with pytest.raises(DataError, match="^rows: column .*" + said):
        to_rows(frame, DATA.schema, "rows")


def one_column(levels, names=("c",)) -> Schema:
    count = np.array([len(levels)] * len(names))
    return Schema(
        (len(names),), (2,), numeric=count == 0, cardinality=count, columns=names,
        classes=("no", "yes"), levels=(tuple(levels),) * len(names), target="y",
    )  # fmt: skip


def test_levels_that_look_like_codes_are_levels_first() -> None:
    schema = one_column(["1", "0", "2"])
    x = to_rows(pd.DataFrame({"c": [0, 1, 2.0]}), schema, "rows")
    assert x[:, 0].tolist() == [1, 0, 2]
    x = to_rows(pd.DataFrame({"c": [0, 1, 2]}), schema, "rows", codes=True)
    assert x[:, 0].tolist() == [0, 1, 2]


def test_levels_that_blanks_or_zeros_tell_apart_stay_apart() -> None:
    schema = one_column(["a", "a ", "01", "1"])
    x = to_rows(pd.DataFrame({"c": ["a ", "a", "1", "01"]}), schema, "rows")
    assert x[:, 0].tolist() == [1, 0, 3, 2]
    with pytest.raises(DataError, match="holds '1.0'"):
        to_rows(pd.DataFrame({"c": ["1.0"]}), schema, "rows")


@pytest.mark.parametrize(
    ("names", "has", "at"),
    [
        (("a ", "b"), ["b", "a"], [1, 0]),
        (("a", "a "), ["a ", "a"], [1, 0]),
        (("1", "2"), [2, 1], [1, 0]),
        (("a", "b"), ["Unnamed: 0", " b", "a"], [2, 1]),
    ],
)
def test_columns_are_found_by_name(names, has, at) -> None:
    schema = Schema(
        (2,), (2,), numeric=np.ones(2, bool), cardinality=np.zeros(2, int), columns=names
    )
    frame = pd.DataFrame([list(range(len(has)))], columns=has)
    assert to_rows(frame, schema, "rows")[0].tolist() == at


@pytest.mark.parametrize(
    ("names", "has", "said"),
    [
        (("a", "b"), ["a"], "no column 'b'"),
        (("a", "a "), ["a", "x"], "no column 'a '"),
        (("a", "b"), ["a", "a", "b"], "column 'a' is there twice"),
        (("a", "b"), ["a ", " a", "b"], "column 'a' is there twice"),
    ],
)
def test_a_column_that_is_not_there_once_is_named(names, has, said) -> None:
    schema = Schema(
        (2,), (2,), numeric=np.ones(2, bool), cardinality=np.zeros(2, int), columns=names
    )
    with pytest.raises(DataError, match=said):
        to_rows(pd.DataFrame([[0] * len(has)], columns=has), schema, "rows")


@pytest.mark.parametrize(
    ("columns", "classes", "codes", "y"),
    [
        ({"y": ["yes", "no", None]}, ("no", "yes"), False, [1, 0, -1]),
        ({"label": ["yes", "no", "yes"]}, ("no", "yes"), False, [1, 0, 1]),
        ({"y": ["yes", "no", "no"], "label": ["?", 7, 8]}, ("no", "yes"), False, [1, 0, 0]),
        ({"label": [1, 0, -1]}, ("no", "yes"), False, [1, 0, -1]),
        ({"y": [2.0, 1.0, np.nan]}, ("1", "2"), False, [1, 0, -1]),
        ({"y": [True, False, "true"]}, ("False", "True"), False, [1, 0, 1]),
        ({"y": [1, 0, 0]}, ("1", "0"), False, [0, 1, 1]),
        ({"y": [0, 1, 1]}, ("10", "20"), True, [0, 1, 1]),
    ],
)
def test_labels_are_known_by_the_names_of_classes(columns, classes, codes, y) -> None:
    schema = Schema((1,), (2,), columns=("c",), classes=classes, target="y")
    assert to_labels(pd.DataFrame(columns), schema, "rows", codes=codes).tolist() == y


@pytest.mark.parametrize(
    ("feature", "columns", "codes", "said"),
    [
        ("c", {"other": [1]}, False, "no column 'y' for the labels"),
        ("label", {"label": [1]}, False, "no column 'y' for the labels"),
        ("c", {"y": ["maybe"]}, False, r"column 'y' holds 'maybe' .*levels: '1', '2'"),
        ("c", {"y": [0]}, False, r"holds 0 .*; codes=true reads codes"),
        ("c", {"y": [1]}, True, "may hold the names of classes or their codes"),
    ],
)
def test_labels_that_cannot_be_told_are_refused(feature, columns, codes, said) -> None:
    schema = Schema((1,), (2,), columns=(feature,), classes=("1", "2"), target="y")
    with pytest.raises(DataError, match=said):
        to_labels(pd.DataFrame(columns), schema, "rows", codes=codes)


def test_several_labels_have_a_column_each() -> None:
    schema = Schema((1,), (2,), Link.SIGMOID, columns=("c",), classes=("sea", "sky"))
    frame = pd.DataFrame({"sky": ["True", "False", ""], "sea": [0, 1.0, True]})
    y = to_labels(frame, schema, "rows")
    np.testing.assert_array_equal(y, [[0, 1], [1, 0], [1, np.nan]])


def test_a_missing_cell_is_missing_also_where_a_level_is_called_nan() -> None:
    levels = (("nan", "None", "a"),)
    schema = Schema((1,), (2,), numeric=np.zeros(1, bool), cardinality=np.array([3]))
    schema = replace(schema, columns=("x",), levels=levels, dtypes=("object",), missing=True)
    frame = pd.DataFrame({"x": np.array([np.nan, None, "nan", "a", "None"], object)})
    np.testing.assert_array_equal(to_rows(frame, schema, "rows")[:, 0], [np.nan] * 2 + [0, 2, 1])
