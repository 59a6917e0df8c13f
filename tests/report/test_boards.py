"""Which tables a run has: its methods, its datasets, its probes and its teachers."""

from dataclasses import replace

import pytest
from made_run import made_run

from tscbench import SpecError
from tscbench.analysis.study import study_of
from tscbench.contracts.kinds import AXES
from tscbench.report.boards import board_by, full_board, is_of_probes, short_board

MADE = made_run(n_rows=641, splits=2, seeds=1)
PLAIN = ["over datasets", "dataset_0", "dataset_1"]


def told(*, probes=False, teachers=False):
    """The run with what probes, or queries of the teacher, have said."""
    names = sorted({record["cell"]["generator"] for record in MADE.records})
    records = []
    for record in MADE.records:
        own, value = (
            record["cell"]["student"] == "teacher",
            names.index(record["cell"]["generator"]),
        )
        if own and teachers:
            record = record | {"extras": {"inbag": {"scores": {"auc": 1.0}}}}
        elif probes and not own and record["cell"]["mix"] != "real":
            record = record | {"extras": {"copy_rate": {"scores": {"copies": float(value)}}}}
        records.append(record)
    return study_of(replace(MADE, records=records))


def titles(tables):
    return [table.title for table in tables]


def test_probes_and_teachers_have_tables_where_something_is_recorded():
    assert titles(full_board(study_of(MADE))) == PLAIN
    kinds = {"Probes against tsc_score": told(probes=True), "Teacher card": told(teachers=True)}
    for title, study in kinds.items():
        assert titles(full_board(study)) == [*PLAIN, title]
        for more in ({"metric": "auc"}, {"part": "valid"}):
            assert titles(full_board(study, **more)) == PLAIN


def test_the_short_board_is_the_verdict_s_table():
    [table] = short_board(study_of(MADE))
    assert table.title == "made" and len(table.frame) == 13
    assert "first of" in table.notes[0] or "best of" in table.notes[0]
    assert titles(short_board(study_of(MADE), policy="worst")) == PLAIN
    failed = [
        {"cell": r["cell"], "status": "failed", "step": "s", "error": "e"} for r in MADE.records
    ]
    nothing = short_board(study_of(replace(MADE, records=failed)))
    assert titles(nothing) == PLAIN and "0 of 78 cells" in nothing[1].caption


def test_each_entry_of_an_axis_has_a_table():
    study = study_of(MADE)
    assert titles(board_by(study, "dataset")) == PLAIN[1:]
    students = board_by(study, "student")
    assert titles(students) == [f"student {name}" for name in sorted(set(study.cells["student"]))]
    for table in students:
        student = table.title.removeprefix("student ")
        alone = short_board(study.narrowed({"student": student}))[0]
        assert table.frame.equals(alone.frame)
    split = board_by(study, "split", "accuracy")[1]
    assert (
        split.title == "split 1"
        and "accuracy on test rows, mean over 2 datasets, 1 split" in split.caption
    )


def test_a_run_of_probes_has_their_tables():
    cell = {**dict.fromkeys(AXES, "x"), "generator": "kde", "student": "generator", "mix": "fake"}
    extras = {"copy_rate": {"scores": {"copies": 0.25}}}
    record = {"cell": cell, "status": "ok", "scores": {}, "extras": extras}
    study = study_of(replace(MADE, records=[record]))
    assert is_of_probes(study) and not is_of_probes(study_of(MADE))
    for make in (short_board, full_board):
        [table] = make(study)
        assert table.frame["copies"].tolist() == [0.25]
        [same] = make(told(probes=True), part="synthetic")[:1]
        assert "copy_rate of synthetic rows" in same.caption


@pytest.mark.parametrize(
    "make",
    [short_board, full_board, lambda *of: board_by(of[0], "split", of[1]),
     lambda *of: board_by(of[0], "dataset", of[1])],
)  # fmt: skip
def test_an_unknown_metric_is_an_error(make):
    with pytest.raises(SpecError, match="did you mean 'tsc_score'"):
        make(study_of(MADE), "tsc_scor")
