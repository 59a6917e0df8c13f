"""Pages that a site has once: how numbers are defined, how to add a method, the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tscbench.boards.site.prepared import Prepared
from tscbench.boards.site.tables import NONE, Cell, Column, Table

WORDS = [
    ("compression set", "the inputs that a student learns from, with their targets"),
    ("training rows", "real rows, which the teacher has seen"),
    ("synthetic rows", "rows made by a generator"),
    ("mix", "which of the two are in the compression set: real, fake, both, or a stream"),
    (
        "query",
        "how the teacher is asked about its training rows: in-bag, out-of-bag, cross-fit",
    ),
    ("objective", "what its outputs become: probabilities, logits, soft or hard labels"),
    ("predictions", "a student's outputs on validation and test rows"),
    ("plugin", "a plugin's own file or folder"),
    ("key", "what determines a value; its digest names it"),
    ("suite, cell, record", "a product of axes, one choice on each, and what came of it"),
]

EXAMPLE = '''"""Smoothed bootstrap: training rows plus Gaussian noise."""

import numpy as np
from tscbench import Rng, Rows, Sampler, Schema, generator


@generator(source="smoothed bootstrap; Silverman 1986, ch. 6")
def mine(train: Rows, schema: Schema, *, scale: float = 0.1) -> Sampler:
    """Rows resampled from train, each numeric column moved by scale × its standard deviation."""
    spread = scale * np.nanstd(train.x, axis=0) * schema.numeric

    def sample(n: int, rng: Rng):
        rows = train.x[rng.integers(len(train.x), size=n)]
        return rows + spread * rng.standard_normal(rows.shape)

    return Sampler(sample)
'''

FILES = {
    "scores.parquet": "every score",
    "scores.csv": "the same, for any tool",
    "scores.json": "the same: columns, and rows of values",
    "cells.parquet": "the records: one row a cell, with its axes, and all else as JSON",
    "speeds.parquet": "rows per second of the timing pass",
    "timings.parquet": "seconds of each step of each cell",
    "about.json": "the run, its plugins and its datasets",
    "suite.toml": "the suite",
}


def methodology(runs: Sequence[Prepared]) -> dict[str, Any]:
    """What the template takes: the rules of each suite besides the words."""
    columns = [Column("suite"), Column("headline"), Column("test"), Column("validation")]
    columns += [Column(name, number=True) for name in ("splits", "seeds", "threads", "cells")]
    rows = []
    for p in runs:
        says = p.view.suite_says()
        repeats = [p.cells[axis].nunique() for axis in ("split", "seed")]
        numbers = [*repeats, says.get("threads", 1), len(p.cells)]
        rows.append(
            [
                Cell(p.name, href=p.home),
                Cell(p.headline),
                Cell(f"{says.get('test', 0.3):.0%} where the data marks none"),
                Cell(f"{says.get('valid', 0.15):.0%} of the rest"),
                *(Cell(f"{n:,}", key=str(n)) for n in numbers),
            ]
        )
    return {"rules": Table("suites", "The suites shown here.", columns, rows), "words": WORDS}


def adding(runs: Sequence[Prepared]) -> dict[str, Any]:
    """What the template takes."""
    commands = [f"{p.view.command} --plugin mine.py --generator none,mine" for p in runs]
    return {"example": EXAMPLE.rstrip("\n"), "commands": commands, "first": runs[0].name}


def downloads(runs: Sequence[Prepared]) -> dict[str, Any]:
    """What the template takes."""
    columns = [Column("file"), Column("what"), Column("rows", number=True)]
    tables = []
    for nth, p in enumerate(runs, 1):
        lengths = {
            "scores": len(p.view.scores),
            "cells": len(p.view.records),
            "speeds": len(p.view.speeds),
            "timings": len(p.view.timings),
        }
        rows = []
        for name, what in FILES.items():
            n = lengths.get(name.partition(".")[0])
            length = NONE if n is None else Cell(f"{n:,}", key=str(n))
            rows.append([Cell(name, href=f"{p.folder}/data/{name}"), Cell(what), length])
        tables.append(Table(f"files-{nth}", f"The files of {p.name}.", columns, rows))
    return {"tables": tables, "folder": f"{runs[0].folder}/data"}
