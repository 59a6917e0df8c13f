"""Runs for tests of the site: made up, of any size, with failures and names of bad intent."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from tscbench.contracts.kinds import AXES
from tscbench.report.site import write_site
from tscbench.results.commands import commands_of
from tscbench.results.frames import SPEEDS
from tscbench.results.pack import Pack

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(2)>/../..\u202e"
METRICS = ("accuracy", "auc", "brier")
STUDENTS = ("forest(n_trees=1)", "forest(n_trees=5)")
HARDWARE = "a processor · x86_64 · python 3.11"

NO_SPEEDS = pd.DataFrame(columns=list(SPEEDS)).astype(SPEEDS)

SUITE = """\
name = "{name}"
title = "Which rows help?"
test = 0.25
splits = 3
"""


def run_pack(
    name="tiny",
    *,
    datasets=("here", "there"),
    generators=("munge(p=0.5, s=1)", "kde"),
    students=STUDENTS,
    splits=3,
    seeds=2,
    mix="both(ratio=3)",
    metrics=METRICS,
    failing="",
    timed=True,
    **more,
):
    """A run of each generator, mixed as `mix`, beside training rows alone. Cells of the
    generator `failing` have failed on the first dataset."""
    rng = np.random.default_rng(0)
    arms = [("none", "real"), *((generator, mix) for generator in generators)]
    records = []
    for dataset, split, (generator, mix), student, seed in product(
        datasets, range(splits), arms, students, range(seeds)
    ):
        cell = (dataset, split, "forest", "inbag", generator, mix, "probabilities", student, seed)
        place = dict(zip(AXES, cell, strict=True))
        failed = generator == failing and dataset == datasets[0]
        records.append(_failed(place) if failed else _done(place, rng, metrics, arms))
    for dataset, split in product(datasets, range(splits)):
        cell = (dataset, split, "forest", "-", "-", "-", "-", "teacher", "-")
        records.append(_done(dict(zip(AXES, cell, strict=True)), rng, metrics, arms))
    given = {
        "title": "Which rows help?",
        "headline": "auc",
        "home": "tscbench",
        "commands": commands_of({}),
        "suite": SUITE.format(name=name),
        "data": {datasets[0]: {"rows": 1200, "columns": 7, "classes": 2}},
        "lower": ["brier"],
    }
    return Pack(
        name=name,
        records=records,
        speeds=_speeds(records, rng) if timed else NO_SPEEDS,
        **{**given, **more},
    )


def small_pack(name="tiny", **more):
    """The least that can be ranked: two splits of two datasets, and no speeds."""
    return run_pack(name, **{"splits": 2, "seeds": 1, "timed": False, **more})


def pages_of(folder, *packs):
    """The pages of these runs by their paths; of a site that is there, without any."""
    if packs:
        write_site(folder, packs)
    return {str(p.relative_to(folder)): p.read_text("utf-8") for p in folder.rglob("*.html")}


def _done(cell, rng, metrics, arms):
    better = (
        [generator for generator, _ in arms].index(cell["generator"])
        if arms and (cell["generator"] != "-")
        else len(arms)
    )
    values = {m: float(0.8 + 0.01 * better + 0.002 * rng.standard_normal()) for m in metrics}
    return {
        "cell": cell,
        "status": "ok",
        "key": "0123456789abcdef",
        "scores": {"valid": dict(values), "test": values},
        "facts": {"size": {"nodes": 31}, "n_compression": 400},
        "rows": {"train": 700, "valid": 100, "test": 400},
        "ended": "2026-01-02T03:04:05Z",
        "seconds": {"student": 0.5 if cell["mix"] == "real" else 1.5, "predictions": 0.01},
        "made_with": {"python": "3.11.7", "cpu": "a processor"},
    }


def _failed(cell):
    return {
        "cell": cell,
        "status": "failed",
        "key": "0123456789abcdef",
        "step": "sampler",
        "error": f"ValueError: no rows {HOSTILE}",
        "traceback": f'File "/somewhere/lib/python3.11/site-packages/a/b.py", line 1\n{HOSTILE}',
        "made_with": {"python": "3.11.7", "cpu": "a processor"},
    }


def _speeds(records, rng):
    rows = []
    for record in records:
        if record["status"] == "ok" and record["cell"]["split"] == 0:
            fast = float(1e6 * (1 + rng.random()))
            blank = dict.fromkeys(SPEEDS, 0)
            known = {"batch": 1000, "threads": 1, "rows_per_second": fast, "speed_up": fast / 1e5}
            facts = {"bytes": 2e4, "nodes": 31, "contended": False, "hardware": HARDWARE, "why": ""}
            rows.append({**blank, **record["cell"], **known, **facts})
    return pd.DataFrame(rows).astype(SPEEDS)
