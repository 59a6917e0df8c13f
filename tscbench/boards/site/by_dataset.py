"""Each method on each dataset: its score, and its difference to training rows alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tscbench.boards.overview import valued
from tscbench.boards.site.view import RunView
from tscbench.boards.stats import Refused, corrected_resampled_t, summaries

PAGE = ["arm", "dataset"]
COLUMNS = ["score", "error", "difference", "low", "high", "n", "asked", "why"]


def on_each_dataset(
    view: RunView, cells: pd.DataFrame, scores: pd.DataFrame, *, part: str = "test"
) -> pd.DataFrame:
    """One row per arm and dataset (the index): score and difference of the headline, averaged over
    students, seeds and splits, NaN where a cell is missing; error, the standard error over splits
    (seeds, of one split); low and high, the interval of the corrected resampled t; n of asked cells
    with a score; why there is no interval. scores: with the relations between cells."""
    rows = valued(cells, scores, view.headline, part)
    counts = rows.assign(there=rows["value"].notna()).groupby(PAGE)["there"]
    found = pd.DataFrame({"n": counts.sum(), "asked": counts.size()})
    repeats = _repeats(rows, "difference")
    found[["score", "error"]] = _mean_and_error(_repeats(rows, "value"))
    found["difference"] = _mean_and_error(repeats)["mean"]
    sizes = _sizes(view.records)
    splits = repeats[repeats["value"].notna()].groupby([*PAGE, "split"], sort=True)["value"].mean()
    bounds = {
        key: _interval(of_page, sizes.get(str(key[1])))
        for key, of_page in splits.groupby(PAGE, sort=True)
        if not pd.isna(found["difference"][key])
    }
    found["low"] = pd.Series({key: low for key, (low, _, _) in bounds.items()}, dtype=float)
    found["high"] = pd.Series({key: high for key, (_, high, _) in bounds.items()}, dtype=float)
    found["why"] = pd.Series({key: why for key, (_, _, why) in bounds.items()}, dtype=object)
    return found[COLUMNS].fillna({"why": ""}).sort_index()


def _repeats(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The mean over students in each repeat, NaN where a cell lacks it."""
    found = rows.groupby([*PAGE, "split", "seed"], sort=True)[column]
    means = found.mean().where(found.count() == found.size())
    return means.rename("value").reset_index()


def _mean_and_error(repeats: pd.DataFrame) -> pd.DataFrame:
    """Of what has all its repeats."""
    stats = summaries(repeats, PAGE)
    return stats[["mean", "standard_error"]].where(stats["n"] == stats["asked"])


def _interval(splits: pd.Series, sizes: tuple[float, float] | None) -> tuple[float, float, str]:
    if sizes is None:
        return float("nan"), float("nan"), "the records do not say how many rows there were"
    found = corrected_resampled_t(splits.to_numpy(), *sizes)
    if isinstance(found, Refused):
        return float("nan"), float("nan"), str(found)
    return found.low, found.high, ""


def _sizes(records: Sequence[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """Training and test rows of each dataset, the mean over what its records say."""
    known = [
        (str(record["cell"]["dataset"]), record["rows"]["train"], record["rows"]["test"])
        for record in records
        if "rows" in record
    ]
    frame = pd.DataFrame(known, columns=["dataset", "train", "test"])
    mean = frame.groupby("dataset", sort=True).mean()
    return {str(name): (float(a), float(b)) for name, a, b in mean.itertuples()}
