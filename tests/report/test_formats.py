"""A table says the same in every format, and in text on every width."""

import csv
import io
import json
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from html_pages import Html
from hypothesis import given
from hypothesis import strategies as st

from tscbench.report.formats import FORMATS, as_html, as_latex, as_markdown, as_text
from tscbench.report.table import Column, Table, Tables

HOSTILE = "a|b & <c> {d}_e ~ ^ \\ % $ # *f* `g`"
COLUMNS = [
    Column("student", wanted=9),
    Column("method", wanted=9),
    Column("auc", form=".4f", error="error", wanted=8),
    Column("low", "95 % interval", "+.4f", high="high", wanted=6),
    Column("nodes", form=".3g", wanted=3),
    Column("cost", form=".3g", unit="×", wanted=1),
]
FRAME = pd.DataFrame(
    {
        "student": ["forest(n_trees=10, max_depth=3)", HOSTILE, "tree"],
        "method": ["smoothed_bootstrap · both(ratio=3) · crossfit(folds=5)", "none", "kde"],
        "auc": [0.9, math.nan, 0.5],
        "error": [0.0125, math.nan, math.nan],
        "low": [-0.1, math.nan, 0.0],
        "high": [0.1, math.nan, math.inf],
        "nodes": pd.array([14_400, None, 7], dtype="Int64"),
        "cost": [1.5, 2.0, math.inf],
    }
)
TABLE = Table("quick_1", "5 % of rows", COLUMNS, FRAME, ("mind & this_note",))
HEADINGS = [column.heading for column in COLUMNS]
SHOWN = [[str(cell) for cell in row] for row in TABLE.cells()]


@pytest.mark.parametrize("width", range(40, 201, 5))
def test_text_is_as_wide_as_asked_and_says_what_it_leaves_out(width):
    lines = as_text(TABLE, width).splitlines()
    assert max(map(len, lines)) <= width
    said = " ".join(lines)
    left = said.partition("Not shown at this width: ")[2].rstrip(".").split("; ")
    for place, heading in enumerate(HEADINGS):
        words = [word for row in SHOWN for word in row[place].split()]
        words += heading.split() if COLUMNS[place].form else []  # names speak for themselves
        there = all(word in said for word in words)
        assert there or heading in left, f"{heading} is lost, or a word of it broken"
    assert "auc" not in left and not {"student", "method"} & set(left)
    assert left == [""] or width < 160


def test_the_columns_that_are_wanted_least_go_first():
    left = [as_text(TABLE, width).partition("width: ")[2] for width in range(150, 40, -1)]
    assert list(dict.fromkeys(left)) == ["", "cost.", "cost; nodes.", "cost; nodes; 95 % interval."]


@given(st.lists(st.text("ab(=·) ", min_size=1), min_size=1, max_size=3), st.integers(40, 200))
def test_no_name_makes_text_wider(names, width):
    frame = pd.DataFrame({"method": names, "student": names[::-1], "auc": 0.5})
    columns = [Column("method", wanted=9), Column("student", wanted=9), Column("auc", form=".4f")]
    text = as_text(Table(names[0], "", columns, frame, (names[0],)), width)
    assert max(map(len, text.splitlines())) <= width
    assert text.count("0.5000") == len(names)


def test_columns_of_the_terminal_are_asked_for(monkeypatch):
    monkeypatch.setenv("COLUMNS", "44")
    assert repr(TABLE) == as_text(TABLE, 44) != as_text(TABLE, 80)
    assert FORMATS["text"]([TABLE]) == as_text(TABLE, 44)


def plain(tex):
    """LaTeX read again."""
    for command, sign in {
        r"\textbackslash{}": "\0",
        r"\textasciitilde{}": "~",
        r"\^{}": "^",
        r"\ensuremath{<}": "<",
        r"\ensuremath{>}": ">",
        r"$\pm$": "±",
        r"$\times$": "×",
        r"$\infty$": "∞",
    }.items():
        tex = tex.replace(command, sign)
    return re.sub(r"\\([&%$#_{}])", r"\1", tex).replace("\0", "\\")


def markdown_cells(text):
    rows = [line for line in text.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for row in rows]
    return [
        [re.sub(r"\\(.)", r"\1", cell.strip()) for cell in row]
        for row in cells
        if row[0][1:2] != "-"
    ]


def latex_cells(text):
    rows = [line.strip() for line in text.splitlines() if line.strip().endswith(r"\\")]
    return [
        [plain(cell.strip()) for cell in re.split(r"(?<!\\)&", row.removesuffix(r"\\"))]
        for row in rows
    ]


def html_cells(text):
    rows = re.findall(r"<tr>(.*?)</tr>", text)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
    return [[Html(f"<p>{cell}</p>").text for cell in row] for row in cells]


def text_cells(text):
    head, rule, *rows = text.splitlines()[1:6]
    ends = [(m.start(), m.end()) for m in re.finditer("-+", rule)]
    return [[row[a:b].strip() for a, b in ends] for row in (head, *rows)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (as_markdown(TABLE), markdown_cells),
        (as_latex(TABLE), latex_cells),
        (as_html(TABLE), html_cells),
        (as_text(TABLE, 500), text_cells),
    ],
    ids=["markdown", "latex", "html", "text"],
)
def test_every_format_shows_the_same_cells(written, read):
    assert read(written) == [HEADINGS, *SHOWN]


def test_captions_and_notes_are_in_every_format_and_escaped():
    assert as_text(TABLE, 500).startswith("quick_1: 5 % of rows\n")
    assert as_text(TABLE, 500).endswith("\nmind & this_note")
    assert as_markdown(TABLE).startswith("### quick_1\n\n5 % of rows\n\n|")
    assert as_markdown(TABLE).endswith("\n\nmind & this_note")
    caption = r"\caption{quick\_1: 5 \% of rows. mind \& this\_note}"
    assert as_latex(TABLE).startswith(caption + "\n\\begin{tabular}")
    assert not Html(as_html(TABLE)).wrong
    hostile = as_html(Table(HOSTILE, HOSTILE, COLUMNS, FRAME, (HOSTILE,)))
    assert "<c>" not in hostile and hostile.count("&lt;c&gt;") == 4
    assert "<c>" not in re.sub(r"\\<", "", as_markdown(Table(HOSTILE, HOSTILE)))


@pytest.mark.parametrize("form", ["text", "markdown", "latex"])
def test_a_table_without_rows_says_so(form):
    empty = Table("Probes", "of rows", COLUMNS, FRAME[:0], ("because",), empty="no_row at all.")
    said = FORMATS[form]([empty]).replace("\\", "")
    assert all(word in said for word in ("Probes", "no_row at all.", "because"))
    assert "<p>no_row at all.</p>" in as_html(empty)


def test_programs_are_given_numbers():
    [found] = json.loads(FORMATS["json"]([TABLE]), parse_constant=pytest.fail)
    assert (found["title"], found["caption"]) == ("quick_1", "5 % of rows")
    assert found["notes"] == ["mind & this_note"]
    assert found["rows"][0]["nodes"] == 14_400 and found["rows"][1]["student"] == HOSTILE
    for row, of in zip(found["rows"], FRAME.to_dict("records"), strict=True):
        for name in ("auc", "low", "high", "cost"):
            number = of[name] if np.isfinite(of[name]) else None
            assert row[name] == number
    read = pd.read_csv(io.StringIO(FORMATS["csv"]([TABLE])))
    pd.testing.assert_frame_equal(read, FRAME.astype({"nodes": float}), check_dtype=False)


def test_several_tables_are_one_csv():
    other = Table("other", "", (), pd.DataFrame({"auc": [0.25], "n": [3]}))
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"]([TABLE, other]))))
    assert [row["table"] for row in rows] == ["quick_1"] * 3 + ["other"]
    assert rows[3]["auc"] == "0.25" and rows[3]["n"] == "3" and rows[3]["student"] == ""
    assert rows[0]["n"] == "" and float(rows[0]["cost"]) == 1.5


def test_tables_are_shown_one_after_the_other(monkeypatch):
    monkeypatch.setenv("COLUMNS", "500")
    other = replace(TABLE, title="b")
    both = Tables([TABLE, other])
    assert repr(both) == f"{TABLE!r}\n\n{other!r}"
    assert both._repr_html_().count("<table") == 2
