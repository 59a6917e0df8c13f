"""Methods on datasets by the mean over students: the table of a dataset, or of a method."""

from __future__ import annotations

import pandas as pd

from tscbench.report.site.markup import Drawn, drawn
from tscbench.report.site.prepared import Prepared
from tscbench.report.table import Column, Table

BESIDE = (
    "Δ: to the same students on training rows alone, taught in the same way, with the interval of "
    "the corrected resampled t"
)


def difference_table(
    p: Prepared, rows: pd.DataFrame, by: str, ident: str, *, over: str = "", order: str = ""
) -> Drawn:
    """rows: of `Prepared.each`. by: "method" or "dataset", what rows are named by. over: the
    students that scores are means of."""
    headline, better = p.headline, p.study.direction(p.headline)
    columns = [
        Column(by, wanted=9),
        Column("score", headline, ".4f", error="error", better=better),
        Column("difference", f"Δ {headline}", "+.4f"),
        Column("low", "95 % interval", "+.4f", high="high"),
        Column("n", "cells", ".0f", whole="asked", help="lead to their page"),
    ]
    students = f"students {over}" if over else "its students"
    caption = f"{headline} on test rows, mean over {students} ± standard error"
    caption += f"; {BESIDE}" * bool(rows["difference"].notna().any())
    notes = [p.names.note * (by == "method")]
    notes += [f"No interval: {why}." for why in rows["why"] if why]
    table = Table("By the mean over students", caption, columns, rows, notes)
    return drawn(table.compact([by, "score", "n"]), ident, p.links, order=order)
