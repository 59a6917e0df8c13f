"""Two entries of one axis, or two runs, cell against cell."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tscbench.analysis.cells import of_sources
from tscbench.analysis.coverage import by_dataset
from tscbench.analysis.intervals import Intervals, intervals_of_means
from tscbench.analysis.pairs import win_tie_loss
from tscbench.analysis.ranks import LEAST
from tscbench.analysis.refused import Refused
from tscbench.analysis.repeats import summaries
from tscbench.analysis.resampled_t import resampled_t
from tscbench.analysis.signed_ranks import signed_rank_p
from tscbench.analysis.sources import Sources
from tscbench.contracts.errors import SpecError, did_you_mean
from tscbench.contracts.kinds import AXES, Direction
from tscbench.contracts.spec import parse
from tscbench.results.arms import REPEATS

SCORE = ["part", "metric"]


@dataclass(frozen=True)
class Paired:
    """Scores that both sides have, with their difference, and the cells that only one side has.

    pairs: the shared axes, part, metric, `a`, `b` and `difference` = b - a.
    only_a, only_b: the shared axes of cells without a partner, or whose partner has no score.
    """

    pairs: pd.DataFrame
    only_a: pd.DataFrame
    only_b: pd.DataFrame


def axis_of(scores: pd.DataFrame, a: str, b: str) -> str:
    """The axis on which both names stand.

    Raises:
        SpecError: there is none, or more than one.
    """
    found = [x for x in AXES if all(_of(scores[x], name).any() for name in (a, b))]
    if len(found) == 1:
        return found[0]
    if found:
        raise SpecError(f"{a} and {b} are both on {' and '.join(found)}: say which with --axis")
    for name in (a, b):
        if not any(_of(scores[axis], name).any() for axis in AXES):
            raise SpecError(_nowhere(scores, name))
    raise SpecError(f"{a} and {b} are on different axes; compare two entries of one")


def _nowhere(scores: pd.DataFrame, name: str) -> str:
    """Why a name stands on no axis."""
    labels = {str(label): axis for axis in AXES for label in scores[axis].unique()}
    alike = sorted(label for label in labels if label.partition("(")[0] == name)
    if alike:
        few = " and ".join(alike) if len(alike) < 4 else f"{', '.join(alike[:3])}, …"
        return f"{name} is {few} on {labels[alike[0]]}: name one in full"
    meant = did_you_mean(name, {*labels, *(label.partition("(")[0] for label in labels)})
    return f"no cell of the run has {name!r} on any axis{meant}"


def _of(values: pd.Series[str], name: str) -> pd.Series[bool]:
    """Which labels a name means: the label itself, or the one label of that plugin."""
    exact = values == name
    if exact.any():
        return exact
    short = values.astype(str).str.partition("(")[0]
    named = short == name
    return named if values[named].nunique() == 1 else exact


def pair_entries(scores: pd.DataFrame, axis: str, a: str, b: str) -> Paired:
    """Cells that are alike but for `a` and `b` on `axis`. Generator none and mix real go together:
    where one of them is compared with another, generator and mix are not part of the pairing."""
    sides = [scores[_of(scores[axis], name)] for name in (a, b)]
    free = {axis}
    if (axis == "generator" and "none" in (a, b)) or (axis == "mix" and "real" in (a, b)):
        free |= {"generator", "mix"}
    return _pair(sides[0], sides[1], [x for x in AXES if x not in free])


def pair_runs(a: pd.DataFrame, b: pd.DataFrame) -> Paired:
    """Cells that two runs share."""
    return _pair(a, b, list(AXES))


def _pair(a: pd.DataFrame, b: pd.DataFrame, on: list[str]) -> Paired:
    a, b = (side[side["student"] != "teacher"] for side in (a, b))
    scored = [side.dropna(subset=["value"]) for side in (a, b)]
    pairs = scored[0].merge(scored[1], on=[*on, *SCORE], suffixes=("_a", "_b"))
    pairs = pairs.rename(columns={"value_a": "a", "value_b": "b"})
    pairs["difference"] = pairs["b"] - pairs["a"]
    for axis in {"dataset", *REPEATS} - set(on):
        pairs[axis] = "-"
    matched = pairs[on].drop_duplicates()
    return Paired(pairs, _without(a, matched, on), _without(b, matched, on))


def _without(side: pd.DataFrame, matched: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    cells = side[on].drop_duplicates()
    marked = cells.merge(matched, on=on, how="left", indicator=True)
    return marked.loc[marked["_merge"] == "left_only", on].reset_index(drop=True)


def unshared(only: pd.DataFrame, pairs: pd.DataFrame) -> list[tuple[str, str]]:
    """What cells of one side have on an axis that no pair has: axis and label. An axis that they do
    not reach is named where it is all that tells them apart."""
    found = [
        (axis, label)
        for axis in only
        for label in sorted({*only[axis].astype(str)} - {*pairs[axis].astype(str)})
    ]
    return [one for one in found if one[1] != "-"] or found


@dataclass(frozen=True, eq=False)
class Comparison:
    """table: one row per metric, over all datasets: a and b, the means of either side; difference,
    b - a, with low and high; p, of Wilcoxon's signed ranks over datasets, or where they are fewer
    than six of t; win, tie and loss, the datasets (of one: splits) on which b is better, alike or
    worse; pairs, of cells. by_dataset: the same for each dataset, with standard_error instead of
    an interval. intervals: what they are, or why there are none."""

    table: pd.DataFrame
    by_dataset: pd.DataFrame
    intervals: Intervals | Refused


def compared(
    paired: Paired,
    part: str,
    direction: Callable[[str], Direction],
    sources: Sources,
    row_ratios: Mapping[str, float],
) -> Comparison:
    """Differences of pairs: what else varies, such as the student, is averaged within each repeat,
    for it is none; datasets of one source count as one. A metric is compared on the repeats that
    both sides have it of. row_ratios: test rows over training rows of each dataset."""
    rows = paired.pairs[paired.pairs["part"] == part]
    repeats = rows.groupby(["metric", "dataset", *REPEATS], sort=True)
    means = repeats[["a", "b", "difference"]].mean()
    lines, intervals = [], []
    for metric, of_it in means.groupby(level="metric"):
        larger = direction(str(metric)) == "higher"
        line, found = _pooled(of_it.droplevel("metric"), larger, sources, row_ratios)
        lines.append({"metric": metric, **line, "pairs": int((rows["metric"] == metric).sum())})
        intervals.append(found)
    each = summaries(
        means["difference"].rename("value").reset_index(), ["metric", "dataset"]
    ).reset_index()
    each = each.rename(columns={"mean": "difference", "n": "repeats"}).drop(columns="asked")
    most = max(intervals, key=lambda found: 0 if isinstance(found, Refused) else found.n)
    return Comparison(pd.DataFrame(lines), each, most)


def _pooled(
    of_it: pd.DataFrame, larger: bool, sources: Sources, row_ratios: Mapping[str, float]
) -> tuple[dict[str, float], Intervals | Refused]:
    """A line of the table. of_it: a, b and difference of a metric, a row each repeat. larger:
    whether more is better."""
    table = of_sources(of_it, sources).groupby(level=of_it.index.names).mean()
    one = table.index.get_level_values("dataset").nunique() == 1
    datasets = map(str, of_it.index.get_level_values("dataset"))
    ratio = max(row_ratios.get(name, 0.0) for name in datasets) if one else 0.0
    units = _units(table["difference"])
    found = intervals_of_means(table[["difference"]], ratio)
    line = {
        **by_dataset(table).mean().to_dict(),
        **_ends(found),
        "p": _p(units, ratio),
        **win_tie_loss(units.to_frame(), larger_is_better=larger).iloc[0].to_dict(),
    }
    return line, found


def _units(differences: pd.Series[float]) -> pd.Series[float]:
    """The mean of each dataset, or of one dataset of each split."""
    splits = differences.groupby(level=["dataset", "split"]).mean()
    several = splits.index.get_level_values("dataset").nunique() > 1
    return splits.groupby(level="dataset").mean() if several else splits


def _ends(found: Intervals | Refused) -> dict[str, float]:
    if isinstance(found, Refused):
        return {"low": math.nan, "high": math.nan}
    return {end: float(found.table[end].iloc[0]) for end in ("low", "high")}


def _p(units: pd.Series[float], ratio: float) -> float:
    """Whether the mean of these differences is zero."""
    several = units.index.nlevels == 1
    if several and len(units) >= LEAST:
        return float(signed_rank_p(units.to_numpy(np.float64)[:, None])[0])
    found = resampled_t(units, 0.0 if several else ratio)
    return math.nan if isinstance(found, Refused) else found.p


RULE = re.compile(r"\s*([^\s<>]+)\s*(<|>)\s*([-+]?\d*\.?\d+(?:[eE][-+]?\d+)?)\s*")


def failing(comparison: Comparison, part: str, rule: str) -> str:
    """What fails of a rule such as `auc<-0.01` about the mean over datasets of the mean difference;
    empty if nothing does. A metric without a pair fails.

    Raises:
        SpecError: the rule does not read.
    """
    match = RULE.fullmatch(rule)
    if match is None:
        raise SpecError(f"--fail-if {rule!r}: must read METRIC<NUMBER or METRIC>NUMBER")
    metric, sign, limit = match[1], match[2], float(match[3])
    rows = comparison.table[comparison.table["metric"] == metric]
    if rows.empty:
        return f"no pair of cells has metric {metric} on {part} rows"
    mean = float(rows["difference"].iloc[0])
    fails = mean < limit if sign == "<" else mean > limit
    return f"{metric}: mean difference {mean:+.4f} {sign} {limit:g}" if fails else ""


def canonical(name: str) -> str:
    """A spec as runs write it."""
    return str(parse(name)) if "(" in name else name
