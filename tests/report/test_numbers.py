"""Programs are given numbers: every table of a run has them in the columns that people see."""

import json
from dataclasses import replace

import pytest
from made_run import made_run
from pandas.api.types import is_numeric_dtype

from tscbench.analysis.study import study_of
from tscbench.report.boards import board_by, full_board, short_board
from tscbench.report.compare import comparison, comparison_tables
from tscbench.report.cost_board import cost_tables, speed_table
from tscbench.report.formats import FORMATS
from tscbench.report.names import names_of
from tscbench.report.published import published_tables
from tscbench.report.table import Tables
from tscbench.report.tuning import tuned_study


def told():
    """A run whose cells have what probes and queries say, and generators several parameters."""
    made = made_run(n_rows=1, splits=2, seeds=1)
    records = []
    for n, record in enumerate(made.records):
        cell = dict(record["cell"])
        cell["generator"] = {"kde": "munge(p=0.25)"}.get(cell["generator"], cell["generator"])
        said = {"inbag": {"scores": {"accuracy": 1.0, "confidence": 0.9}}}
        if cell["student"] != "teacher":
            said = {"copy_rate": {"scores": {"copies": float(n)}}} if cell["mix"] != "real" else {}
        records.append({**record, "cell": cell, "extras": said})
    return study_of(replace(made, records=records))


STUDY = told()
NAMES = names_of(STUDY.every)


def compared(study):
    found, _, names = comparison(study, "none", "munge")
    return comparison_tables(found, "test", names, by_dataset=True)


MAKERS = {
    "full": full_board,
    "short": short_board,
    "by student": lambda study: board_by(study, "student"),
    **{
        name: lambda s, n=name: full_board(s, n)
        for name in ("tsc_score", "gain", "rows_per_second")
    },
    "probes": lambda study: full_board(study, part="synthetic"),
    "costs": lambda study: cost_tables(study, NAMES),
    "speeds": lambda study: Tables([speed_table(study, NAMES)]),
    "tuned": lambda study: Tables(tuned_study(study)[0]),
    "published": lambda study: published_tables(study, "gan-tsc"),
    "compared": compared,
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_columns_of_numbers_hold_numbers_in_every_format(make):
    tables = make(STUDY)
    assert tables
    for table in tables:
        assert len(table.frame) and table.frame.columns.is_unique, table.title
        for column in table.columns:
            fields = [column.field, column.error, column.high, column.whole, *column.slashed]
            for name in filter(None, fields):
                numeric = is_numeric_dtype(table.frame[name])
                assert numeric == bool(column.form), f"{table.title}: {name}"
    for said, table in zip(json.loads(FORMATS["json"](tables)), tables, strict=True):
        numbers = [c.field for c in table.columns if c.form]
        for row in said["rows"]:
            assert all(row[n] is None or isinstance(row[n], int | float) for n in numbers)
    assert "±" not in FORMATS["csv"](tables)
