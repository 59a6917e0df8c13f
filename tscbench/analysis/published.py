"""Published numbers beside the cells that repeat them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from tscbench.analysis.claims import without_score
from tscbench.analysis.repeats import summaries
from tscbench.analysis.student_t import one_more
from tscbench.contracts.types import Array
from tscbench.results.finder import finder
from tscbench.results.ledger import Number

COLUMNS = [
    *("id", "what", "source", "status", "metric", "printed", "published", "measured"),
    *("standard_error", "n", "asked", "difference", "tolerance", "verdict", "why", "note"),
]


def numbers_frame(scores: pd.DataFrame, numbers: Iterable[Number]) -> pd.DataFrame:
    """One row per number, and one for each generator that is set beside it, whose id ends in
    @generator. Cells are compared on test rows, by their labels.

    Returns id, what, source, status, metric, printed (as text, with its spread), published,
    measured and standard_error (over repeats, as `summaries` has them), n, asked (planned repeats),
    difference (measured - published), tolerance, verdict, why and note.

    verdict: "reached", "not reached: above" or "…: below"; "undecided: …" where a score is
    undefined or one repeat has no spread; "not run here"; "not replayable: …".
    """
    find = finder(scores)
    asked: list[tuple[Number, str, str, dict[str, str]]] = []
    for number in numbers:
        asked.append((number, number.id, number.what, number.cell))
        for generator in number.beside if number.cell else ():
            cell = {**number.cell, "generator": generator}
            name, what = f"{number.id}@{generator}", f"{number.what}, by {generator}"
            asked.append((number, name, what, cell))
    found = [find(cell) for *_, cell in asked]
    mine = [rows[rows["metric"] == one[0].metric] for one, rows in zip(asked, found, strict=True)]
    measured = _measured(mine)
    rows = [_row(*one) for one in zip(asked, found, mine, measured, strict=True)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _measured(scores: list[pd.DataFrame]) -> list[tuple[float, float]]:
    """Mean and standard error of each frame of scores, NaN where one is not there or undefined."""
    whole = {n: frame for n, frame in enumerate(scores) if frame["value"].notna().all()}
    kept = {n: frame[["split", "seed", "value"]] for n, frame in whole.items() if len(frame)}
    if not kept:
        return [(float("nan"), float("nan"))] * len(scores)
    table = summaries(pd.concat(kept, names=["place"]).reset_index("place"), ["place"])
    pairs = table[["mean", "standard_error"]].reindex(range(len(scores)))
    return [(float(mean), float(error)) for mean, error in pairs.to_numpy()]


def _row(
    named: tuple[Number, str, str, dict[str, str]],
    rows: pd.DataFrame,
    mine: pd.DataFrame,
    measured: tuple[float, float],
) -> dict[str, Any]:
    (number, name, what, cell), (mean, error) = named, measured
    values = mine["value"].to_numpy(np.float64)
    asked = len(rows.drop_duplicates(["split", "seed"]))
    difference = mean - number.printed.number
    tolerance = tolerance_of(number, values)
    return {
        "id": name,
        "what": what,
        "source": number.source,
        "status": number.status,
        "metric": number.metric,
        "printed": number.value + (f" ± {number.spread}" if number.spread else ""),
        "published": number.printed.number,
        "measured": mean,
        "standard_error": error,
        "n": len(values),
        "asked": asked,
        "difference": difference,
        "tolerance": tolerance,
        "verdict": _verdict(number, cell, rows, values, difference, tolerance),
        "why": number.why,
        "note": number.note,
    }


def tolerance_of(number: Number, values: Array) -> float:
    """How far the mean of our repeats may be from a published number. NaN where it is not known.

    A number that was set before stands. "redraw": a published number is one more run of the same
    experiment, rounded, so it lies within half a unit of its last digit and
    t_{.975, n - 1}·s·√(1 + 1/n) of the mean of n repeats with standard deviation s. Repeats that
    share a split are counted as if they did not, which makes it smaller.
    """
    n = len(values)
    if isinstance(number.tolerance, float) and n:
        return number.tolerance
    if number.tolerance != "redraw" or n < 2 or np.isnan(values).any():
        return float("nan")
    return number.printed.half_unit + one_more(values)


def _verdict(
    number: Number,
    cell: dict[str, str],
    rows: pd.DataFrame,
    values: Array,
    difference: float,
    tolerance: float,
) -> str:
    if number.status == "not replayable":
        return f"not replayable: {number.why}"
    if not cell:
        return f"not run here: {number.why}"
    if not len(values):
        why = without_score(rows, number.metric)
        return f"not run here: {why}" if len(rows) else "not run here"
    if np.isnan(values).any():
        return f"undecided: {np.isnan(values).sum()} of {len(values)} scores are undefined"
    if np.isnan(tolerance):
        return "undecided: one repeat has no spread"
    if abs(difference) <= tolerance:
        return "reached"
    return "not reached: above" if difference > 0 else "not reached: below"
