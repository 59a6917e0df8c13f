"""Published claims: findings that are not one number, decided from the scores of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tscbench.analysis.fieller import ratio_of_means
from tscbench.analysis.refused import Refused
from tscbench.analysis.resampled_t import resampled_t
from tscbench.analysis.row_counts import test_to_train
from tscbench.contracts.types import Array
from tscbench.results.finder import finder
from tscbench.results.ledger import SPECS, Claim

Find = Callable[[Mapping[str, str]], pd.DataFrame]
DECIDED = ["estimate", "low", "high", "n", "asked"]
COLUMNS = ["id", "what", "source", "status", "metric", "case", *DECIDED, "verdict", "why"]
BATCH = 30_000
"""Rows a batch at which speed-ups are compared, as published; on one thread."""


@dataclass(frozen=True)
class Decided:
    """What a rule found in one case: an estimate with its 95 % interval, from n of `asked` repeats,
    and a reason where there is none."""

    estimate: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    n: int = 0
    asked: int = 0
    why_not: str = ""


@dataclass(frozen=True)
class Paired:
    """Scores of arms in repeats that all of them have, averaged within each split."""

    table: Array
    n: int
    asked: int


def claims_frame(
    scores: pd.DataFrame,
    speeds: pd.DataFrame | None,
    claims: Iterable[Claim],
    *,
    test_share: float = 0.3,
    ratios: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """One row per claim and case of it: id, what, source, status, metric, case, estimate, low,
    high, n, asked, verdict and why.

    ratios: test rows over training rows of each dataset; those that `scores` say, if not given.
    test_share: of all rows, for datasets that are not among them.
    verdict: "holds" or "does not hold" if the whole interval is where the claim says, or none of
    it; "not decided here: …" otherwise; "not replayable: …".
    """
    find = finder(scores)
    known = test_to_train(scores) if ratios is None else ratios
    rows: list[dict[str, Any]] = []
    for claim in claims:
        for case in claim.cases():
            dataset = claim.cell(claim.arms[0], case).get("dataset", "") if claim.arms else ""
            ratio = known.get(dataset, test_share / (1 - test_share))
            found = _decide(claim, case, find, speeds, ratio)
            rows.append(
                {
                    "id": claim.id,
                    "what": claim.what,
                    "source": claim.source,
                    "status": claim.status,
                    "metric": claim.metric,
                    "case": ", ".join(case.values()),
                    **{name: getattr(found, name) for name in DECIDED},
                    "verdict": _verdict(claim, found),
                    "why": claim.why,
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def _verdict(claim: Claim, found: Decided) -> str:
    if claim.status == "not replayable":
        return f"not replayable: {claim.why}"
    if found.why_not:
        return f"not decided here: {found.why_not}"
    above, below = (0.0, None) if claim.rule == "ordering" else (claim.above, claim.below)
    if (above is not None and found.high <= above) or (below is not None and found.low >= below):
        return "does not hold"
    if (above is None or found.low > above) and (below is None or found.high < below):
        return "holds"
    return "not decided here: the interval has both in it"


def _decide(
    claim: Claim,
    case: dict[str, str],
    find: Find,
    speeds: pd.DataFrame | None,
    ratio: float,
) -> Decided:
    if claim.rule is None:
        return Decided(why_not=claim.why)
    if claim.rule == "speed_up":
        return _speed_up(claim, claim.cell(claim.arms[0], case), find, speeds)
    arms = [find(claim.cell(arm, case)) for arm in claim.arms]
    names = [", ".join(v for v in arm.values() if v != "-") for arm in claim.arms]
    found = paired(claim.metric, arms, names)
    if isinstance(found, str):
        return Decided(why_not=found)
    decided = RULES[claim.rule](found.table, ratio)
    if isinstance(decided, Refused):
        return Decided(n=found.n, asked=found.asked, why_not=str(decided))
    return Decided(*decided, found.n, found.asked)


def paired(metric: str, arms: list[pd.DataFrame], names: list[str]) -> Paired | str:
    """The arms' scores in the repeats that all of them have, `(splits, arms)`; a teacher has no
    seeds, and stands beside all of its split. A text says why there are none."""
    columns: list[pd.Series[float]] = []
    asked = 0
    for rows, name in zip(arms, names, strict=True):
        asked = max(asked, len(rows.drop_duplicates(["split", "seed"])))
        mine = rows[rows["metric"] == metric]
        if mine.empty:
            why = without_score(rows, metric)
            return f"{name}: {why}" if name else why
        on = ["split"] if (mine["seed"] == "-").all() else ["split", "seed"]
        columns.append(mine.set_index(on)["value"].rename(str(len(columns))))
    columns.sort(key=lambda column: -column.index.nlevels)
    joined = columns[0].to_frame()
    for column in columns[1:]:
        joined = joined.join(column, how="inner")
    if joined.isna().any(axis=None):
        return f"{int(joined.isna().any(axis=1).sum())} of {len(joined)} are undefined"
    if joined.empty:
        return "the arms have no repeat in common"
    table = joined.groupby(level="split").mean()[[str(place) for place in range(len(arms))]]
    return Paired(table.to_numpy(np.float64), len(joined), asked)


def without_score(rows: pd.DataFrame, metric: str) -> str:
    """Why the rows of an arm's cells have no score of a metric."""
    if rows.empty:
        return "not in this run"
    cells = rows.drop_duplicates(["split", "seed"])
    done = int((cells["status"] == "ok").sum())
    return f"{done} of {len(cells)} cells ended" + (f", without {metric}" if done else "")


def _difference(table: Array, ratio: float) -> tuple[float, float, float] | Refused:
    found = resampled_t(table[:, 0] - table[:, 1], ratio)
    return found if isinstance(found, Refused) else (found.mean, found.low, found.high)


def _ordering(table: Array, ratio: float) -> tuple[float, float, float] | Refused:
    """The difference of the two neighbours that speaks most against the order."""
    gaps = [_difference(table[:, i : i + 2], ratio) for i in range(table.shape[1] - 1)]
    if refused := [gap for gap in gaps if isinstance(gap, Refused)]:
        return refused[0]
    known = [gap for gap in gaps if not isinstance(gap, Refused)]
    reversed_ = [gap for gap in known if gap[2] <= 0]
    return min(reversed_ or known, key=lambda gap: gap[1])


def _ratio(table: Array, ratio: float) -> tuple[float, float, float] | Refused:
    """(first - third) / (second - third)."""
    found = ratio_of_means(table[:, 0] - table[:, 2], table[:, 1] - table[:, 2], ratio)
    return found if isinstance(found, Refused) else (found.value, found.low, found.high)


def _interaction(table: Array, ratio: float) -> tuple[float, float, float] | Refused:
    """(first - second) - (third - fourth)."""
    return _difference(table[:, [0, 2]] - table[:, [1, 3]], ratio)


RULES = {
    "difference": _difference,
    "ordering": _ordering,
    "ratio": _ratio,
    "interaction": _interaction,
}
"""Rules that a table of scores, splits × arms, is enough for."""


def _speed_up(
    claim: Claim, axes: dict[str, str], find: Find, speeds: pd.DataFrame | None
) -> Decided:
    """The largest speed-up over the teacher among timed students that are near enough to it; the
    least of these where several machines have timed."""
    if speeds is None or speeds.empty:
        return Decided(why_not="not timed")
    timed = speeds[(speeds["batch"] == BATCH) & (speeds["threads"] == 1) & ~speeds["contended"]]
    for axis, label in axes.items():
        timed = timed[timed[axis] == label]
    if timed.empty:
        return Decided(why_not="not timed")
    own = dict.fromkeys(SPECS, "-") | {"student": "teacher"}
    teacher = _mean(find(own | {axis: axes[axis] for axis in ("dataset", "teacher")}), claim.metric)
    cells = timed[list(SPECS)].to_dict("records")
    excess = np.array([teacher - _mean(find(cell), claim.metric) for cell in cells])
    if np.isnan(excess).all():
        return Decided(asked=len(timed), why_not="no scores of what was timed")
    near = timed[excess <= (claim.excess or 0.0)]
    if near.empty:
        least = float(np.nanmin(excess))
        return Decided(asked=len(timed), why_not=f"the nearest student is {least:.4f} below")
    best = float(near.groupby("hardware")["speed_up"].max().min())
    return Decided(best, best, best, len(near), len(timed))


def _mean(rows: pd.DataFrame, metric: str) -> float:
    values = rows.loc[rows["metric"] == metric, "value"]
    return float(values.mean(skipna=False)) if len(values) else float("nan")
