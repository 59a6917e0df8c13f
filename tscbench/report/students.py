"""Students against each other: a table per dataset, where they learn in ways of their own."""

from __future__ import annotations

import pandas as pd

from tscbench.analysis.students import not_ranked, students_frame
from tscbench.analysis.study import Study
from tscbench.report.methods import TOLD, VERSUS, form_of
from tscbench.report.names import Names
from tscbench.report.table import Column, Table, Tables


def students_tables(study: Study, names: Names, metric: str = "") -> Tables:
    """A table per dataset that has several; none where all students were asked for the methods that
    are ranked, and there are several of these."""
    metric = metric or study.headline
    groups = study.groups(metric)
    if not groups or not (not_ranked(study, metric) or len(groups[0].methods) == 1):
        return Tables()
    found = students_frame(study, metric)
    return Tables(
        _table(study, str(dataset), rows.reset_index(drop=True), names, metric)
        for dataset, rows in found.groupby("dataset", sort=True)
        if len(rows) > 1
    )


def _table(study: Study, dataset: str, rows: pd.DataFrame, names: Names, metric: str) -> Table:
    told = rows["apart"].map(TOLD).fillna("")
    frame = rows.assign(place=range(1, len(rows) + 1), method=names.of(rows), beside_first=told)
    form = form_of(metric)
    columns = [
        Column("place", "#", ".0f", wanted=3),
        Column("student", wanted=9),
        Column("method", wanted=8),
        Column("score", metric, form, better=study.direction(metric), wanted=8),
        Column("behind", "behind #1", f"+{form}", wanted=7),
        Column("low", "95 % interval", f"+{form}", high="high", wanted=5),
        VERSUS,
    ]
    caption = (
        f"{metric} on test rows, each with the method that is best on validation rows; "
        f"{rows['n'].max()} splits, seeds averaged inside them; intervals of the corrected "
        "resampled t, each by itself"
    )
    title = f"students of {dataset}"
    return Table(title, caption, columns, frame, [names.note], dataset=dataset)
