"""Methods over all datasets, against numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hand_made import scores
from scipy import stats

from tscbench.analysis.cells import cells_of, mean_tsc_scores, means_of
from tscbench.analysis.comparison_groups import groups_of
from tscbench.analysis.refused import Refused
from tscbench.analysis.relations import relations
from tscbench.results.arms import arm_of
from tscbench.results.packed import sources_of


def scores_of(values, *, students=("tree",), **more):
    every = [scores(values, student=student, **more) for student in students]
    return pd.concat(every, ignore_index=True)


def with_relations(scores):
    return pd.concat([scores, relations(scores)[scores.columns]], ignore_index=True)


VALUES = {
    ("a", "none"): (0.70, 0.72),
    ("a", "good"): (0.76, 0.78),
    ("a", "poor"): (0.69, 0.71),
    ("b", "none"): (0.80, 0.80),
    ("b", "good"): (0.82, 0.84),
    ("b", "poor"): (0.81, 0.83),
}


def by_generator(one):
    return one.methods.set_index("generator")


def test_methods_stand_by_their_mean_over_datasets():
    [one] = groups_of(with_relations(scores_of(VALUES)), "auc")
    methods = by_generator(one)
    assert list(methods.index) == ["good", "poor", "none"]
    assert methods["score"].tolist() == pytest.approx([0.80, 0.76, 0.755])
    assert methods["rank"].tolist() == [1.0, 2.5, 2.5]
    assert methods["difference"].tolist() == pytest.approx(
        [0.045, 0.005, float("nan")], nan_ok=True
    )
    assert methods.loc["good", ["win", "tie", "loss"]].tolist() == [2, 0, 0]
    assert methods.loc["poor", ["win", "tie", "loss"]].tolist() == [1, 0, 1]
    assert methods["n"].tolist() == methods["asked"].tolist() == [4, 4, 4]
    assert one.datasets == ("a", "b") and one.students == ("tree",)
    assert one.refused == {"tier": Refused("few datasets", (2, 6))}
    assert (one.intervals.kind, one.intervals.over, one.intervals.n) == ("t", "datasets", 2)
    assert methods.loc["good", "low"] < 0.045 < methods.loc["good", "high"]


def test_a_method_that_was_asked_for_more_stands_among_others_by_what_they_share():
    """Training rows alone have two students, and good has one; only with the other is none alone,
    which is no field."""
    scores = scores_of(VALUES, students=("tree", "wood"))
    scores.loc[(scores["student"] == "wood") & (scores["generator"] == "none"), "value"] += 0.1
    asked = scores[(scores["generator"] == "none") | (scores["student"] == "tree")]
    [one] = groups_of(with_relations(asked), "auc")
    assert by_generator(one)["score"].tolist() == pytest.approx([0.80, 0.76, 0.755])
    assert one.students == ("tree",) and by_generator(one).loc["none", "asked"] == 4
    more = scores[(scores["generator"] != "good") | (scores["student"] == "tree")]
    first, second = groups_of(with_relations(more), "auc")
    assert first.students == ("tree", "wood") and second.students == ("tree",)
    assert set(by_generator(first).index) == {"none", "poor"}
    assert list(by_generator(second).index) == ["good", "poor", "none"]


def test_lower_is_better_turns_the_order_round():
    [one] = groups_of(with_relations(scores_of(VALUES)), "auc", direction="lower")
    methods = by_generator(one)
    assert list(methods.index) == ["none", "poor", "good"]
    assert methods["rank"].tolist() == [1.5, 1.5, 3.0]
    assert methods.loc["poor", ["win", "tie", "loss"]].tolist() == [1, 0, 1]


def test_a_method_that_lacks_a_cell_has_neither_score_nor_rank():
    scores = scores_of(VALUES | {("b", "good"): None})
    [one] = groups_of(with_relations(scores), "auc")
    methods = by_generator(one)
    assert list(methods.index) == ["poor", "none", "good"]
    assert methods.loc["good", ["score", "rank", "difference", "low"]].isna().all()
    assert methods.loc["good", ["n", "asked"]].tolist() == [2, 4]
    assert methods.loc["poor", "rank"] == 1.5
    means = means_of(cells_of(scores), scores, "auc")
    assert means[one.methods.index].tolist() == pytest.approx(methods["score"], nan_ok=True)


def test_a_score_that_is_not_a_number_is_no_score():
    scores = scores_of(VALUES | {("b", "good"): (0.82, float("nan"))})
    [one] = groups_of(with_relations(scores), "auc")
    assert by_generator(one).loc["good", ["score", "rank"]].isna().all()
    assert by_generator(one).loc["good", ["n", "asked"]].tolist() == [3, 4]


def test_methods_of_other_students_are_ranked_apart():
    trees = scores_of(VALUES, students=("tree", "forest(n_trees=1)"))
    nets = scores_of({("a", "none"): (0.9, 0.9), ("a", "good"): (0.95, 0.95)}, students=("mlp",))
    nets = nets.assign(objective="soft")
    fields = groups_of(with_relations(pd.concat([trees, nets], ignore_index=True)), "auc")
    assert [one.students for one in fields] == [("forest(n_trees=1)", "tree"), ("mlp",)]
    assert fields[1].datasets == ("a",)
    assert (fields[1].intervals.kind, fields[1].intervals.over) == ("t", "splits")
    assert by_generator(fields[1]).loc["good", "difference"] == pytest.approx(0.05)


def test_of_one_dataset_the_interval_counts_the_rows_that_splits_share():
    one = scores_of(
        {("a", "none"): (0.70, 0.72, 0.71), ("a", "good"): (0.75, 0.76, 0.75)}, splits=3
    )
    [group] = groups_of(with_relations(one), "auc", ratios={"a": 0.5, "b": 9.0})
    differences = np.array([0.05, 0.04, 0.04])
    far = stats.t.ppf(0.975, 2) * differences.std(ddof=1) * np.sqrt(1 / 3 + 0.5)
    good = by_generator(group).loc["good"]
    ends = [differences.mean() - far, differences.mean() + far]
    assert good[["low", "high"]].tolist() == pytest.approx(ends)
    assert group.intervals.kind == "corrected t"


def test_of_six_datasets_there_are_tiers():
    values = {}
    for n in range(6):
        values |= {
            (f"d{n}", "none"): (0.70 + n / 100, 0.70 + n / 100),
            (f"d{n}", "good"): (0.80 + n / 90, 0.80 + n / 90),
        }
    [one] = groups_of(with_relations(scores_of(values)), "auc")
    methods = by_generator(one)
    assert methods.loc["good", "tier"] == 1 and methods.loc["none", "tier"] == 2
    assert methods.loc["good", "first"] == 1.0
    assert one.refused == {}


def test_datasets_of_one_source_count_as_one():
    again = {("c", name): values for (dataset, name), values in VALUES.items() if dataset == "b"}
    sources = sources_of([["b", "c"], ["a", "absent"]], "abc")
    [one] = groups_of(with_relations(scores_of(VALUES | again)), "auc", sources=sources)
    [two] = groups_of(with_relations(scores_of(VALUES)), "auc", sources=sources)
    assert one.datasets == ("a", "b", "c") and one.n_sources == one.intervals.n == 2
    assert one.sources == {"b": "b + c", "c": "b + c"} and two.sources == {}
    same = ["score", "rank", "difference", "low", "high", "win", "loss"]
    pd.testing.assert_frame_equal(one.methods[same], two.methods[same])
    assert by_generator(one)["n"].tolist() == [6, 6, 6], "cells are counted as they are"


def test_the_tsc_score_of_a_method_is_the_mean_over_sources_of_ratios_of_means():
    values = {
        (dataset, "none"): (0.8, 0.7) if dataset == "a" else (0.9, 0.9) for dataset in "abc"
    } | {("a", "good"): (0.9, 0.9), ("b", "good"): (0.9, 0.9), ("c", "good"): (0.7, 0.7)}
    scores = scores_of(values).assign(metric="accuracy")
    mode = scores.drop_duplicates(["dataset", "split"]).assign(metric="mode_accuracy", value=0.5)
    dashes = dict.fromkeys(("query", "generator", "mix", "objective", "seed"), "-")
    scores = pd.concat([scores, mode.assign(student="teacher", **dashes)], ignore_index=True)
    cells = cells_of(scores)
    found = mean_tsc_scores(cells, relations(scores), sources=sources_of([["b", "c"]], "abc"))
    ratios = (0.4 / 0.25, 0.4 / 0.4, 0.2 / 0.4)  # of the means, 0.3 and 0.2 below for a
    assert found.tolist() == pytest.approx([(ratios[0] + (ratios[1] + ratios[2]) / 2) / 2])
    lost = scores["value"].mask((scores["dataset"] == "c") & (scores["generator"] == "good"))
    assert mean_tsc_scores(cells, relations(scores.assign(value=lost))).isna().all()


def test_where_no_scores_could_make_tiers_there_are_none_and_it_says_so():
    values = {(f"d{n}", name): (0.7, 0.7) for n in range(6) for name in ("none", "a", "b")}
    [one] = groups_of(with_relations(scores_of(values)), "auc")
    assert one.methods["tier"].isna().all()
    assert one.refused["tier"].why == "many pairs" and one.refused["tier"].facts[:2] == (3, 6)


def test_an_arm_is_all_that_repeats_share():
    cells = cells_of(scores_of(VALUES))
    assert len(cells) == 12
    assert set(arm_of(cells)) == set(cells["arm"])
    assert cells["arm"].nunique() == 3
