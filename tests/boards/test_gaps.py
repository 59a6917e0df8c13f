"""What is said of cells without a score: the method, the dataset, how many and why."""

import pandas as pd
import pytest
from made_run import made_run

from tscbench.boards.boards import Board, Boards
from tscbench.boards.gaps import gaps, notes_on, reasons_of, with_gaps

VIEW = made_run(n_rows=1, splits=1, seeds=2)


def without(scores, status, **axes):
    """The scores, but a cell of these axes has this status and no score."""
    mine = scores[list(axes)].eq(pd.Series(axes)).all(axis=1)
    assert mine.any()
    gone = scores[mine].drop_duplicates("seed").assign(status=status)
    gone = gone.assign(part=None, metric=None, value=None).astype(scores.dtypes.to_dict())
    return pd.concat([scores[~mine], gone], ignore_index=True)


KDE = {"generator": "kde", "mix": "fake(ratio=1)", "student": "forest(n_trees=1)"}


def test_a_run_made_from_a_seed_is_as_large_as_asked_and_always_the_same():
    view = made_run(n_rows=2500, splits=2, seeds=1)
    assert 2500 <= len(view.scores) < 3200 and len(view.scores.columns) == 13
    assert view.scores.equals(made_run(n_rows=2500, splits=2, seeds=1).scores)
    assert not view.scores.equals(made_run(n_rows=2500, splits=2, seeds=1, seed=1).scores)
    assert gaps(view.scores, ["odd", "auc", "accuracy"]).empty
    assert set(gaps(view.scores, ["nobody_has_it"])["said"]) == {
        "0 of 6 cells: 6 without nobody_has_it"
    }


def test_reasons_are_counted_apart():
    scores = without(VIEW.scores, "failed", **KDE, seed="0")
    scores = without(scores, "missing", **KDE, seed="1")
    lost = (scores["generator"] == "kde") & (scores["student"] == "tree(max_leaf_nodes=256)")
    lost &= (scores["mix"] == "fake(ratio=1)") & (scores["metric"] == "auc")
    scores.loc[lost & (scores["part"] == "test"), "value"] = float("nan")
    found = gaps(scores, ["accuracy", "auc"])
    said = "2 of 6 cells: 1 failed, 1 not run, 2 without auc"
    assert found[["dataset", "name", "said"]].values.tolist() == [["dataset_0", "kde · fake", said]]
    assert gaps(scores, ["accuracy"])["said"].tolist() == ["4 of 6 cells: 1 failed, 1 not run"]


def test_a_failure_is_said_with_its_step_and_error():
    cell = {"dataset": "dataset_0", "split": 0, "teacher": "forest", "query": "inbag", **KDE}
    cell |= {"objective": "probabilities", "seed": 1}
    record = {"cell": cell, "status": "failed", "step": "sampler", "error": "ValueError: no rows"}
    reasons = reasons_of([*VIEW.records, record])
    assert list(reasons.values()) == ["sampler: ValueError: no rows"]
    scores = without(VIEW.scores, "failed", **KDE, seed="1")
    (said,) = gaps(scores, ["auc"], reasons=reasons)["said"]
    assert said == "5 of 6 cells: 1 failed (sampler: ValueError: no rows)"


@pytest.mark.parametrize(
    ("names", "listed"), [(["a", "b"], "a, b"), (list("abcde"), "a, b, c and 2 more methods")]
)
def test_methods_that_lack_the_same_share_a_note(names, listed):
    found = pd.DataFrame({"dataset": "d", "name": names, "said": "0 of 2 cells: 2 not run"})
    assert notes_on(found) == [f"{listed}: 0 of 2 cells: 2 not run"]
    boards = Boards(Board(title, "", pd.DataFrame(), notes=("kept",)) for title in "de")
    first, second = with_gaps(boards, found)
    assert first.notes == ("kept", f"{listed}: 0 of 2 cells: 2 not run")
    assert second.notes == ("kept",)
