"""Methods at equal size, on frames so small that each choice is made by hand."""

import pandas as pd
import pytest
from hand_made import frame, gone, own, row, sized

from tscbench.analysis.refused import Refused
from tscbench.analysis.sizes import mean_sizes, size_frame, size_matched

ROWS = sized(
    ("none", "small", 4, 0.60, 0.61),
    ("none", "middle", 8, 0.70, 0.50),  # the best on validation rows, not on test rows
    ("none", "large", 20, 0.90, 0.95),
    ("kde", "small", 6, 0.65, 0.66),
    ("kde", "middle", 12, 0.65, 0.80),  # no better on validation rows than the smaller one
    ("kde", "large", 40, 0.99, 0.99),
)


def chosen(found):
    """The student and its test score, by generator and budget."""
    names = found.scores["arm"].str.split(" · ").str[3]
    rows = zip(names, found.scores["budget"], found.scores["student"], found.scores["value"])
    return {(name, budget): (student, value) for name, budget, student, value in rows}


def test_budgets_double_from_the_largest_smallest_to_the_smallest_largest():
    assert size_matched(frame(*ROWS), "auc").budgets == {"d": (6.0, 12.0)}, "24 is more than 20"
    wide = sized(("none", "small", 3, 0.5, 0.5), ("none", "large", 24, 0.6, 0.6))
    wide += sized(("kde", "small", 3, 0.5, 0.5), ("kde", "large", 99, 0.6, 0.6))
    assert size_matched(frame(*wide), "auc").budgets == {"d": (3.0, 6.0, 12.0, 24.0)}


def test_validation_rows_choose_and_the_test_score_of_what_they_choose_counts():
    found = size_matched(frame(*ROWS), "auc")
    assert chosen(found) == {
        ("none", 6.0): ("small", 0.61),
        ("none", 12.0): ("middle", 0.50),
        ("kde", 6.0): ("small", 0.66),
        ("kde", 12.0): ("small", 0.66),
    }
    means = found.means.set_index(found.means["arm"].str.split(" · ").str[3])["value"]
    assert means.to_dict() == pytest.approx({"none": (0.61 + 0.50) / 2, "kde": 0.66})
    assert (found.unit, found.alike, found.unmatched) == ("nodes", False, ())


def test_the_frame_of_the_figure_has_what_was_chosen_and_the_teachers():
    more = {"auc": 0.1, "nodes": 0.0}
    again = [{**r, "split": "1", "value": r["value"] + more[r["metric"]]} for r in ROWS]
    every = frame(*ROWS, *again, own(0.9))
    found = size_frame(size_matched(every, "auc"), every, "auc")
    teacher = found["student"] == "teacher"
    assert found.loc[teacher, "mean"].tolist() == [0.9] and found.loc[teacher, "x"].isna().all()
    each = found[~teacher].set_index(["generator", "x"])
    assert each["mean"].to_dict() == pytest.approx(
        {("none", 6.0): 0.66, ("none", 12.0): 0.55, ("kde", 6.0): 0.71, ("kde", 12.0): 0.71}
    )
    assert each["standard_error"].tolist() == pytest.approx([0.05] * 4)


def test_less_may_be_better():
    found = size_matched(frame(*ROWS), "auc", direction="lower")
    assert chosen(found)["none", 12.0] == ("small", 0.61)


def test_a_size_is_the_mean_over_repeats_and_each_repeat_chooses_for_itself():
    other = sized(
        ("none", "small", 8, 0.60, 0.62),
        ("none", "middle", 12, 0.50, 0.70),
        ("none", "large", 28, 0.90, 0.95),
        ("kde", "small", 2, 0.65, 0.66),
        ("kde", "middle", 20, 0.70, 0.81),
        ("kde", "large", 40, 0.99, 0.99),
        split="1",
    )
    found = size_matched(frame(*ROWS, *other), "auc")
    assert found.budgets == {"d": (6.0, 12.0, 24.0)}, "smallest 6 and 4, largest 24 and 40"
    of_none = found.scores[found.scores["arm"].str.contains("none")]
    assert of_none[["split", "budget", "student"]].values.tolist() == [
        ["0", 6.0, "small"],
        ["0", 12.0, "middle"],
        ["0", 24.0, "large"],
        ["1", 6.0, "small"],
        ["1", 12.0, "small"],
        ["1", 24.0, "large"],
    ]


def test_datasets_without_a_common_size_are_listed():
    apart = sized(("none", "small", 4, 0.6, 0.6), ("kde", "small", 5, 0.7, 0.7), dataset="apart")
    found = size_matched(frame(*ROWS, *apart), "auc")
    assert found.unmatched == ("apart",) and set(found.means["dataset"]) == {"d"}
    assert size_matched(frame(*apart), "auc") == Refused("no common size")


def test_students_of_the_same_sizes_are_alike():
    same = sized(("none", "small", 400, 0.6, 0.6), ("kde", "small", 402, 0.7, 0.7))
    found = size_matched(frame(*same), "auc")
    assert found.alike and found.budgets == {"d": (402.0,)}, "to a hundredth"
    more = sized(("none", "small", 400, 0.6, 0.6), ("kde", "small", 405, 0.7, 0.7))
    assert size_matched(frame(*more), "auc") == Refused("no common size")


def test_where_sizes_are_the_same_for_all_they_are_the_budgets():
    rows = [
        one
        for name in ("none", "kde")
        for one in sized((name, "small", 3, 0.5, 0.5), (name, "large", 20, 0.6, 0.6))
    ]
    found = size_matched(frame(*rows), "auc")
    assert found.alike and found.budgets == {"d": (3.0, 20.0)}
    assert chosen(found)["kde", 20.0] == ("large", 0.6)


def test_a_model_without_a_node_counts_as_one_of_one():
    rows = sized(("none", "small", 0, 0.6, 0.6), ("kde", "small", 0, 0.7, 0.7))
    rows += sized(("none", "large", 2, 0.7, 0.7), ("kde", "large", 2, 0.8, 0.8))
    assert size_matched(frame(*rows), "auc").budgets == {"d": (1.0, 2.0)}


HUGE = [row(0.5, student="huge", part=part) for part in ("valid", "test")]
LOST = [one for one in ROWS if (one["student"], one["part"]) != ("large", "valid")]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([one for one in ROWS if one["metric"] == "auc"], "no sizes"),
        ([one for one in ROWS if one["part"] == "test"], "no validation rows"),
        (LOST, "cells without a size"),
        ([*ROWS, gone(student="huge")], "cells without a size"),
        ([*ROWS, *HUGE], "cells without a size"),
    ],
)
def test_what_cannot_be_matched_says_why(rows, why):
    assert size_matched(frame(*rows), "auc") == Refused(why)


def test_the_mean_size_of_a_method_counts_datasets_alike():
    more = sized(("none", "small", 2, 0.6, 0.6), dataset="other")
    means, unit = mean_sizes(frame(*ROWS, *more))
    by = means.set_axis(means.index.str.split(" · ").str[3])
    assert unit == "nodes" and by["kde"] == pytest.approx((6 + 12 + 40) / 3)
    assert by["none"] == pytest.approx(((4 + 8 + 20) / 3 + 2) / 2)
    renamed = frame(*ROWS).replace({"metric": {"nodes": "parameters"}})
    assert mean_sizes(renamed)[1] == "parameters"
    nothing, none = mean_sizes(frame(row(0.5)))
    assert none == "" and nothing.equals(pd.Series(dtype=float))
