"""Plans: every combination accounted for, canonical cells, reasons, and cached steps."""

import pytest

from tscbench.cli.plan_verb import account, text
from tscbench.results.run import Run


def cells(session) -> list[str]:
    return [str(line.cell) for line in session.plan.lines]


def balance(plan) -> tuple[int, int]:
    accounted = len(plan.lines) + sum(plan.skipped.values()) + plan.joined
    return plan.product - plan.excluded, accounted


WIDE = {
    "dataset": ["toy", "three_labels", "marked"],
    "teacher": ["nearest", "forgetful"],
    "query": ["inbag", "oob", "crossfit(folds=2)"],
    "generator": ["none", "far", "copies"],
    "mix": ["real", "fake", "both(ratio=9)", "both", "stream"],
    "objective": ["probabilities", "labels", "soft"],
    "student": ["linear", "witness", "steps"],
}


@pytest.mark.parametrize(
    "grid",
    [
        {},
        WIDE,
        {**WIDE, "exclude": [{"generator": "none", "mix": "fake"}, {"student": "w*"}]},
        {"dataset": ["toy", "file(path=absent.csv)"]},
        {"generator": ["samples(path=absent.csv)"], "mix": ["real", "fake"]},
    ],
)
def test_product_less_excluded_is_runnable_skipped_and_joined(lab, grid):
    plan = lab.open(grid, splits=2, seeds=2).plan
    wanted, accounted = balance(plan)
    assert wanted == accounted > 0
    assert len({line.cell for line in plan.lines}) == len(plan.lines)


def test_what_is_excluded_is_counted_by_label_or_name(lab):
    grid = {
        "generator": ["far", "copies"],
        "mix": ["real", "fake"],
        "student": ["steps(n=2)", "linear"],
    }
    plan = lab.open({**grid, "exclude": [{"generator": "far", "mix": "fake"}]}).plan
    assert (plan.product, plan.excluded) == (8, 2)
    plan = lab.open({**grid, "exclude": [{"student": "steps"}, {"seed": "1"}]}, seeds=2).plan
    assert (plan.product, plan.excluded) == (16, 12)


def test_an_axis_that_cannot_be_reached_is_a_dash(lab):
    grid = {"query": ["inbag", "crossfit"], "generator": ["far", "copies"], "mix": ["real", "fake"]}
    session = lab.open({**grid, "objective": ["labels"]})
    assert cells(session) == [
        "toy · 0 · - · - · none · real · labels · linear · 0",
        "toy · 0 · - · - · copies · fake(ratio=9) · labels · linear · 0",
    ]
    reason = "objective labels needs class_labels, which generator far does not offer"
    assert session.plan.joined == 4 and dict(session.plan.skipped) == {reason: 2}


def test_two_spellings_are_one_cell(lab):
    grid = {"dataset": ["toy", "toy(n=60)", "toy(n=60.0)"], "mix": ["fake", "fake(ratio=9)"]}
    session = lab.open({**grid, "generator": ["far", "far(shift=100)"]})
    assert cells(session) == [
        "toy · 0 · nearest · inbag · far · fake(ratio=9) · probabilities · linear · 0"
    ]
    assert session.plan.joined == 11


def test_an_alias_is_a_name_of_its_own_that_shares_every_step(lab):
    session = lab.open({"dataset": ["toy", "mine"]}, alias={"mine": "toy(n=60)"})
    first, second = session.plan.lines
    assert (first.cell.dataset, second.cell.dataset) == ("toy", "mine")
    assert first.key == second.key


@pytest.mark.parametrize(
    ("grid", "reason"),
    [
        ({"mix": ["fake"]}, "generator none makes no rows for mix fake"),
        (
            {"query": ["oob"]},
            "query oob needs oob, which teacher nearest does not offer",
        ),
        (
            {"mix": ["stream"], "generator": ["far"]},
            "mix stream needs streaming, which student linear does not offer",
        ),
        (
            {"objective": ["soft"]},
            "objective soft needs cross_entropy, which student linear does not offer",
        ),
        (
            {"mix": ["fake"], "generator": ["far"], "objective": ["labels"]},
            "objective labels needs class_labels, which generator far does not offer",
        ),
        (
            {"dataset": ["file(path=absent.csv)"]},
            "dataset file(path=absent.csv): no file absent.csv here or in",
        ),
        (
            {"mix": ["fake"], "generator": ["samples(path=absent.csv)"]},
            "generator samples(path=absent.csv): no file absent.csv here or in",
        ),
    ],
)
def test_a_cell_that_cannot_be_run_is_skipped_with_the_reason(lab, grid, reason):
    plan = lab.open(grid).plan
    assert plan.lines == []
    (told,) = plan.skipped
    assert told.startswith(reason)


def test_steps_are_cached_once_made_and_time_is_known(lab):
    grid = {"generator": ["far"], "mix": ["real", "fake(ratio=2)"], "student": ["linear", "steps"]}
    session = lab.open(grid)
    run = Run(lab.folder / "run")
    before = account(session, run, 1)
    assert before["steps"]["teacher"] == {"to make": 1}
    assert before["steps"]["synthetic"] == {"to make": 2}
    assert (before["done"], before["missing"], before["failed"]) == (0, 4, 0)
    assert before["seconds"] is None and before["bytes"] > 0
    lab.go(session, run)
    after = account(lab.open(grid), run, 1)
    assert (after["done"], after["missing"]) == (4, 0)
    assert after["steps"]["teacher"] == {"cached": 1}
    assert after["jobs"] == after["bytes"] == 0
    again = account(lab.open(grid, seeds=[1]), run, 1)
    assert again["seconds"] is not None and again["jobs_of_unknown_time"] == 0
    assert again["steps"]["teacher"] == {"cached": 1}
    assert again["steps"]["synthetic"] == {"to make": 2}


def test_what_was_timed_on_other_rows_is_unknown_on_these(lab):
    """A step that takes no time on narrow rows may not end on wide ones."""
    grid = {"generator": ["far"], "mix": ["fake(ratio=1)"], "student": ["linear"]}
    run = Run(lab.folder / "run")
    lab.go(lab.open(grid), run)
    other = account(lab.open({**grid, "dataset": ["toy(n=80)"]}), run, 1)
    assert other["seconds"] is None and other["jobs_of_unknown_time"] == other["jobs"] > 0
    assert "time: unknown: nothing like it has been timed on these rows" in text(other)
    more = account(lab.open({**grid, "student": ["steps"]}), run, 1)
    assert 0 < more["jobs_of_unknown_time"] <= more["jobs"]
    assert "time: unknown" in text(more)


def test_failed_cells_are_told_from_missing_ones(lab):
    lab.trouble("steps", "linear")
    grid = {"student": ["linear", "witness"]}
    run = lab.run(grid)
    facts = account(lab.open(grid), run, 1)
    assert (facts["done"], facts["missing"], facts["failed"]) == (1, 0, 1)


def test_fold_teachers_that_nobody_needs_any_more_are_not_to_be_made(lab):
    grid = {"query": ["crossfit(folds=2)"]}
    run = lab.run(grid)
    facts = account(lab.open(grid), run, 1)
    assert facts["steps"]["fold_teacher"] == {"not needed": 2}
    new = account(lab.open({**grid, "student": ["witness"]}), run, 1)
    assert new["steps"]["fold_teacher"] == {"not needed": 2}


def test_a_new_metric_costs_no_training(lab):
    run = lab.run({}, metrics=["hits"])
    lab.forget_fits()
    session = lab.open({}, metrics=["hits", "brier"])
    assert len(session.pending(run)) == 2
    lab.go(session, run)
    assert not lab.fits
    scores = run.scores()
    assert set(scores[scores["student"] != "teacher"]["metric"]) == {"hits", "brier"}
    assert lab.open({}, metrics=["brier"], headline="brier").pending(run) == []


def test_any_dataset_takes_a_cap_on_its_training_rows(lab):
    session = lab.open({"dataset": ["toy", "toy(n_train=20)", "toy(n=60, n_train=20.0)"]})
    assert [line.cell.dataset for line in session.plan.lines] == ["toy", "toy(n_train=20)"]
    run = lab.go(session, Run(lab.folder / "run"))
    rows = {r["cell"]["dataset"]: r["rows"] for r in run.records()}
    assert rows["toy(n_train=20)"]["train"] == 20
    assert rows["toy(n_train=20)"]["test"] == rows["toy"]["test"]
