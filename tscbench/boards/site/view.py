"""What a site is made of: a run's frames and records, which also lie beside the site as files."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import pandas as pd

from tscbench.boards.asked import recorded_of
from tscbench.contracts.errors import StoreError
from tscbench.contracts.kinds import AXES, Direction
from tscbench.results import COLUMNS, SPEEDS

FRAMES = ("scores", "speeds", "timings")
ABOUT = "about.json"
CELLS = "cells.parquet"
SPLIT_SEED = ["split", "seed"]


@dataclass(frozen=True, eq=False)
class RunView:
    """A run as the site shows it.

    name: names its folder; title: its question. command: what makes it again, such as
    `tscbench run quick`. suite: the text of the suite file. scores, speeds, timings: as
    `tscbench.load` gives them; in packs of older versions scores are those that records hold alone.
    records: one mapping a cell. plugins: what is known of the plugins, by "kind/name": docstring,
    source, parameters, bibtex.
    data: what is known of the datasets, by label: rows, columns, classes, test, and source where
    several are of one.
    """

    name: str
    title: str
    headline: str
    command: str
    suite: str
    scores: pd.DataFrame
    speeds: pd.DataFrame
    timings: pd.DataFrame
    records: Sequence[Mapping[str, Any]]
    notices: Sequence[str] = ()
    plugins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def suite_says(self) -> dict[str, Any]:
        """What the suite file says; nothing where it does not read."""
        try:
            return tomllib.loads(self.suite)
        except tomllib.TOMLDecodeError:
            return {}

    @property
    def sources(self) -> dict[str, str]:
        """The datasets that share their source with others here, by label: see `Sources`."""
        return {label: about["source"] for label, about in self.data.items() if "source" in about}

    @property
    def direction(self) -> Direction:
        """Which way the headline is better, as its metric says."""
        about = self.plugins.get(f"metric/{self.headline.partition('(')[0]}", {})
        return "lower" if "lower is better" in about.get("notes", ()) else "higher"


TEXTS = [f.name for f in fields(RunView) if f.name not in (*FRAMES, "records")]


def in_order(view: RunView) -> RunView:
    """The same view with rows, records and columns in one order, so that the order of the input
    changes nothing."""
    text = dict.fromkeys([*AXES, "status"], str)
    scores = view.scores[COLUMNS].astype({**text, "value": float})
    scores = scores.sort_values([*AXES, "part", "metric"], kind="stable", ignore_index=True)
    timings = view.timings[[*AXES, "step", "seconds"]]
    timings = timings.astype(dict.fromkeys([*AXES, "step"], str))
    speeds = view.speeds.reindex(columns=list(SPEEDS)).astype(SPEEDS)
    return replace(
        view,
        scores=scores,
        timings=timings.sort_values([*AXES, "step"], kind="stable", ignore_index=True),
        speeds=speeds.sort_values([*AXES, "batch", "hardware"], kind="stable", ignore_index=True),
        records=sorted(view.records, key=lambda record: axes_of(record)),
    )


def recorded(view: RunView) -> RunView:
    """The same view with no scores but those that records hold; pages work the others out."""
    return replace(view, scores=recorded_of(view.scores))


def axes_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """A record's cell as text, in the order of `AXES`."""
    return tuple(str(record["cell"][axis]) for axis in AXES)


def save_view(view: RunView, folder: Path) -> list[Path]:
    """Writes a view as files that any tool reads: parquet, CSV, JSON; `load_view` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FRAMES:
        getattr(view, name).to_parquet(folder / f"{name}.parquet", index=False)
    view.scores.to_csv(folder / "scores.csv", index=False, lineterminator="\n")
    rows = view.scores.astype(object).where(view.scores.notna(), None).to_numpy().tolist()
    table = {"columns": list(view.scores.columns), "rows": rows}
    _write(folder / "scores.json", json.dumps(table, separators=(",", ":"), ensure_ascii=False))
    cells = pd.DataFrame([axes_of(record) for record in view.records], columns=list(AXES))
    texts = [json.dumps(record, ensure_ascii=False, sort_keys=True) for record in view.records]
    cells["record"] = pd.Series(texts, dtype=str)
    cells.to_parquet(folder / CELLS, index=False)
    about = {name: getattr(view, name) for name in TEXTS}
    _write(folder / ABOUT, json.dumps(about, indent=1, ensure_ascii=False, sort_keys=True))
    _write(folder / "suite.toml", view.suite)
    return sorted(folder.iterdir())


def _write(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def load_view(folder: Path) -> RunView:
    """A view that `save_view` has written.

    Raises:
        StoreError: the folder holds none, or a file of it does not read.
    """
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in FRAMES}
        records = pd.read_parquet(folder / CELLS)["record"].map(json.loads).tolist()
        return RunView(**{name: about[name] for name in TEXTS}, **frames, records=records)
    except (OSError, ValueError, KeyError) as error:
        raise StoreError(f"{folder} holds no results of a site: {error}") from error
