"""The board over datasets: average rank, wins and losses, tiers, and who has no rank and why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tscbench.analysis.coverage import Covered, Policy
from tscbench.boards.boards import ARM, Board, Boards
from tscbench.boards.figures.names import method_names
from tscbench.boards.gaps import Reasons, gaps, notes_on
from tscbench.boards.overview import Field, cells_of, fields_of
from tscbench.boards.relations import relations
from tscbench.boards.sources import Sources, said_of
from tscbench.contracts.kinds import Direction

NONE = "–"
TITLE = "over datasets"
NUMBERS = ["score", "difference", "low", "high", "win", "tie", "loss", "rank", "tier"]
BESIDE = "Δ, its interval and w/t/l (won, tied, lost): to the same students on training rows alone"
REFUSED = {"difference": "no Δ", "low": "no interval", "tier": "no tiers"}


def over_datasets(
    scores: pd.DataFrame,
    metric: str,
    *,
    part: str = "test",
    policy: Policy = "none",
    direction: Direction = "higher",
    within: pd.DataFrame | None = None,
    related: pd.DataFrame | None = None,
    reasons: Reasons | None = None,
    sources: Sources | None = None,
) -> Boards:
    """A board for each set of methods that can be ranked together over two or more datasets, a row
    per method, best first: what `overview.Field` has of it.

    policy: what is done about missing cells; a method that lacks some in spite of it has no rank,
    which a note says. within: scores of all cells, where `scores` are some of them: partners are
    found there; related: their `relations`, if they have been worked out. reasons: why cells
    failed, as `gaps.reasons_of` has them. sources: the datasets that share theirs, and so count as
    one.
    """
    every = scores if within is None else within
    related = relations(every) if related is None else related
    full = pd.concat([every, related[every.columns]], ignore_index=True)
    fields = fields_of(
        full,
        metric,
        part=part,
        direction=direction,
        policy=policy,
        cells=cells_of(scores),
        sources=sources,
    )
    lacking = gaps(scores, [metric], part=part, reasons=reasons)
    return Boards(_board(f, metric, part, lacking) for f in fields if len(f.datasets) > 1)


def _board(one: Field, metric: str, part: str, lacking: pd.DataFrame) -> Board:
    methods = one.methods
    names, unsaid = method_names(methods)
    text = pd.DataFrame(
        {
            "method": names,
            metric: methods["score"].map(lambda v: _show(v, ".4f")),
            f"Δ {metric}": methods["difference"].map(lambda v: _show(v, "+.4f")),
            "95 % interval": [_interval(row) for _, row in methods.iterrows()],
            "w/t/l": [_wins(row) for _, row in methods.iterrows()],
            "rank": methods["rank"].map(lambda v: _show(v, ".1f")),
            "tier": methods["tier"].map(lambda v: _show(v, ".0f")),
            "cells": [f"{n} of {asked}" for n, asked in methods[["n", "asked"]].to_numpy()],
        }
    )
    idle = [name for name in ("95 % interval", "tier") if (text[name] == NONE).all()]
    if (methods["n"] == methods["asked"]).all():
        idle.append("cells")
    notes = [f"{BESIDE}; the interval: {one.over}" if one.over else BESIDE, unsaid]
    notes += [
        f"{what}: {one.refused[name]}" for name, what in REFUSED.items() if name in one.refused
    ]
    notes += [*said_of(one.sources), *without_rank(one, lacking)]
    return Board(
        TITLE,
        _caption(one, metric, part),
        text.drop(columns=idle).reset_index(drop=True),
        methods[NUMBERS].reset_index(drop=True),
        tuple(note for note in notes if note),
        _numbers(methods.assign(method=names, part=part, metric=metric)),
    )


def _numbers(methods: pd.DataFrame) -> pd.DataFrame:
    """A row per method: words, then numbers; the value is its score."""
    columns = ["method", *ARM, "part", "metric", *NUMBERS, "n", "asked"]
    return methods[columns].rename(columns={"score": "value"}).reset_index(drop=True)


def _caption(one: Field, metric: str, part: str) -> str:
    n = len(one.datasets)
    ranked = one.covered.table.index.get_level_values("dataset").nunique()
    over = f"{n} datasets" if ranked in (0, n) else f"{ranked} of {n} datasets"
    students = ", ".join(one.students)
    cells = covered_cells(one.covered)
    return f"{metric} on {part} rows; {cells}; mean over {over} and students {students}"


def covered_cells(found: Covered) -> str:
    """How many cells are there, and what the policy did about the others."""
    said = f"{found.n} of {found.asked} cells"
    if found.policy != "none":
        said += f"; missing cells: {found.policy}"
    if found.dropped:
        said += f", {found.dropped} of each method's {found.repeats} left out"
    if count := int(found.filled.sum()):
        said += f", {count} filled in"
    return said


def without_rank(one: Field, lacking: pd.DataFrame) -> list[str]:
    """What is said of the methods that lack cells, and whether they have a rank in spite of it.
    lacking: as `gaps` finds it."""
    here = lacking[lacking["arm"].isin(one.methods.index)]
    where = here["dataset"] + " " + here["said"]
    each = here.assign(said=where).groupby(["arm", "name"], sort=True)["said"]
    of_method = each.agg("; ".join).reset_index()
    out = of_method["arm"].isin(one.covered.left_out)
    no, by = notes_on(of_method[out]), notes_on(of_method[~out])
    policy = one.covered.policy
    return [*(f"no rank: {said}" for said in no), *(f"ranked by {policy}: {said}" for said in by)]


def _show(value: float, form: str) -> str:
    return NONE if np.isnan(value) else format(value, form)


def _interval(row: Any) -> str:
    return NONE if np.isnan(row["low"]) else f"{row['low']:+.4f} to {row['high']:+.4f}"


def _wins(row: Any) -> str:
    return NONE if np.isnan(row["win"]) else f"{row['win']:.0f}/{row['tie']:.0f}/{row['loss']:.0f}"
