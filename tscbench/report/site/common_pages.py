"""Pages that a site has once: how numbers are defined, how to add a method, the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from tscbench.report.site.downloads import PACK, SCORES, Offered
from tscbench.report.site.markup import drawn
from tscbench.report.site.prepared import Prepared
from tscbench.report.table import Column, Table
from tscbench.results.published import published_packs
from tscbench.results.read_ledger import published_folder

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


def methodology(runs: Sequence[Prepared]) -> dict[str, Any]:
    """What the template takes: the rules of each suite besides the words."""
    numbers = ("splits", "seeds", "threads", "cells")
    rows = []
    for p in runs:
        says, cells = p.pack.suite_says, p.study.cells
        rows.append(
            {
                "suite": p.name,
                "home": p.home,
                "headline": p.headline,
                "test": f"{says.get('test', 0.3):.0%} where the data marks none",
                "validation": f"{says.get('valid', 0.15):.0%} of the rest",
                "splits": cells["split"].nunique(),
                "seeds": cells["seed"].nunique(),
                "threads": says.get("threads", 1),
                "cells": len(cells),
            }
        )
    columns = [Column(name) for name in ("suite", "headline", "test", "validation")]
    columns += [Column(name, form=",.0f") for name in numbers]
    table = Table("Suites", "The suites shown here", columns, pd.DataFrame(rows))
    return {
        "rules": drawn(table, "suites", {"suite": lambda row: row["home"]}),
        "coverage": drawn(_coverage(), "coverage"),
        "words": WORDS,
    }


def _coverage() -> Table:
    """How often each kind of interval held the truth, as `benchmarks/coverage.py` simulated."""
    frame = pd.read_csv(published_folder().parent / "coverage.csv")
    columns = [
        Column("interval"),
        Column("situation"),
        Column("nominal", form=".2f"),
        Column("actual", form=".3f", error="standard_error"),
    ]
    n = f"{frame['studies'].min():,}"
    return Table("Coverage", f"Share of {n} simulated studies that hold the truth", columns, frame)


def adding(runs: Sequence[Prepared]) -> dict[str, Any]:
    """What the template takes."""
    published = published_packs()
    commands = [
        f"tscbench run {p.pack.suite_name} --plugin mine.py --generator mine --against published"
        if p.pack.suite_name in published
        else f"{p.pack.bare_command} --plugin mine.py --generator none,mine"
        for p in runs
    ]
    return {"example": EXAMPLE.rstrip("\n"), "commands": commands, "first": runs[0].name}


def downloads(runs: Sequence[Prepared], offered: Sequence[Offered]) -> dict[str, Any]:
    """What the template takes. offered: of each run."""
    tables, packs = [], []
    for nth, (p, files) in enumerate(zip(runs, offered, strict=True), 1):
        folder = f"{p.folder}/data"
        rows = [
            {"file": name, "what": SCORES.get(name, PACK), "rows": n, "page": f"{folder}/{name}"}
            for name, n in files.rows.items()
        ]
        packs += [row["page"] for row in rows if row["file"] not in SCORES]
        columns = [Column("file"), Column("what"), Column("rows", form=",.0f")]
        table = Table("Files", f"The files of {p.name}", columns, pd.DataFrame(rows))
        tables.append(drawn(table, f"files-{nth}", {"file": lambda row: row["page"]}))
    return {"tables": tables, "packs": packs, "lacks": [o.lacks for o in offered if o.lacks]}
