"""Intervals of means over datasets: as often right as they say, and called what they are."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tscbench.analysis.intervals import intervals_of_means
from tscbench.analysis.refused import Refused


def suite(rng, datasets=8, splits=3, seeds=2, mean=0.0):
    """Values with a spread of datasets, of splits and of seeds."""
    rows = []
    for d in range(datasets):
        of_dataset = rng.normal(mean, 1)
        for s in range(splits):
            of_split = of_dataset + rng.normal(0, 0.5)
            rows += [(f"d{d}", s, k, of_split + rng.normal(0, 0.3)) for k in range(seeds)]
    return pd.DataFrame(rows, columns=["dataset", "split", "seed", "value"])


def interval_of(frame):
    """The one interval of a frame of values, and what it is."""
    found = intervals_of_means(frame.set_index(["dataset", "split", "seed"])[["value"]])
    return found.table.loc["value"], f"{found.kind} over {found.n} {found.over}"


@pytest.mark.parametrize("datasets", [3, 6])
def test_they_cover_the_truth_as_often_as_they_say(datasets):
    rng = np.random.default_rng(6)
    found = [interval_of(suite(rng, datasets, splits=2, mean=2.0))[0] for _ in range(200)]
    covered = np.mean([row["low"] <= 2 <= row["high"] for row in found])
    assert 0.92 <= covered <= 0.98


def test_with_many_datasets_it_is_the_interval_of_t():
    frame = suite(np.random.default_rng(5), datasets=40, splits=1, seeds=1)
    row, _ = interval_of(frame)
    low, high = stats.ttest_1samp(frame["value"], 0).confidence_interval()
    assert row["mean"] == pytest.approx(frame["value"].mean())
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=0.05 * (high - low))


def test_of_fewer_than_six_it_is_the_interval_of_t():
    frame = suite(np.random.default_rng(5), datasets=5, splits=3)
    row, kind = interval_of(frame)
    means = frame.groupby(["dataset", "split"])["value"].mean().groupby("dataset").mean()
    peer = stats.ttest_1samp(means, 0).confidence_interval()
    assert (row["low"], row["high"]) == pytest.approx(tuple(peer)) and kind == "t over 5 datasets"


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ({}, "bootstrap over 8 datasets"),
        ({"datasets": 3}, "t over 3 datasets"),
        ({"datasets": 1}, "t over 3 splits"),
        ({"datasets": 1, "splits": 7}, "bootstrap over 7 splits"),
    ],
)
def test_each_is_called_what_it_is(shape, kind):
    assert interval_of(suite(np.random.default_rng(0), **shape))[1] == kind


def test_one_split_has_none():
    frame = suite(np.random.default_rng(0), datasets=1, splits=1)
    table = frame.set_index(["dataset", "split", "seed"])
    assert intervals_of_means(table) == Refused("one split of one dataset")


def test_seeds_are_averaged_and_never_resampled_alone():
    frame = suite(np.random.default_rng(1), seeds=3)
    means = frame.groupby(["dataset", "split"], as_index=False)["value"].mean().assign(seed=0)
    found, same = interval_of(frame)[0], interval_of(means)[0]
    assert found.to_numpy() == pytest.approx(same.to_numpy())


def test_a_column_with_a_value_missing_has_no_interval_and_the_others_keep_theirs():
    frame = suite(np.random.default_rng(0)).set_index(["dataset", "split", "seed"])
    table = frame.assign(other=frame["value"] + 1)
    whole = intervals_of_means(table).table
    table.iloc[5, 1] = np.nan
    found = intervals_of_means(table).table
    assert found.loc["other"].isna().all()
    assert found.loc["value"].tolist() == whole.loc["value"].tolist()
    assert whole.loc["other"].to_numpy() == pytest.approx(whole.loc["value"].to_numpy() + 1)
