"""Cells without a score, by the name of their method and with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from tscbench.analysis.study import Study
from tscbench.contracts.failures import STATUSES
from tscbench.contracts.kinds import AXES
from tscbench.report.names import Names
from tscbench.report.reasons import RATIOS

Reasons = Mapping[tuple[str, ...], str]
"""Why cells have no score, by their axes as text."""

NAMED = 3
"""Methods that lack the same are named up to so many; of more, the number is said."""


def missing_cells(
    study: Study, metrics: Sequence[str], names: Names, *, part: str = "test"
) -> pd.DataFrame:
    """The methods that lack one of these scores on a dataset, in the order of their names. Scores
    that no cell of the run has are not asked for; where it has none of them, the last is. What is
    worked out is asked of the cells that it is of.

    Returns arm, dataset, name and said, such as "3 of 4 cells: 1 failed (sampler: ValueError: …)".
    """
    known = set(study.full["metric"].unique())
    metrics = [m for m in dict.fromkeys(metrics) if m in known] or list(metrics[-1:])
    cells = study.cells
    asked = pd.DataFrame({m: _asked(study, m) for m in metrics})
    none = {m: study.valued(m, part)["value"].isna() for m in metrics}
    lacks = pd.DataFrame(none) & asked
    absent = lacks.any(axis=1)
    if not absent.any():
        return pd.DataFrame(columns=["arm", "dataset", "name", "said"], dtype=str)
    why = pd.Series("", index=cells.index, dtype=object)
    why[absent] = _why(cells[absent], lacks[absent], _reasons(study, metrics, part))
    named = cells.assign(name=names.of(cells), why=why)[asked.any(axis=1)]
    each = named.groupby(["arm", "dataset", "name"], sort=True)["why"]
    rows = [(*key, _said(found)) for key, found in each if found.ne("").any()]
    return pd.DataFrame(rows, columns=["arm", "dataset", "name", "said"])


def _asked(study: Study, metric: str) -> pd.Series[bool]:
    """Which of the cells a metric is asked of."""
    of = study.cells_of(metric)[list(AXES)].assign(there=1.0)
    return study.cells.merge(of, on=list(AXES), how="left")["there"].notna()


def _reasons(study: Study, metrics: Sequence[str], part: str) -> Reasons:
    """Why cells have failed, or why nothing could be worked out of those that have not; of ratios
    tables say that by themselves."""
    of = study.related[study.related["metric"].isin(metrics) & (study.related["part"] == part)]
    of = of[(of["why"] != "") & (of["status"] == "ok") & ~of["metric"].str.startswith(RATIOS)]
    cells = of[list(AXES)].astype(str).itertuples(index=False, name=None)
    return {**dict(zip(cells, of["why"], strict=True)), **study.reasons}


def _why(cells: pd.DataFrame, lacks: pd.DataFrame, reasons: Reasons) -> list[str]:
    """Why each of these cells is without a score."""
    found = []
    axes = cells[list(AXES)].astype(str).itertuples(index=False, name=None)
    for cell, status, none in zip(axes, cells["status"], lacks.to_numpy(), strict=True):
        if status == "ok":
            found.append(reasons.get(cell, f"without {' and '.join(lacks.columns[none])}"))
        elif status in STATUSES:
            found.append(f"{status} ({reasons[cell]})" if cell in reasons else status)
        else:
            found.append("not run")
    return found


def _said(why: pd.Series[str]) -> str:
    """How many cells are there, and each reason with the number of its cells; "" is a score."""
    absent = why[why != ""]
    counts = absent.value_counts().sort_index()
    reasons = ", ".join(f"{n} {reason}" for reason, n in counts.items())
    return f"{len(why) - len(absent)} of {len(why)} cells: {reasons}"


def notes_on(lacking: pd.DataFrame) -> list[str]:
    """A sentence on the methods that lack the same. lacking: their name, and what is said of it."""
    each = lacking.groupby("said", sort=False)["name"]
    return [f"{_listed(list(dict.fromkeys(names)))}: {said}" for said, names in each]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more methods" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
