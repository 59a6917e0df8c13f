"""Costs by hand: what is shared is charged to all that need it, prefixes by their size."""

import math

import pandas as pd
import pytest
from hand_made import CELL, speeds, timings

from tscbench.analysis.cost import break_even, cost_of, costs
from tscbench.contracts.kinds import AXES

REAL = {axis: CELL[axis] for axis in AXES}
FAKE = REAL | {"generator": "munge", "mix": "fake(ratio=9)"}
SHARED = {"teacher": 50, "sampler": 2, "synthetic": 3, "synthetic_outputs": 4}


def cell(base, student, **more):
    return base | {"student": student} | more


def scores_of(*cells, status="ok"):
    return pd.DataFrame([c | {"status": status} for c in cells])


def seconds(frame, **where):
    for name, value in where.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_an_arm_is_charged_all_that_it_would_need_alone():
    one, two = cell(FAKE, "tree"), cell(FAKE, "net")
    plain = cell(REAL, "tree")
    steps = timings(
        (one, SHARED | {"student": 10, "predictions": 99, "parts": 99}),
        (two, SHARED | {"student": 20, "compression_set": 1}),
        (plain, {"teacher": 50, "real_outputs": 5, "student": 7}),
    )
    frame = costs(scores_of(one, two, plain), steps)
    parts = ["fit_seconds", "sample_seconds", "label_seconds", "train_seconds"]
    found = seconds(frame, generator="munge", student="tree")
    assert found[parts].tolist() == [2, 3, 4, 10]
    assert (found["total_seconds"], found["teacher_seconds"], found["n"]) == (19, 50, 1)
    assert seconds(frame, generator="munge", student="net")["total_seconds"] == 2 + 3 + 4 + 21
    assert seconds(frame, generator="none")[parts].tolist() == [0, 0, 5, 7]


def test_costs_are_means_over_repeats():
    cells = [cell(FAKE, "tree", seed=seed) for seed in "012"]
    steps = timings(*((c, SHARED | {"student": 10 * k}) for k, c in enumerate(cells)))
    found = seconds(costs(scores_of(*cells), steps))
    assert found["train_seconds"] == 10 and found["n"] == 3


def test_what_has_not_been_recorded_is_not_known_and_what_failed_costs_nothing():
    cells = [cell(FAKE, "tree"), cell(FAKE, "tree", seed="1")]
    steps = timings((cells[0], SHARED | {"student": 10}), (cells[1], {"student": 4}))
    found = seconds(costs(scores_of(*cells), steps))
    assert (found["train_seconds"], found["total_seconds"], found["n"]) == (7, 19, 1)
    assert costs(scores_of(*cells, status="failed"), steps).empty
    nothing = seconds(costs(scores_of(cells[0]), timings()))
    assert math.isnan(nothing["total_seconds"]) and nothing["n"] == 0


def test_smaller_students_are_their_share_of_the_fit_that_they_are_a_prefix_of():
    trees = {n: cell(FAKE, f"forest(n_trees={n}, depth=3)") for n in (1, 5, 20)}
    own = cell(FAKE, "tree(leaves=64)")
    steps = timings(
        *((c, SHARED) for c in trees.values()),
        (trees[20], {"student": 40}),
        (own, SHARED | {"student": 6}),
    )
    frame = costs(scores_of(*trees.values(), own), steps)
    for n, expected in ((1, 2), (5, 10), (20, 40)):
        assert seconds(frame, student=trees[n]["student"])["train_seconds"] == expected
    assert seconds(frame, student="tree(leaves=64)")["train_seconds"] == 6


def test_a_fit_that_was_taken_over_from_another_query_is_charged():
    one, twin = cell(FAKE, "tree"), cell(FAKE, "tree", query="oob")
    steps = timings((one, SHARED | {"student": 10}), (twin, SHARED))
    assert seconds(costs(scores_of(one, twin), steps), query="oob")["train_seconds"] == 10


def test_fold_teachers_belong_to_the_teacher_of_queries_that_have_them():
    one = cell(FAKE, "tree", query="crossfit(folds=2)")
    other, unknown = cell(FAKE, "tree"), cell(FAKE, "tree", query="crossfit(folds=2)", seed="1")
    steps = timings(
        (one, SHARED | {"fold_teacher": 70, "student": 1}),
        (other, SHARED | {"student": 1}),
        (unknown, SHARED | {"student": 1}),
    )
    frame = costs(scores_of(one, other, unknown), steps)
    assert seconds(frame, query="crossfit(folds=2)")["teacher_seconds"] == 120
    assert seconds(frame, query="inbag")["teacher_seconds"] == 50


def test_labels_need_no_teacher_and_live_sets_no_rows_beforehand():
    alone = cell(REAL, "tree", teacher="-", query="-", objective="labels")
    live = cell(FAKE, "net", mix="stream(p_fake=0.5)")
    steps = timings(
        (alone, {"student": 3}),
        (live, {"teacher": 50, "sampler": 2, "real_outputs": 1, "student": 30}),
    )
    frame = costs(scores_of(alone, live), steps)
    assert seconds(frame, student="tree")[["teacher_seconds", "total_seconds"]].tolist() == [0, 3]
    assert seconds(frame, student="net")["total_seconds"] == 33


@pytest.mark.parametrize(
    ("rate", "speed_up", "queries"), [(1000.0, 10.0, 19 / 0.009), (90.0, 0.9, math.inf)]
)
def test_a_student_breaks_even_once_the_seconds_saved_make_up_for_its_cost(rate, speed_up, queries):
    """The teacher answers 100 rows a second: 0.01 s a row; a student of 1,000 saves 0.009 s."""
    one, untimed = cell(FAKE, "tree"), cell(REAL, "tree")
    steps = timings((one, SHARED | {"student": 10}), (untimed, {"real_outputs": 1, "student": 1}))
    timed = speeds(one | {"batch": 9, "rows_per_second": rate, "speed_up": speed_up})
    frame = break_even(costs(scores_of(one, untimed), steps), timed)
    found = seconds(frame, generator="munge")
    assert found["queries"] == pytest.approx(queries) and found["batch"] == 9
    assert math.isnan(seconds(frame, generator="none")["queries"])


def test_what_a_method_costs_is_over_the_same_students_on_training_rows_alone():
    cells = [cell(base, name) for base in (REAL, FAKE) for name in ("tree", "net")]
    each = {"tree": {"student": 4}, "net": {"student": 10, "compression_set": 1}}
    steps = timings(
        *((c, {"real_outputs": 1} | each[c["student"]]) for c in cells[:2]),
        *((c, SHARED | {"teacher": 9} | each[c["student"]]) for c in cells[2:]),
    )
    found = cost_of(costs(scores_of(*cells), steps)).set_axis(["fake", "real"])
    assert found.loc["fake", ["fit_seconds", "train_seconds", "total_seconds"]].tolist() == [
        2,
        7.5,
        16.5,
    ]
    assert found["ratio"].tolist() == pytest.approx([(13 + 20) / (5 + 12), math.nan], nan_ok=True)
    training = steps[steps["step"].isin(["student", "compression_set"])]
    lost = cost_of(costs(scores_of(*cells), training)).set_axis(["fake", "real"])
    assert math.isnan(lost.loc["fake", "total_seconds"])
    assert lost.loc["fake", "ratio"] == 1, "of training alone where the rest is not known"
