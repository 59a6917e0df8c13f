"""A generator's two parameters against each other: what validation rows choose, and what test rows
would have chosen."""

from __future__ import annotations

import re

import pandas as pd

from tscbench.analysis.repeats import scored, summaries
from tscbench.contracts.kinds import Direction
from tscbench.results.arms import ARM

MUNGE = {"p": 0.5, "s": 1.0}
"""The defaults of munge's parameters, which a label leaves out."""

GROUP = ["dataset", *(axis for axis in ARM if axis != "generator"), "student"]
"""What the settings of one sweep have in common."""


def sweep_frame(
    scores: pd.DataFrame,
    metric: str,
    *,
    direction: Direction = "higher",
) -> pd.DataFrame:
    """One row per dataset, arm less its generator, student, x, y and part (valid, test): mean,
    standard_error, n over the repeats.

    x and y are p and s of munge; where a label leaves one out it has its default, and labels with
    further parameters are left out. chosen: best mean
    on validation rows; best_on_test: the one that test rows would choose; of equals the smaller x.
    """
    here = pd.concat([scored(scores, metric, part) for part in ("valid", "test")])
    values = {spec: _values(spec) for spec in here["generator"].unique()}
    here = here.assign(x=here["generator"].map({s: v[0] for s, v in values.items()}))
    here = here.assign(y=here["generator"].map({s: v[1] for s, v in values.items()}))
    here = here[here["x"].notna()]
    stats = summaries(here, [*GROUP, "x", "y", "part"]).reset_index()
    stats = stats[[*GROUP, "x", "y", "part", "mean", "standard_error", "n"]]
    stats = stats.sort_values([*GROUP, "x", "y", "part"], ignore_index=True)
    for part, mark in (("valid", "chosen"), ("test", "best_on_test")):
        judged = stats[stats["part"] == part]
        order = judged.sort_values("mean", ascending=direction == "lower", kind="stable")
        best = order.drop_duplicates(GROUP)[[*GROUP, "x", "y"]].assign(**{mark: True})
        stats = stats.merge(best, on=[*GROUP, "x", "y"], how="left")
        stats[mark] = stats[mark].eq(True)
    return stats


def _values(spec: str) -> list[float]:
    """p and s of a label; NaN where it is of another generator or has other parameters."""
    name, _, inside = spec.partition("(")
    given = dict(re.findall(r"(\w+)=([^,)]+)", inside))
    if name != "munge" or not set(given) <= set(MUNGE):
        return [float("nan")] * len(MUNGE)
    return [float(given.get(parameter, default)) for parameter, default in MUNGE.items()]
