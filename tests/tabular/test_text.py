"""Separated text: no cell is repaired or guessed, and what is written comes back."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tscbench import DataError
from tscbench.tabular import MISSING, from_frame, read_table
from tscbench.tabular.notes import notes_of


@pytest.fixture
def read(tmp_path):
    """A frame from the text of a file."""

    def read(text, name="t.csv", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_table(path, **options)

    return read


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "-2", "+3"], [1, -2, 3]),
        (["1", "", "3"], [1, np.nan, 3]),
        (["1.", ".5", "1e-3"], [1, 0.5, 0.001]),
        (["0x10", "1", "2"], ["0x10", "1", "2"]),
        (["1_000", "1", "2"], ["1_000", "1", "2"]),
        (["true", "FALSE", "True"], [True, False, True]),
        (["True", "", "False"], [True, np.nan, False]),
        (["yes", "no", "NA"], ["yes", "no", np.nan]),
        (["0.1234567890123456789", "2", "3"], [0.1234567890123456789, 2, 3]),
    ],
)
def test_cells_are_typed_by_column(read, cells, expected):
    frame = read("a,b\n" + "".join(f"{cell},x\n" for cell in cells))
    for value, wanted in zip(frame["a"], expected, strict=True):
        assert value == wanted or (pd.isna(value) and pd.isna(wanted))


def test_missing_words_are_said(read):
    text = "a,b\nNone,1\nNA,2\n?,3\n,4\n"
    usual = read(text)
    assert usual["a"].isna().tolist() == [True, True, False, True]
    assert notes_of(usual).emptied == {"a": {"None": 1, "NA": 1}}
    own = read(text, missing=["?"])
    assert own["a"].isna().tolist() == [False, False, True, True]
    assert read(text, missing=[])["a"].iloc[0] == "None"
    assert set(MISSING) >= {"NA", "None", "null", "nan"}


def test_a_class_may_be_called_none(read):
    text = "x,y\n" + "1,None\n2,mild\n" * 20
    with pytest.raises(DataError, match=r"'None' was read as missing, say .* missing=\[…\]"):
        from_frame(read(text), "y")
    assert from_frame(read(text, missing=[]), "y").schema.classes == ("None", "mild")


def test_names_are_not_repaired(read):
    with pytest.raises(DataError, match="two columns are called 'y'"):
        read("x,y,y\n1,2,3\n")
    with pytest.raises(DataError, match="column '' has no name"):
        from_frame(read(",y\n1,a\n2,b\n"), "y")
    assert read("x,y,y.1\n1,2,3\n").columns.tolist() == ["x", "y", "y.1"]


def test_lines_that_are_no_rows_are_refused(read):
    with pytest.raises(DataError, match="row 1, counting from 0, repeats the header"):
        read("x,y\n1,2\nx, y\n3,4\n")
    assert read("x,y\nx,2\n3,y\n")["x"].tolist() == ["x", "3"]
    with pytest.raises(DataError, match="first row must name each column and is 'Sales', '', ''"):
        read("Sales,,\nx,y,z\n1,2,3\n")


def test_a_number_may_mean_missing(read):
    text = "a,b\n1,x\n-999,y\n3.5,z\n"
    assert read(text)["a"].tolist() == [1, -999, 3.5]
    frame = read(text, missing=["-999"])
    np.testing.assert_array_equal(frame["a"], [1, np.nan, 3.5])
    assert notes_of(frame).emptied == {"a": {"-999": 1}}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a;b\n1,5;2\n3;4\n", "t.csv"),
        ("a\tb\n1,5\t2\n3\t4\n", "t.tsv"),
        ("a|b\n1,5|2\n3|4\n", "t.txt"),
        ("a  b\n1,5   2\n3 4\n", "t.txt"),
        (gzip.compress(b"a;b\n1,5;2\n3;4\n", mtime=0), "t.csv.gz"),
        ("a;b\r\n1,5;2\r\n3;4\r\n", "t.csv"),
        ("a;b\r1,5;2\r3;4\r", "t.csv"),
    ],
)
def test_ways_to_separate(read, text, name):
    frame = read(text, name, decimal=",")
    assert frame["a"].tolist() == [1.5, 3] and frame["b"].tolist() == [2, 4]


def test_other_letters(read):
    for encoding in ("latin-1", "cp1252", "utf-16"):
        data = "größe,y\n1,ä\n".encode(encoding)
        assert read(data, encoding=encoding).columns.tolist() == ["größe", "y"]
    with pytest.raises(DataError, match="UTF-16; say encoding=utf-16"):
        read("a,y\n1,b\n".encode("utf-16"))
    with pytest.raises(DataError, match="no encoding 'latein'"):
        read("a,y\n1,b\n", encoding="latein")
    assert read(b"\xef\xbb\xbfa,y\n1,b\n").columns.tolist() == ["a", "y"]


def test_uneven_rows_are_named(read):
    with pytest.raises(DataError, match="row 3 has 3 cells and the header 2"):
        read('a,b\n"x,1",2\n3,4,5\n')
    with pytest.raises(DataError, match="row 3 has 1 cells and the header 2"):
        read('a, "b"\n1, "2"\n3\n')


def test_blanks_at_the_ends_do_not_count_and_are_told(read):
    frame = read("a,y\nu,p\nu ,q\n v,p\nv,q\n")
    assert frame["a"].tolist() == ["u", "u", "v", "v"]
    assert "holds 'u' and 'u '" in from_frame(frame, "y").table.columns[0].warnings[0]


def test_leading_zeros(read):
    text = "zip,y\n" + "00501,p\n90210,q\n" * 20
    [column] = from_frame(read(text), "y").table.columns
    assert "leading zeros" in column.warnings[0] and column.low == 501
    data = from_frame(read(text, codes=["zip"]), "y", categorical=["zip"])
    assert data.schema.levels == (("00501", "90210"),)


def test_what_reading_does_to_the_target_is_told(read):
    text = "x,y\n" + "1,01\n2,1\n3,2\n" * 80
    table = from_frame(read(text), "y").table
    assert table.classes == {"1": 160, "2": 80}
    assert "target 'y' holds numbers with leading zeros, such as '01'" in " ".join(table.warnings)
    kept = from_frame(read(text, codes=["y"]), "y", categorical=["y"])
    assert kept.schema.classes == ("01", "1", "2")
    blanks = from_frame(read("x,y\n" + "1,a\n2,a \n3,b\n" * 9), "y").table.warnings
    assert "target 'y' holds 'a' and 'a ', which are read as one value" in " ".join(blanks)


def test_whole_numbers_keep_their_digits(read):
    big = 2**53
    for cells in ([big, big + 1], [2**63, 2**63 + 1], [2**70, 2**70 + 1], [big, big + 1, ""]):
        text = "a,y\n" + "".join(f"{v},{'pq'[i % 2]}\n" for i, v in enumerate(cells * 4))
        with pytest.raises(DataError, match=f"'a' holds {cells[0]} and {cells[1]}, which are one"):
            from_frame(read(text), "y")
        kept = from_frame(read(text), "y", categorical=["a"]).schema.levels[0]
        assert kept == tuple(cells[:2])


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=8
) | st.sampled_from(['a"b', "a,b", "a;b", "two\nlines", "é", "Ω", "'", "1 kg", "x y"])
LEVELS = WORDS.map(str.strip).filter(lambda t: t and t not in MISSING)
NUMBERS = st.floats(-1e30, 1e30, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-30)


@st.composite
def frames(draw):
    """What pandas can write as text: numbers, whole numbers, text, true/false, gaps."""
    n = draw(st.integers(4, 12))

    def column(values, gaps=True):
        cell = st.none() | values if gaps else values
        return draw(st.lists(cell, min_size=n, max_size=n))

    classes = draw(st.lists(LEVELS, min_size=2, max_size=2, unique=True))
    columns = {
        "number": pd.Series(column(NUMBERS), dtype="float64"),
        "whole": pd.Series(column(st.integers(-(2**50), 2**50), gaps=False), dtype="int64"),
        "text": pd.Series(column(LEVELS), dtype=object),
        "truth": pd.Series(column(st.booleans(), gaps=False), dtype=bool),
        "grade": pd.Categorical(column(st.sampled_from(["low", "high", "so so"]))),
        "y": [classes[i % 2] for i in range(n)],
    }
    return pd.DataFrame({name: columns[name] for name in draw(st.permutations(list(columns)))})


def columns_of(data):
    return {column.name: column for column in data.table.columns}


def is_numbers(texts):
    return pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").notna().all()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(frame=frames(), line=st.sampled_from(["\n", "\r\n"]))
def test_what_pandas_writes_comes_back(frame, line, tmp_path):
    text = frame["text"].dropna()
    if len(text) and (is_numbers(text) or {t.lower() for t in text} <= {"true", "false"}):
        frame = frame.assign(text="~" + frame["text"])  # such texts are numbers in a file
    if is_numbers(frame["y"]) or {t.lower() for t in frame["y"]} <= {"true", "false"}:
        frame = frame.assign(y="~" + frame["y"])
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False, lineterminator=line)
    direct = from_frame(frame, "y", constant="keep")
    back = from_frame(read_table(path), "y", constant="keep")
    assert back.schema.classes == direct.schema.classes
    np.testing.assert_array_equal(back.rows.y, direct.rows.y)
    for j, name in enumerate(direct.schema.columns):
        one, other = columns_of(direct)[name], columns_of(back)[name]
        assert (one.kind, set(one.levels), one.missing) == (
            other.kind,
            set(other.levels),
            other.missing,
        )
        a, b = direct.rows.x[:, j], back.rows.x[:, j]
        if one.levels:
            a, b = (
                [None if np.isnan(v) else c.levels[int(v)] for v in x]
                for c, x in ((one, a), (other, b))
            )
        np.testing.assert_array_equal(a, b)


@settings(max_examples=30, deadline=None)
@given(frame=frames(), data=st.data())
def test_order_and_codes_do_not_matter(frame, data):
    rows = data.draw(st.permutations(range(len(frame))))
    names = data.draw(st.permutations(list(frame.columns)))
    other = frame.iloc[list(rows)][list(names)]
    other["grade"] = other["grade"].cat.reorder_categories(other["grade"].cat.categories[::-1])
    a, b = (from_frame(f, "y", constant="keep") for f in (frame, other))
    assert a.table.classes == b.table.classes and a.table.repeated == b.table.repeated
    for name, column in columns_of(a).items():
        twin = columns_of(b)[name]
        assert set(column.levels) == set(twin.levels)
        for fact in ("kind", "dtype", "distinct", "missing", "low", "high"):
            assert getattr(column, fact) == getattr(twin, fact)
