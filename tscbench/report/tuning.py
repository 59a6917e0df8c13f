"""What tuning a method's parameters chose, what came of it on test rows, and what it cost."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.analysis.study import Study
from tscbench.analysis.tuned import Lane, tuned
from tscbench.report.table import Column, Table
from tscbench.results.arms import KEY

TUNED = ("generator", "mix")
"""The axes whose parameters are chosen."""

LANES = {
    "tuned": "tuned",
    "default": "default",
    "chosen_on_test": "chosen on test, as published",
}

NOTES = (
    "Tuned: the score on test rows of those candidates that validation rows choose in each split.",
    "Chosen on test, as published: test rows choose, and their noise counts; no fair score.",
    "Seconds: of all candidates, as each would take alone, without the teacher; cost: how many "
    "times those of what was chosen.",
)


def tuning_table(study: Study, metric: str = "", *, axis: str = "generator") -> Table | None:
    """A row per dataset, method with several candidates and student: the test score of what
    validation rows choose in each split, beside that of its default parameters and of what test
    rows would choose; the seconds of all candidates over those of the chosen. None where there is
    nothing to choose, or no validation row to choose by. axis: whose parameters are chosen; of mix,
    such as p_fake of a stream."""
    metric, scores = metric or study.headline, study.scores
    direction = study.direction(metric)
    fair = tuned(scores, metric, axis=axis, direction=direction)
    if not len(fair.chosen):
        return None
    unfair = tuned(scores, metric, axis=axis, direction=direction, part="test")
    test = scores[(scores["part"] == "test") & (scores["metric"] == metric)]
    method = [*_taught(axis), "family"]
    chosen = fair.chosen.groupby(method, sort=True)
    found = {
        "tuned": summaries(_of(test, fair), method),
        "default": summaries(test.assign(family=test[axis]), method),
        "chosen_on_test": summaries(_of(test, unfair), method),
    }
    frame = pd.DataFrame({"chosen": chosen[axis].agg(_listed)})
    for name, stats in found.items():
        of = stats.reindex(frame.index)
        frame[name], frame[f"{name}_standard_error"] = of["mean"], of["standard_error"]
    frame["candidates"] = chosen["candidates"].max()
    spent = _seconds(fair.chosen, study.costs, frame.index, axis)
    frame["seconds"], frame["cost"] = spent["all"], spent["all"] / spent["chosen"]
    frame = frame.reset_index().rename(columns={"family": axis})
    caption = f"{metric} on test rows, mean ± standard error"
    table = Table("Tuned", caption, _columns(axis), frame, NOTES)
    return table.compact(["dataset", axis, "student", "chosen"])


def _columns(axis: str) -> list[Column]:
    axes = [Column(name, wanted=9) for name in ("dataset", axis, "student")]
    others = [
        Column(name, wanted=4) for name in _taught(axis) if name not in ("dataset", "student")
    ]
    return [
        *axes,
        *others,
        Column("chosen", wanted=8),
        *(
            Column(n, said, ".4f", error=f"{n}_standard_error", wanted=7)
            for n, said in LANES.items()
        ),
        Column("candidates", form=".0f", wanted=5),
        Column("seconds", form=".3g", wanted=4),
        Column("cost", form=".3g", unit="×", wanted=6),
    ]


def _taught(axis: str) -> list[str]:
    """The axes but the one that is tuned."""
    return [name for name in KEY if name != axis]


def _of(test: pd.DataFrame, lane: Lane) -> pd.DataFrame:
    """The test scores of what was chosen, with the name of the method."""
    on = [*KEY, "split"]
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
    of_chosen = chosen.merge(cost[[*KEY, "total_seconds"]], how="left")
    mean = of_chosen.groupby(method)["total_seconds"].agg(lambda v: v.mean(skipna=False))
    return pd.DataFrame({"all": whole.reindex(index), "chosen": mean.reindex(index)})


def tuned_study(study: Study, metric: str = "") -> tuple[list[Table], Study, str]:
    """The tables of what was chosen, the study with tuned methods instead of every entry, and why
    there is nothing to choose."""
    metric, kept = metric or study.headline, study
    tables: list[Table] = []
    for axis in TUNED:
        lane = tuned(kept.scores, metric, axis=axis, direction=study.direction(metric))
        if lane.why:
            return [], study, lane.why
        table = tuning_table(study, metric, axis=axis)
        if table is not None:
            tables.append(table)
            kept = replace(study, every=lane.scores, only={}, records=())
    why = "no tuned lane: no generator or mix is there with several parameters"
    return tables, kept, why
