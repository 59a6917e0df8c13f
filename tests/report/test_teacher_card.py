"""How much a teacher knows by heart, and what that costs its students: by hand."""

import pytest
from hand_made import frame, own, row, study

from tscbench.analysis.study import study_of
from tscbench.report.teacher_card import teacher_card
from tscbench.results.packed import pack_of

OWN = [
    *(own(1.0, part="train", metric=f"inbag.{m}") for m in ("accuracy", "auc")),
    own(0.8, part="train", metric="oob.accuracy"),
    own(0.95, part="train", metric="inbag.confidence"),
    own(0.7, metric="confidence"),
    own(0.81, part="valid", metric="accuracy"),
    own(0.79, metric="accuracy"),
]
STUDENTS = [
    row(value, metric="accuracy", query=query, seed=seed, student=student)
    for query, seed, student, value in (
        ("inbag", "0", "tree", 0.70),
        ("inbag", "1", "tree", 0.72),
        ("oob", "0", "tree", 0.74),
        ("oob", "1", "tree", 0.80),
        ("inbag", "0", "forest", 0.60),
        ("oob", "0", "forest", 0.62),
    )
]
REAL = [
    row(0.5, metric="accuracy", part=part, query=q)
    for part in ("valid", "test")
    for q in ("inbag", "oob")
]


def made(generator, valid, test, **more):
    """A cell of both real and synthetic rows, by what it gains on real rows' 0.5."""
    cell = {"generator": generator, "mix": "both(ratio=1)", "metric": "accuracy", **more}
    rows = [row(0.5 + test, **cell)]
    return rows if valid is None else [*rows, row(0.5 + valid, part="valid", **cell)]


def card(*rows):
    """The one row of the card, by heading; and its table."""
    table = teacher_card(study(frame(*rows)))
    [cells] = table.cells()
    return {c.heading: str(x) for c, x in zip(table.columns, cells, strict=True)}, table


def test_what_a_teacher_scores_and_what_asking_otherwise_gains():
    line, table = card(*OWN, *STUDENTS)
    assert line["training, inbag"] == "1.0000" and line["training, oob"] == "0.8000"
    assert (line["validation"], line["test"]) == ("0.8100", "0.7900")
    assert line["confidence gap"] == "+0.2500"
    each = [((0.74 - 0.70) + (0.62 - 0.60)) / 2, 0.80 - 0.72]  # seed 0 has both students
    error = abs(each[0] - each[1]) / 2
    assert line["gain of oob"] == f"{sum(each) / 2:+.4f} ± {error:.4f}"
    assert table.caption.startswith("accuracy of the teacher")


def test_synthetic_rows_are_those_that_validation_rows_choose():
    rows = [*made("a", 0.03, 0.01), *made("b", 0.02, 0.05), *made("b", 0.01, -0.02, query="oob")]
    line, table = card(*OWN, *REAL, *rows)
    assert line["gain of synthetic rows, inbag"] == "+0.0100", "a is best on validation rows"
    assert line["gain of synthetic rows, oob"] == "-0.0200"
    assert table.notes == ("Synthetic rows are those of the generator and mix that are best on "
                           "validation rows.",)  # fmt: skip


def test_synthetic_rows_that_lack_cells_are_not_the_best():
    more = [r | {"seed": "1"} for r in REAL]
    rows = [*made("a", 0.09, 0.09), *made("b", 0.02, 0.02), *made("b", 0.02, 0.02, seed="1")]
    line, _ = card(*OWN, *REAL, *more, *rows)
    assert line["gain of synthetic rows, inbag"] == "+0.0200 ± 0.0000"


def test_without_validation_rows_nothing_is_chosen():
    real = [r for r in REAL if r["part"] == "test"]
    line, table = card(*OWN, *real, *made("a", None, 0.01), *made("b", None, 0.05))
    assert line["gain of synthetic rows, inbag"] == "+0.0300"
    assert table.notes == ("Without validation rows, mean of all: d.",)


def test_what_older_records_do_not_hold_is_not_shown():
    older = [r for r in OWN if r["part"] != "train" and r["metric"] != "confidence"]
    line, _ = card(*older, *STUDENTS)
    assert line["training, inbag"] == "–" and "confidence gap" not in line
    assert line["test"] == "0.7900" and line["gain of oob"] == "+0.0550 ± 0.0250"


def test_a_run_fills_it(lab):
    grid = {"query": ["inbag", "crossfit(folds=2)"], "generator": ["far"]}
    grid |= {"mix": ["real", "fake(ratio=1)"], "student": ["linear"]}
    run = lab.run(grid, metrics=["accuracy"], headline="accuracy", splits=2, seeds=2)
    [line] = teacher_card(study_of(pack_of(run))).frame.to_dict("records")
    assert line["training, inbag"] == pytest.approx(1.0), "nearest remembers every row"
    assert {"training, crossfit(folds=2)", "gain of crossfit(folds=2)"} <= set(line)
    assert all(value == value for value in line.values())
