"""Costs by hand: what is shared is charged to all that need it, prefixes by their size."""

import math

import pandas as pd
import pytest

from tscbench.boards.costs import break_even, costs
from tscbench.contracts.kinds import AXES
from tscbench.results import SPEEDS

BASE = dict.fromkeys(AXES, "-") | {"dataset": "d", "split": "0", "seed": "0", "teacher": "forest"}
BASE |= {"query": "inbag", "objective": "probabilities"}
REAL = BASE | {"generator": "none", "mix": "real"}
FAKE = BASE | {"generator": "munge", "mix": "fake(ratio=9)"}
SHARED = {"teacher": 50, "sampler": 2, "synthetic": 3, "synthetic_outputs": 4}


def cell(base, student, **more):
    return base | {"student": student} | more


def scores_of(*cells, status="ok"):
    return pd.DataFrame([c | {"status": status} for c in cells])


def timings_of(*pairs):
    rows = [c | {"step": s, "seconds": float(x)} for c, steps in pairs for s, x in steps.items()]
    return pd.DataFrame(rows, columns=[*AXES, "step", "seconds"])


def seconds(frame, **where):
    for name, value in where.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_an_arm_is_charged_all_that_it_would_need_alone():
    one, two = cell(FAKE, "tree"), cell(FAKE, "net")
    plain = cell(REAL, "tree")
    timings = timings_of(
        (one, SHARED | {"student": 10, "predictions": 99, "parts": 99}),
        (two, SHARED | {"student": 20, "compression_set": 1}),
        (plain, {"teacher": 50, "real_outputs": 5, "student": 7}),
    )
    frame = costs(scores_of(one, two, plain), timings)
    parts = ["fit_seconds", "sample_seconds", "label_seconds", "train_seconds"]
    found = seconds(frame, generator="munge", student="tree")
    assert found[parts].tolist() == [2, 3, 4, 10]
    assert (found["total_seconds"], found["teacher_seconds"], found["n"]) == (19, 50, 1)
    assert seconds(frame, generator="munge", student="net")["total_seconds"] == 2 + 3 + 4 + 21
    assert seconds(frame, generator="none")[parts].tolist() == [0, 0, 5, 7]


def test_costs_are_means_over_repeats():
    cells = [cell(FAKE, "tree", seed=seed) for seed in "012"]
    timings = timings_of(*((c, SHARED | {"student": 10 * k}) for k, c in enumerate(cells)))
    found = seconds(costs(scores_of(*cells), timings))
    assert found["train_seconds"] == 10 and found["n"] == 3


def test_what_has_not_been_recorded_is_not_known_and_what_failed_costs_nothing():
    cells = [cell(FAKE, "tree"), cell(FAKE, "tree", seed="1")]
    timings = timings_of((cells[0], SHARED | {"student": 10}), (cells[1], {"student": 4}))
    found = seconds(costs(scores_of(*cells), timings))
    assert (found["train_seconds"], found["total_seconds"], found["n"]) == (7, 19, 1)
    assert costs(scores_of(*cells, status="failed"), timings).empty
    nothing = seconds(costs(scores_of(cells[0]), timings_of()))
    assert math.isnan(nothing["total_seconds"]) and nothing["n"] == 0


def test_smaller_students_are_their_share_of_the_fit_that_they_are_a_prefix_of():
    trees = {n: cell(FAKE, f"forest(n_trees={n}, depth=3)") for n in (1, 5, 20)}
    own = cell(FAKE, "tree(leaves=64)")
    timings = timings_of(
        *((c, SHARED) for c in trees.values()),
        (trees[20], {"student": 40}),
        (own, SHARED | {"student": 6}),
    )
    frame = costs(scores_of(*trees.values(), own), timings)
    for n, expected in ((1, 2), (5, 10), (20, 40)):
        assert seconds(frame, student=trees[n]["student"])["train_seconds"] == expected
    assert seconds(frame, student="tree(leaves=64)")["train_seconds"] == 6


def test_a_fit_that_was_taken_over_from_another_query_is_charged():
    one, twin = cell(FAKE, "tree"), cell(FAKE, "tree", query="oob")
    timings = timings_of((one, SHARED | {"student": 10}), (twin, SHARED))
    assert seconds(costs(scores_of(one, twin), timings), query="oob")["train_seconds"] == 10


def test_fold_teachers_belong_to_the_teacher_of_queries_that_have_them():
    one = cell(FAKE, "tree", query="crossfit(folds=2)")
    other, unknown = cell(FAKE, "tree"), cell(FAKE, "tree", query="crossfit(folds=2)", seed="1")
    timings = timings_of(
        (one, SHARED | {"fold_teacher": 70, "student": 1}),
        (other, SHARED | {"student": 1}),
        (unknown, SHARED | {"student": 1}),
    )
    frame = costs(scores_of(one, other, unknown), timings)
    assert seconds(frame, query="crossfit(folds=2)")["teacher_seconds"] == 120
    assert seconds(frame, query="inbag")["teacher_seconds"] == 50


def test_labels_need_no_teacher_and_live_sets_no_rows_beforehand():
    alone = cell(REAL, "tree", teacher="-", query="-", objective="labels")
    live = cell(FAKE, "net", mix="stream(p_fake=0.5)")
    timings = timings_of(
        (alone, {"student": 3}),
        (live, {"teacher": 50, "sampler": 2, "real_outputs": 1, "student": 30}),
    )
    frame = costs(scores_of(alone, live), timings)
    assert seconds(frame, student="tree")[["teacher_seconds", "total_seconds"]].tolist() == [0, 3]
    assert seconds(frame, student="net")["total_seconds"] == 33


@pytest.mark.parametrize(
    ("rate", "speed_up", "queries"), [(1000.0, 10.0, 19 / 0.009), (90.0, 0.9, math.inf)]
)
def test_a_student_breaks_even_once_the_seconds_saved_make_up_for_its_cost(rate, speed_up, queries):
    """The teacher answers 100 rows a second: 0.01 s a row; a student of 1,000 saves 0.009 s."""
    one, untimed = cell(FAKE, "tree"), cell(REAL, "tree")
    timings = timings_of(
        (one, SHARED | {"student": 10}), (untimed, {"real_outputs": 1, "student": 1})
    )
    facts = {"batch": 9, "threads": 1, "contended": False, "hardware": "h", "repeats": 9, "why": ""}
    speed = pd.DataFrame([one | facts | {"rows_per_second": rate, "speed_up": speed_up}])
    speed = speed.reindex(columns=list(SPEEDS)).astype(SPEEDS)
    frame = break_even(costs(scores_of(one, untimed), timings), speed)
    found = seconds(frame, generator="munge")
    assert found["queries"] == pytest.approx(queries) and found["batch"] == 9
    assert math.isnan(seconds(frame, generator="none")["queries"])
