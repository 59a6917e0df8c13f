"""What stands in a cell of a table, and what of a table is worth showing."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tscbench.report.table import Column, Table, three_figures

NOTHING = [None, pd.NA, math.nan, np.float64("nan")]
INTERVAL = Column("x", form="+.4f", high="y")
ERROR = Column("x", form="+.4f", error="y")


@pytest.mark.parametrize("nothing", NOTHING)
def test_what_is_not_there_is_a_dash_among_numbers_and_empty_among_words(nothing):
    assert str(Column("x", form=".4f").cell({"x": nothing})) == "–"
    assert str(Column("x").cell({"x": nothing})) == ""
    assert str(INTERVAL.cell({"x": 0.5, "y": nothing})) == "+0.5000 to –"
    assert str(ERROR.cell({"x": 0.5, "y": nothing})) == "+0.5000"
    assert math.isnan(Column("x", form=".4f").cell({"x": nothing}).key)


@pytest.mark.parametrize(
    ("column", "x", "y", "said"),
    [
        (Column("x"), "kde", 0, "kde"),
        (Column("x", form=".4f"), 0.5, 0, "0.5000"),
        (Column("x", form=".4f"), 1234.56, 0, "1,235"),
        (Column("x", form=".4f"), math.inf, 0, "∞"),
        (Column("x", form="3g", unit="×"), -math.inf, 0, "-∞"),
        (Column("x", form="+.4f"), math.inf, 0, "+∞"),
        (ERROR, 0.5, 0.25, "+0.5000 ± 0.2500"),
        (ERROR, -20_000, 0.25, "-20,000 ± 0"),
        (INTERVAL, -0.5, 0.25, "-0.5000 to +0.2500"),
        (INTERVAL, -600.5, 20_000.0, "-600 to +20,000"),
        (Column("x", form=".0f", whole="y"), 3, 4, "3 of 4"),
        (Column("x", form=".0f", slashed=("y", "x")), 3, 4, "3/4/3"),
        (Column("x", form=".3g", unit="×"), 2.004, 0, "2×"),
        (Column("x", form=".3g", doubt="y"), 1234567, 1, "(1,230,000)"),
        (Column("x", form=".3g", doubt="y"), 1234567, 0, "1,230,000"),
        (Column("x", form=".2g"), 0.00012, 0, "0.00012"),
    ],
)
def test_a_cell_is_written_in_the_form_of_its_column(column, x, y, said):
    cell = column.cell({"x": x, "y": y})
    assert str(cell) == said
    assert cell.key == x or (not column.form and math.isnan(cell.key)), "it sorts by its number"


@given(st.floats(1e-12, 1e15))
def test_three_figures_are_written_out_and_right(value):
    said = three_figures(value)
    assert "e" not in said and float(said.replace(",", "")) == float(f"{value:.3g}")
    assert three_figures(-value) == f"-{said}"


def table(columns, **frame):
    return Table("title", "caption", columns, pd.DataFrame(frame))


def test_compact_tells_once_what_is_the_same_in_all_rows():
    words = [Column(name) for name in ("query", "mix", "method", "kept", "none", "dash")]
    numbers = [Column("score", form=".4f"), Column("empty", form=".4f")]
    found = table(
        [*words, *numbers],
        query=["oob", "oob"],
        mix=["real", None],
        method=["a", "b"],
        kept=["same", "same"],
        none=[None, None],
        dash=["-", "-"],
        score=[0.5, math.nan],
        empty=[math.nan, math.nan],
    ).compact(["kept"])
    assert found.caption == "caption; query oob"
    assert [c.field for c in found.columns] == ["mix", "method", "kept", "score"]
    assert len(found.frame.columns) == 8, "programs are given all"


def test_compact_leaves_a_single_row_and_an_empty_table_as_they_are():
    columns = [Column("query"), Column("score", form=".4f")]
    for rows in (["oob"], []):
        whole = table(columns, query=rows, score=[0.5] * len(rows))
        assert whole.compact().columns == tuple(columns)
        assert whole.compact().caption == "caption"


@given(st.lists(st.tuples(*[st.sampled_from(["a", "b", "-", "", None])] * 3), min_size=1))
def test_rows_that_differ_still_differ_when_compact(rows):
    names = ["x", "y", "z"]
    frame = pd.DataFrame(rows, columns=names)
    whole = Table("", "", [Column(name) for name in names], frame)

    def shown(table):
        return [tuple(map(str, row)) for row in table.cells()]

    assert len(set(shown(whole.compact()))) == len(set(shown(whole)))
