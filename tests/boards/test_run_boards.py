"""What a run's boards are made of: datasets, methods over them, probes, teachers."""

import pandas as pd
import pytest
from site_runs import run_view

from tscbench.boards.run_boards import run_boards
from tscbench.boards.site.view import in_order
from tscbench.contracts.kinds import AXES
from tscbench.harness.sources import same_source
from tscbench.results import Run, score_rows

TEXT = dict.fromkeys(AXES, str)
TEACHER = {"inbag": {"scores": {"accuracy": 1.0, "confidence": 0.9}}}


@pytest.fixture(scope="module")
def view():
    return in_order(run_view(generators=("munge(p=0.5, s=1)", "kde", "gmm", "copula")))


def titles(view, **more):
    return [board.title for board in run_boards(view.scores, view.speeds, "auc", **more)]


def told(view, of_student):
    """The view's scores with what probes, or queries of the teacher, have said."""
    records = [r for r in view.records if (r["cell"]["student"] == "teacher") is not of_student]
    value = {g: float(n) for n, g in enumerate(sorted({r["cell"]["generator"] for r in records}))}
    extras = [
        {"copy_rate": {"scores": {"copies": value[r["cell"]["generator"]]}}}
        if of_student
        else TEACHER
        for r in records
    ]
    told = [r | {"extras": a} for r, a in zip(records, extras, strict=True)]
    frame = pd.DataFrame([row for record in told for row in score_rows(record)]).astype(TEXT)
    return frame[frame["part"].isin(["synthetic", "train"])]


def test_probes_and_teachers_have_boards_where_something_is_recorded(view):
    plain = ["here", "there", "over datasets"]
    assert titles(view) == plain
    probed = pd.concat([view.scores, told(view, of_student=True)], ignore_index=True)
    asked = pd.concat([view.scores, told(view, of_student=False)], ignore_index=True)
    kinds = {"Probes against tsc_score": probed, "Teacher card": asked}
    for title, scores in kinds.items():
        found = [board.title for board in run_boards(scores, view.speeds, "auc")]
        assert found == [*plain, title]
        assert title not in [b.title for b in run_boards(scores, view.speeds, "auc", metric="auc")]
        assert title not in [b.title for b in run_boards(scores, view.speeds, "auc", part="valid")]


def test_a_source_counts_once_and_it_is_said(view):
    boards = run_boards(view.scores, view.speeds, "auc", same_source=[["here", "there"]])
    [over] = [board for board in boards if board.title == "over datasets"]
    assert any("here + there are of one source" in note for note in over.notes)
    *_, mean, _ = run_boards(
        view.scores, view.speeds, "auc", metric="auc", same_source=[["here", "there"]]
    )
    assert mean.title == "all datasets" and mean.notes


@pytest.mark.parametrize(
    ("name", "suite", "groups"),
    [
        ("mine", 'same_source = [["a", "b"]]', [["a", "b"]]),
        ("mine", "splits = 3", []),
        ("mine", "= no toml", []),
        ("gan-tsc", "splits = 3", [["magic", "magic_authors"], ["higgs", "higgs_1k"]]),
        ("gan-tsc", 'same_source = [["a", "b"]]', [["a", "b"]]),
    ],
)
def test_what_is_of_one_source_is_said_by_the_run_or_by_the_installed_suite(
    tmp_path, name, suite, groups
):
    run = Run(tmp_path)
    run.write_asked({"name": name, "suite": suite})
    assert same_source(run) == groups
