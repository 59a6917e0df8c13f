"""What tuning a method's parameters chose, what came of it on test rows, and what it cost."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.boards.boards import Board, plus_minus
from tscbench.boards.cost_board import seconds
from tscbench.boards.costs import costs
from tscbench.boards.estimates import ARM_KEY
from tscbench.boards.lanes import Lane, tuned
from tscbench.contracts.kinds import Direction

TUNED = ("generator", "mix")
"""The axes whose parameters are chosen."""

FAIR, PUBLISHED = "tuned", "chosen on test, as published"


def tuning_board(
    scores: pd.DataFrame,
    timings: pd.DataFrame,
    metric: str,
    *,
    axis: str = "generator",
    direction: Direction = "higher",
) -> Board | None:
    """A row per dataset, method with several candidates and student: the test score of what
    validation rows choose in each split, beside that of its default parameters and of what test
    rows would choose; the seconds of all candidates over those of the chosen. None where there is
    nothing to choose, or no validation row to choose by. scores, timings: as a run gives them.
    axis: whose parameters are chosen; of mix, such as p_fake of a stream."""
    fair = tuned(scores, metric, axis=axis, direction=direction)
    if not len(fair.chosen):
        return None
    unfair = tuned(scores, metric, axis=axis, direction=direction, part="test")
    test = scores[(scores["part"] == "test") & (scores["metric"] == metric)]
    method = [*_taught(axis), "family"]
    chosen = fair.chosen.groupby(method, sort=True)
    found = {
        FAIR: summaries(_of(test, fair), method),
        "default": summaries(test.assign(family=test[axis]), method),
        PUBLISHED: summaries(_of(test, unfair), method),
    }
    index = chosen.size().index
    table, keys = pd.DataFrame(index=index), pd.DataFrame(index=index)
    table["chosen"] = chosen[axis].agg(_listed)
    for name, stats in found.items():
        here = stats.reindex(index)[["mean", "standard_error"]]
        table[name] = ["–" if m != m else plus_minus(m, e) for m, e in here.to_numpy()]
        keys[name] = here["mean"]
    table["candidates"] = chosen["candidates"].max().astype(str)
    spent = _seconds(fair.chosen, costs(scores, timings), index, axis)
    table["seconds"], keys["seconds"] = spent["all"].map(seconds), spent["all"]
    keys["cost"] = spent["all"] / spent["chosen"]
    table["cost"] = ["–" if ratio != ratio else f"{ratio:.3g}×" for ratio in keys["cost"]]
    numbers = _numbers(found, index, axis).assign(metric=metric)
    return Board("Tuned", *_shown(table, keys, metric, axis), notes=NOTES, numbers=numbers)


def _numbers(found: dict[str, pd.DataFrame], index: pd.MultiIndex, axis: str) -> pd.DataFrame:
    """A row per method, student and lane with its score, and n of `asked` repeats."""
    lanes = [stats.reindex(index).assign(lane=lane) for lane, stats in found.items()]
    rows = pd.concat(lanes).dropna(subset=["mean"]).reset_index()
    return rows.rename(columns={"mean": "value", "family": axis})


NOTES = (
    "tuned: the score on test rows of what validation rows choose in each split, of the candidates",
    "chosen on test, as published: test rows choose, and their noise counts; no fair score",
    "seconds: of all candidates, as each would take alone, without the teacher; cost: how many "
    "times those of what was chosen",
)


def _taught(axis: str) -> list[str]:
    """The axes but the one that is tuned."""
    return [name for name in ARM_KEY if name != axis]


def _of(test: pd.DataFrame, lane: Lane) -> pd.DataFrame:
    """The test scores of what was chosen, with the name of the method."""
    on = [*ARM_KEY, "split"]
    return test.merge(lane.chosen[[*on, "family"]], on=on)


def _listed(labels: pd.Series) -> str:
    """The parameters chosen, and in how many splits where they differ."""
    counts = labels.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if len(counts) == 1:
        return str(counts.index[0])
    return "; ".join(f"{label} in {n} of {len(labels)} splits" for label, n in counts.items())


def _seconds(
    chosen: pd.DataFrame, cost: pd.DataFrame, index: pd.MultiIndex, axis: str
) -> pd.DataFrame:
    """Seconds of all candidates of a method, and of the chosen one, the mean over splits; NaN where
    one of them is not recorded."""
    method = [*_taught(axis), "family"]
    cost = cost.assign(family=cost[axis].str.partition("(")[0])
    each = cost.groupby(method)["total_seconds"].agg(["sum", "count", "size"])
    whole = each["sum"].where(each["count"] == each["size"])
    of_chosen = chosen.merge(cost[[*ARM_KEY, "total_seconds"]], how="left")
    mean = of_chosen.groupby(method)["total_seconds"].agg(lambda v: v.mean(skipna=False))
    return pd.DataFrame({"all": whole.reindex(index), "chosen": mean.reindex(index)})


def _shown(
    table: pd.DataFrame, keys: pd.DataFrame, metric: str, axis: str
) -> tuple[str, pd.DataFrame, pd.DataFrame]:
    """The caption, with what all rows share, and the tables without it."""
    axes = table.index.to_frame(index=False)
    same = [name for name in _taught(axis)[1:] if axes[name].nunique() == 1]
    shared = [f"{name} {axes[name].iloc[0]}" for name in same]
    caption = "; ".join([f"{metric} on test rows, mean ± standard error", *shared])
    frames = [
        frame.reset_index().drop(columns=same).rename(columns={"family": axis})
        for frame in (table, keys)
    ]
    if (frames[0]["default"] == "–").all():
        frames = [frame.drop(columns="default") for frame in frames]
    return caption, frames[0], frames[1]
