"""Intervals: the bootstrap against a plain loop and a known truth, Fieller against his equation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tscbench.boards.intervals import (
    bootstrap_table,
    bootstrap_weights,
    fieller,
    hierarchical_bootstrap,
    ratio_of_means,
)


def suite(rng, datasets=8, splits=3, seeds=2, mean=0.0):
    """Values with a spread of datasets, of splits and of seeds."""
    rows = []
    for d in range(datasets):
        of_dataset = rng.normal(mean, 1)
        for s in range(splits):
            of_split = of_dataset + rng.normal(0, 0.5)
            rows += [(f"d{d}", s, k, of_split + rng.normal(0, 0.3)) for k in range(seeds)]
    return pd.DataFrame(rows, columns=["dataset", "split", "seed", "value"])


def test_weights_are_those_of_means():
    weights = bootstrap_weights(["a", "a", "a", "b", "c", "c"], 20000, 0)
    assert weights.sum(axis=1) == pytest.approx(1)
    # a dataset counts 1/3 however many splits it has
    assert weights.mean(axis=0) == pytest.approx([1 / 9] * 3 + [1 / 3] + [1 / 6] * 2, rel=0.03)


def test_the_bootstrap_is_the_plain_loop_over_datasets_then_splits():
    frame = suite(np.random.default_rng(1), datasets=4)
    means = frame.groupby(["dataset", "split"])["value"].mean().unstack().to_numpy()
    rng, loop = np.random.default_rng(2), []
    for _ in range(10000):
        chosen = rng.integers(4, size=4)
        loop.append(np.mean([means[d, rng.integers(3, size=3)].mean() for d in chosen]))
    names = frame.set_index(["dataset", "split"]).index.unique()
    values = frame.groupby(["dataset", "split"])["value"].mean().reindex(names).to_numpy()
    drawn = bootstrap_weights(names.get_level_values("dataset"), 20000, 3) @ values
    assert drawn.mean() == pytest.approx(np.mean(loop), abs=0.02)
    shares = [0.05, 0.25, 0.5, 0.75, 0.95]
    assert np.quantile(drawn, shares) == pytest.approx(np.quantile(loop, shares), abs=0.04)


@pytest.mark.parametrize("datasets", [3, 6])
def test_its_intervals_cover_the_truth_as_often_as_they_say(datasets):
    rng = np.random.default_rng(6)
    frames = [suite(rng, datasets, splits=2, mean=2.0) for _ in range(200)]
    found = [hierarchical_bootstrap(frame, 0, n=1000) for frame in frames]
    covered = np.mean([interval.low <= 2 <= interval.high for interval in found])
    assert 0.92 <= covered <= 0.98


def test_with_many_datasets_it_is_the_interval_of_t():
    frame = suite(np.random.default_rng(5), datasets=40, splits=1, seeds=1)
    found = hierarchical_bootstrap(frame, 0, n=20000)
    low, high = stats.ttest_1samp(frame["value"], 0).confidence_interval()
    assert found.value == pytest.approx(frame["value"].mean())
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.05 * (high - low))


def test_it_is_determined_by_its_seed():
    frame = suite(np.random.default_rng(1))
    assert hierarchical_bootstrap(frame, 4) == hierarchical_bootstrap(frame, 4)
    assert hierarchical_bootstrap(frame, 4) != hierarchical_bootstrap(frame, 5)
    a, b = (hierarchical_bootstrap(frame, np.random.default_rng(7)) for _ in range(2))
    assert a == b


def test_seeds_are_averaged_and_never_resampled_alone():
    frame = suite(np.random.default_rng(1), seeds=3)
    means = frame.groupby(["dataset", "split"], as_index=False)["value"].mean().assign(seed=0)
    found, same = hierarchical_bootstrap(frame, 0), hierarchical_bootstrap(means, 0)
    assert (found.low, found.high) == pytest.approx((same.low, same.high))


def test_what_was_resampled_is_said_and_what_cannot_be_is_refused():
    rng = np.random.default_rng(0)
    assert hierarchical_bootstrap(suite(rng), 0).over == "8 datasets"
    assert hierarchical_bootstrap(suite(rng, datasets=1), 0).over == "3 splits"
    refused = hierarchical_bootstrap(suite(rng, datasets=1, splits=1), 0)
    assert "one split of one dataset has no interval" in str(refused)
    holed = suite(rng)
    holed.loc[3, "value"] = np.nan
    assert str(hierarchical_bootstrap(holed, 0)) == "1 of 48 values are missing"


def test_a_column_with_a_value_missing_has_no_interval_and_the_others_keep_theirs():
    frame = suite(np.random.default_rng(0)).set_index(["dataset", "split", "seed"])
    table = frame.assign(other=frame["value"] + 1)
    whole = bootstrap_table(table, 0)
    table.iloc[5, 1] = np.nan
    found = bootstrap_table(table, 0)
    assert found.loc["other"].isna().all()
    assert found.loc["value"].tolist() == whole.loc["value"].tolist()
    # the same draws for all columns
    assert whole.loc["other"].to_numpy() == pytest.approx(whole.loc["value"].to_numpy() + 1)


def test_a_ratio_of_means_by_hand():
    # means 3 and 2; variances and covariance 2; R = 1.5; √((2 - 6 + 4.5)/2)/2 = 0.25
    value, error, low, _ = fieller(3, 2, 2, 2, 2, 2)
    assert value == 1.5 and error == pytest.approx(0.25)
    assert np.isnan(low), "4 < 12.7²·2/2"
    assert "cannot be told from zero" in str(ratio_of_means([2, 4], [1, 3]))
    assert str(ratio_of_means([2, np.nan], [1, 3])).startswith("too few pairs")


def test_fiellers_bounds_solve_his_equation():
    rng = np.random.default_rng(0)
    y = rng.normal(5, 0.5, 6)
    x = 0.7 * y + rng.normal(0, 0.2, 6)
    found = ratio_of_means(x, y)
    t = stats.t.ppf(0.975, 5)
    for bound in (found.low, found.high):
        rest = x - bound * y
        assert rest.mean() ** 2 == pytest.approx(t**2 * rest.var(ddof=1) / 6)
    assert found.low < found.value < found.high


def test_the_pairing_makes_the_interval_narrower():
    rng = np.random.default_rng(0)
    y = rng.normal(5, 0.5, 6)
    x = 0.7 * y + rng.normal(0, 0.02, 6)
    paired, mixed = ratio_of_means(x, y), ratio_of_means(x, rng.permutation(y))
    assert paired.high - paired.low < 0.2 * (mixed.high - mixed.low)


def test_fiellers_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    noise = rng.multivariate_normal([0, 0], [[0.04, 0.03], [0.03, 0.09]], (4000, 5))
    x, y = 0.8 + noise[..., 0], 1.0 + noise[..., 1]
    dx, dy = x - x.mean(1, keepdims=True), y - y.mean(1, keepdims=True)
    spread = [(a * b).sum(1) / 4 for a, b in ((dx, dx), (dx, dy), (dy, dy))]
    value, error, low, high = fieller(x.mean(1), y.mean(1), *spread, 5)
    bounded = ~np.isnan(low)
    assert bounded.mean() > 0.95
    assert 0.94 <= ((low <= 0.8) & (high >= 0.8))[bounded].mean() <= 0.96
    # the spread of the ratio itself; the mean of its estimates is close to it
    assert np.median(error) == pytest.approx(value[bounded].std(), rel=0.2)
