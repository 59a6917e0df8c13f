"""What the repeats of a metric come to."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tscbench.analysis.derived import must_have
from tscbench.analysis.ratios import ratio_intervals
from tscbench.analysis.repeats import summaries

METHOD = ["dataset", "generator", "mix", "teacher", "query", "objective", "student"]
TSC_SCORE = r"tsc_score(@[-+.\de]+)?"


def estimates(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Of rows of one metric the mean, standard error, n and asked of each group, as `summaries` has
    them; of ratios between cells, rows of `relations`, the ratio of means with its interval, as
    `ratio_intervals` has it. `by` holds an arm and its student at least."""
    if "denominator" not in rows or not rows["denominator"].notna().any():
        return summaries(rows, by)
    found = ratio_intervals(rows).rename(columns={"value": "mean"})
    return found.set_index(list(by))[["mean", "standard_error", "low", "high", "n", "asked"]]


class Scores(pd.DataFrame):  # type: ignore[misc]  # pandas has no types
    """A frame that is printed whole, under what all its rows share."""

    def __repr__(self) -> str:
        axes = self.index.to_frame(index=False)
        same = [axis for axis in axes.columns[:-1] if axes[axis].nunique() == 1]
        shared = "; ".join(f"{axis} {axes[axis].iloc[0]}" for axis in same)
        return f"{shared}\n{self.droplevel(same).to_string()}".lstrip()


def tsc_scores(related: pd.DataFrame, part: str) -> Scores:
    """The TSC Scores among relations as `Results.tsc_scores` gives them.

    Raises:
        SpecError: there is none.
    """
    wanted = related["metric"].str.fullmatch(TSC_SCORE) & (related["part"] == part)
    if not wanted.any():
        must_have(related, "tsc_score")
    found = ratio_intervals(related[wanted]).rename(columns={"value": "mean"})
    frame = found.set_index(METHOD)[["mean", "standard_error", "n"]]
    return Scores(frame.astype({"n": int}).sort_index())
