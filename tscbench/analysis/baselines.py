"""Cells and the cells that they are set against, by place in one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import AXES
from tscbench.contracts.spec import parse
from tscbench.contracts.types import Array
from tscbench.results.cell import Cell

PARTS = ("valid", "test")
OUT_OF_FOLD = ("oob", "crossfit")
"""The queries that answer a training row by what has not seen it, the cheaper one first."""

Baselines = Mapping[tuple[str, ...], tuple[str, ...]]
"""Of a cell with synthetic rows the one on real rows alone, both as their axes in text."""

PAIRED = ["dataset", "split", "teacher", "query", "objective", "student", "seed", "part"]
"""What a cell shares with the one on real rows; generator and mix are what is compared."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Every cell of a frame of scores on each part of its rows, teachers' own lines among them.

    table: AXES, status and part, one row each; a failed or missing cell has its rows too.
    scores: the scores with `at`, the row of the table that each belongs to.
    baselines: what records say of their baselines, where they say it.
    """

    table: pd.DataFrame
    scores: pd.DataFrame
    baselines: Baselines = field(default_factory=dict)

    @cached_property
    def codes(self) -> pd.DataFrame:
        """Axes and part as numbers, for they are compared often."""
        return pd.DataFrame({a: pd.factorize(self.table[a])[0] for a in (*AXES, "part")})

    @cached_property
    def _of_metric(self) -> dict[str, pd.DataFrame]:
        return {
            str(m): rows for m, rows in self.scores[["at", "value"]].groupby(self.scores["metric"])
        }

    @cached_property
    def mixes(self) -> pd.DataFrame:
        """What each row's mix is: name, ratio, p_fake and per_example."""
        names, at = np.unique(self.table["mix"].to_numpy(str), return_inverse=True)
        each = pd.DataFrame([_mix(name) for name in names], columns=["name", *_MIX])
        return each.iloc[at].reset_index(drop=True)

    @property
    def real(self) -> Array:
        """Rows that learn from training rows alone."""
        return np.asarray((self.table["generator"] == "none") & (self.mixes["name"] == "real"))

    @property
    def teacher(self) -> Array:
        """Rows that are a teacher's own."""
        return np.asarray(self.table["student"] == "teacher")

    @property
    def synthetic(self) -> Array:
        """Rows that learn from synthetic rows, alone or among others."""
        return np.asarray((self.mixes["ratio"] > 0) | (self.mixes["p_fake"] > 0))

    def named(self, axis: str, *names: str) -> Array:
        """Rows whose choice on an axis is one of these plugins, whatever its parameters."""
        return np.asarray(self.table[axis].str.partition("(")[0].isin(names))

    def values(self, metric: str) -> Array:
        """A metric's values, NaN where there is none."""
        rows = self._of_metric.get(metric, self.scores[:0])
        value = np.full(len(self.table), np.nan)
        value[rows["at"]] = rows["value"].to_numpy(np.float64)
        return value

    def scored(self, metric: str) -> Array:
        """Rows that have a score of a metric, be it undefined, and those that failed."""
        found = np.array(self.table["status"] != "ok")
        found[self._of_metric.get(metric, self.scores[:0])["at"]] = True
        return found

    def find(self, among: Array, on: Sequence[str]) -> Array:
        """For each row the place of the first of `among` that is alike on these columns; -1 where
        there is none."""
        return _find(self.codes, among, on, self.codes)

    def on_real_rows(self) -> Array:
        """The partner of each row on training rows alone, all else equal: a stream without a
        synthetic batch for a stream, where the run has it; for others the baseline that its record
        names, or where none does, mix real."""
        stream = np.asarray(self.mixes["name"] == "stream")
        still = stream & np.asarray(self.mixes["p_fake"] == 0)
        codes = self.codes.assign(per=self.mixes["per_example"].to_numpy(int), stream=stream)
        live = _find(codes, still, [*PAIRED, "per", "stream"], codes)
        named = self._named_by_records()
        plain = np.where(named >= 0, named, self.find(self.real, PAIRED))
        return np.where(live >= 0, live, plain)

    def _named_by_records(self) -> Array:
        """The place of each row's baseline as its record has it; -1 where none is named."""
        if not self.baselines:
            return np.full(len(self.table), -1)
        axes = _axes_of(self.table)
        keys = list(zip(axes, self.table["part"], strict=True))
        places = {key: place for place, key in enumerate(keys)}
        at = [places.get((self.baselines.get(cell, ()), part), -1) for cell, part in keys]
        return np.array(at, np.int64)

    def out_of_fold(self) -> Array:
        """The partner on training rows that were answered out of fold: with the row's own query
        where that is one, else with the run's `oob`, else with its first `crossfit`."""
        own = self.named("query", *OUT_OF_FOLD)
        alike = ["dataset", "teacher", "objective", "student"]
        among = self.real & own
        order = np.lexsort((self.table["query"].to_numpy(str), ~self.named("query", "oob")))
        first = self.codes.iloc[order][among[order]].drop_duplicates(alike)[[*alike, "query"]]
        chosen = self.codes[alike].merge(first, on=alike, how="left")["query"].fillna(-1)
        query = np.where(own, self.codes["query"], chosen.astype(int))
        return _find(self.codes, among, PAIRED, self.codes.assign(query=query))

    def alone(self) -> Array:
        """The student of each row by itself, on the labels of the training rows: objective
        `labels`, of several the plainest."""
        among = self.real & self.named("objective", "labels")
        on = ["dataset", "split", "student", "seed", "part"]
        plain = self.find(among & np.asarray(self.table["objective"] == "labels"), on)
        return np.where(plain >= 0, plain, self.find(among, on))

    def own_teacher(self) -> Array:
        """Each row's teacher."""
        return self.find(self.teacher, ["dataset", "split", "teacher", "part"])


def _find(codes: pd.DataFrame, among: Array, on: Sequence[str], asked: pd.DataFrame) -> Array:
    """For each row of `asked` the place in `codes` of the first of `among` that is alike; or -1."""
    on = list(on)
    found = codes.loc[among, on].assign(at=np.flatnonzero(among)).drop_duplicates(on)
    at = asked[on].merge(found, on=on, how="left")["at"]
    return np.asarray(at.fillna(-1), np.int64)


_MIX = {"ratio": 0.0, "p_fake": 0.0, "per_example": False}


def _mix(label: str) -> tuple[object, ...]:
    """A mix's name and parameters as runs write them, in full; an alias has none."""
    try:
        spec = parse(label)
    except SpecError:
        return (label, *_MIX.values())
    given = _MIX | dict(spec.params)
    return (spec.name, *(given[name] for name in _MIX))


def baselines_of(records: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The baselines that these records name, of those that are among them. Records of older
    versions name none."""
    named: dict[tuple[str, ...], str | None] = {}
    cells: dict[str, tuple[str, ...]] = {}
    for record in records:
        cell = Cell(**record["cell"])
        axes = tuple(map(str, cell.axes))
        cells[cell.id] = axes
        named[axes] = record.get("provenance", {}).get("baseline")
    return {axes: cells[other] for axes, other in named.items() if other in cells}


def _axes_of(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(table[list(AXES)].astype(str).itertuples(index=False, name=None))


def gather(scores: pd.DataFrame, baselines: Baselines | None = None) -> Cells:
    """The cells of a frame with the columns of `scores()`, on valid and test rows. A cell without a
    score stands on each part that its dataset has."""
    scores = scores[scores["part"].isin(PARTS) | (scores["status"] != "ok")]
    cell, first = _numbered(scores)
    here = scores["part"].isin(PARTS).to_numpy()
    parts = scores.loc[here, ["dataset", "part"]].drop_duplicates()
    cells = scores.iloc[first][[*AXES, "status"]].assign(cell=np.arange(len(first)))
    bare = sorted(set(cells["dataset"]) - set(parts["dataset"]))
    every = sorted(parts["part"].unique()) or ["test"]
    more = pd.DataFrame([(name, part) for name in bare for part in every], columns=parts.columns)
    table = cells.merge(pd.concat([parts, more]).astype(str), on="dataset", how="left")
    kept = scores.loc[here, ["part", "metric", "value"]].assign(cell=cell[here])
    keys = ["cell", "part"]
    at = kept[keys].merge(table[keys].assign(at=np.arange(len(table))), on=keys, how="left")["at"]
    kept = kept.assign(at=at.to_numpy())
    return Cells(table[[*AXES, "status", "part"]], kept, baselines or {})


def _numbered(scores: pd.DataFrame) -> tuple[Array, Array]:
    """The number of each row's cell, and each cell's first row."""
    number = np.zeros(len(scores), np.int64)
    for axis in AXES:
        code, names = pd.factorize(scores[axis])
        number = pd.factorize(number * (len(names) + 1) + code)[0]
    _, first = np.unique(number, return_index=True)
    return number, first
