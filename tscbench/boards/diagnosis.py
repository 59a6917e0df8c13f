"""What foretells a good compression set: probes of synthetic rows against what students made of
them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tscbench.analysis.correlation import LEAST, correlation_by_chance, rank_correlation
from tscbench.analysis.repeats import mean_se
from tscbench.boards.boards import Board
from tscbench.boards.sources import Sources, means_of_sources, said_of

ALIKE = ["dataset", "teacher", "query", "objective", "mix", "student"]
"""What arms share that are ranked against each other: all but the generator."""


def correlations(
    scores: pd.DataFrame, related: pd.DataFrame, metric: str = "tsc_score", *, part: str = "test"
) -> pd.DataFrame:
    """ρ between each number of each probe and a score, over generators where all else is alike.

    Both are means over the repeats. related: as `relations(scores)` gives it. metric: one of its
    scores, whatever the ratio: `tsc_score` takes `tsc_score@9` in. Returns one row for each
    combination of `ALIKE` and probe, with rho and n, the generators that have both.
    """
    probes = scores[scores["part"] == "synthetic"]
    wanted = related["metric"].str.split("@").str[0] == metric
    found = related[wanted & (related["part"] == part)]
    arm = [*ALIKE, "generator"]
    said = probes.groupby([*arm, "metric"], sort=True)["value"].mean().rename("probe").reset_index()
    target = found.groupby(arm, sort=True)["value"].mean().rename("score").reset_index()
    both = said.merge(target, on=arm).dropna(subset=["probe", "score"])
    rows = [
        (*key, rank_correlation(arms["probe"].to_numpy(), arms["score"].to_numpy()), len(arms))
        for key, arms in both.groupby([*ALIKE, "metric"], sort=True)
    ]
    return pd.DataFrame(rows, columns=[*ALIKE, "probe", "rho", "n"])


def probe_board(
    scores: pd.DataFrame,
    related: pd.DataFrame,
    metric: str = "tsc_score",
    *,
    part: str = "test",
    sources: Sources | None = None,
) -> Board:
    """How well each probe ranks generators as the score does: per dataset the mean ρ over teachers,
    queries, objectives, mixes and students, and the mean over datasets with its standard error,
    those of one source counting as one."""
    each = correlations(scores, related, metric, part=part)
    title = f"Probes against {metric}"
    if not each["rho"].notna().any():
        least = f"a rank correlation needs {LEAST} generators that have a probe and a {metric}"
        return Board(title, f"none: {least} where all else is alike", pd.DataFrame())
    whole = each.pivot_table("rho", "probe", "dataset", "mean", dropna=False)
    wide = whole.dropna(how="all")
    still = sorted(set(whole.index) - set(wide.index))
    pooled = {
        probe: mean_se(means_of_sources(row, sources or {})) for probe, row in wide.iterrows()
    }
    keys = wide.reset_index(drop=True).assign(
        pooled=[e.mean for e in pooled.values()],
        datasets=[float(e.n) for e in pooled.values()],
        n=each.groupby("probe")["n"].median().reindex(wide.index).to_numpy(float),
    )
    table = keys.map(_rho).assign(
        pooled=[_rho(e.mean, e.standard_error) for e in pooled.values()],
        datasets=[f"{e.n} of {e.asked}" for e in pooled.values()],
        n=_spans(each).reindex(wide.index).to_numpy(),
    )
    order = keys["pooled"].abs().sort_values(ascending=False, kind="stable").index
    table.insert(0, "probe", wide.index)
    keys.insert(0, "probe", np.nan)
    return Board(
        title,
        f"Spearman's ρ between a probe and {metric} on {part} rows over n generators, all else "
        "alike; mean per dataset, and mean ± standard error over datasets",
        table.loc[order].reset_index(drop=True),
        keys.loc[order].reset_index(drop=True),
        (
            _chance(int(each["n"].max())),
            *(f"{probe} ranks no generators" for probe in still),
            *said_of(sources or {}),
        ),
        each,
    )


def _rho(mean: float, error: float = float("nan")) -> str:
    if np.isnan(mean):
        return ""
    return f"{mean:+.2f}" + ("" if np.isnan(error) else f" ± {error:.2f}")


def _spans(each: pd.DataFrame) -> pd.Series[str]:
    """The numbers of generators behind each probe's rankings."""
    ends = each.groupby("probe")["n"].agg(["min", "max"])
    low, high = ends["min"].astype(str), ends["max"].astype(str)
    return low.where(ends["min"] == ends["max"], low + " to " + high)


def _chance(n: int) -> str:
    """How large one ranking's ρ becomes by chance."""
    limit = correlation_by_chance(n)
    return (
        f"one ranking of {n} generators lies beyond ±{limit:.2f} by chance in 1 of 20; rankings of "
        "one dataset share its rows and are no repeats"
    )
