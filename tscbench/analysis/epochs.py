"""How networks learn from epoch to epoch, and when they have converged."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.results.arms import KEY, REPEATS

SMOOTHED, NEAR = 5, 0.005
"""A network has converged at the first epoch at which its validation accuracy, as the mean of so
many epochs, comes this near the highest such mean."""

NOTED = ("train_loss", "valid_accuracy", "test_accuracy")
"""What is noted of each epoch of every network: loss on the compression set, accuracies on up to
10,000 rows."""

VARIANCE = "_gradient_variance"
"""What follows the name of a loss where the variance of its gradient is noted."""


def history_frame(history: pd.DataFrame, figure: str) -> pd.DataFrame:
    """One row per dataset, arm, student and epoch, the x: mean, standard_error and n of a figure.
    A teacher has the accuracy of its last epoch, without an x, and no loss, for it learnt something
    else. Fits of one epoch are left out where others have more. history: as a run gives it."""
    several = history.groupby([*KEY, *REPEATS])["epoch"].transform("max") > 1
    history = history[several] if several.any() else history
    here = history[(history["figure"] == figure) & history["value"].notna()]
    here = here.rename(columns={"epoch": "x"}).sort_values([*REPEATS, "value"], kind="stable")
    teachers = here["student"] == "teacher"
    last = here["x"] == here.groupby([*KEY, *REPEATS])["x"].transform("max")
    here = here.assign(x=here["x"].where(~teachers, -1))  # a group needs a number
    here = here[~teachers | (last & (figure != "train_loss"))]
    found = summaries(here, [*KEY, "x"]).reset_index()
    found["x"] = found["x"].where(found["x"] > 0)
    return found[[*KEY, "x", "mean", "standard_error", "n"]].sort_values(
        [*KEY, "x"], ignore_index=True
    )


def converged(history: pd.DataFrame) -> pd.DataFrame:
    """One row per cell: its epochs, after which it had converged (see NEAR), the loss of the last,
    accuracy on test rows at the last, and `chosen_on_test`, the highest of any epoch, which is what
    papers report that choose it so. NaN where none was noted.
    """
    cell = [*KEY, *REPEATS]
    wide = history.pivot_table("value", [*cell, "epoch"], "figure").reindex(columns=list(NOTED))
    wide = wide.sort_index().reset_index("epoch")
    groups = wide.groupby(level=cell)
    rolled = groups["valid_accuracy"].rolling(SMOOTHED, min_periods=1).mean()  # in their order
    smooth = pd.Series(rolled.to_numpy(), index=wide.index)
    best = smooth.groupby(level=cell).transform("max")
    near = wide["epoch"].where(smooth >= best - NEAR)
    last = groups[["epoch", "train_loss", "test_accuracy"]].last()
    found: pd.DataFrame = last.assign(
        converged=near.groupby(level=cell).min(), chosen_on_test=groups["test_accuracy"].max()
    )
    return found.rename(columns={"epoch": "epochs"}).reset_index()


def gradient_frame(history: pd.DataFrame) -> pd.DataFrame:
    """One row per dataset, arm, student and loss (`term`) whose gradient was watched: its variance
    from batch to batch at fixed weights, meaned over these and over epochs: mean, standard_error
    and n. history: as a run gives it."""
    here = history[history["figure"].str.endswith(VARIANCE) & (history["value"] > 0)]
    here = here.assign(term=here["figure"].str.removesuffix(VARIANCE))
    each = here.groupby([*KEY, *REPEATS, "term"])["value"].mean().reset_index()
    found = summaries(each, [*KEY, "term"]).reset_index()
    return found[[*KEY, "term", "mean", "standard_error", "n"]]
