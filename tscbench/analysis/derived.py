"""Every metric that can be asked for by name: what records hold, what is worked out between cells,
and the speeds of a timing pass."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tscbench.analysis.baselines import Baselines
from tscbench.analysis.relations import facts, relations
from tscbench.analysis.speed import comparable
from tscbench.contracts.errors import SpecError, did_you_mean
from tscbench.contracts.kinds import AXES
from tscbench.contracts.worked_out import RELATION, SIZES, SPEEDS
from tscbench.results.frames import COLUMNS, score_frame

ELSEWHERE = ("train", "synthetic")
"""The parts on which teachers and synthetic rows are judged, not students."""

CONTENDED = "timed while others were at work"


def with_derived(
    scores: pd.DataFrame, speeds: pd.DataFrame | None = None, baselines: Baselines | None = None
) -> pd.DataFrame:
    """The scores with a row for every relation between cells that has a value, and every speed, in
    the columns and the order of `scores()`.

    speeds, baselines: as `speed_rows` and `relations` take them.
    """
    recorded = recorded_of(scores)
    related = relations(recorded, baselines)
    found = [recorded, related.loc[related["value"].notna(), COLUMNS]]
    if speeds is not None:
        found.append(speed_rows(speeds).dropna(subset=["value"])[COLUMNS])
    return score_frame(pd.concat([frame for frame in found if len(frame)] or [recorded]))


def recorded_of(scores: pd.DataFrame) -> pd.DataFrame:
    """The rows that records hold, without those that `with_derived` adds."""
    return facts(scores[~scores["metric"].isin(SPEEDS)])


def speed_rows(speeds: pd.DataFrame) -> pd.DataFrame:
    """A row for every number of every model that was timed, on test rows, as `comparable` chooses
    among them. Beside the columns of `scores()` it has `why`: what was timed while others were at
    work is no number. speeds: as `Run.speeds()` gives them."""
    here = comparable(speeds)
    rows = here.assign(why=np.where(here["calm"] == 1, "", CONTENDED)).melt(
        [*AXES, "why"], list(SPEEDS), var_name="metric", value_name="value"
    )
    rows = rows.dropna(subset=["value"]).assign(status="ok", part="test")
    sized = rows["metric"].isin(SIZES)
    rows["why"] = rows["why"].where(~sized, "")
    rows["value"] = rows["value"].where(rows["why"] == "")
    return rows[[*COLUMNS, "why"]]


def must_have(scores: pd.DataFrame, metric: str) -> None:
    """Whether a metric can be asked of these scores.

    Raises:
        SpecError: no row has it; says which are near, and all that there are.
    """
    names = names_of(scores)
    if metric in names:
        return
    here = names_of(scores[~scores["part"].isin(ELSEWHERE)])
    meant = did_you_mean(metric, names)
    raise SpecError(f"no result has metric {metric!r}{meant} (has: {_listed(here)})")


def names_of(scores: pd.DataFrame) -> list[str]:
    """The metrics that there are, in order."""
    return sorted(map(str, scores["metric"].dropna().unique()))


def _listed(names: Iterable[str]) -> str:
    """Names by where they come from."""
    kinds: dict[str, list[str]] = {"": [], "between cells: ": [], "speeds: ": []}
    for name in names:
        speed, related = name in SPEEDS, RELATION.fullmatch(name)
        kinds["speeds: " if speed else "between cells: " if related else ""].append(name)
    return "; ".join(kind + ", ".join(of) for kind, of in kinds.items() if of) or "none"
