"""Statistics of repeats against hand computations and simulations with a known truth."""

import numpy as np
import pandas as pd
import pytest

from tscbench import SpecError
from tscbench.boards.stats import (
    Refused,
    corrected_resampled_t,
    mean_se,
    paired_differences,
    smallest_resolvable_difference,
    summaries,
    variance_components,
)


def repeats(*rows, names=("split", "seed", "value")):
    return pd.DataFrame(rows, columns=list(names))


def test_mean_and_standard_error_count_what_is_there():
    found = mean_se([1, 2, np.nan, 3, 4])
    # deviations ±1.5, ±0.5: s² = 5/3
    assert found.mean == 2.5 and found.standard_error == pytest.approx(np.sqrt(5 / 3) / 2)
    assert (found.n, found.asked) == (4, 5)
    alone, none = mean_se([3.0]), mean_se([np.nan])
    assert alone.mean == 3 and np.isnan(alone.standard_error)
    assert np.isnan(none.mean) and none.n == 0


SUMMARY = repeats(
    ("a", "0", "0", 0.80),
    ("a", "0", "1", 0.84),
    ("a", "1", "0", 0.90),
    ("a", "1", "1", 0.94),
    ("b", "0", "0", 0.80),
    ("b", "0", "1", 0.84),
    ("b", "1", "0", np.nan),
    ("c", "0", "0", 0.5),
    ("c", "1", "0", 0.7),
    ("d", "0", "0", 0.3),
    ("e", "0", "0", np.nan),
    ("f", "0", "0", 0.1),
    ("f", "1", "0", 0.2),
    ("f", "1", "1", 0.4),
    names=("arm", "split", "seed", "value"),
)


def test_summaries_take_splits_as_the_repeats_where_there_are_several():
    found = summaries(SUMMARY, ["arm"])
    # a: split means 0.82 and 0.92, deviation 0.05·√2; over all four values it would be 0.031
    assert found.loc["a", "mean"] == pytest.approx(0.87)
    assert found.loc["a", "standard_error"] == pytest.approx(0.05)
    # b: one split is left, whose two seeds have deviation 0.02·√2
    assert found.loc["b", "standard_error"] == pytest.approx(0.02)
    assert found.loc["c", "standard_error"] == pytest.approx(0.1)
    assert np.isnan(found.loc["d", "standard_error"])
    # f: a split of one seed counts as much as one of two
    assert found.loc["f", "mean"] == pytest.approx((0.1 + 0.3) / 2)


def test_summaries_say_how_much_is_there_and_what_varies():
    found = summaries(SUMMARY, ["arm"])
    assert found["n"].to_dict() == {"a": 4, "b": 2, "c": 2, "d": 1, "e": 0, "f": 3}
    assert found.loc["b", "asked"] == 3 and found.loc["e", "asked"] == 1
    assert found["varies"].to_dict() == {
        "a": "2 splits × 2 seeds",
        "b": "2 seeds",
        "c": "2 splits",
        "d": "1 run",
        "e": "nothing",
        "f": "3 runs over 2 splits",
    }
    assert np.isnan(found.loc["e", "mean"])


def test_paired_differences_are_taken_repeat_by_repeat():
    table = pd.DataFrame({"none": [0.5, 0.7, np.nan], "kde": [0.6, np.nan, 0.9]})
    found = paired_differences(table, "none")
    assert list(found) == ["kde"]
    assert found["kde"].iloc[0] == pytest.approx(0.1) and found["kde"].isna().sum() == 2
    with pytest.raises(SpecError, match=r"no method 'nil' to compare with \(has: none, kde\)"):
        paired_differences(table, "nil")


def test_the_corrected_resampled_t_is_that_of_nadeau_and_bengio():
    # s² = 0.0005/3; (1/4 + 1/2)·s² = 0.000125, its root 0.0111803; t = √5
    found = corrected_resampled_t([0.01, 0.03, 0.02, 0.04], n_train=200, n_test=100)
    assert found.mean == pytest.approx(0.025)
    assert found.standard_error == pytest.approx(np.sqrt(0.000125))
    assert found.t == pytest.approx(np.sqrt(5))
    # the distribution function of t with 3 degrees of freedom in closed form
    u = np.sqrt(5 / 3)
    assert found.p == pytest.approx(1 - 2 * (u / (1 + u**2) + np.arctan(u)) / np.pi)
    assert found.high - found.mean == pytest.approx(3.182446 * found.standard_error, rel=1e-6)


def test_without_test_rows_it_is_the_paired_t():
    from scipy import stats

    values = [0.3, -0.1, 0.4, 0.2, 0.25]
    found, peer = corrected_resampled_t(values, 1, 0), stats.ttest_1samp(values, 0)
    assert found.t == pytest.approx(peer.statistic) and found.p == pytest.approx(peer.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(peer.confidence_interval()))


def test_differences_without_spread_and_refusals():
    assert corrected_resampled_t([0.5, 0.5], 2, 1).p == 0
    assert corrected_resampled_t([0.0, 0.0], 2, 1).p == 1
    assert corrected_resampled_t([0.5], 2, 1) == Refused(
        "too few splits for a test: 1 of at least 2"
    )
    assert str(corrected_resampled_t([0.5, np.nan], 2, 1)) == "1 of 2 differences are missing"


BALANCED = [
    (i, j, v) for i, pair in enumerate([(1, 3), (5, 7), (9, 11)]) for j, v in enumerate(pair)
]


def test_variance_components_of_a_balanced_table_by_hand():
    found = variance_components(repeats(*BALANCED))
    # MS within = 6/3 = 2; MS between = 2·32/2 = 32; (32 - 2)/2 = 15
    assert found.seed == pytest.approx(2) and found.split == pytest.approx(15)


def test_variance_components_with_unequal_numbers_of_seeds_by_hand():
    found = variance_components(repeats((0, 0, 1), (0, 1, 3), (1, 0, 5), (1, 1, np.nan)))
    # MS within = 2; SS between = 2·1 + 1·4 = 6; n₀ = 3 - 5/3 = 4/3; (6 - 2)/n₀ = 3
    assert found.seed == pytest.approx(2) and found.split == pytest.approx(3)


def test_variance_components_are_pooled_within_datasets():
    rows = [(d, i, j, v + shift) for d, shift in (("x", 0), ("y", 500)) for i, j, v in BALANCED]
    found = variance_components(repeats(*rows, names=("dataset", "split", "seed", "value")))
    assert found.seed == pytest.approx(2) and found.split == pytest.approx(15)


def test_a_negative_component_is_zero():
    found = variance_components(repeats((0, 0, 0), (0, 1, 10), (1, 0, 5), (1, 1, 5.5)))
    assert found.split == 0 and found.seed == pytest.approx((50 + 0.125) / 2)


def test_components_that_cannot_be_told_apart_are_refused():
    found = variance_components(repeats((0, 0, 1), (1, 0, 2)))
    assert str(found.split).startswith("each split has one seed")
    assert str(found.seed) == "no split has two seeds"
    found = variance_components(repeats((0, 0, 1), (0, 1, 3)))
    assert found.seed == 2 and str(found.split) == "there is one split alone"


def test_variance_components_find_a_known_truth():
    rng = np.random.default_rng(3)
    split = rng.normal(0, 2, 600)
    rows = [(i, j, s + rng.normal()) for i, s in enumerate(split) for j in range(3)]
    found = variance_components(repeats(*rows))
    assert found.split == pytest.approx(4, rel=0.15) and found.seed == pytest.approx(1, rel=0.15)


def test_the_smallest_resolvable_difference_by_hand():
    # t of 9 degrees of freedom: 2.262157 at 0.975 and 0.883404 at 0.8
    found = smallest_resolvable_difference(0.01, 10)
    assert found == pytest.approx(0.01 * (2.262157 + 0.883404), rel=1e-6)
    assert smallest_resolvable_difference(0.01, 1) == np.inf
    several = smallest_resolvable_difference(np.array([0.01, np.nan]), 10)
    assert several[0] == pytest.approx(found) and several[1] == np.inf


def test_a_difference_of_that_size_is_found_with_that_power():
    rng = np.random.default_rng(0)
    size = smallest_resolvable_difference(1 / np.sqrt(10), 10)
    drawn = rng.normal(size, 1, (4000, 10))
    t = drawn.mean(axis=1) / drawn.std(axis=1, ddof=1) * np.sqrt(10)
    assert 0.77 < (np.abs(t) > 2.262157).mean() < 0.83
