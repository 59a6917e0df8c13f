"""Which method is first, what it cannot be told from, and what it gains: against scipy's t."""

import numpy as np
import pandas as pd
import pytest
from hand_made import frame, gone, own, scores, sized, study
from scipy import stats

from tscbench.analysis.refused import Refused
from tscbench.analysis.sizes import SizeMatched
from tscbench.analysis.verdict import verdict_of
from tscbench.results.packed import sources_of

SHIFTS = {"good": (0.060, 0.066, 0.054), "near": (0.050, 0.070, 0.040), "poor": (-0.02, 0.01, 0.03)}
LEVELS = {"a": 0.70, "b": 0.80, "c": 0.60}
VALUES = {(d, "none"): (level, level + 0.02) for d, level in LEVELS.items()} | {
    (d, name): (level + shifts[n], level + 0.02 + shifts[n])
    for n, (d, level) in enumerate(LEVELS.items())
    for name, shifts in SHIFTS.items()
}


def ranked(scores, metric="", **more):
    """The ranking of a study, its methods by generator."""
    verdict = verdict_of(study(scores, **more), metric)
    return verdict.ranking, verdict.ranking.methods.set_index("generator")


def interval(differences):
    return tuple(stats.ttest_1samp(differences, 0).confidence_interval())


def test_methods_are_told_from_the_first_by_the_interval_of_their_difference():
    ranking, methods = ranked(scores(VALUES))
    assert list(methods.index) == ["good", "near", "poor", "none"]
    good = np.array(SHIFTS["good"])
    for name, shifts in {**SHIFTS, "none": (0.0, 0.0, 0.0)}.items():
        assert methods.loc[name, "score"] == pytest.approx(0.71 + np.mean(shifts))
        assert methods.loc[name, "behind"] == pytest.approx(np.mean(good - shifts))
        if name != "good":
            low, high = interval(good - shifts)
            assert methods.loc[name, ["low", "high"]].tolist() == pytest.approx([low, high])
            assert methods.loc[name, "apart"] == (low > 0)
    assert methods.loc["good", ["low", "high", "apart"]].isna().all(), "not told from itself"
    assert methods["apart"].tolist()[1:] == [0, 0, 1], "both answers are there"
    assert ranking.first == ranking.methods.index[0]
    assert ranking.alike == list(ranking.methods.index[:3])
    assert (ranking.n_datasets, ranking.n_splits, ranking.intervals.kind) == (3, 2, "t")


def test_gains_are_over_the_best_without_synthetic_rows():
    better = {(d, "none", "oob"): (v + 0.01, v + 0.03) for d, v in LEVELS.items()}
    other = scores(better, "dataset", "generator", "query")
    ranking, _ = ranked(pd.concat([scores(VALUES), other]))
    methods = ranking.methods.set_index(["generator", "query"])
    assert methods.loc[("none", "oob"), "score"] == ranking.methods.loc[ranking.plain, "score"]
    assert methods.loc[("none", "oob"), "gain"] == 0
    assert np.isnan(methods.loc[("none", "oob"), "gain_low"])
    assert methods.loc[("none", "inbag"), "gain"] == pytest.approx(-0.01)
    low, high = interval(np.array(SHIFTS["good"]) - 0.01)
    found = methods.loc[("good", "inbag"), ["gain", "gain_low", "gain_high"]].tolist()
    assert found == pytest.approx([0.05, low, high])


def test_without_a_method_on_training_rows_alone_nothing_is_gained():
    ranking, methods = ranked(scores({k: v for k, v in VALUES.items() if k[1] != "none"}))
    assert ranking.plain == "" and methods[["gain", "gain_low", "gain_high"]].isna().all(axis=None)


def test_less_may_be_better():
    higher, up = ranked(scores(VALUES))
    turned = {key: tuple(1 - v for v in value) for key, value in VALUES.items()}
    lower, down = ranked(scores(turned), lower=["auc"])
    assert lower.first == higher.first and lower.alike == higher.alike
    for name in ("behind", "gain"):
        assert down[name].tolist() == pytest.approx((-up[name]).tolist())
    assert down["low"].tolist()[1:] == pytest.approx((-up["high"]).tolist()[1:])


ONE = {("a", "none"): (0.70, 0.72, 0.71), ("a", "kde"): (0.75, 0.76, 0.75)}
COUNTS = [
    own(n, metric=name, dataset="a", split=split)
    for split in "012"
    for name, n in (("n_rows", 30.0), ("n_train", 60.0))
]


def test_of_one_dataset_it_is_the_corrected_interval_over_splits():
    ranking, methods = ranked(frame(*COUNTS, *scores(ONE, splits=3).to_dict("records")))
    differences = np.array([0.05, 0.04, 0.04])
    far = stats.t.ppf(0.975, 2) * differences.std(ddof=1) * np.sqrt(1 / 3 + 30 / 60)
    mean = differences.mean()
    found = methods.loc["none", ["behind", "low", "high"]].tolist()
    assert found == pytest.approx([mean, mean - far, mean + far])
    found = ranking.intervals
    assert (found.kind, found.over, found.n) == ("corrected t", "splits", 3)


def test_two_datasets_of_one_source_are_one_dataset():
    twice = ONE | {("b", name): value for (_, name), value in ONE.items()}
    every = frame(*COUNTS, *scores(twice, splits=3).to_dict("records"))
    ranking, methods = ranked(every, sources=sources_of([["a", "b"]], "ab"))
    _, alone = ranked(frame(*COUNTS, *scores(ONE, splits=3).to_dict("records")))
    assert ranking.n_datasets == 1 and ranking.intervals.kind == "corrected t"
    columns = ["score", "behind", "low", "high", "gain"]
    pd.testing.assert_frame_equal(methods[columns], alone[columns])


def test_at_equal_size_the_chosen_count_and_where_sizes_are_the_same_all_do():
    small, large = ("small", 4, 0.9, 0.80), ("large", 8, 0.7, 0.60)  # nodes, valid, test
    same = frame(*sized(("none", *small), ("none", *large), ("kde", *small), ("kde", *large)))
    verdict = verdict_of(study(same))
    assert verdict.is_sized and set(verdict.ranking.methods["score"].round(6)) == {0.70}
    larger = frame(
        *sized(("none", *small), ("none", *large), ("kde", *small), ("kde", "large", 9, 0.7, 0.6))
    )
    verdict = verdict_of(study(larger))
    assert verdict.is_sized and set(verdict.ranking.methods["score"]) == {0.80}


def test_of_one_split_nothing_is_told_apart():
    ranking, methods = ranked(scores(ONE, splits=1))
    assert ranking.intervals == Refused("one split of one dataset")
    assert len(ranking.alike) == 2 and methods["apart"].isna().all()
    assert methods.loc["kde", "gain"] == pytest.approx(0.05)


def test_a_method_that_lacks_cells_is_left_out_and_counted():
    verdict = verdict_of(study(scores(VALUES | {("b", "good"): None})))
    assert verdict.left_out == 1
    assert verdict.ranking.methods["generator"].tolist() == ["near", "poor", "none"]
    assert verdict_of(study(scores(dict.fromkeys(VALUES)))) is None


def small_and_large(name, nodes, score, gain, *, of_b=1):
    """Cells of a small student and of one with three times the nodes, that is better by `gain` on
    test rows; on dataset b with `of_b` times the nodes."""
    return [
        one
        for dataset, times in (("a", 1), ("b", of_b))
        for split, move in (("0", 0.0), ("1", 0.02))
        for one in sized(
            (name, "small", nodes * times, score + move, score + move),
            (name, "large", 3 * nodes * times, score + move + 0.1, score + move + gain),
            dataset=dataset,
            split=split,
        )
    ]


NONE, KDE = small_and_large("none", 4, 0.60, 0.3), small_and_large("kde", 6, 0.70, 0.0)


def test_at_equal_size_means_over_budgets_are_ranked():
    verdict = verdict_of(study(frame(*NONE, *KDE)))
    assert verdict.is_sized and verdict.matched.budgets["a"] == (6.0, 12.0)
    methods = verdict.ranking.methods.set_index("generator")
    # none: small fits in 6, large (12 nodes) in 12; kde has its small one in both
    expected = {"none": 0.60 + 0.15 + 0.01, "kde": 0.70 + 0.01}
    assert methods["score"].to_dict() == pytest.approx(expected)
    assert list(methods.index) == ["none", "kde"], "by the mean over students it is the same"


def test_a_method_without_all_cells_does_not_hinder_matching():
    lacking = small_and_large("gmm", 900, 0.9, 0.0)[3:]
    lacking.append(gone(generator="gmm", mix="fake(ratio=1)", student="small", dataset="a"))
    whole, verdict = (verdict_of(study(frame(*NONE, *KDE, *more))) for more in ([], lacking))
    assert verdict.left_out == 1 and verdict.is_sized
    pd.testing.assert_frame_equal(verdict.ranking.methods, whole.ranking.methods)


def test_where_a_dataset_allows_no_equal_size_all_sizes_are_ranked_and_both_are_told():
    apart = small_and_large("kde", 6, 0.70, 0.0, of_b=99)
    verdict = verdict_of(study(frame(*NONE, *apart)))
    assert not verdict.is_sized and verdict.matched.unmatched == ("b",)
    assert (verdict.ranking.n_datasets, verdict.sized.n_datasets) == (2, 1)
    of_all = verdict.ranking.methods.set_index("generator")["score"]
    assert of_all["none"] == pytest.approx(0.60 + 0.3 / 2 + 0.01), "the mean over students"


def test_why_sizes_are_not_matched():
    given = study(frame(*NONE, *KDE))
    reasons = {
        ("auc", "valid"): Refused("other rows"),
        ("nodes", "test"): Refused("a size"),
        ("difference_auc", "test"): Refused("worked out"),
    }
    for (metric, part), why in reasons.items():
        assert verdict_of(given, metric, part=part).matched == why
    assert isinstance(verdict_of(given).matched, SizeMatched)
    assert verdict_of(study(scores(VALUES))).matched == Refused("no sizes")
