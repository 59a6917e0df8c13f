"""Each method on each dataset: its score, and its difference to training rows alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tscbench.boards.overview import valued
from tscbench.boards.site.view import RunView
from tscbench.boards.stats import Refused, corrected_resampled_t

COLUMNS = ["score", "error", "difference", "low", "high", "n", "asked", "why"]


def on_each_dataset(
    view: RunView, cells: pd.DataFrame, scores: pd.DataFrame, *, part: str = "test"
) -> pd.DataFrame:
    """One row per arm and dataset (the index): score and difference of the headline, averaged over
    students, seeds and splits, NaN where a cell is missing; error, the standard error over splits
    (seeds, of one split); low and high, the interval of the corrected resampled t; n of asked cells
    with a score; why there is no interval. scores: with the relations between cells."""
    rows = valued(cells, scores, view.headline, part)
    counts = rows.assign(there=rows["value"].notna()).groupby(["arm", "dataset"])["there"]
    score, difference = _by_split(rows, "value"), _by_split(rows, "difference")
    found = pd.DataFrame({"n": counts.sum(), "asked": counts.size()})
    found["score"], found["error"] = _mean_and_error(score)
    found["difference"], _ = _mean_and_error(difference)
    sizes = _sizes(view.records)
    bounds = {
        key: _interval(splits, sizes.get(str(key[1])))
        for key, splits in difference["mean"].groupby(["arm", "dataset"], sort=True)
        if splits.notna().all()
    }
    found["low"] = pd.Series({key: low for key, (low, _, _) in bounds.items()}, dtype=float)
    found["high"] = pd.Series({key: high for key, (_, high, _) in bounds.items()}, dtype=float)
    found["why"] = pd.Series({key: why for key, (_, _, why) in bounds.items()}, dtype=object)
    return found[COLUMNS].fillna({"why": ""}).sort_index()


def _by_split(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Mean of each split, NaN where a cell lacks it, and the standard error over its seeds."""
    keys = ["arm", "dataset", "split"]
    repeats = rows.groupby([*keys, "seed"], sort=True)[column].agg(["mean", "count", "size"])
    whole = repeats["mean"].where(repeats["count"] == repeats["size"])
    splits = whole.groupby(keys, sort=True).agg(["mean", "sem", "count", "size"])
    complete = splits["count"] == splits["size"]
    return splits[["mean", "sem"]].where(complete, np.nan)


def _mean_and_error(splits: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    over = splits.groupby(["arm", "dataset"], sort=True)
    stats = over["mean"].agg(["mean", "sem", "count", "size"])
    error = stats["sem"].where(stats["size"] > 1, over["sem"].first())
    whole = stats["count"] == stats["size"]
    return stats["mean"].where(whole), error.where(whole)


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
