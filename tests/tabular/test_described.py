"""The description of a table: kinds, levels, ranges, and a warning for what may be misread."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from tscbench import Data, DataError, Rows, Schema
from tscbench.contracts.description import ColumnKind, read_description
from tscbench.tabular import describe, from_frame

N = 240
RNG = np.random.default_rng(0)
Y = RNG.choice(["no", "yes"], N)
CODES = RNG.integers(0, 8, N)


def frame(values) -> pd.DataFrame:
    return pd.DataFrame({"x": RNG.standard_normal(N), "c": values, "y": Y})


def column(values, **options):
    """How a column of such values is described."""
    return from_frame(frame(values), "y", name="t", **options).table.columns[1]


def test_facts_of_each_kind():
    values = {
        "row": RNG.permutation(N) / 7,
        "number": np.where(CODES == 0, np.nan, CODES / 2),
        "whole": CODES,
        "text": [f"level {k % 3}" for k in CODES],
        "truth": CODES > 3,
        "grade": pd.Categorical.from_codes(CODES % 2, ["low", "high"]),
    }
    table = from_frame(pd.DataFrame({**values, "y": Y}), "y").table
    _, number, whole, text, truth, grade = table.columns
    assert (number.kind, number.low, number.high) == (ColumnKind.NUMERIC, 0.5, 3.5)
    assert (number.missing, number.distinct) == ((CODES == 0).sum(), 7)
    assert (whole.kind, whole.low, whole.high, whole.distinct) == (ColumnKind.WHOLE, 0, 7, 8)
    assert text.levels == ("level 0", "level 1", "level 2") and text.dtype == "str"
    assert truth.levels == (False, True) and truth.kind is ColumnKind.BOOLEAN
    assert grade.levels == ("low", "high") and grade.dtype == "category"
    assert table.classes == {"no": (Y == "no").sum(), "yes": (Y == "yes").sum()}
    assert table.rows == N and table.target == ("y",) and not table.all_warnings()
    assert read_description(table.as_json()) == table


WARNED = {
    "units": ([f"{k} kg" for k in CODES], "holds numbers with 'kg' beside them.*numbers="),
    "percent": ([f"{k}%" for k in CODES], r"percent sign.*numbers=\[c\]"),
    "money": ([f"€{k}" for k in CODES], r"with '€' beside.*numbers=\[c\]"),
    "decimal comma": ([f"{k},25" for k in CODES], 'decimal comma.*decimal=","'),
    "thousands": ([f"1,{k:03d},000" for k in CODES], r"thousands marks.*numbers=\[c\]"),
    "dates": ([f"2024-03-0{k + 1}" for k in CODES], "holds dates as text.*dates=numeric"),
    "days": ([f"{k + 1}. 3. 2024".replace(" ", "") for k in CODES], "holds dates as text"),
    "odd cell": (["?", *map(str, CODES[1:])], r"'\?' \(row 0, count.*missing=\[\"\?\"\]"),
    "row number": (range(7, N + 7), "numbers the rows from 7 to 246"),
    "id": (np.cumsum(RNG.integers(1, 9, N)), "another whole number in every row"),
    "single precision": (1.5e9 + CODES, "cannot tell apart, such as 1500000000 and 1500000001"),
    "copy": (np.where(Y == "yes", 3, 8), "is a copy of the target"),
    "says": (np.where(Y == "yes", CODES, CODES + 10), "says the target"),
    "alike": (np.where(CODES > 3, "Rome", np.where(CODES > 1, "rome", "x")), "which are two"),
    "blanks": (np.where(CODES > 3, "a", np.where(CODES > 1, "a ", "b")), "taken as one value"),
    "text": ([f"{k}.5" for k in CODES], r"numbers as text, such as '\d.5'.*numbers=\[c\], or cat"),
    "minus sign": ([f"\N{MINUS SIGN}{k}.5" for k in CODES], "numbers as text.*numbers="),
    "accounts": ([f"({k}.5)" if k % 2 else f"{k}.5" for k in CODES], r"such as '\(\d.5\)'"),
    "times": ([f"{k + 9}:30" for k in CODES], "holds times as text.*as numbers"),
    "yes and no": (np.array(["0", "TRUE", "1", "no"])[CODES % 4], r"no in several ways \('0', '1'"),
    "nines": (np.where(CODES == 3, -999, CODES), "holds -999 in .* and else 0 to 7: if it means"),
    "whole dates": (20240101 + 100 * CODES + np.arange(N) % 28, "dates as whole numbers"),
}


@pytest.mark.parametrize("case", WARNED)
def test_what_may_be_misread_is_told(case):
    values, sentence = WARNED[case]
    warnings = " / ".join(column(values).warnings)
    assert pd.Series([warnings]).str.contains(sentence)[0], warnings


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ([f"{k:02d}" for k in CODES], {"categorical": ["c"]}),
        (pd.Categorical([str(k) for k in CODES]), {}),
        (np.where(CODES == 3, 9, CODES), {}),
        (np.where(CODES == 3, 99, 20 * CODES), {}),
        (np.where(np.arange(N) == 3, -999, CODES), {}),
        (np.where(CODES > 3, "yes", "no"), {}),
    ],
)
def test_what_is_as_it_was_meant_is_not_told(values, options):
    assert not column(values, **options).warnings


def test_classes_that_may_be_one_are_told():
    many = np.array(["no", "NO", "yes", "yes"])[CODES % 4]
    [said] = from_frame(frame(CODES).assign(y=many), "y").table.warnings
    assert said.startswith("target 'y' has the levels 'NO' and 'no', which are two")
    many = np.array(["0", "1", "FALSE", "TRUE"])[CODES % 4]
    [said] = from_frame(frame(CODES).assign(y=many), "y").table.warnings
    assert "target 'y' says yes and no in several ways" in said


def test_few_different_rows_are_told():
    table = from_frame(frame(CODES)[["c", "y"]], "y").table
    assert table.warnings[0].startswith("only 8 different rows: equal ones stay in one part")


@pytest.mark.parametrize(
    ("values", "options", "first"),
    [
        ([f"{k} kg" for k in range(N)], {"numbers": ["c"]}, [0, 1, 2]),
        ([f"({k},000.5)" for k in range(1, N + 1)], {"numbers": ["c"]}, [-1000.5, -2000.5]),
        ([f"{k / 2}" for k in range(N)], {"numbers": ["c"]}, [0, 0.5]),
        ([f"€ {1000 + k:,}.50" for k in range(N)], {"numbers": ["c"]}, [1000.5, 1001.5, 1002.5]),
        (pd.date_range("1970-01-02", periods=N).astype("str"), {"dates": "numeric"}, [1, 2, 3]),
        (pd.date_range("1970-01-02", periods=N), {"dates": "numeric"}, [1, 2, 3]),
        (pd.date_range("1970-01-02", periods=N).date, {"dates": "numeric"}, [1, 2, 3]),
        (pd.date_range("1970-01-02", periods=N).strftime("%d/%m/%Y"), {"dates": "numeric"}, [1, 2]),
        (np.arange(N).astype(">f8"), {}, [0, 1, 2]),
        (pd.arrays.SparseArray(np.arange(N) % 5), {}, [0, 1, 2]),
        (pd.array([1, None, 3] * (N // 3), "int64[pyarrow]"), {}, [1, np.nan, 3]),
        ([Decimal("1.5"), Decimal(2)] * (N // 2), {}, [1.5, 2]),
    ],
)
def test_the_cure_reads_it(values, options, first):
    data = from_frame(frame(values), "y", **options)
    np.testing.assert_allclose(data.rows.x[: len(first), 1], first)
    assert data.schema.numeric[1]


REFUSED = {
    "ids": ([f"C{k:04d}" for k in range(N)], {}, r"240 different texts.*drop=\[c\].*ids=\[c\]"),
    "decimal commas": ([f"{k},5" for k in range(N)], {}, 'decimal comma.*decimal=","'),
    "text dates": (pd.date_range("2020", periods=N).astype("str"), {}, "dates as text"),
    "odd among many": (["oops", *(str(k / 7) for k in range(1, N))], {}, r"'oops' \(row 0"),
    "beyond single": (np.where(CODES > 3, 1e300, 1), {}, r"holds 1e\+300 \(row \d+, .*2?3.4e\+38"),
    "two units": ([f"{k} kg" if k % 2 else f"{k} g" for k in CODES], {"numbers": ["c"]}, "several"),
    "no number": (["x", *(f"{k} kg" for k in CODES[1:])], {"numbers": ["c"]}, r"'x' \(row 0"),
    "day or month": ([f"0{k + 1}/02/2024" for k in CODES], {"dates": "numeric"}, "told apart"),
    "one as a float": (2**53 + CODES % 2, {}, "9007199254740992 and 9007199254740993"),
    "one as text": (["1", 1] * (N // 2), {}, "holds 1 both as text and as another value"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_taken_is_refused_in_one_sentence(case):
    values, options, sentence = REFUSED[case]
    with pytest.raises(DataError, match=sentence) as caught:
        column(values, **options)
    assert str(caught.value).startswith("t: column 'c' ") and "\n" not in str(caught.value)


def test_every_refused_column_is_named_at_once():
    texts = [f"C{k}" for k in range(N)]
    with pytest.raises(DataError, match="column 'c' holds 240.*; column 'd' holds 240"):
        from_frame(frame(texts).assign(d=texts), "y")
    assert from_frame(frame(texts), "y", categorical=["c"]).schema.cardinality[1] == N


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (pd.cut(np.arange(N), 2), ("(-0.239, 119.5]", "(119.5, 239.0]")),
        (pd.arrays.SparseArray(np.arange(N) % 2.0), ("0", "1")),
        (pd.array(np.arange(N) % 2 == 0, "boolean"), ("False", "True")),
        ([Decimal(2), Decimal(10)] * (N // 2), ("2", "10")),
        ([2**53, 2**53 + 1] * (N // 2), ("9007199254740992", "9007199254740993")),
        (pd.Categorical(pd.to_datetime(["2020-01-01", "2021-01-01"] * (N // 2))), None),
    ],
)
def test_targets_of_any_type_become_classes(y, classes):
    found = from_frame(frame(CODES).assign(y=y), "y").schema.classes
    assert found == (classes or ("2020-01-01", "2021-01-01"))


def test_a_target_of_dates_is_refused():
    dates = pd.to_datetime(["2020-01-01", "2021-01-01"] * (N // 2))
    with pytest.raises(DataError, match="target 'y' holds dates, not classes"):
        from_frame(frame(CODES).assign(y=dates), "y")


def test_ids_that_repeat_are_told_and_constant_columns_left_out():
    data = from_frame(frame(CODES).assign(k=1), "y", ids=["c"], constant="drop")
    assert data.schema.columns == ("x",)
    first, second = data.table.warnings
    assert "id 'c' names 8 of 240 rows" in first and "column 'k' holds one value" in second


def test_small_tables_are_told():
    small = frame(CODES).iloc[:30].assign(y=["a"] * 25 + ["b"] * 5)
    few, rare = from_frame(small, "y").table.warnings
    assert few.startswith("30 rows: ") and "('b' 5)" in rare


def test_repeated_rows_count_whatever_the_bits():
    x = [0.0, -0.0, np.nan, -np.nan, 1.0, 2.0]
    table = from_frame(pd.DataFrame({"x": x, "y": list("ababab")}), "y").table
    assert table.repeated == pytest.approx(4 / 6)


def test_names_over_two_rows_and_rows_of_one_name():
    two = frame(CODES)
    two.columns = pd.MultiIndex.from_product([["a"], two.columns])
    with pytest.raises(DataError, match="2 names each"):
        from_frame(two, "y")
    data = from_frame(frame(CODES).set_index(np.zeros(N, int)), "y")
    np.testing.assert_array_equal(data.rows.x[:, 1], CODES)


def made() -> Data:
    """Data that were never a table."""
    x = np.array([[1.0, 0], [2, 1], [3, 0], [4, np.nan]])
    schema = Schema((2,), (2,), numeric=np.array([True, False]), cardinality=np.array([0, 2]))
    return Data(schema, Rows(x, np.array([0, 1, 0, 1]), np.arange(4)))


def test_arrays_are_described_too():
    from tscbench_plugins.datasets.digits import digits

    assert [c.kind for c in describe(made()).columns] == ["whole number", "category"]
    table = describe(digits(form="images"))
    assert table.rows == 1797 and not table.columns and len(table.classes) == 10
