"""Students against each other: the method of each is chosen on validation rows, and test rows say
which is first."""

from dataclasses import replace

import pytest
from made_run import STUDENTS, made_run

from tscbench.analysis.resampled_t import resampled_t
from tscbench.analysis.students import not_ranked, students_frame
from tscbench.analysis.study import study_of
from tscbench.analysis.verdict import verdict_of
from tscbench.report.boards import full_board
from tscbench.report.names import names_in
from tscbench.report.students import students_tables
from tscbench.report.verdict import said_of
from tscbench.results.arms import arm_of

MADE = made_run(n_rows=641, splits=3, seeds=2)


def study(keep=lambda cell: True):
    return study_of(replace(MADE, records=[r for r in MADE.records if keep(r["cell"])]))


def own_ways(cell):
    """Two students are asked for one method each, the third for all."""
    ways = {STUDENTS[0]: "munge", STUDENTS[1]: "kde"}
    return cell["generator"] in (ways.get(cell["student"], cell["generator"]), "none", "-")


def scores(part):
    frame = study(own_ways).scores
    frame = frame[(frame["metric"] == "auc") & (frame["part"] == part)]
    return frame[frame["student"] != "teacher"].assign(arm=lambda f: arm_of(f))


def test_where_all_students_have_all_methods_there_is_no_table():
    assert not_ranked(study(), "auc") == [] and students_tables(study(), names_in(study())) == []


def test_students_of_one_method_are_all_that_there_is_to_compare():
    made = study(lambda cell: cell["generator"] in ("kde", "-") and cell["mix"] != "both(ratio=1)")
    tables = students_tables(made, names_in(made))
    assert not_ranked(made, "auc") == [] and len(tables) == made.cells["dataset"].nunique()
    assert set(tables[0].frame["student"]) == set(STUDENTS)


def test_validation_rows_choose_and_test_rows_rank():
    made = study(own_ways)
    assert not_ranked(made, "auc") == sorted(STUDENTS[:2])
    frame = students_frame(made, "auc")
    assert len(frame) == 3 * made.cells["dataset"].nunique()
    for dataset, rows in frame.groupby("dataset"):
        valid, test = (
            scores(part).loc[lambda f, of=dataset: f["dataset"] == of] for part in ("valid", "test")
        )
        means = valid.groupby(["student", "arm"])["value"].mean()
        best = {student: means[student].idxmax() for student in STUDENTS}
        table = {
            s: test[(test["student"] == s) & (test["arm"] == arm)].groupby("split")["value"].mean()
            for s, arm in best.items()
        }
        order = sorted(STUDENTS, key=lambda s: -table[s].mean())
        assert rows["student"].tolist() == order
        assert arm_of(rows).tolist() == [best[s] for s in order]
        assert rows["score"].tolist() == pytest.approx([table[s].mean() for s in order])
        last = rows.iloc[-1]
        found = resampled_t(table[order[0]] - table[order[-1]], made.row_ratios.get(dataset, 0.0))
        assert (last["low"], last["high"]) == pytest.approx((found.low, found.high))
        assert last["apart"] == float(found.low > 0 or found.high < 0)
        assert rows["behind"].isna().tolist() == [True, False, False]


def test_the_full_board_has_them_and_the_first_screen_says_so():
    made = study(own_ways)
    titles = [table.title for table in full_board(made)]
    assert [t for t in titles if t.startswith("students of ")] == [
        f"students of {d}" for d in sorted(made.cells["dataset"].unique())
    ]
    words = said_of(made, verdict_of(made), names_in(made)).doubt
    assert (
        "Ranked apart, in tscbench board made --full: 2 students that learn in other ways" in words
    )


def test_a_student_without_all_its_scores_is_left_out():
    lost = (STUDENTS[0], "munge")
    records = [
        {**r, "status": "failed", "step": "s", "error": "e", "scores": {}}
        if (r["cell"]["student"], r["cell"]["generator"]) == lost and r["cell"]["split"] == 0
        else r
        for r in MADE.records
        if own_ways(r["cell"])
    ]
    frame = students_frame(study_of(replace(MADE, records=records)), "auc")
    rows = frame[frame["student"] == STUDENTS[0]]
    assert set(rows["generator"]) <= {"none"}
