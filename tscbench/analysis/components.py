"""What varies between repeats: variances of splits and of seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tscbench.analysis.refused import Refused


@dataclass(frozen=True)
class Components:
    """Variances: of splits (rows drawn, teacher and generator fitted anew), and of seeds within a
    split (synthetic rows and student drawn anew)."""

    split: float | Refused
    seed: float | Refused


def variance_components(frame: pd.DataFrame) -> Components:
    """How much of the spread of repeats comes from the split, and how much from the seed.

    frame: split, seed, value, and perhaps `dataset` or another column `group`, within which the
    components are taken and over which they are pooled. Seeds are nested in splits: seed 0 of one
    split has nothing in common with seed 0 of another.

    The estimators are those of the analysis of variance, which equate mean squares with their
    expectations, also for unequal numbers of seeds; a negative estimate is given as zero (Searle,
    Casella & McCulloch, 1992, Variance components, chapter 3):
    seed = MS_within; split = (MS_between - MS_within)/n₀ with
    n₀ = Σ_groups (N - Σ n_i²/N) / Σ_groups (splits - 1).
    """
    groups = [name for name in ("dataset", "group") if name in frame]
    here = frame[frame["value"].notna()]
    splits = here.groupby([*groups, "split"], sort=False)["value"].agg(["mean", "size"])
    within = here["value"] - here.groupby([*groups, "split"], sort=False)["value"].transform("mean")
    seed_df = len(here) - len(splits)
    seed = float((within**2).sum() / seed_df) if seed_df else float("nan")
    n = splits["size"].to_numpy(np.float64)
    code = splits.groupby(groups, sort=False).ngroup().to_numpy() if groups else np.zeros(len(n))
    total, weighted, squares = (
        np.bincount(code.astype(int), weight) for weight in (n, n * splits["mean"].to_numpy(), n**2)
    )
    split_df = len(n) - len(total)
    between = float((n * (splits["mean"] - (weighted / total)[code.astype(int)]) ** 2).sum())
    n0 = float((total - squares / total).sum() / split_df) if split_df else float("nan")
    return Components(
        split=_split_component(between, split_df, seed, n0),
        seed=seed if seed_df else Refused("no two seeds"),
    )


def _split_component(between: float, df: int, seed: float, n0: float) -> float | Refused:
    if df == 0:
        return Refused("one split")
    if np.isnan(seed):
        return Refused("one seed a split")
    return max(0.0, (between / df - seed) / n0)
