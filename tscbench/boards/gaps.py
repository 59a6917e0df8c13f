"""Cells without a score, by the name of their method and with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from tscbench.boards.boards import Boards
from tscbench.boards.figures.names import method_names
from tscbench.boards.overview import cells_of, valued
from tscbench.contracts.kinds import AXES

Reasons = Mapping[tuple[str, ...], str]
"""Why cells have failed, by their axes as text."""

NAMED = 3
"""Methods that lack the same are named up to so many; of more, the number is said."""


def reasons_of(records: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], str]:
    """What the records of a run say of its failed cells: the step and the error."""
    return {
        tuple(str(record["cell"][axis]) for axis in AXES): f"{record['step']}: {record['error']}"
        for record in records
        if record["status"] == "failed"
    }


def gaps(
    scores: pd.DataFrame,
    metrics: Sequence[str],
    *,
    part: str = "test",
    reasons: Reasons | None = None,
) -> pd.DataFrame:
    """The methods that lack one of these scores on a dataset, in the order of their names. Scores
    that no cell of the run has are not asked for; where it has none of them, the last is.

    Returns arm, dataset, name and said, such as "3 of 4 cells: 1 failed (sampler: ValueError: …)".
    """
    known = set(scores["metric"])
    metrics = [m for m in dict.fromkeys(metrics) if m in known] or metrics[-1:]
    cells = cells_of(scores)
    none = [valued(cells, scores, m, part)["value"].isna().rename(m) for m in metrics]
    lacks = pd.concat(none, axis=1)
    absent = lacks.any(axis=1)
    why = pd.Series("", index=cells.index, dtype=object)
    why[absent] = _why(cells[absent], lacks[absent], reasons or {})
    named = cells.assign(name=method_names(cells)[0], why=why)
    each = named.groupby(["arm", "dataset", "name"], sort=True)["why"]
    rows = [(*key, _said(found)) for key, found in each if found.ne("").any()]
    return pd.DataFrame(rows, columns=["arm", "dataset", "name", "said"])


def _why(cells: pd.DataFrame, lacks: pd.DataFrame, reasons: Reasons) -> list[str]:
    """Why each of these cells is without a score."""
    found = []
    axes = cells[list(AXES)].astype(str).itertuples(index=False, name=None)
    for cell, status, none in zip(axes, cells["status"], lacks.to_numpy(), strict=True):
        if status == "ok":
            found.append(f"without {' and '.join(lacks.columns[none])}")
        elif status == "failed":
            found.append(f"failed ({reasons[cell]})" if cell in reasons else "failed")
        else:
            found.append("not run")
    return found


def _said(why: pd.Series[str]) -> str:
    """How many cells are there, and each reason with the number of its cells; "" is a score."""
    absent = why[why != ""]
    counts = absent.value_counts().sort_index()
    reasons = ", ".join(f"{n} {reason}" for reason, n in counts.items())
    return f"{len(why) - len(absent)} of {len(why)} cells: {reasons}"


def with_gaps(boards: Boards, found: pd.DataFrame) -> Boards:
    """Boards of datasets, with a note on the methods that lack cells there, as `gaps` finds."""
    return Boards(
        replace(board, notes=(*board.notes, *notes_on(found[found["dataset"] == board.title])))
        for board in boards
    )


def notes_on(found: pd.DataFrame) -> list[str]:
    """A sentence on the methods that lack the same. found: their name, and what is said of it."""
    each = found.groupby("said", sort=False)["name"]
    return [f"{_listed(list(dict.fromkeys(names)))}: {said}" for said, names in each]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more methods" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
