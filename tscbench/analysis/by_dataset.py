"""Each method on each dataset: its score, and its difference to training rows alone."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from tscbench.analysis.refused import Refused
from tscbench.analysis.repeats import summaries
from tscbench.analysis.resampled_t import resampled_t
from tscbench.results.arms import ARM

PAGE = ["arm", "dataset"]
COLUMNS = ["score", "error", "difference", "low", "high", "splits", "n", "asked"]


def on_each_dataset(cells: pd.DataFrame, ratios: Mapping[str, float]) -> pd.DataFrame:
    """One row per arm and dataset (the index): score and difference, averaged over students, seeds
    and splits, NaN where a cell is missing; error, the standard error over splits (seeds, of one
    split); low and high, the interval of the corrected resampled t of the difference; splits that
    have one; n of asked cells with a score.

    cells: arm, dataset, split, seed, value and difference, a row per student. ratios: test rows
    over training rows of each dataset; one that is not there has no intervals.
    """
    counts = cells.assign(there=cells["value"].notna()).groupby(PAGE)["there"]
    found = pd.DataFrame({"n": counts.sum(), "asked": counts.size()})
    repeats = _repeats(cells, "difference")
    found[["score", "error"]] = _mean_and_error(_repeats(cells, "value"))
    found["difference"] = _mean_and_error(repeats)["mean"]
    here = repeats[repeats["value"].notna()].groupby([*PAGE, "split"], sort=True)["value"].mean()
    found["splits"] = here.groupby(PAGE).size().reindex(found.index, fill_value=0)
    tests = {
        page: resampled_t(splits, ratios[page[1]])
        for page, splits in here.groupby(PAGE, sort=True)
        if page[1] in ratios
    }
    ends = {page: (t.low, t.high) for page, t in tests.items() if not isinstance(t, Refused)}
    bounds = pd.DataFrame.from_dict(ends, "index", columns=["low", "high"]).reindex(found.index)
    found[["low", "high"]] = bounds.where(found["difference"].notna(), axis=0)
    return found[COLUMNS].sort_index()


def _repeats(cells: pd.DataFrame, column: str) -> pd.DataFrame:
    """The mean over students in each repeat, NaN where a cell lacks it."""
    found = cells.groupby([*PAGE, "split", "seed"], sort=True)[column]
    means = found.mean().where(found.count() == found.size())
    return means.rename("value").reset_index()


def _mean_and_error(repeats: pd.DataFrame) -> pd.DataFrame:
    """Of what has all its repeats."""
    means = summaries(repeats, PAGE)
    return means[["mean", "standard_error"]].where(means["n"] == means["asked"])


def difference_frame(by_dataset: pd.DataFrame, arms: pd.DataFrame) -> pd.DataFrame:
    """One row per dataset and arm that has a difference: dataset, the arm's axes, mean, low and
    high. by_dataset: as `on_each_dataset` gives it. arms: their axes, by arm."""
    found = by_dataset.dropna(subset=["difference"]).rename(columns={"difference": "mean"})
    found = found.reset_index().merge(arms[ARM], left_on="arm", right_index=True)
    found = found.sort_values(["dataset", *ARM], kind="stable", ignore_index=True)
    return found[["dataset", *ARM, "mean", "low", "high"]]
