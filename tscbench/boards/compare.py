"""Two entries of one axis, or two runs, cell against cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tscbench.analysis.repeats import mean_se, summaries
from tscbench.boards.boards import REPEATS, Board, plus_minus
from tscbench.boards.sources import Sources, means_of_sources, said_of
from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import AXES
from tscbench.contracts.spec import parse

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
            raise SpecError(f"no cell of the run has {name!r} on any axis")
    raise SpecError(f"{a} and {b} are on different axes; compare two entries of one")


def _of(values: pd.Series[str], name: str) -> pd.Series[bool]:
    """Which labels a name means: the label itself, or the one label of that plugin."""
    exact = values == name
    if exact.any():
        return exact
    short = values.astype(str).str.partition("(")[0]
    named = short == name
    return named if values[named].nunique() == 1 else exact


def pair_entries(scores: pd.DataFrame, axis: str, a: str, b: str) -> Paired:
    """Cells that are alike but for `a` and `b` on `axis`. Where one of them cannot have a mix that
    the other has, as generator none has none but real, the mix is not part of the pairing."""
    sides = [scores[_of(scores[axis], name)] for name in (a, b)]
    free = {axis}
    if axis == "generator" and "none" in (a, b):
        free.add("mix")
    return _pair(sides[0], sides[1], [x for x in AXES if x not in free])


def pair_runs(a: pd.DataFrame, b: pd.DataFrame) -> Paired:
    """Cells that two runs share."""
    return _pair(a, b, list(AXES))


def _pair(a: pd.DataFrame, b: pd.DataFrame, on: list[str]) -> Paired:
    a, b = (side[side["student"] != "teacher"] for side in (a, b))
    scored = [side.dropna(subset=["value"]) for side in (a, b)]
    pairs = scored[0].merge(scored[1], on=[*on, *SCORE], suffixes=("_a", "_b"))
    pairs = pairs.rename(columns={"value_a": "a", "value_b": "b", "mix_b": "mix"})
    pairs["difference"] = pairs["b"] - pairs["a"]
    for axis in {"dataset", *REPEATS} - set(on):
        pairs[axis] = "-"
    matched = pairs[on].drop_duplicates()
    return Paired(pairs, _without(a, matched, on), _without(b, matched, on))


def _without(side: pd.DataFrame, matched: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    cells = side[on].drop_duplicates()
    marked = cells.merge(matched, on=on, how="left", indicator=True)
    return marked.loc[marked["_merge"] == "left_only", on].reset_index(drop=True)


def comparison(
    paired: Paired, part: str, names: tuple[str, str], sources: Sources | None = None
) -> Board:
    """Mean differences by metric, mix and dataset, and over all datasets, with how many pairs are
    higher or lower on the second side. The standard error is that of `summaries`, and in the row
    that sums them up that of datasets, those of one source counting as one."""
    rows = paired.pairs[paired.pairs["part"] == part]
    lines: list[list[object]] = []
    numbers: list[list[object]] = []
    for (metric, mix), of_it in rows.groupby(["metric", "mix"], sort=True):
        means = _by_dataset(of_it)
        for dataset, pairs in of_it.groupby("dataset", sort=True):
            row = means.loc[dataset]
            counts = [len(pairs), *_signs(pairs["difference"])]
            lines.append([metric, mix, dataset, _said(row), *counts])
            numbers.append([metric, mix, dataset, row["mean"], row["standard_error"], *counts])
        if len(means) > 1:
            over = mean_se(means_of_sources(means["mean"], sources or {}))
            counts = [over.n, *_signs(of_it["difference"])]
            of_all = [metric, mix, "mean of datasets"]
            lines.append([*of_all, plus_minus(over.mean, over.standard_error, "+"), *counts])
            numbers.append([*of_all, over.mean, over.standard_error, *counts])
    where, counted = ["metric", "mix", "dataset"], ["pairs", "higher", "lower"]
    unmatched = f"{len(paired.only_a)} cells of {names[0]}, {len(paired.only_b)} of {names[1]}"
    caption = f"{part} rows, paired; without a partner: {unmatched}"
    table = pd.DataFrame(lines, columns=[*where, f"{names[1]} - {names[0]}", *counted])
    plain = pd.DataFrame(numbers, columns=[*where, "difference", "standard_error", *counted])
    notes = tuple(said_of(sources or {}))
    return Board(f"{names[1]} against {names[0]}", caption, table, None, notes, plain)


def _said(row: Any) -> str:
    return plus_minus(row["mean"], row["standard_error"], "+")


def _by_dataset(pairs: pd.DataFrame) -> pd.DataFrame:
    """Mean difference of each dataset with its standard error; what else varies, such as the
    student, is averaged within each repeat, for it is none."""
    repeats = pairs.groupby(["dataset", *REPEATS], sort=True)["difference"].mean()
    return summaries(repeats.rename("value").reset_index(), ["dataset"])


def _signs(differences: pd.Series[float]) -> tuple[int, int]:
    return int((differences > 0).sum()), int((differences < 0).sum())


RULE = re.compile(r"\s*([^\s<>]+)\s*(<|>)\s*([-+]?\d*\.?\d+(?:[eE][-+]?\d+)?)\s*")


def failing(paired: Paired, part: str, rule: str, sources: Sources | None = None) -> str:
    """What fails of a rule such as `auc<-0.01` about the mean over datasets of the mean difference;
    empty if nothing does. A metric without a pair fails.

    Raises:
        SpecError: the rule does not read.
    """
    match = RULE.fullmatch(rule)
    if match is None:
        raise SpecError(f"--fail-if {rule!r}: must read METRIC<NUMBER or METRIC>NUMBER")
    metric, sign, limit = match[1], match[2], float(match[3])
    rows = paired.pairs[(paired.pairs["part"] == part) & (paired.pairs["metric"] == metric)]
    if rows.empty:
        return f"no pair of cells has metric {metric} on {part} rows"
    mean = float(means_of_sources(_by_dataset(rows)["mean"], sources or {}).mean())
    fails = mean < limit if sign == "<" else mean > limit
    return f"{metric}: mean difference {mean:+.4f} {sign} {limit:g}" if fails else ""


def canonical(name: str) -> str:
    """A spec as runs write it."""
    return str(parse(name)) if "(" in name else name
