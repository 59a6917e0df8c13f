"""What can be asked for by name beside what records hold: metrics between cells, and speeds."""

from dataclasses import asdict, replace

import pandas as pd
import pytest
from hand_made import row
from made_run import made_run

from tscbench.analysis.baselines import baselines_of
from tscbench.analysis.derived import names_of, recorded_of, with_derived
from tscbench.analysis.relations import relations
from tscbench.contracts.kinds import AXES
from tscbench.results.cell import Cell
from tscbench.results.frames import COLUMNS

MADE = made_run(n_rows=1, splits=2, seeds=1)
EVERY = with_derived(MADE.scores, MADE.speeds)


def test_metrics_between_cells_and_speeds_are_rows_like_any_other():
    assert list(EVERY.columns) == COLUMNS and EVERY["value"].dtype == float
    wanted = {"tsc_score", "tsc_ratio", "tsc_auc", "gain", "difference_auc", "rows_per_second"}
    assert wanted <= set(names_of(EVERY)) and "tsc_score@1" not in names_of(EVERY)
    related = relations(MADE.scores)
    for metric in wanted - {"rows_per_second"}:
        here, there = (f[f["metric"] == metric].sort_values(COLUMNS[:-1]) for f in (EVERY, related))
        assert set(here["part"]) == {"valid", "test"}
        assert here["value"].tolist() == there.dropna(subset=["value"])["value"].tolist()
    speeds = EVERY[EVERY["metric"] == "rows_per_second"]
    assert set(speeds["part"]) == {"test"} and set(speeds["value"]) == {1e6, 2e7}


def test_what_is_worked_out_is_not_worked_out_again():
    assert len(recorded_of(EVERY)) == len(MADE.scores)
    pd.testing.assert_frame_equal(with_derived(EVERY, MADE.speeds), EVERY)


def test_the_baseline_is_the_one_that_the_record_names():
    cell = Cell(
        **{axis: row(0)[axis] for axis in AXES} | {"generator": "kde", "mix": "fake(ratio=1)"}
    )
    plain = replace(cell, generator="none", mix="real")
    other = replace(plain, objective="logits")
    records = [
        {"cell": asdict(cell), "status": "ok", "provenance": {"baseline": other.id}},
        *({"cell": asdict(one), "status": "ok"} for one in (plain, other)),
    ]
    named = baselines_of(records)
    assert named == {tuple(map(str, cell.axes)): tuple(map(str, other.axes))}
    rows = [
        row(v, metric="accuracy", **asdict(c)) for c, v in ((cell, 0.7), (plain, 0.8), (other, 0.9))
    ]
    for baselines, expected in ((None, -0.1), (named, -0.2)):
        found = relations(pd.DataFrame(rows)[COLUMNS], baselines)
        found = found[found["metric"] == "difference_accuracy"]
        assert found["value"].tolist() == pytest.approx([expected])
